#include "formats/npy_row_writer.hpp"

#include "base/error.hpp"

namespace astream {

/// Always of the same length, so that it can be written again when the rows are counted.
std::string NpyRowWriter::head() const {
  constexpr size_t kHeadBytes = 192;  // a multiple of 64, as the format wants it
  constexpr size_t kMagicBytes = 10;
  std::string shape = std::to_string(rows_) + ", ";
  if (has_patches_) shape += std::to_string(frames_) + ", ";
  shape += std::to_string(columns_);
  std::string text = std::string("{'descr': '") + (options_.is_double ? "<f8" : "<f4") +
                     "', 'fortran_order': False, 'shape': (" + shape + "), }";
  text.resize(kHeadBytes - kMagicBytes - 1, ' ');
  text += '\n';
  std::string magic = "\x93NUMPY";
  magic += '\1';
  magic += '\0';
  magic += static_cast<char>(text.size() & 0xFF);
  magic += static_cast<char>(text.size() >> 8);
  return magic + text;
}

void NpyRowWriter::stream_start(const RowStreamStart& event) {
  if (is_begun_) return;
  is_begun_ = true;
  columns_ = event.columns.size();
  has_patches_ = event.mode == RowMode::patches;
  frames_ = event.frames_per_row;
  sink_.write(head(), {});
}

void NpyRowWriter::row(const Row& row) {
  if (row.frames != frames_) {
    throw Error(ErrorKind::output, "an npy array needs patches of one length", {}, "use --tail pad or drop");
  }
  ++rows_;
  if (options_.is_double) return sink_.write({}, std::as_bytes(row.values));
  floats_.assign(row.values.begin(), row.values.end());
  sink_.write({}, std::as_bytes(std::span(floats_)));
}

void NpyRowWriter::set_end(const SetEnd&) {
  if (is_begun_) sink_.rewrite(0, head());
}

}  // namespace astream
