#include "formats/record_row_writer.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "formats/record_header.hpp"
#include "formats/row_text.hpp"

namespace astream {

void RecordRowWriter::set_start(const SetStart& event) {
  sink_.write(set_start_header(event), {});
}

void RecordRowWriter::stream_start(const RowStreamStart& event) {
  columns_json_ = nlohmann::json(event.columns).dump();
  Stream& stream = streams_[event.stream.stream];
  stream.rows_per_record = event.rows_per_record;
  stream.hop_samples = event.mode == RowMode::windows ? event.stream.plan.hop_samples : event.frame_hop_samples;
  flush_policy_.stream_start(event.stream);
  sink_.write(stream_start_header(event.stream), {});
  flush_policy_.after_event(sink_);
}

void RecordRowWriter::row(const Row& row) {
  const auto channel = static_cast<size_t>(row.channel);
  Stream& stream = streams_[row.stream];
  if (stream.batches.size() <= channel) stream.batches.resize(channel + 1);
  Batch& batch = stream.batches[channel];
  if (row.gap_samples > 0 && batch.rows > 0) write_all(row.stream);
  if (batch.rows == 0) {
    batch.first = row;
    batch.first.values = {};
  }
  batch.rows += row.frames;
  batch.values.insert(batch.values.end(), row.values.begin(), row.values.end());
  if (row.frames > 1 || batch.rows >= stream.rows_per_record) write(stream, batch);
}

/// Built by hand: there may be one for every few milliseconds of sound.
void RecordRowWriter::write(Stream& stream, Batch& batch) {
  if (batch.rows == 0) return;
  const auto append = [this](std::string_view key, int64_t number) {
    header_ += key;
    append_integer(header_, number);
  };
  header_.clear();
  append(R"({"type":"features","data":{"stream":)", batch.first.stream);
  append(R"(,"row":)", batch.first.index);
  append(R"(,"sample":)", batch.first.sample);
  header_ += R"(,"time":)";
  append_seconds(header_, batch.first.time_s);
  append(R"(,"rate":)", batch.first.rate_hz);
  append(R"(,"hop":)", stream.hop_samples);
  append(R"(,"shape":[)", batch.rows);
  append(",", static_cast<int64_t>(batch.values.size()) / batch.rows);
  header_ += R"(],"columns":)";
  header_ += columns_json_;
  if (options_.has_channel) append(R"(,"channel":)", batch.first.channel);
  if (batch.first.gap_samples > 0) append(R"(,"gap":)", batch.first.gap_samples);
  if (batch.first.wallclock_us) header_ += R"(,"wallclock":")" + wallclock_text(*batch.first.wallclock_us) + '"';
  append(R"(},"payload_length":)", static_cast<int64_t>(batch.values.size() * sizeof(float)));
  header_ += '}';
  finish_header(header_);
  sink_.write(header_, std::as_bytes(std::span(batch.values)));
  batch.values.clear();
  batch.rows = 0;
  ++stream.records;
  has_new_ = true;
}

void RecordRowWriter::write_all(int64_t stream) {
  const auto open = streams_.find(stream);
  if (open == streams_.end()) return;
  for (Batch& batch : open->second.batches) write(open->second, batch);
}

void RecordRowWriter::pause() {
  if (std::exchange(has_new_, false)) flush_policy_.after_window(sink_);
}

void RecordRowWriter::stream_info(const StreamInfo& event) {
  sink_.write(stream_info_header(event), {});
  flush_policy_.after_event(sink_);
}

void RecordRowWriter::stream_error(const StreamError& event) {
  write_all(event.stream);
  sink_.write(stream_error_header(event), {});
  flush_policy_.after_event(sink_);
}

void RecordRowWriter::stream_end(const StreamEnd& event) {
  write_all(event.stream);
  StreamEnd counted = event;
  counted.windows = streams_[event.stream].records;
  set_records_ += counted.windows;
  streams_.erase(event.stream);
  sink_.write(stream_end_header(counted), {});
  flush_policy_.stream_end(event, sink_);
}

void RecordRowWriter::set_end(const SetEnd& event) {
  SetEnd counted = event;
  counted.windows = set_records_;
  sink_.write(set_end_header(counted), {});
  sink_.flush();
}

}  // namespace astream
