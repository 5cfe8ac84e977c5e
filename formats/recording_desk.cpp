#include "formats/recording_desk.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/units.hpp"

namespace astream {

namespace {

namespace fs = std::filesystem;

/// Whether a plain file of that name would be replaced.
bool is_there(const std::string& path) {
  std::error_code code;
  return fs::is_regular_file(path, code);
}

/// "x-2.wav" of "x.wav".
std::string with_number(const std::string& path, int number) {
  const size_t slash = path.rfind('/');
  const size_t name_begin = slash == std::string::npos ? 0 : slash + 1;
  size_t dot = path.rfind('.');
  if (dot == std::string::npos || dot <= name_begin) dot = path.size();
  return path.substr(0, dot) + "-" + std::to_string(number) + path.substr(dot);
}

std::string size_text(int64_t bytes) {
  constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits.at(unit));
  return text.data();
}

}  // namespace

RecordingDesk::RecordingDesk(RecorderOptions recorder_options)
    : options(std::move(recorder_options)),
      name(options.path, options.split.is_utc),
      log(options.log_path),
      commands(options.on_split, [this](const std::string& path) { command_ended(path); }) {
  if (options.path != "-" && !name.has_fields()) check_free(name.expand({}));
}

bool RecordingDesk::is_taken(const std::string& path) const {
  if (used_.contains(path)) return true;
  return !options.may_overwrite && (is_there(path) || is_there(path + ".part"));
}

void RecordingDesk::check_free(const std::string& path) const {
  if (options.may_overwrite || used_.contains(path)) return;
  if (is_there(path)) throw Error(ErrorKind::usage, "-o " + path + ": the file exists", {}, "-y overwrites it");
  if (is_there(path + ".part")) {
    throw Error(ErrorKind::usage,
                "-o " + path + ": there is a " + path + ".part, of a recording that runs or was killed", {},
                "rename it, or give -y to overwrite it");
  }
}

std::string RecordingDesk::claim(const std::string& path) {
  if (path == "-") return path;
  std::string free_path = path;
  for (int number = 2; is_taken(free_path); ++number) free_path = with_number(path, number);
  if (free_path != path) astream::log(LogLevel::warning, path + " exists already, recording to " + free_path);
  used_.insert(free_path);
  const fs::path folder = fs::path(free_path).parent_path();
  std::error_code code;
  if (!folder.empty()) fs::create_directories(folder, code);
  if (code) throw Error(ErrorKind::output, "can't make the folder: " + code.message(), folder.string());
  return free_path;
}

void RecordingDesk::finished(const FileEvent& file, const NameFields& fields) {
  const double length_s = static_cast<double>(file.samples) / file.format.rate_hz;
  astream::log(LogLevel::verbose, file.path + ": " + format_clock(length_s, 2) + ", " + size_text(file.size_bytes));
  if (file.path == "-") return;
  if (options.keep && !options.on_split.empty()) in_command_.emplace(file.path, fields);
  commands.add(file.path);
  delete_old(fields);
}

void RecordingDesk::command_ended(const std::string& path) {
  const auto entry = in_command_.find(path);
  if (entry == in_command_.end()) return;
  const NameFields fields = entry->second;
  in_command_.erase(entry);
  delete_old(fields);
}

void RecordingDesk::delete_old(const NameFields& fields) {
  if (!options.keep) return;
  const auto is_needed = [this](const std::string& path) {
    return std::ranges::any_of(in_command_, [&](const auto& file) {
      return fs::path(file.first).lexically_normal() == fs::path(path).lexically_normal();
    });
  };
  for (const std::string& path : delete_beyond(*options.keep, name.patterns(fields), is_needed)) {
    astream::log(LogLevel::verbose, path + ": deleted, it is beyond --keep");
    log.file_delete(path);
  }
}

}  // namespace astream
