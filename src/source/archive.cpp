#include "source/archive.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/random_file.hpp"

namespace astream {

namespace {

constexpr size_t kCopyBytes = size_t{256} << 10;

/// What was unpacked of a member; where that failed, the failure comes behind it.
class UnpackedInput : public ByteInput {
 public:
  /// Reads all data of the reader's entry.
  explicit UnpackedInput(ArchiveReader& reader, std::optional<int64_t> size_bytes) {
    bytes_.reserve(static_cast<size_t>(std::clamp<int64_t>(size_bytes.value_or(0), 0, kMaxMemberInMemory_bytes)));
    std::vector<std::byte> block(kCopyBytes);
    try {
      while (const size_t got = reader.read(block)) keep(std::span(block).first(got));
    } catch (const Error&) {
      failure_ = std::current_exception();
    }
    if (size_bytes_ == 0 && failure_) std::rethrow_exception(failure_);
  }

  size_t read(std::span<std::byte> to) override {
    const auto left = static_cast<size_t>(std::max<int64_t>(0, size_bytes_ - position_bytes_));
    to = to.first(std::min(to.size(), left));
    if (to.empty() && failure_) std::rethrow_exception(failure_);
    if (to.empty()) return 0;
    size_t got = to.size();
    if (file_) {
      got = file_->read_at(position_bytes_, to);
    } else {
      std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_bytes_), got, to.begin());
    }
    position_bytes_ += static_cast<int64_t>(got);
    return got;
  }

  std::optional<int64_t> size_bytes() const override { return size_bytes_; }
  void seek(int64_t position_bytes) override { position_bytes_ = position_bytes; }

 private:
  void keep(std::span<const std::byte> block) {
    size_bytes_ += static_cast<int64_t>(block.size());
    if (!file_ && size_bytes_ > kMaxMemberInMemory_bytes) {
      file_ = RandomFile::temporary();
      file_->append(bytes_);
      std::vector<std::byte>().swap(bytes_);
    }
    if (file_) {
      file_->append(block);
    } else {
      bytes_.insert(bytes_.end(), block.begin(), block.end());
    }
  }

  std::vector<std::byte> bytes_;
  std::shared_ptr<RandomFile> file_;  ///< instead of bytes_, when it is large
  int64_t size_bytes_ = 0;
  int64_t position_bytes_ = 0;
  std::exception_ptr failure_;
};

/// Where in `bytes` a zip member's header may begin, the last place first.
std::vector<size_t> header_places(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr size_t kMaxPlaces = 64;
  std::vector<size_t> places;
  size_t at = bytes.rfind("PK\x03\x04"sv);
  while (at != std::string_view::npos && places.size() < kMaxPlaces) {
    places.push_back(at);
    at = at == 0 ? std::string_view::npos : bytes.rfind("PK\x03\x04"sv, at - 1);
  }
  return places;
}

}  // namespace

void ArchiveShelf::touch(const std::shared_ptr<Archive>& archive) {
  std::shared_ptr<Archive> least_used;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(busy_, [&](const auto& other) { return other.expired() || other.lock() == archive; });
    busy_.push_front(archive);
    if (busy_.size() <= kMaxBusyArchives) return;
    least_used = busy_.back().lock();
    busy_.pop_back();
  }
  if (least_used) least_used->release();
}

void Archive::release() {
  const std::lock_guard lock(mutex_);
  pass_.reset();
  unpacked_.reset();
}

void Archive::begin_pass(const StopAsked& stop) {
  pass_.reset();
  pass_.emplace(RandomFile::open(path_), kind_ == ArchiveKind::zip ? ArchiveForm::zip : ArchiveForm::tar, stop);
}

/// Makes the pass stand at header `number`, its data not taken; or at the end.
void Archive::move_to(int64_t number, const StopAsked& stop) {
  const bool is_behind = pass_ && (pass_->number > number || (pass_->number == number && pass_->is_read));
  if (!pass_ || is_behind) begin_pass(stop);
  while (pass_->number < number) {
    pass_->entry = pass_->reader.next();
    if (!pass_->entry) return;
    ++pass_->number;
    pass_->is_read = false;
    is_compressed_ = pass_->reader.is_compressed();
    seen_bytes_ = std::max(seen_bytes_, pass_->entry->data_bytes);
  }
}

std::optional<ArchiveMember> Archive::member_behind(int64_t number, const StopAsked& stop) {
  const std::lock_guard lock(mutex_);
  try {
    while (true) {
      move_to(++number, stop);
      if (!pass_->entry) {
        pass_.reset();
        return std::nullopt;
      }
      if (pass_->entry->is_file) return ArchiveMember{shared_from_this(), number, *pass_->entry};
    }
  } catch (...) {
    pass_.reset();
    throw;
  }
}

/// A zip's member by itself. Where its header begins is not told, only where its data do: libarchive says of the places
/// in front of them which one it is. nullptr where none is.
std::shared_ptr<ByteInput> Archive::open_by_header(const ArchiveMember& member, const StopAsked& stop) const {
  constexpr int64_t kUsualHeader_bytes = 1 << 10;
  constexpr int64_t kLongestHeader_bytes = 30 + 2 * 0xFFFF;
  const std::shared_ptr<RandomFile> file = RandomFile::open(path_);
  for (const int64_t length : {kUsualHeader_bytes, kLongestHeader_bytes}) {
    const int64_t begin = std::max<int64_t>(0, member.entry.data_bytes - length);
    std::string bytes(static_cast<size_t>(member.entry.data_bytes - begin), '\0');
    bytes.resize(file->read_at(begin, std::as_writable_bytes(std::span(bytes))));
    for (const size_t place : header_places(bytes)) {
      try {
        ArchiveReader reader(file, begin + static_cast<int64_t>(place), ArchiveForm::zip_member, stop);
        const auto entry = reader.next();
        if (!entry || entry->data_bytes != member.entry.data_bytes || entry->name != member.entry.name) continue;
        return std::make_shared<UnpackedInput>(reader, member.entry.size_bytes);
      } catch (const Error&) {  // not here
        continue;
      }
    }
  }
  return nullptr;
}

std::shared_ptr<ByteInput> Archive::open_by_pass(const ArchiveMember& member, const StopAsked& stop) {
  shelf_->touch(shared_from_this());
  const std::lock_guard lock(mutex_);
  const bool is_back = !pass_ || pass_->number > member.number || (pass_->number == member.number && pass_->is_read);
  if (is_back) gone_back_bytes_ += member.entry.data_bytes;
  if (is_compressed_ && member.entry.is_stored) {
    if (!unpacked_ && gone_back_bytes_ > seen_bytes_) unpack(stop);
    if (unpacked_) return make_range_input(unpacked_, member.entry.data_bytes, *member.entry.size_bytes);
  }
  move_to(member.number, stop);
  if (!pass_->entry || pass_->entry->name != member.entry.name) {
    pass_.reset();
    throw Error(ErrorKind::open, "the archive has changed while it was read");
  }
  pass_->is_read = true;
  return std::make_shared<UnpackedInput>(pass_->reader, member.entry.size_bytes);
}

/// As far as it goes: what lies behind damage is found to be missing when it is wanted.
void Archive::unpack(const StopAsked& stop) {
  const auto file = RandomFile::temporary();
  ArchiveReader reader(RandomFile::open(path_), 0, ArchiveForm::decompressed, stop);
  std::vector<std::byte> block(kCopyBytes);
  try {
    if (!reader.next()) return;
    while (const size_t got = reader.read(block)) file->append(std::span(block).first(got));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::decode) throw;
  }
  unpacked_ = file;
}

std::shared_ptr<ByteInput> Archive::open(const ArchiveMember& member, const StopAsked& stop) {
  const ArchiveEntry& entry = member.entry;
  if (entry.is_encrypted) {
    throw Error(ErrorKind::open, "it is encrypted", {}, "unpack the archive with its password first");
  }
  if (entry.size_bytes == 0) throw Error(ErrorKind::open, "the file is empty");
  const bool is_in_place = [&] {
    const std::lock_guard lock(mutex_);
    return entry.is_stored && !is_compressed_;
  }();
  if (is_in_place) return make_range_input(RandomFile::open(path_), entry.data_bytes, *entry.size_bytes);
  std::shared_ptr<ByteInput> input = kind_ == ArchiveKind::zip ? open_by_header(member, stop) : nullptr;
  return input ? input : open_by_pass(member, stop);
}

}  // namespace astream
