// Rows as CSV (RFC 4180): one header line for the run, LF (or CRLF) line ends, the same columns in every row.
//
// Columns: index,time,duration[,time_utc,gap][,frame][,channel][,stream,file] and the features. time_utc and gap
// (samples lost before the row) where the first stream is live, frame in patches. Numbers are the shortest that read
// back as the same float32 (or double), whatever the locale. A line longer than a pipe's buffer may reach a slow reader
// in parts; none is ever left half-written.
#pragma once

#include <map>
#include <vector>

#include "formats/flush_policy.hpp"
#include "formats/row_format_table.hpp"

namespace astream {

class CsvRowWriter : public RowReceiver {
 public:
  CsvRowWriter(ByteSink& sink, RowWriterOptions options) : sink_(sink), options_(std::move(options)) {}

  void stream_start(const RowStreamStart& event) override;
  void row(const Row& row) override;
  void pause() override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  void write_header(const RowStreamStart& event);
  void append_position(const Row& row, int64_t frame);
  void append_values(std::span<const double> values);
  std::string quoted(const std::string& text) const;

  ByteSink& sink_;
  RowWriterOptions options_;
  FlushPolicy flush_policy_;
  std::string line_;
  std::vector<char> cells_;
  std::string na_;                        ///< quoted where it must be
  std::map<int64_t, std::string> files_;  ///< likewise; by stream, of those that are open
  size_t columns_ = 0;
  bool has_header_ = false;
  bool is_live_ = false;
  bool has_frame_ = false;
  bool has_new_ = false;  ///< rows since the last pause
};

}  // namespace astream
