#include "source/archive_library.hpp"

#include <string>

#include "base/error.hpp"
#include "base/shared_library.hpp"

namespace astream {

namespace {

constexpr int kArchiveLibraryVersion = 13;

[[noreturn]] void refuse_archive_library(const std::string& message) {
  throw Error(ErrorKind::open, message, {}, "install libarchive (Debian: libarchive13)");
}

template <typename Function>
void find_archive_symbol(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(find_symbol(library, name));
  if (function == nullptr) refuse_archive_library(std::string("libarchive is too old: it lacks ") + name);
}

void find_formats(void* library, ArchiveLibrary& functions) {
  find_archive_symbol(library, "archive_read_support_filter_gzip", functions.support_gzip);
  find_archive_symbol(library, "archive_read_support_filter_bzip2", functions.support_bzip2);
  find_archive_symbol(library, "archive_read_support_filter_xz", functions.support_xz);
  find_archive_symbol(library, "archive_read_support_filter_lzma", functions.support_lzma);
  find_archive_symbol(library, "archive_read_support_filter_zstd", functions.support_zstd);
  find_archive_symbol(library, "archive_read_support_filter_lz4", functions.support_lz4);
  find_archive_symbol(library, "archive_read_support_filter_compress", functions.support_compress);
  find_archive_symbol(library, "archive_read_support_format_tar", functions.support_tar);
  find_archive_symbol(library, "archive_read_support_format_zip", functions.support_zip);
  find_archive_symbol(library, "archive_read_support_format_zip_streamable", functions.support_zip_streamable);
  find_archive_symbol(library, "archive_read_support_format_raw", functions.support_raw);
}

void find_reading(void* library, ArchiveLibrary& functions) {
  find_archive_symbol(library, "archive_read_new", functions.read_new);
  find_archive_symbol(library, "archive_read_free", functions.read_free);
  find_archive_symbol(library, "archive_read_set_callback_data", functions.set_callback_data);
  find_archive_symbol(library, "archive_read_set_read_callback", functions.set_read_callback);
  find_archive_symbol(library, "archive_read_set_skip_callback", functions.set_skip_callback);
  find_archive_symbol(library, "archive_read_set_seek_callback", functions.set_seek_callback);
  find_archive_symbol(library, "archive_read_open1", functions.open);
  find_archive_symbol(library, "archive_read_next_header", functions.next_header);
  find_archive_symbol(library, "archive_read_data", functions.read_data);
  find_archive_symbol(library, "archive_filter_bytes", functions.filter_bytes);
  find_archive_symbol(library, "archive_filter_count", functions.filter_count);
  find_archive_symbol(library, "archive_format_name", functions.format_name);
  find_archive_symbol(library, "archive_set_error", functions.set_error);
  find_archive_symbol(library, "archive_error_string", functions.error_string);
}

void find_entries(void* library, ArchiveLibrary& functions) {
  find_archive_symbol(library, "archive_entry_pathname", functions.entry_pathname);
  find_archive_symbol(library, "archive_entry_pathname_utf8", functions.entry_pathname_utf8);
  find_archive_symbol(library, "archive_entry_filetype", functions.entry_filetype);
  find_archive_symbol(library, "archive_entry_hardlink", functions.entry_hardlink);
  find_archive_symbol(library, "archive_entry_size", functions.entry_size);
  find_archive_symbol(library, "archive_entry_size_is_set", functions.entry_size_is_set);
  find_archive_symbol(library, "archive_entry_sparse_count", functions.entry_sparse_count);
  find_archive_symbol(library, "archive_entry_is_encrypted", functions.entry_is_encrypted);
}

ArchiveLibrary load_archive_library() {
  const std::string name = shared_library_file("archive", kArchiveLibraryVersion);
  void* library = load_shared_library(name);
  if (library == nullptr) refuse_archive_library("archives need " + name + ", which is not installed");
  ArchiveLibrary functions{};
  find_formats(library, functions);
  find_reading(library, functions);
  find_entries(library, functions);
  return functions;
}

}  // namespace

const ArchiveLibrary& archive_library() {
  static const ArchiveLibrary library = load_archive_library();
  return library;
}

}  // namespace astream
