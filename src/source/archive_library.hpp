// The functions of libarchive that are used, loaded at the first archive: it leans on ten libraries (ICU's tables among
// them), which every start would pay for. Not installed, and included by archive_reader.cpp only.
#pragma once

#include <archive.h>
#include <archive_entry.h>

namespace astream {

struct ArchiveLibrary {
  decltype(&archive_read_new) read_new;
  decltype(&archive_read_free) read_free;
  decltype(&archive_read_support_filter_gzip) support_gzip;
  decltype(&archive_read_support_filter_bzip2) support_bzip2;
  decltype(&archive_read_support_filter_xz) support_xz;
  decltype(&archive_read_support_filter_lzma) support_lzma;
  decltype(&archive_read_support_filter_zstd) support_zstd;
  decltype(&archive_read_support_filter_lz4) support_lz4;
  decltype(&archive_read_support_filter_compress) support_compress;
  decltype(&archive_read_support_format_tar) support_tar;
  decltype(&archive_read_support_format_zip) support_zip;
  decltype(&archive_read_support_format_zip_streamable) support_zip_streamable;
  decltype(&archive_read_support_format_raw) support_raw;
  decltype(&archive_read_set_callback_data) set_callback_data;
  decltype(&archive_read_set_read_callback) set_read_callback;
  decltype(&archive_read_set_skip_callback) set_skip_callback;
  decltype(&archive_read_set_seek_callback) set_seek_callback;
  decltype(&archive_read_open1) open;
  decltype(&archive_read_next_header) next_header;
  decltype(&archive_read_data) read_data;
  decltype(&archive_filter_bytes) filter_bytes;
  decltype(&archive_filter_count) filter_count;
  decltype(&archive_format_name) format_name;
  decltype(&archive_set_error) set_error;
  decltype(&archive_error_string) error_string;
  decltype(&archive_entry_pathname) entry_pathname;
  decltype(&archive_entry_pathname_utf8) entry_pathname_utf8;
  decltype(&archive_entry_filetype) entry_filetype;
  decltype(&archive_entry_hardlink) entry_hardlink;
  decltype(&archive_entry_size) entry_size;
  decltype(&archive_entry_size_is_set) entry_size_is_set;
  decltype(&archive_entry_sparse_count) entry_sparse_count;
  decltype(&archive_entry_is_encrypted) entry_is_encrypted;
};

/// The library, loaded once for the process. Throws Error(open) with a hint when it is not there.
const ArchiveLibrary& archive_library();

}  // namespace astream
