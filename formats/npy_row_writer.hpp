// All rows of a run as one NumPy array file (NEP 1, version 1.0): float32 (or float64), shape (rows, columns), patches
// (rows, frames, columns). The sink must be a file: the number of rows is put into the head at the end.
#pragma once

#include <vector>

#include "formats/row_format_table.hpp"

namespace astream {

class NpyRowWriter : public RowReceiver {
 public:
  NpyRowWriter(ByteSink& sink, RowWriterOptions options) : sink_(sink), options_(std::move(options)) {}

  void stream_start(const RowStreamStart& event) override;
  /// Throws Error(output) for a patch of another number of frames than the others (a cropped last one).
  void row(const Row& row) override;
  void set_end(const SetEnd& event) override;

 private:
  std::string head() const;

  ByteSink& sink_;
  RowWriterOptions options_;
  std::vector<float> floats_;
  bool is_begun_ = false;
  bool has_patches_ = false;
  int64_t frames_ = 1;
  int64_t rows_ = 0;
  size_t columns_ = 0;
};

}  // namespace astream
