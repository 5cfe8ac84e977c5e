// Archives of audio files (tar, also compressed, and zip) as what their members are opened from, in any order.
//
// What stands in an archive as it is (members of a tar, stored ones of a zip) is read in its place, any number at once.
// What a zip has compressed is unpacked by itself into memory; above kMaxMemberInMemory into a temporary file. A
// compressed tar can only be read from its beginning: its members are taken as the pass comes to them, and when they
// are wanted in another order, all of it is unpacked into a temporary file once.
//
// All functions may be called from any thread. Failures are Errors without a URI.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/byte_input.hpp"
#include "source/archive_reader.hpp"

namespace astream {

class Archive;

/// Larger ones are unpacked to disk.
inline constexpr int64_t kMaxMemberInMemory_bytes = int64_t{32} << 20;
/// Archives that have something unpacked, or a pass under way: a temporary file or a descriptor each.
inline constexpr size_t kMaxBusyArchives = 8;

enum class ArchiveKind { tar, zip };

/// One file in an archive.
struct ArchiveMember {
  std::shared_ptr<Archive> archive;
  int64_t number = 0;  ///< of its header in the archive, from 0
  ArchiveEntry entry;
};

/// Holds the number of archives that have resources down, by the order of their use.
class ArchiveShelf {
 public:
  void touch(const std::shared_ptr<Archive>& archive);

 private:
  std::mutex mutex_;
  std::deque<std::weak_ptr<Archive>> busy_;
};

class Archive : public std::enable_shared_from_this<Archive> {
 public:
  Archive(std::string path, ArchiveKind kind, std::shared_ptr<ArchiveShelf> shelf)
      : path_(std::move(path)), kind_(kind), shelf_(std::move(shelf)) {}

  const std::string& path() const { return path_; }
  ArchiveKind kind() const { return kind_; }

  /// The first file behind header `number` (-1: of all), or nothing. Throws Error(open | decode).
  std::optional<ArchiveMember> member_behind(int64_t number, const StopAsked& stop);
  /// The bytes of `member`, one of this archive; seekable. Throws Error(open | decode).
  std::shared_ptr<ByteInput> open(const ArchiveMember& member, const StopAsked& stop);
  /// Gives up what it holds, to be got again when it is needed.
  void release();

 private:
  struct Pass {
    Pass(std::shared_ptr<const RandomFile> file, ArchiveForm form, const StopAsked& stop)
        : reader(std::move(file), 0, form, stop) {}
    ArchiveReader reader;
    int64_t number = -1;
    std::optional<ArchiveEntry> entry;
    bool is_read = false;  ///< the data of `entry` were taken
  };

  void begin_pass(const StopAsked& stop);
  void move_to(int64_t number, const StopAsked& stop);
  std::shared_ptr<ByteInput> open_by_header(const ArchiveMember& member, const StopAsked& stop) const;
  std::shared_ptr<ByteInput> open_by_pass(const ArchiveMember& member, const StopAsked& stop);
  void unpack(const StopAsked& stop);

  const std::string path_;
  const ArchiveKind kind_;
  const std::shared_ptr<ArchiveShelf> shelf_;
  std::mutex mutex_;
  std::optional<Pass> pass_;
  bool is_compressed_ = false;
  std::shared_ptr<RandomFile> unpacked_;  ///< what is under the compression
  int64_t seen_bytes_ = 0;                ///< the furthest that a pass has come
  int64_t gone_back_bytes_ = 0;           ///< what passes have read again to get where they were
};

}  // namespace astream
