// One pass over an archive, from one position on: its headers one after the other, and the data of each. By libarchive.
//
// Used from one thread at a time. Failures are Errors without a URI; Cancelled when asked to stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/random_file.hpp"

namespace astream {

/// What is read as what. tar, zip: a whole archive; zip_member: from the header of one member on, without the directory
/// at the archive's end; decompressed: the bytes under a compression, whatever they are.
enum class ArchiveForm { tar, zip, zip_member, decompressed };

/// Asked between two blocks: true to give up.
using StopAsked = std::function<bool()>;

struct ArchiveEntry {
  std::string name;  ///< its bytes as they stand there, without "./" in front
  std::optional<int64_t> size_bytes;
  int64_t data_bytes = 0;  ///< where its data begin in the file, or in what is under the file's compression
  bool is_file = false;    ///< no folder, no link
  bool is_stored = false;  ///< its data stand at data_bytes just as they are
  bool is_encrypted = false;
};

class ArchiveReader {
 public:
  /// Throws Error(open) for what is no such archive.
  ArchiveReader(std::shared_ptr<const RandomFile> file, int64_t begin_bytes, ArchiveForm form, StopAsked stop);
  ~ArchiveReader();
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  /// Whether a compression lies around the whole of it.
  bool is_compressed() const;
  /// The next entry, or nothing at the end. Throws Error(decode) where the archive is damaged or cut short.
  std::optional<ArchiveEntry> next();
  /// Data of the entry that next() gave last; 0 at their end.
  size_t read(std::span<std::byte> to);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream
