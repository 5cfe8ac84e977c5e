#include "formats/csv_row_writer.hpp"

#include <utility>

#include "formats/record_header.hpp"
#include "formats/row_text.hpp"

namespace astream {

std::string CsvRowWriter::quoted(const std::string& text) const {
  if (text.find_first_of("\"\r\n" + options_.separator) == std::string::npos) return text;
  std::string cell = "\"";
  for (const char letter : text) {
    if (letter == '"') cell += '"';
    cell += letter;
  }
  return cell + '"';
}

void CsvRowWriter::write_header(const RowStreamStart& event) {
  columns_ = event.columns.size();
  na_ = quoted(options_.na);
  is_live_ = event.stream.is_live;
  has_frame_ = event.mode == RowMode::patches;
  const std::string& comma = options_.separator;
  line_ = "index" + comma + "time" + comma + "duration";
  if (is_live_) line_ += comma + "time_utc" + comma + "gap";
  if (has_frame_) line_ += comma + "frame";
  if (options_.has_channel) line_ += comma + "channel";
  if (options_.has_file) line_ += comma + "stream" + comma + "file";
  for (const std::string& column : event.columns) line_ += comma + column;
  line_ += options_.is_crlf ? "\r\n" : "\n";
  sink_.write(line_, {});
  has_header_ = true;
}

void CsvRowWriter::stream_start(const RowStreamStart& event) {
  if (!has_header_) write_header(event);
  files_[event.stream.stream] = quoted(event.stream.uri);
  flush_policy_.stream_start(event.stream);
  flush_policy_.after_event(sink_);
}

/// Straight into the line: these are nearly all the characters of a table.
void CsvRowWriter::append_values(std::span<const double> values) {
  cells_.resize(values.size() * (kNumberRoom_chars + na_.size()));  // once: it never shrinks
  char* at = cells_.data();
  const auto text = [&at](std::string_view word) { at = std::copy(word.begin(), word.end(), at); };
  for (const double value : values) {
    *at++ = options_.separator.front();
    if (!std::isfinite(value)) {
      text(std::isnan(value) ? std::string_view(na_) : value < 0 ? "-inf" : "inf");
    } else if (options_.is_double) {
      at = std::to_chars(at, at + kNumberRoom_chars, value).ptr;
    } else {
      at = std::to_chars(at, at + kNumberRoom_chars, static_cast<float>(value)).ptr;
    }
  }
  line_.append(cells_.data(), at);
}

void CsvRowWriter::append_position(const Row& row, int64_t frame) {
  const std::string& comma = options_.separator;
  append_integer(line_, row.index);
  line_ += comma;
  append_seconds(line_, anchored_time_s(row, options_.time));
  line_ += comma;
  append_seconds(line_, static_cast<double>(row.duration_samples) / row.rate_hz);
  if (is_live_) {
    line_ += comma + (row.wallclock_us ? milliseconds_text(*row.wallclock_us) : "") + comma;
    append_integer(line_, row.gap_samples);
  }
  const auto append = [&](int64_t number) {
    line_ += comma;
    append_integer(line_, number);
  };
  if (has_frame_) append(frame);
  if (options_.has_channel) append(row.channel);
  if (options_.has_file) {
    append(row.stream);
    line_ += comma + files_[row.stream];
  }
}

void CsvRowWriter::row(const Row& row) {
  for (int64_t frame = 0; frame < row.frames; ++frame) {
    line_.clear();
    append_position(row, frame);
    append_values(row.values.subspan(static_cast<size_t>(frame) * columns_, columns_));
    line_ += options_.is_crlf ? "\r\n" : "\n";
    sink_.write(line_, {});
  }
  has_new_ = true;
}

void CsvRowWriter::pause() {
  if (std::exchange(has_new_, false)) flush_policy_.after_window(sink_);
}

void CsvRowWriter::stream_end(const StreamEnd& event) {
  flush_policy_.stream_end(event, sink_);
  files_.erase(event.stream);
}

void CsvRowWriter::set_end(const SetEnd&) {
  sink_.flush();
}

}  // namespace astream
