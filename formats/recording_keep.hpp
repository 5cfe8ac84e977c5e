// Deletes the oldest files of a recording, so that those kept stay within a limit.
//
// Only plain files whose names the recording's own template makes are ever touched. The newest file is always kept.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "formats/recording_name.hpp"

namespace astream {

/// One of them.
struct KeepLimit {
  std::optional<int64_t> files;
  std::optional<double> age_s;  ///< since the last change
  std::optional<int64_t> bytes;
};

/// Files that were deleted, oldest first; none that `is_needed`. Those that can't be are told in the log and passed
/// over.
std::vector<std::string> delete_beyond(const KeepLimit& limit, const std::vector<NamePattern>& patterns,
                                       const std::function<bool(const std::string& path)>& is_needed);

}  // namespace astream
