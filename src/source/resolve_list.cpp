#include "source/resolve_list.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "base/expand_env.hpp"
#include "source/resolve_origin.hpp"

namespace astream {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept {
    if (file != stdin) std::fclose(file);
  }
};

class ListStep : public ResolveStep {
 public:
  explicit ListStep(const NameList& list) : list_(list) {}

  std::optional<Found> next() override {
    if (!file_) open();
    std::string name;
    while (next_entry(name)) {
      if (!name.empty()) return read_entry(name);
    }
    return std::nullopt;
  }

 private:
  [[noreturn]] void fail(const std::string& message, const std::string& hint = {}) const {
    throw Error(ErrorKind::usage, message, list_.path == "-" ? "-" : shown_uri({list_.path, true, {}, Origin::user}),
                hint);
  }

  [[noreturn]] void fail_reading() const {
    fail("the list of names can't be read: " + std::generic_category().message(errno));
  }

  void open() {
    file_.reset(list_.path == "-" ? stdin : std::fopen(list_.path.c_str(), "rb"));
    if (!file_) fail_reading();
  }

  /// What stands up to the next separator. false at the end. By single characters, as fread() would wait for a full
  /// buffer when the names come slowly through a pipe.
  bool next_entry(std::string& entry) {
    entry.clear();
    const int separator = list_.is_nul_separated ? 0 : '\n';
    int c = 0;
    while ((c = std::getc(file_.get())) != EOF && c != separator) {
      if (entry.size() == kMaxListedNameBytes) {
        fail("name " + std::to_string(count_ + 1) + " of the list is longer than any name",
             list_.is_nul_separated ? "is the list NUL-separated (-0)?" : "is it a list of names, one a line?");
      }
      entry += static_cast<char>(c);
    }
    if (c == EOF && std::ferror(file_.get()) != 0) fail_reading();
    const bool is_some = c != EOF || !entry.empty();
    ++count_;
    if (count_ == 1 && entry.starts_with("\xEF\xBB\xBF")) entry.erase(0, 3);
    if (!list_.is_nul_separated && entry.ends_with('\r')) entry.pop_back();
    return is_some;
  }

  Found read_entry(const std::string& name) const {
    Found found;
    if (name.find('\0') != std::string::npos) {
      found.named.input = {name, true, {}, Origin::local_file};
      found.failure = std::make_exception_ptr(Error(ErrorKind::resolve, "a name in the list holds a NUL byte",
                                                    list_.path, "NUL-separated lists are read with -0"));
      return found;
    }
    try {
      found.named = read_name(list_.is_env_expanded ? expand_env(name) : name, Origin::local_file);
      found.failure = refusal_of_list_name(found.named.input);
    } catch (const Error&) {  // a variable that is not set
      found.named.input = {name, true, {}, Origin::local_file};
      found.failure = std::current_exception();
    }
    return found;
  }

  NameList list_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  size_t count_ = 0;
};

}  // namespace

std::unique_ptr<ResolveStep> make_list_step(const NameList& list) {
  return std::make_unique<ListStep>(list);
}

}  // namespace astream
