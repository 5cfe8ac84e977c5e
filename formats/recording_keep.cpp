#include "formats/recording_keep.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <span>
#include <tuple>

#include "base/log.hpp"

namespace astream {

namespace {

namespace fs = std::filesystem;

struct KeptFile {
  fs::path path;
  fs::file_time_type changed;
  int64_t bytes = 0;
};

void collect(const fs::path& folder, std::span<const NamePattern> patterns, std::vector<KeptFile>& files) {
  std::error_code code;
  const NamePattern& pattern = patterns.front();
  const auto take = [&](const fs::path& path) {
    if (patterns.size() > 1) {
      if (fs::is_directory(path, code)) collect(path, patterns.subspan(1), files);
    } else if (fs::is_regular_file(fs::symlink_status(path, code))) {
      files.push_back({path, fs::last_write_time(path, code), static_cast<int64_t>(fs::file_size(path, code))});
    }
  };
  if (pattern.is_fixed) {
    take(pattern.text.empty() ? (folder.empty() ? fs::path("/") : folder) : folder / pattern.text);
    return;
  }
  const std::regex regex(pattern.regex);
  for (const auto& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder, code)) {
    const std::string name = entry.path().filename().string();
    if (std::regex_match(name, regex)) take(folder / name);
  }
}

}  // namespace

std::vector<std::string> delete_beyond(const KeepLimit& limit, const std::vector<NamePattern>& patterns,
                                       const std::function<bool(const std::string& path)>& is_needed) {
  std::vector<KeptFile> files;
  collect({}, patterns, files);
  std::sort(files.begin(), files.end(), [](const KeptFile& one, const KeptFile& other) {
    return std::tie(one.changed, one.path) > std::tie(other.changed, other.path);  // the newest first
  });
  const auto now = fs::file_time_type::clock::now();
  std::vector<std::string> deleted;
  int64_t bytes = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    bytes += files[i].bytes;
    const double age_s = std::chrono::duration<double>(now - files[i].changed).count();
    const bool is_beyond = (limit.files && static_cast<int64_t>(i) >= *limit.files) ||
                           (limit.age_s && age_s > *limit.age_s) || (limit.bytes && bytes > *limit.bytes);
    if (i == 0 || !is_beyond || is_needed(files[i].path.string())) continue;
    std::error_code code;
    if (fs::remove(files[i].path, code)) {
      deleted.push_back(files[i].path.string());
    } else if (code) {
      log(LogLevel::warning, files[i].path.string() + ": can't delete it: " + code.message());
    }
  }
  std::reverse(deleted.begin(), deleted.end());
  return deleted;
}

}  // namespace astream
