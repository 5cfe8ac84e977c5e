#include "source/raw_source.hpp"

#include <charconv>

#include "av/raw_reader.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/units.hpp"

namespace astream {

namespace {

constexpr const char* kExample = "try -?format=s16le&rate=16000&channels=1";

class RawSource : public Source {
 public:
  RawSource(const std::shared_ptr<ByteInput>& bytes, const std::string& format, AudioFormat audio, const Input& input)
      : reader_(bytes, format, audio), shown_uri_(shown_uri(input)) {
    info_.format = audio;
    info_.container = "raw";
    info_.codec = av::raw_codec_name(format).value_or(format);
    info_.bits = reader_.bits();
    info_.may_wait = !bytes->size_bytes().has_value();
  }

  const SourceInfo& info() const override { return info_; }

  ReadResult read(Clock::time_point /*deadline*/) override {
    ReadResult result;
    if (is_ended_) return result;
    result.samples = reader_.read();
    result.kind = result.samples.empty() ? ReadKind::end : ReadKind::data;
    is_ended_ = result.samples.empty();
    if (is_ended_ && reader_.bytes_left_over() > 0) {
      log(LogLevel::warning, shown_uri_ + ": it ends in the middle of a sample, " +
                                 std::to_string(reader_.bytes_left_over()) + " bytes are left out");
    }
    return result;
  }

  bool seek(int64_t sample) override { return reader_.seek(sample); }
  bool has_fast_seek() const override { return !info_.may_wait; }

 private:
  av::RawReader reader_;
  std::string shown_uri_;
  SourceInfo info_;
  bool is_ended_ = false;
};

int parse_channels(const std::string& text) {
  int channels = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), channels);
  if (code != std::errc() || end != text.data() + text.size() || channels < 1 || channels > kMaxChannels) {
    throw Error(ErrorKind::usage, "channels=" + text + " is no number of channels", {}, "try channels=1 or channels=2");
  }
  return channels;
}

}  // namespace

std::unique_ptr<Source> open_raw(const std::shared_ptr<ByteInput>& bytes,
                                 const std::map<std::string, std::string>& query, const Input& input) {
  std::string format;
  AudioFormat audio{0, 1};
  for (const auto& [key, value] : query) {
    if (key == "format") {
      format = value;
    } else if (key == "rate") {
      audio.rate_hz = parse_rate_hz(value, "rate");
    } else if (key == "channels") {
      audio.channels = parse_channels(value);
    } else {
      throw Error(ErrorKind::usage, "unknown option '" + key + "'", {}, "raw input takes format, rate and channels");
    }
  }
  if (format.empty()) throw Error(ErrorKind::usage, "raw input needs a format", {}, kExample);
  if (audio.rate_hz == 0) throw Error(ErrorKind::usage, "raw input needs a rate", {}, kExample);
  return std::make_unique<RawSource>(bytes, format, audio, input);
}

}  // namespace astream
