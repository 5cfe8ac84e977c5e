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
  rows_per_record_ = event.rows_per_record;
  hop_samples_ = event.mode == RowMode::windows ? event.stream.plan.hop_samples : event.frame_hop_samples;
  batches_.clear();
  windows_ = 0;
  flush_policy_.stream_start(event.stream);
  sink_.write(stream_start_header(event.stream), {});
  flush_policy_.after_event(sink_);
}

void RecordRowWriter::row(const Row& row) {
  const auto channel = static_cast<size_t>(row.channel);
  if (batches_.size() <= channel) batches_.resize(channel + 1);
  Batch& batch = batches_[channel];
  if (row.gap_samples > 0 && batch.rows > 0) write_all();
  if (batch.rows == 0) {
    batch.first = row;
    batch.first.values = {};
  }
  batch.rows += row.frames;
  batch.values.insert(batch.values.end(), row.values.begin(), row.values.end());
  if (row.frames > 1 || batch.rows >= rows_per_record_) write(batch);
}

/// Built by hand: there may be one for every few milliseconds of sound.
void RecordRowWriter::write(Batch& batch) {
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
  append(R"(,"hop":)", hop_samples_);
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
  ++windows_;
  has_new_ = true;
}

void RecordRowWriter::write_all() {
  for (Batch& batch : batches_) write(batch);
}

void RecordRowWriter::pause() {
  if (std::exchange(has_new_, false)) flush_policy_.after_window(sink_);
}

void RecordRowWriter::stream_info(const StreamInfo& event) {
  sink_.write(stream_info_header(event), {});
  flush_policy_.after_event(sink_);
}

void RecordRowWriter::stream_error(const StreamError& event) {
  write_all();
  sink_.write(stream_error_header(event), {});
  flush_policy_.after_event(sink_);
}

void RecordRowWriter::stream_end(const StreamEnd& event) {
  write_all();
  StreamEnd counted = event;
  counted.windows = windows_;
  set_windows_ += windows_;
  sink_.write(stream_end_header(counted), {});
  flush_policy_.after_event(sink_);
}

void RecordRowWriter::set_end(const SetEnd& event) {
  SetEnd counted = event;
  counted.windows = set_windows_;
  sink_.write(set_end_header(counted), {});
  sink_.flush();
}

}  // namespace astream
