#include "cli/command_line.hpp"

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "cli/suggest.hpp"

namespace astream::cli {

namespace {

/// Put before "-?format=..." so that CLI11 takes it for what it is, an input.
constexpr char kInputMark = '\x01';

/// CLI11's help with our own usage lines at its head.
class HelpFormat : public CLI::Formatter {
 public:
  explicit HelpFormat(std::string usage) : usage_(std::move(usage)) {}
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override { return usage_ + "\n"; }
  std::string make_positionals(const CLI::App* /*app*/) const override { return ""; }  // the usage lines name them
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_name().empty() ? "" : " " + option->get_type_name();
  }

 private:
  std::string usage_;
};

std::vector<std::string> long_flags(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

[[noreturn]] void fail_unknown(const CLI::App& app, const std::string& word) {
  const std::string flag = word.substr(0, word.find('='));
  const std::string near = nearest_word(flag, long_flags(app));
  const std::string hint =
      near.empty() ? "astream " + (app.get_name().empty() ? "" : app.get_name() + " ") + "--help lists the options"
                   : "did you mean " + near + "?";
  throw Error(ErrorKind::usage, "unknown option " + flag, {},
              flag.size() > 1 && flag[1] != '-' && near.empty() ? hint + "; a file of that name is ./" + flag : hint);
}

}  // namespace

void prepare_app(CLI::App& app, const std::string& usage, const std::string& examples) {
  app.formatter(std::make_shared<HelpFormat>(usage));
  app.footer(examples);
  app.allow_extras();
  app.set_help_flag("-h,--help", "show this help")->group("Other");
  constexpr size_t kFlagColumns = 34;
  app.get_formatter()->column_width(kFlagColumns);
}

void parse_args(CLI::App& app, std::vector<std::string> args) {
  for (std::string& arg : args) {
    if (arg.starts_with("-?")) arg.insert(0, 1, kInputMark);
    if (arg == "--wait") arg = "--wait=forever";  // the word behind it is none of its own
  }
  std::reverse(args.begin(), args.end());  // CLI11 takes them from the back
  try {
    app.parse(args);
  } catch (const CLI::CallForHelp&) {
    throw HelpWanted{app.help()};
  } catch (const CLI::CallForVersion& version) {
    throw HelpWanted{std::string(version.what()) + "\n"};
  } catch (const CLI::ParseError& error) {
    std::string text = error.what();
    text = text.substr(0, text.find('\n'));
    throw Error(ErrorKind::usage, text, {}, "--help lists the options");
  }
  for (const std::string& word : app.remaining()) {
    if (word.size() > 1 && word[0] == '-') fail_unknown(app, word);
  }
}

void unmark_inputs(std::vector<std::string>& names) {
  for (std::string& name : names) {
    if (name.starts_with(kInputMark)) name.erase(0, 1);
  }
}

void refuse_options(const CLI::App& app, std::initializer_list<const char*> options, const std::string& why) {
  for (const char* option : options) {
    if (app.count(option) > 0) throw Error(ErrorKind::usage, std::string(option) + " " + why);
  }
}

}  // namespace astream::cli
