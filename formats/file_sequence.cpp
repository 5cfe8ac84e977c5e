#include "formats/file_sequence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/local_time.hpp"
#include "base/log.hpp"

namespace astream {

namespace {

constexpr double kMicroseconds = 1e6;
constexpr size_t kMostComingTags = 100;

/// "song" of "http://host/dir/song.mp3?x=1"; the label where there is no such name.
std::string name_of(const StreamStart& event) {
  std::string name = event.uri;
  if (name.find("://") != std::string::npos) name = name.substr(0, name.find_first_of("?#"));
  while (name.ends_with('/')) name.pop_back();
  name = name.substr(name.find_last_of("/:") + 1);
  const size_t dot = name.rfind('.');
  if (dot != std::string::npos && dot > 0) name.resize(dot);
  return name.empty() ? event.label : name;
}

}  // namespace

Tags file_tags(const Tags& tags) {
  constexpr auto kRadioNames = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"icy-name", "album"}, {"icy-genre", "genre"}, {"icy-description", "comment"}});
  Tags kept;
  for (const auto& [key, value] : tags) {
    if (!key.starts_with("icy-") && key != "encoder" && key != "streamurl") kept[key] = value;
  }
  for (const auto& [icy, plain] : kRadioNames) {
    const auto entry = tags.find(std::string(icy));
    if (entry != tags.end()) kept.emplace(plain, entry->second);
  }
  return kept;
}

FileSequence::FileSequence(RecordingDesk& desk, const StreamStart& event, TaggedEncoderFactory make_encoder)
    : desk_(desk),
      stream_(event),
      make_encoder_(std::move(make_encoder)),
      tags_(event.source.tags),
      clock_(event.format.rate_hz, utc_now_us()) {
  fields_.label = event.label;
  fields_.name = name_of(event);
  fields_.stream = event.stream;
  if (desk_.options.path == "-") {
    if (desk_.files > 0) throw Error(ErrorKind::usage, "-o - holds one input", {}, "record each to a file of its own");
  } else if (!desk_.name.has_time()) {
    desk_.check_free(desk_.name.expand(next_fields()));
  }
}

/// Of the next file.
NameFields FileSequence::next_fields() const {
  NameFields fields = fields_;
  fields.index = (desk_.name.tells_streams() ? files_ : desk_.files) + 1;
  return fields;
}

bool FileSequence::has_clock_splits() const {
  return desk_.options.split.is_at_clock && clock_.is_told();
}

/// The sample with which the next file begins.
int64_t FileSequence::boundary() const {
  if (!desk_.options.split.time) return std::numeric_limits<int64_t>::max();
  return has_clock_splits() ? clock_.sample_at(boundary_us_) : boundary_sample_;
}

bool FileSequence::is_full(int64_t samples) const {
  const auto& limit = desk_.options.split.size_bytes;
  return limit && file_ && file_->samples() > 0 && file_->size_after(samples) > *limit;
}

FileEvent FileSequence::file_event() const {
  FileEvent event = event_;
  event.samples = file_->samples();
  event.size_bytes = file_->size_bytes();
  event.missing_samples = std::max<int64_t>(0, position_ - event.sample - event.samples);
  return event;
}

/// When the file that begins at `sample` begins. Where files follow each other without a gap, that is the boundary
/// between them, though a sample is not exactly there; unless the clock was set meanwhile.
int64_t FileSequence::begin_time_us(int64_t sample) const {
  const int64_t time_us = clock_.time_of(sample);
  if (!due_us_ || sample != position_) return time_us;
  const double off_s = std::abs(static_cast<double>(*due_us_ - time_us)) / kMicroseconds;
  return off_s < desk_.options.split.time->seconds ? *due_us_ : time_us;
}

/// Where the file that begins at `sample` will end.
void FileSequence::plan_end(int64_t sample, int64_t time_us) {
  const SplitOptions& split = desk_.options.split;
  if (!origin_) origin_ = sample;
  if (!split.time) return;
  const int64_t period_samples = std::max<int64_t>(1, split.time->samples_at(stream_.format.rate_hz));
  boundary_sample_ = next_multiple(sample, period_samples, split.is_at_clock ? 0 : *origin_);
  if (has_clock_splits()) boundary_us_ = next_clock_us(time_us, std::llround(split.time->seconds), split.is_utc);
}

void FileSequence::begin_file(int64_t sample) {
  const RecorderOptions& options = desk_.options;
  const int64_t time_us = begin_time_us(sample);
  due_us_.reset();
  plan_end(sample, time_us);
  fields_.time_us = time_us;
  fields_.index = next_fields().index;
  event_ = {};
  event_.stream = stream_.stream;
  event_.path = desk_.claim(options.path == "-" ? "-" : desk_.name.expand(fields_));
  event_.sample = sample;
  event_.format = stream_.format;
  if (clock_.is_told()) event_.wallclock_us = time_us;
  ++files_;
  ++desk_.files;
  WorkerPool* syncer = stream_.may_wait || stream_.is_live ? &desk_.syncer : nullptr;
  file_ = std::make_unique<RecordingFile>(
      event_.path, options.may_overwrite, stream_.format.rate_hz,
      [this](ByteOutput& output) { return make_encoder_(output, file_tags(tags_)); }, syncer);
  desk_.log.file_open(event_);
}

void FileSequence::end_file(const std::string& reason, bool is_event_over) {
  if (is_event_over) origin_.reset();
  if (!file_) return;
  file_->finish();
  const FileEvent event = file_event();
  file_.reset();
  desk_.log.file_close(event, reason);
  desk_.finished(event, fields_);
}

/// After a failure: what is whole is kept.
void FileSequence::salvage() noexcept {
  has_failed_ = true;
  if (!file_) return;
  try {
    const bool is_kept = file_->salvage();
    const FileEvent event = file_event();
    file_.reset();
    if (!is_kept) return;
    desk_.log.file_close(event, "error");
    desk_.finished(event, fields_);
  } catch (...) {
    file_.reset();  // the first failure is the one to tell
  }
}

int64_t FileSequence::make_room(int64_t sample, int64_t count) {
  desk_.commands.poll();
  if (file_ && (sample >= boundary() || is_full(count))) {
    if (has_clock_splits() && sample >= boundary()) due_us_ = boundary_us_;
    end_file("split");
  }
  const bool has_new_tags = take_tags(sample);
  if (!file_) {
    begin_file(sample);
  } else if (has_new_tags) {
    file_->change_tags(file_tags(tags_));
  }
  position_ = sample;
  const int64_t end = coming_tags_.empty() ? boundary() : std::min(boundary(), coming_tags_.front().sample);
  return std::clamp<int64_t>(end - sample, 1, count);
}

/// Whether any count from `sample` on that did not before.
bool FileSequence::take_tags(int64_t sample) {
  bool is_any = false;
  for (; !coming_tags_.empty() && coming_tags_.front().sample <= sample; coming_tags_.pop_front()) {
    for (const auto& [key, value] : coming_tags_.front().tags) tags_[key] = value;
    is_any = true;
  }
  return is_any;
}

void FileSequence::append(int64_t samples, const std::function<void()>& write) {
  file_->append(samples, write);
  position_ += samples;
}

void FileSequence::set_clock(int64_t sample, int64_t wallclock_us) {
  clock_.tell(sample, wallclock_us);
}

void FileSequence::tell_losses(const Window& window) {
  if (window.reconnects > reconnects_) {
    reconnects_ = window.reconnects;
    clock_.restart();
    desk_.log.reconnect(window);
  }
  if (window.gap_samples + window.dropped_samples == 0) return;
  clock_.restart();
  desk_.log.gap(window, file_ ? std::optional(file_event()) : std::nullopt);
}

void FileSequence::end_stream(const StreamEnd& event, bool is_file_expected) {
  if (has_failed_) return;
  try {
    end_file(std::string(reason_name(event.reason)));
  } catch (...) {
    salvage();
    throw;
  }
  if (files_ == 0 && is_file_expected) log(LogLevel::warning, stream_.uri + ": no sound came, no file was made");
}

void FileSequence::tell_tags(const StreamInfo& event) {
  const int64_t sample = std::llround(event.time_s * stream_.format.rate_hz);
  coming_tags_.push_back({sample, event.tags});
  // As many as a trigger that does not fire may let come.
  if (coming_tags_.size() > kMostComingTags) take_tags(coming_tags_.front().sample);
  desk_.log.tags(event, sample);
}

}  // namespace astream
