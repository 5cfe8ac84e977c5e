#include "formats/json_row_writer.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "formats/record_header.hpp"
#include "formats/row_text.hpp"

namespace astream {

namespace {

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void JsonRowWriter::stream_start(const RowStreamStart& event) {
  column_keys_.clear();
  for (const std::string& column : event.columns) column_keys_.push_back("," + json_text(column) + ":");
  columns_json_ = nlohmann::json(event.columns).dump();
  files_json_[event.stream.stream] = json_text(event.stream.uri);
  has_patches_ = event.mode == RowMode::patches;
  flush_policy_.stream_start(event.stream);
}

void JsonRowWriter::append_key(std::string_view key) {
  line_ += ",\"";
  line_ += key;
  line_ += "\":";
}

void JsonRowWriter::append_value(double value) {
  if (std::isfinite(value)) return append_shortest(line_, value, options_.is_double);
  line_ += "null";
}

void JsonRowWriter::append_values(const Row& row) {
  for (size_t i = 0; i < row.values.size(); ++i) {
    line_ += column_keys_[i];
    append_value(row.values[i]);
  }
}

void JsonRowWriter::append_patch(const Row& row) {
  append_key("columns");
  line_ += columns_json_;
  append_key("values");
  line_ += '[';
  for (size_t i = 0; i < row.values.size(); ++i) {
    line_ += i == 0 ? "[" : i % column_keys_.size() == 0 ? "],[" : ",";
    append_value(row.values[i]);
  }
  line_ += row.values.empty() ? "]" : "]]";
}

void JsonRowWriter::row(const Row& row) {
  line_ = "{\"index\":";
  append_integer(line_, row.index);
  append_key("time");
  append_seconds(line_, anchored_time_s(row, options_.time));
  append_key("duration");
  append_seconds(line_, static_cast<double>(row.duration_samples) / row.rate_hz);
  if (row.wallclock_us) {
    append_key("time_utc");
    line_ += '"' + milliseconds_text(*row.wallclock_us) + '"';
  }
  if (row.gap_samples > 0) {
    append_key("gap");
    append_integer(line_, row.gap_samples);
  }
  if (options_.has_channel) {
    append_key("channel");
    append_integer(line_, row.channel);
  }
  if (options_.has_file) {
    append_key("stream");
    append_integer(line_, row.stream);
    append_key("file");
    line_ += files_json_[row.stream];
  }
  has_patches_ ? append_patch(row) : append_values(row);
  line_ += "}\n";
  sink_.write(line_, {});
  has_new_ = true;
}

void JsonRowWriter::pause() {
  if (std::exchange(has_new_, false)) flush_policy_.after_window(sink_);
}

void JsonRowWriter::stream_end(const StreamEnd& event) {
  flush_policy_.stream_end(event, sink_);
  files_json_.erase(event.stream);
}

void JsonRowWriter::set_end(const SetEnd&) {
  sink_.flush();
}

}  // namespace astream
