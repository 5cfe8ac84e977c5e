#include "formats/packet_recorder.hpp"

#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "formats/no_output.hpp"

namespace astream {

namespace {

/// The message names the file, for the input is named with it.
Error naming_file(const Error& error, const std::string& path) {
  const std::string file = !error.uri().empty() ? error.uri() : path == "-" ? "stdout" : path;
  return {error.kind(), file.empty() ? error.message() : file + ": " + error.message(), {}, error.hint()};
}

}  // namespace

class PacketRecorder::PacketEncoder : public FileEncoder {
 public:
  PacketEncoder(ByteOutput& output, const std::string& container, const av::PacketReader& reader, const Tags& tags,
                bool is_part)
      : output_(output), writer_(output, container, reader, tags, is_part) {}

  void write(const av::PacketReader& reader) {
    writer_.write(reader);
    samples_ += reader.samples();
  }
  void flush() override {
    writer_.flush();
    flushed_samples_ = samples_;
  }
  void change_tags(const Tags& tags) override { writer_.change_tags(tags); }
  void finish() override { writer_.finish(); }
  int64_t size_after(int64_t samples) const override {
    if (flushed_samples_ == 0) return output_.size_bytes();
    const double more =
        static_cast<double>(samples_ - flushed_samples_ + samples) / static_cast<double>(flushed_samples_);
    return static_cast<int64_t>(static_cast<double>(output_.size_bytes()) * (1 + more));
  }

 private:
  ByteOutput& output_;
  av::PacketWriter writer_;
  int64_t samples_ = 0;
  int64_t flushed_samples_ = 0;
};

PacketRecorder::PacketRecorder(RecorderOptions options, bool is_part)
    : desk_(std::move(options)), is_part_(is_part || desk_.options.split.is_wanted()) {}

void PacketRecorder::check_fit(const StreamStart& event, const av::PacketReader& reader) const {
  const RecordingFormat& format = *desk_.options.format;
  bool fits = format.takes_copy_of(event.source.codec);
  try {
    NoOutput nowhere;
    if (fits) av::PacketWriter(nowhere, std::string(format.container), reader, {}, false);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) throw;
    fits = false;
  }
  if (fits) return;
  throw Error(ErrorKind::usage, event.source.codec + " does not fit into " + std::string(format.name), event.uri,
              "name the file .mka, which takes most, or record without --copy");
}

void PacketRecorder::stream_start(const StreamStart& event, const av::PacketReader& reader) {
  check_fit(event, reader);
  const std::string container(desk_.options.format->container);
  Stream& stream = streams_[event.stream];
  const bool is_part = is_part_ || event.is_live;
  stream.files =
      std::make_unique<FileSequence>(desk_, event, [&stream, container, is_part](ByteOutput& output, const Tags& tags) {
        auto encoder = std::make_unique<PacketEncoder>(output, container, *stream.reader, tags, is_part);
        stream.encoder = encoder.get();
        return encoder;
      });
  desk_.log.stream_start(event);
}

/// What follows has another codec header.
void PacketRecorder::begin_other_file(FileSequence& files) const {
  if (desk_.options.path == "-") {
    throw Error(ErrorKind::output, "the sound goes on in another format, which needs a file of its own", {},
                "record to files, or without --copy");
  }
  files.end_file("format");
}

void PacketRecorder::write(Stream& stream, const Window& place, bool is_new_stream) {
  FileSequence& files = *stream.files;
  files.tell_losses(place);
  if (place.wallclock_us) files.set_clock(place.sample, *place.wallclock_us);
  if (is_new_stream) begin_other_file(files);
  files.make_room(place.sample, place.valid_samples);  // a packet is not cut
  files.append(place.valid_samples, [&stream] { stream.encoder->write(*stream.reader); });
}

void PacketRecorder::packet(const Window& place, const av::PacketReader& reader, bool is_new_stream) {
  Stream& stream = streams_.at(place.stream);
  if (stream.files->has_failed()) return;
  stream.reader = &reader;
  try {
    write(stream, place, is_new_stream);
  } catch (const Error& error) {
    const Error named = naming_file(error, stream.files->path());
    stream.files->salvage();
    throw named;
  } catch (...) {
    stream.files->salvage();
    throw;
  }
}

void PacketRecorder::stream_info(const StreamInfo& event) {
  streams_.at(event.stream).files->tell_tags(event);
}

void PacketRecorder::stream_error(const StreamError& event) {
  const std::string hint = event.hint.empty() ? "" : " (" + event.hint + ")";
  log(LogLevel::error, event.uri + ": " + event.message + hint);
  desk_.log.stream_error(event);
}

void PacketRecorder::stream_end(const StreamEnd& event) {
  const auto stream = streams_.find(event.stream);
  if (stream == streams_.end()) return;
  if (FileSequence* files = stream->second.files.get()) {
    const std::string path = files->path();
    try {
      files->end_stream(event, true);
    } catch (const Error& error) {
      throw naming_file(error, path);
    }
  }
  streams_.erase(stream);
  desk_.log.stream_end(event);
}

void PacketRecorder::set_end(const SetEnd& event) {
  desk_.commands.finish();
  desk_.log.end(event);
}

}  // namespace astream
