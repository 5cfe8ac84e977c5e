#include "cli/run_program.hpp"

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/os.hpp"
#include "cli/command_line.hpp"
#include "cli/command_table.hpp"
#include "cli/exit_status.hpp"
#include "cli/signals.hpp"
#include "formats/byte_sink.hpp"

namespace astream::cli {

namespace {

void say(const std::string& line) {
  log(LogLevel::error, line);
}

int exit_status_of(const Error& error) {
  return error.kind() == ErrorKind::usage ? kUsage : kFailed;
}

int run_command(std::vector<std::string> args) {
  const CommandRow* row = args.empty() ? nullptr : find_command(args.front());
  if (row != nullptr && !row->name.empty()) {
    args.erase(args.begin());
  } else {
    row = find_command("");
  }
  const std::unique_ptr<Command> command = row->make();
  command->parse(args);
  return command->run();
}

int run_guarded(const std::vector<std::string>& args) {
  try {
    return run_command(args);
  } catch (const HelpWanted& help) {
    std::cout << help.text << std::flush;
    return kOk;
  } catch (const PipeClosed&) {
    return kOk;
  } catch (const Cancelled&) {
    return kFailed;  // the signal is re-raised
  } catch (const Error& error) {
    say(error.one_line());
    return exit_status_of(error);
  } catch (const std::bad_alloc&) {
    say("out of memory");
    return kFailed;
  } catch (const std::exception& error) {
    say(std::string("internal error: ") + error.what());
    return kFailed;
  }
}

}  // namespace

int run_program(int argc, char** argv) noexcept {
  try {
    const int status = run_guarded(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    if (const int signal = caught_signal()) end_by_signal(signal);
    return status;
  } catch (...) {  // not even the message could be said
    return kFailed;
  }
}

}  // namespace astream::cli
