#include "source/archive_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string_view>
#include <utility>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/utf8_locale.hpp"
#include "source/archive_library.hpp"

namespace astream {

namespace {

constexpr size_t kArchiveBlockBytes = size_t{64} << 10;
/// Behind a jump: mostly for a header, from which it jumps on.
constexpr size_t kHeaderBlockBytes = size_t{4} << 10;
/// Entries in a row that libarchive passes over as unreadable; more is damage.
constexpr int kMaxFailedEntries = 1000;

std::string plain_member_name(std::string_view name) {
  while (name.starts_with("./")) {
    name.remove_prefix(2);
    name.remove_prefix(std::min(name.find_first_not_of('/'), name.size()));
  }
  return std::string(name);
}

}  // namespace

struct ArchiveReader::State {
  State(std::shared_ptr<const RandomFile> source, int64_t begin, ArchiveForm archive_form, StopAsked stop_asked)
      : file(std::move(source)),
        begin_bytes(begin),
        position_bytes(begin),
        form(archive_form),
        stop(std::move(stop_asked)) {}
  ~State() {
    if (handle != nullptr) library.read_free(handle);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void support_formats() const;
  void open();
  void check(int code);
  [[noreturn]] void fail();
  ArchiveEntry describe(archive_entry* entry) const;
  static la_ssize_t read_block(archive*, void* opaque, const void** block) noexcept;
  static la_int64_t skip(archive*, void* opaque, la_int64_t bytes) noexcept;
  static la_int64_t seek(archive*, void* opaque, la_int64_t offset, int whence) noexcept;

  const ArchiveLibrary& library = archive_library();
  std::shared_ptr<const RandomFile> file;
  int64_t begin_bytes;
  int64_t position_bytes;
  ArchiveForm form;
  StopAsked stop;
  archive* handle = nullptr;
  std::exception_ptr pending;  ///< out of a callback
  size_t next_block_bytes = kHeaderBlockBytes;
  std::array<std::byte, kArchiveBlockBytes> block{};
};

la_ssize_t ArchiveReader::State::read_block(archive* handle, void* opaque, const void** block) noexcept {
  auto* self = static_cast<State*>(opaque);
  try {
    if (self->stop && self->stop()) throw Cancelled{};
    const size_t got = self->file->read_at(self->position_bytes, std::span(self->block).first(self->next_block_bytes));
    self->next_block_bytes = std::min(kArchiveBlockBytes, 4 * self->next_block_bytes);
    self->position_bytes += static_cast<int64_t>(got);
    *block = self->block.data();
    return static_cast<la_ssize_t>(got);
  } catch (...) {
    self->pending = std::current_exception();
    self->library.set_error(handle, EIO, "can't read");
    return -1;
  }
}

la_int64_t ArchiveReader::State::skip(archive* /*handle*/, void* opaque, la_int64_t bytes) noexcept {
  auto* self = static_cast<State*>(opaque);
  const int64_t skipped = std::clamp<int64_t>(self->file->size_bytes() - self->position_bytes, 0, bytes);
  self->position_bytes += skipped;
  self->next_block_bytes = kHeaderBlockBytes;
  return skipped;
}

la_int64_t ArchiveReader::State::seek(archive* /*handle*/, void* opaque, la_int64_t offset, int whence) noexcept {
  auto* self = static_cast<State*>(opaque);
  int64_t origin = self->begin_bytes;
  if (whence == SEEK_CUR) origin = self->position_bytes;
  if (whence == SEEK_END) origin = self->file->size_bytes();
  if (origin + offset < self->begin_bytes) return ARCHIVE_FATAL;
  self->position_bytes = origin + offset;
  self->next_block_bytes = kHeaderBlockBytes;
  return self->position_bytes - self->begin_bytes;
}

void ArchiveReader::State::support_formats() const {
  if (form == ArchiveForm::zip) library.support_zip(handle);
  if (form == ArchiveForm::zip_member) library.support_zip_streamable(handle);
  if (form == ArchiveForm::zip || form == ArchiveForm::zip_member) return;
  if (form == ArchiveForm::tar) library.support_tar(handle);
  if (form == ArchiveForm::decompressed) library.support_raw(handle);
  for (const auto support : {library.support_gzip, library.support_bzip2, library.support_xz, library.support_lzma,
                             library.support_zstd, library.support_lz4, library.support_compress}) {
    support(handle);
  }
}

void ArchiveReader::State::open() {
  handle = library.read_new();
  if (handle == nullptr) throw std::bad_alloc();
  support_formats();
  library.set_callback_data(handle, this);
  library.set_read_callback(handle, read_block);
  library.set_skip_callback(handle, skip);
  if (form == ArchiveForm::zip) library.set_seek_callback(handle, seek);
  if (library.open(handle) == ARCHIVE_OK) return;
  if (pending) std::rethrow_exception(std::exchange(pending, nullptr));
  const bool is_tar = form == ArchiveForm::tar;
  throw Error(ErrorKind::open, is_tar ? "it is no tar archive" : "it is no zip archive", {},
              is_tar ? "zip: opens zip archives" : "tar: opens tar archives, compressed ones too");
}

void ArchiveReader::State::fail() {
  if (pending) std::rethrow_exception(std::exchange(pending, nullptr));
  const char* said = library.error_string(handle);
  throw Error(ErrorKind::decode,
              std::string("the archive is damaged or cut short") + (said != nullptr ? std::string(": ") + said : ""));
}

/// Throws for what can't be gone on from.
void ArchiveReader::State::check(int code) {
  if (code == ARCHIVE_FATAL || pending) fail();
}

ArchiveEntry ArchiveReader::State::describe(archive_entry* entry) const {
  ArchiveEntry found;
  const char* name = library.entry_pathname(entry);
  if (name == nullptr) name = library.entry_pathname_utf8(entry);
  if (name != nullptr) found.name = plain_member_name(name);
  if (library.entry_size_is_set(entry) != 0) found.size_bytes = library.entry_size(entry);
  found.data_bytes = begin_bytes + library.filter_bytes(handle, 0);
  found.is_file = name != nullptr && library.entry_filetype(entry) == AE_IFREG &&
                  library.entry_hardlink(entry) == nullptr && found.size_bytes.value_or(0) >= 0;
  found.is_encrypted = library.entry_is_encrypted(entry) == 1;
  const char* format = library.format_name(handle);
  const bool is_plain = form == ArchiveForm::tar
                            ? library.entry_sparse_count(entry) == 0
                            : format != nullptr && std::string_view(format).ends_with("(uncompressed)");
  found.is_stored = is_plain && found.size_bytes && !found.is_encrypted;
  return found;
}

ArchiveReader::ArchiveReader(std::shared_ptr<const RandomFile> file, int64_t begin_bytes, ArchiveForm form,
                             StopAsked stop)
    : state_(std::make_unique<State>(std::move(file), begin_bytes, form, std::move(stop))) {
  const Utf8Locale locale;
  state_->open();
}

ArchiveReader::~ArchiveReader() = default;

bool ArchiveReader::is_compressed() const {
  return state_->library.filter_count(state_->handle) > 1;
}

std::optional<ArchiveEntry> ArchiveReader::next() {
  const Utf8Locale locale;
  for (int failed = 0; failed < kMaxFailedEntries; ++failed) {
    archive_entry* entry = nullptr;
    const int code = state_->library.next_header(state_->handle, &entry);
    if (code == ARCHIVE_EOF) return std::nullopt;
    state_->check(code);
    if (code == ARCHIVE_OK || code == ARCHIVE_WARN) return state_->describe(entry);
  }
  state_->fail();
}

size_t ArchiveReader::read(std::span<std::byte> to) {
  const la_ssize_t got = state_->library.read_data(state_->handle, to.data(), to.size());
  if (got < 0) state_->fail();
  return static_cast<size_t>(got);
}

}  // namespace astream
