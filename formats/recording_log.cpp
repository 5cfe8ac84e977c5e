#include "formats/recording_log.hpp"

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/log.hpp"
#include "base/os.hpp"
#include "formats/descriptor.hpp"
#include "formats/record_header.hpp"

namespace astream {

using Json = nlohmann::ordered_json;

/// One line: what happened, and its data.
struct RecordingLog::Line {
  Json json;
  Line(std::string_view event, const Json& data) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    json["event"] = event;
    json["time"] = wallclock_text(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
    json.update(data);
  }
};

namespace {

Json file_json(const FileEvent& file) {
  Json data = {{"stream", file.stream},
               {"file", file.path},
               {"sample", file.sample},
               {"rate", file.format.rate_hz},
               {"channels", file.format.channels}};
  if (file.wallclock_us) data["wallclock"] = wallclock_text(*file.wallclock_us);
  return data;
}

}  // namespace

RecordingLog::RecordingLog(const std::string& path) : path_(path) {
  if (!path.empty()) fd_ = open_for_appending(path);
}

RecordingLog::~RecordingLog() {
  close_fd(fd_);
}

/// The recording counts for more than its log: where that can't be written, it is told once.
void RecordingLog::write(const Line& line) {
  const std::string text = line.json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  try {
    write_whole(fd_, std::array{std::string_view(text)}, path_);
  } catch (const Error& error) {
    log(LogLevel::warning, path_ + ": " + error.message() + "; the log ends here");
    close_fd(fd_);
  }
}

void RecordingLog::start(const SetStart& event) {
  if (fd_ >= 0) write({"start", {{"generator", event.generator}}});
}

void RecordingLog::stream_start(const StreamStart& event) {
  if (fd_ < 0) return;
  write({"stream-start",
         {{"stream", event.stream},
          {"uri", event.uri},
          {"label", event.label},
          {"rate", event.format.rate_hz},
          {"channels", event.format.channels},
          {"live", event.is_live},
          {"codec", event.source.codec},
          {"tags", event.source.tags}}});
}

void RecordingLog::file_open(const FileEvent& file) {
  if (fd_ >= 0) write({"file-open", file_json(file)});
}

void RecordingLog::file_close(const FileEvent& file, const std::string& reason) {
  if (fd_ < 0) return;
  Json data = file_json(file);
  data.update(Json{
      {"samples", file.samples}, {"missing", file.missing_samples}, {"bytes", file.size_bytes}, {"reason", reason}});
  write({"file-close", data});
}

void RecordingLog::file_delete(const std::string& path) {
  if (fd_ >= 0) write({"file-delete", {{"file", path}}});
}

void RecordingLog::gap(const Window& window, const std::optional<FileEvent>& file) {
  if (fd_ < 0) return;
  Json data = {{"stream", window.stream},
               {"sample", window.sample},
               {"gap", window.gap_samples},
               {"dropped", window.dropped_samples}};
  if (window.wallclock_us) data["wallclock"] = wallclock_text(*window.wallclock_us);
  if (file) data.update(Json{{"file", file->path}, {"file_sample", file->samples}});
  write({"gap", data});
}

void RecordingLog::reconnect(const Window& window) {
  if (fd_ < 0) return;
  Json data = {{"stream", window.stream}, {"sample", window.sample}, {"reconnects", window.reconnects}};
  if (window.wallclock_us) data["wallclock"] = wallclock_text(*window.wallclock_us);
  write({"reconnect", data});
}

void RecordingLog::lag(int64_t stream, int64_t sample, int64_t dropped_samples) {
  if (fd_ >= 0) write({"pass-lag", {{"stream", stream}, {"sample", sample}, {"dropped", dropped_samples}}});
}

void RecordingLog::tags(const StreamInfo& event, int64_t sample) {
  if (fd_ >= 0) write({"tags", {{"stream", event.stream}, {"sample", sample}, {"tags", event.tags}}});
}

void RecordingLog::stream_error(const StreamError& event) {
  if (fd_ < 0) return;
  write({"stream-error",
         {{"stream", event.stream},
          {"uri", event.uri},
          {"kind", kind_name(event.kind)},
          {"message", event.message},
          {"hint", event.hint}}});
}

void RecordingLog::stream_end(const StreamEnd& event) {
  if (fd_ < 0) return;
  write({"stream-end",
         {{"stream", event.stream},
          {"reason", reason_name(event.reason)},
          {"samples", event.samples},
          {"gap", event.gap_samples},
          {"dropped", event.dropped_samples},
          {"reconnects", event.reconnects}}});
}

void RecordingLog::end(const SetEnd& event) {
  if (fd_ >= 0) write({"end", {{"streams", event.streams}, {"failed", event.failed}, {"elapsed", event.elapsed_s}}});
}

}  // namespace astream
