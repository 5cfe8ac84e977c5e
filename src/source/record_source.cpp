#include "source/record_source.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"

namespace astream {

namespace {

using Json = nlohmann::json;

constexpr AudioFormat kPlaceholderFormat{48000, 1};
constexpr int64_t kLargestNumber = int64_t{1} << 53;  // what every JSON reader takes exactly

[[noreturn]] void fail(const std::string& message, const std::string& hint = {}) {
  throw Error(ErrorKind::decode, message, {}, hint);
}

/// The whole number >= 0 at `key`; `absent` when there is none.
int64_t number_at(const Json& data, const char* key, int64_t absent) {
  const auto found = data.find(key);
  if (found == data.end() || found->is_null()) return absent;
  if (!found->is_number_integer()) fail("the record stream is damaged: '" + std::string(key) + "' is no whole number");
  const auto number = found->get<int64_t>();
  if (number < 0 || number > kLargestNumber) {
    fail("the record stream is damaged: '" + std::string(key) + "' is out of range");
  }
  return number;
}

std::string text_at(const Json& data, const char* key) {
  const auto found = data.find(key);
  return found != data.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Tags tags_at(const Json& data) {
  Tags tags;
  const auto found = data.find("tags");
  if (found == data.end() || !found->is_object()) return tags;
  for (const auto& [key, value] : found->items()) {
    if (value.is_string()) tags[key] = value.get<std::string>();
  }
  return tags;
}

AudioFormat format_at(const Json& data, const AudioFormat& absent) {
  const int64_t rate_hz = number_at(data, "rate", absent.rate_hz);
  const int64_t channels = number_at(data, "channels", absent.channels);
  if (rate_hz < 1 || rate_hz > kMaxRateHz || channels < 1 || channels > kMaxChannels) {
    fail("the record stream is damaged: rate or channels are out of range");
  }
  return {static_cast<int>(rate_hz), static_cast<int>(channels)};
}

/// What a stream-error record tells, as the Error that it was.
Error error_at(const Json& data) {
  const std::string word = text_at(data, "kind");
  ErrorKind kind = ErrorKind::decode;
  for (const ErrorKind known : {ErrorKind::usage, ErrorKind::resolve, ErrorKind::open, ErrorKind::network,
                                ErrorKind::decode, ErrorKind::device, ErrorKind::output, ErrorKind::internal}) {
    if (kind_name(known) == word) kind = known;
  }
  const std::string message = text_at(data, "message");
  return Error(kind, message.empty() ? "the stream failed upstream" : message, text_at(data, "uri"),
               text_at(data, "hint"));
}

/// A record with a payload of its own.
class OwnRecord {
 public:
  explicit OwnRecord(Record record)
      : record_(std::move(record)), payload_(record_.samples().begin(), record_.samples().end()) {
    record_.payload = std::as_bytes(std::span(payload_)).first(record_.payload.size());
  }
  OwnRecord(OwnRecord&&) = default;
  OwnRecord& operator=(OwnRecord&&) = default;
  OwnRecord(const OwnRecord&) = delete;
  OwnRecord& operator=(const OwnRecord&) = delete;
  ~OwnRecord() = default;

  const Record& record() const { return record_; }

 private:
  Record record_;
  std::vector<float> payload_;  ///< moving it leaves its values where they are
};

/// The reader that all streams of one record stream share, and where it stands.
struct RecordFeed {
  explicit RecordFeed(RecordReader record_reader) : reader(std::move(record_reader)) {}

  /// A stream that was begun and not ended.
  struct Open {
    std::deque<OwnRecord> ahead;  ///< its records that came while another stream was being read
    size_t ahead_bytes = 0;
    bool is_left = false;  ///< nobody wants the rest of it
  };

  RecordReader reader;
  Record record;
  bool is_set_open = false;  ///< inside a set: its end must still come
  bool is_broken = false;    ///< nothing more can be read
  AudioFormat last_format = kPlaceholderFormat;
  std::map<int64_t, Open> open;
  std::deque<OwnRecord> begun;  ///< starts, and bare errors, beside a stream that is being read; not taken yet

  bool is_open(int64_t stream) const { return open.contains(stream); }
  /// Whether there are streams besides `stream` that are wanted.
  bool has_others(int64_t stream) const {
    return std::ranges::any_of(open, [&](const auto& entry) { return entry.first != stream && !entry.second.is_left; });
  }
  void keep(int64_t stream);

  /// The next record into `record`. An Error is the last thing that happens.
  bool next() {
    try {
      if (reader.next(record)) {
        note_set();
        return true;
      }
    } catch (const Error&) {
      is_broken = true;
      throw;
    }
    is_broken = true;
    return false;
  }

 private:
  void note_set() {
    if (record.type == "set-end") is_set_open = false;
    if (record.type == "stream-start") is_set_open = true;
    if (record.type != "set-start") return;
    is_set_open = true;
    if (number_at(record.data, "version", 1) > 1) {
      fail("the record stream has a newer version than 1", "a newer astream reads it");
    }
  }
};

/// The record is one of a stream that is read by another source.
void RecordFeed::keep(int64_t stream) {
  constexpr size_t kMostAhead_bytes = size_t{64} << 20;
  Open& other = open[stream];
  if (other.is_left) {
    if (record.type == "stream-end") open.erase(stream);
    return;
  }
  other.ahead_bytes += record.payload.size();
  if (other.ahead_bytes > kMostAhead_bytes) {
    is_broken = true;
    fail("the record stream mixes the windows of several streams", "run one astream for each live input");
  }
  other.ahead.emplace_back(std::exchange(record, {}));
}

class RecordSource : public Source {
 public:
  /// The stream that a stream-start with this data begins.
  RecordSource(std::shared_ptr<RecordFeed> feed, const Json& start_data) : feed_(std::move(feed)) { start(start_data); }

  /// A stream that is nothing but its failure.
  RecordSource(std::shared_ptr<RecordFeed> feed, Error failure)
      : feed_(std::move(feed)), failure_(std::move(failure)), is_only_failure_(true) {
    info_.format = feed_->last_format;
    info_.container = "records";
    info_.label_hint = failure_->uri();
  }

  const SourceInfo& info() const override { return info_; }
  ReadResult read(Clock::time_point deadline) override;
  std::unique_ptr<Source> next_stream() override;
  std::unique_ptr<Source> take_sibling() override;

  /// The first or next stream of `feed`, nullptr at the end.
  static std::unique_ptr<Source> find(const std::shared_ptr<RecordFeed>& feed);

 private:
  void start(const Json& data);
  bool step();
  void take_window(const Json& data);
  void take_end(const Json& data);
  bool next_record();
  void keep(OwnRecord record);
  ReadResult give_pending();

  std::shared_ptr<RecordFeed> feed_;
  Record record_;                  ///< the last one of its own
  std::optional<OwnRecord> kept_;  ///< what record_ borrows from, if it is not the reader
  SourceInfo info_;
  int64_t stream_ = -1;                ///< its number in the record stream
  std::optional<int64_t> last_start_;  ///< position of the last window
  int64_t next_sample_ = 0;            ///< position after the last sample given
  std::optional<Error> failure_;       ///< a stream-error that came: thrown at the end
  bool is_only_failure_ = false;       ///< there is nothing but failure_
  bool is_features_told_ = false;
  bool is_ended_ = false;

  // What the last record gave and read() did not hand out yet, in this order.
  bool has_format_ = false;
  int64_t gap_samples_ = 0;
  std::span<const float> samples_;
  std::optional<Tags> tags_;
};

void RecordSource::start(const Json& data) {
  stream_ = number_at(data, "stream", 0);
  feed_->open.try_emplace(stream_);
  info_.format = format_at(data, {});
  info_.container = "records";
  feed_->last_format = info_.format;
  if (const auto original = data.find("source"); original != data.end() && original->is_object()) {
    const std::string container = text_at(*original, "container");
    if (!container.empty()) info_.container = container;
    info_.codec = text_at(*original, "codec");
    info_.bits = static_cast<int>(std::min<int64_t>(number_at(*original, "bits", 0), 64));
  }
  if (const auto duration = data.find("duration"); duration != data.end() && duration->is_number()) {
    info_.duration_s = duration->get<double>();
  }
  if (const auto live = data.find("live"); live != data.end() && live->is_boolean()) info_.is_live = live->get<bool>();
  info_.may_wait = true;
  info_.tags = tags_at(data);
  info_.label_hint = text_at(data, "label");
  if (info_.label_hint.empty()) info_.label_hint = text_at(data, "uri");
}

void RecordSource::take_window(const Json& data) {
  if (failure_) {
    log(LogLevel::warning, failure_->one_line());  // upstream went on behind it
    failure_.reset();
  }
  const AudioFormat format = format_at(data, info_.format);
  const auto values = record_.samples();
  const auto channels = static_cast<size_t>(format.channels);
  const auto in_payload = static_cast<int64_t>(values.size() / channels);
  const int64_t count = number_at(data, "samples", in_payload);
  const int64_t valid = number_at(data, "valid", count);
  if (count != in_payload || record_.payload.size() % (channels * sizeof(float)) != 0 || valid > count) {
    fail("the record stream is damaged: a window's payload is not as long as its header says");
  }
  const int64_t position = number_at(data, "sample", next_sample_);
  const int64_t gap = number_at(data, "gap", 0);
  if (last_start_ && position <= *last_start_ && format == info_.format) {
    fail("the windows of the record stream are out of order", "shuffle in the last program of the chain");
  }
  if (format != info_.format) {
    info_.format = format;
    has_format_ = true;
    next_sample_ = position;
  } else if (!last_start_) {
    next_sample_ = position;  // of a stream that was cut out of a longer one, only the gap that is told is one
  }
  const int64_t jump = position - next_sample_;
  gap_samples_ = jump == 0 ? gap : std::max<int64_t>(jump, 0);
  const int64_t repeated = std::min(std::max<int64_t>(-jump, 0), valid);
  samples_ = values.subspan(static_cast<size_t>(repeated) * channels, static_cast<size_t>(valid - repeated) * channels);
  next_sample_ = std::max(next_sample_, position + valid);
  last_start_ = position;
}

void RecordSource::take_end(const Json& data) {
  is_ended_ = true;
  feed_->open.erase(stream_);
  const std::string reason = text_at(data, "reason");
  if (reason == "error" || reason == "lost") {
    if (failure_) throw Error(*failure_);
    if (reason == "lost") throw Error(ErrorKind::network, "the source was lost upstream");
    fail("the stream failed upstream");
  }
  if (failure_) log(LogLevel::warning, failure_->one_line());
  if (reason == "interrupted")
    log(LogLevel::warning, info_.label_hint + ": was interrupted upstream, its end is missing");
}

/// The next record of this stream into record_; false when the one that came was another stream's, which keeps it.
bool RecordSource::next_record() {
  if (const auto own = feed_->open.find(stream_); own != feed_->open.end() && !own->second.ahead.empty()) {
    keep(std::move(own->second.ahead.front()));
    own->second.ahead.pop_front();
    own->second.ahead_bytes -= record_.payload.size();
    return true;
  }
  if (feed_->is_broken || !feed_->next()) fail("the record stream is cut off: it ends inside a stream");
  const Record& record = feed_->record;
  if (record.type == "set-start" || record.type == "set-end") fail("the record stream is damaged: a stream has no end");
  const bool is_of_stream = record.type == "window" || record.type == "features" || record.type.starts_with("stream-");
  const int64_t stream = is_of_stream ? number_at(record.data, "stream", stream_) : stream_;
  if (stream == stream_) {
    if (feed_->open.size() > 1) {  // the others' reads overwrite what the reader lends
      keep(OwnRecord(std::exchange(feed_->record, {})));
    } else {
      std::swap(record_, feed_->record);
    }
    return true;
  }
  if (feed_->is_open(stream)) {
    feed_->keep(stream);
  } else if (record.type == "stream-start" || record.type == "stream-error") {
    if (record.type == "stream-start") feed_->open[stream] = {};
    feed_->begun.emplace_back(std::exchange(feed_->record, {}));
  } else if (record.type == "window") {
    fail("the record stream is damaged: a window belongs to no stream");
  }
  return false;
}

void RecordSource::keep(OwnRecord record) {
  kept_ = std::move(record);
  record_ = kept_->record();
}

/// Takes one record in; false as next_record().
bool RecordSource::step() {
  if (!next_record()) return false;
  const std::string& type = record_.type;
  if (type == "features" && !std::exchange(is_features_told_, true))
    log(LogLevel::warning, info_.label_hint + ": these records hold features, not audio");
  if (type == "window") take_window(record_.data);
  if (type == "stream-start") fail("the record stream is damaged: a stream begins twice");
  if (type == "stream-info") tags_ = tags_at(record_.data);
  if (type == "stream-error") failure_ = error_at(record_.data);
  if (type == "stream-end") take_end(record_.data);
  return true;  // what was added after this was written is passed over
}

ReadResult RecordSource::give_pending() {
  ReadResult result;
  result.format = info_.format;
  if (std::exchange(has_format_, false)) {
    result.kind = ReadKind::format_changed;
  } else if (gap_samples_ > 0) {
    result.kind = ReadKind::gap;
    result.gap_samples = std::exchange(gap_samples_, 0);
  } else if (!samples_.empty()) {
    result.kind = ReadKind::data;
    result.samples = std::exchange(samples_, {});
  } else if (tags_) {
    result.kind = ReadKind::tags;
    result.tags = *std::exchange(tags_, std::nullopt);
    for (const auto& [key, value] : result.tags) info_.tags[key] = value;
  }
  return result;
}

ReadResult RecordSource::read(Clock::time_point deadline) {
  while (true) {
    ReadResult result = give_pending();
    if (result.kind != ReadKind::end || is_ended_) return result;
    if (is_only_failure_) {
      is_ended_ = true;
      throw Error(*failure_);
    }
    try {
      if (step()) continue;
    } catch (const Error&) {
      if (!is_ended_) feed_->is_broken = true;  // damage, not a failure that upstream told
      is_ended_ = true;
      throw;
    }
    if (!feed_->begun.empty() || Clock::now() >= deadline) {  // it is another stream's turn
      result.kind = ReadKind::would_block;
      return result;
    }
  }
}

std::unique_ptr<Source> RecordSource::take_sibling() {
  if (feed_->begun.empty()) return nullptr;
  const OwnRecord begun = std::move(feed_->begun.front());
  const Record& record = begun.record();
  feed_->begun.pop_front();
  if (record.type == "stream-error") return std::make_unique<RecordSource>(feed_, error_at(record.data));
  return std::make_unique<RecordSource>(feed_, record.data);
}

std::unique_ptr<Source> RecordSource::next_stream() {
  if (feed_->has_others(stream_)) {  // those that read them find what follows
    if (const auto own = feed_->open.find(stream_); own != feed_->open.end()) {
      own->second = {};
      own->second.is_left = true;
    }
    return nullptr;
  }
  try {
    while (!is_ended_ && !is_only_failure_) {  // the caller had enough of this one
      if (next_record()) is_ended_ = record_.type == "stream-end";
    }
  } catch (const Error& error) {
    is_ended_ = true;
    feed_->is_broken = true;
    return std::make_unique<RecordSource>(feed_, error);
  }
  is_ended_ = true;
  feed_->open.erase(stream_);
  if (auto sibling = take_sibling()) return sibling;
  return find(feed_);
}

std::unique_ptr<Source> RecordSource::find(const std::shared_ptr<RecordFeed>& feed) {
  try {
    while (!feed->is_broken) {
      if (!feed->next()) {
        if (feed->is_set_open) fail("the record stream is cut off: the end of the set is missing");
        break;
      }
      if (feed->record.type == "stream-start") return std::make_unique<RecordSource>(feed, feed->record.data);
      const int64_t stream = number_at(feed->record.data, "stream", 0);
      const bool is_window = feed->record.type == "window";
      if (feed->is_open(stream)) {  // the rest of one that was left
        feed->keep(stream);
      } else if (is_window) {
        fail("the record stream is damaged: a window belongs to no stream");
      } else if (feed->record.type == "stream-error") {
        return std::make_unique<RecordSource>(feed, error_at(feed->record.data));
      }
    }
  } catch (const Error& error) {
    feed->is_broken = true;
    return std::make_unique<RecordSource>(feed, error);
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<Source> open_record_stream(RecordReader reader, const Input& input, const OpenOptions& options) {
  if (options.track.value_or(1) != 1) {
    throw Error(ErrorKind::usage, "a record stream has one track only", shown_uri(input), "leave --track out");
  }
  const auto feed = std::make_shared<RecordFeed>(std::move(reader));
  auto source = RecordSource::find(feed);
  if (!source) throw Error(ErrorKind::open, "the record stream holds no stream", shown_uri(input));
  if (feed->is_broken) source->read({});  // no record stream at all: throws
  return source;
}

}  // namespace astream
