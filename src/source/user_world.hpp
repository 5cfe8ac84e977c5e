// What credentials are looked for in: the environment, files of the user, programs, the clock. The real ones, or a
// test's.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expand_env.hpp"
#include "source/input.hpp"

namespace astream {

struct UserWorld {
  Lookup variable;  ///< of the environment
  /// The bytes of a small file; nothing where there is none, or none that may be read.
  std::function<std::optional<std::string>(const std::string& path)> file;
  /// What a program says on one line; nothing when it fails, or is not there.
  std::function<std::optional<std::string>(const std::vector<std::string>& argv)> program;
  std::chrono::system_clock::time_point now;

  /// The first of `names` that is set and not empty, or "".
  std::string first_of(std::initializer_list<const char*> names) const;
  /// "~/NAME" in full; "" when there is no HOME.
  std::string in_home(const std::string& name) const;
};

/// This machine's, now. Programs are bounded in time, and end with `options`' tokens.
UserWorld real_user_world(const OpenOptions& options);

}  // namespace astream
