// Reading media in tests of src/av: targets for files and for bytes in memory, and all samples at once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "av/media_reader.hpp"
#include "support/wav_bytes.hpp"

namespace astream::test {

inline av::MediaTarget file_target(const std::string& path) {
  av::MediaTarget target;
  target.url = "file:" + path;
  target.protocols = "file";
  return target;
}

inline av::MediaTarget bytes_target(std::string bytes, bool is_seekable = true, size_t most_bytes = SIZE_MAX) {
  av::MediaTarget target;
  target.bytes = std::make_shared<MemoryInput>(std::move(bytes), is_seekable, most_bytes);
  target.protocols = "file";
  return target;
}

/// Appends what is left to `all`, up to `most_values`.
inline void read_into(av::MediaReader& reader, std::vector<float>& all, size_t most_values = SIZE_MAX) {
  while (all.size() < most_values) {
    const av::Block block = reader.read();
    if (block.kind == av::BlockKind::end) return;
    all.insert(all.end(), block.samples.begin(), block.samples.end());
  }
}

inline std::vector<float> read_all(av::MediaReader& reader) {
  std::vector<float> all;
  read_into(reader, all);
  return all;
}

}  // namespace astream::test
