#include "source/user_world.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
#include "base/program_output.hpp"

namespace astream {

namespace {

constexpr size_t kMaxSettingsBytes = 1 << 20;

std::optional<std::string> environment_variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

std::optional<std::string> read_settings_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file) return std::nullopt;
  std::string bytes(kMaxSettingsBytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
  if (file.bad()) return std::nullopt;
  return bytes;
}

std::optional<std::string> ask_program(const std::vector<std::string>& argv, const OpenOptions& options) {
  constexpr std::chrono::seconds kMostTime{30};
  ProgramLimits limits;
  limits.deadline = std::chrono::steady_clock::now() + kMostTime;
  limits.cancels.push_back(options.cancel);
  if (options.abort) limits.cancels.push_back(*options.abort);
  try {
    const ProgramOutput said = run_program(argv, limits);
    const std::string line = said.out.substr(0, said.out.find_first_of("\r\n"));
    return said.exit.code == 0 && !line.empty() ? std::optional(line) : std::nullopt;
  } catch (const Error&) {  // not there, or too slow
    return std::nullopt;
  }
}

}  // namespace

std::string UserWorld::first_of(std::initializer_list<const char*> names) const {
  for (const char* name : names) {
    const auto value = variable(name);
    if (value && !value->empty()) return *value;
  }
  return {};
}

std::string UserWorld::in_home(const std::string& name) const {
  const std::string home = first_of({"HOME"});
  return home.empty() ? home : home + "/" + name;
}

UserWorld real_user_world(const OpenOptions& options) {
  return {environment_variable, read_settings_file,
          [options](const std::vector<std::string>& argv) { return ask_program(argv, options); },
          std::chrono::system_clock::now()};
}

}  // namespace astream
