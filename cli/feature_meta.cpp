#include "cli/feature_meta.hpp"

#include <nlohmann/json.hpp>

#include "formats/byte_sink.hpp"

namespace astream::cli {

namespace {

using Json = nlohmann::ordered_json;

/// "mel_3_mean" is a column of the table's "mel_N".
const ColumnInfo* find_info(const std::string& column) {
  const ColumnInfo* best = nullptr;
  for (const FeatureGroup& group : feature_table()) {
    for (const ColumnInfo& info : group.columns) {
      std::string_view stem = info.name;
      if (stem.ends_with("_N") || stem.ends_with("_F")) stem.remove_suffix(1);
      if (column.starts_with(stem) && (best == nullptr || stem.size() > best->name.size())) best = &info;
    }
  }
  return best;
}

Json describe(const RowStreamStart& event, const std::string& generator) {
  Json json = {{"generator", generator},
               {"rate", event.stream.format.rate_hz},
               {"rows", event.mode == RowMode::frames    ? "frames"
                        : event.mode == RowMode::windows ? "windows"
                                                         : "patches"},
               {"length", event.stream.plan.window_samples},
               {"hop", event.stream.plan.hop_samples},
               {"frame_hop", event.frame_hop_samples},
               {"frames_per_row", event.frames_per_row},
               {"columns", Json::array()}};
  for (const std::string& column : event.columns) {
    Json entry = {{"name", column}};
    if (const ColumnInfo* info = find_info(column)) {
      entry["meaning"] = info->meaning;
      entry["unit"] = info->unit;
      entry["source"] = info->source;
    }
    json["columns"].push_back(std::move(entry));
  }
  return json;
}

class MetaWriter : public RowReceiver {
 public:
  MetaWriter(std::unique_ptr<RowReceiver> next, const std::string& path, bool may_overwrite)
      : next_(std::move(next)), sink_(make_file_sink(path, may_overwrite)) {}

  void set_start(const SetStart& event) override {
    generator_ = event.generator;
    next_->set_start(event);
  }
  void stream_start(const RowStreamStart& event) override {
    if (sink_) {
      sink_->write(describe(event, generator_).dump(2) + "\n", {});
      sink_->close();
      sink_.reset();
    }
    next_->stream_start(event);
  }
  void row(const Row& row) override { next_->row(row); }
  void pause() override { next_->pause(); }
  void stream_info(const StreamInfo& event) override { next_->stream_info(event); }
  void stream_error(const StreamError& event) override { next_->stream_error(event); }
  void stream_end(const StreamEnd& event) override { next_->stream_end(event); }
  void set_end(const SetEnd& event) override { next_->set_end(event); }

 private:
  std::unique_ptr<RowReceiver> next_;
  std::unique_ptr<ByteSink> sink_;
  std::string generator_;
};

}  // namespace

std::unique_ptr<RowReceiver> make_meta_writer(std::unique_ptr<RowReceiver> next, const std::string& path,
                                              bool may_overwrite) {
  return std::make_unique<MetaWriter>(std::move(next), path, may_overwrite);
}

}  // namespace astream::cli
