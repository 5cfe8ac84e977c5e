#include "formats/recording_file.hpp"

#include "base/log.hpp"
#include "formats/descriptor.hpp"

namespace astream {

namespace {

constexpr int kStdout = 1;
constexpr int kFlushesPerSecond = 2;
constexpr std::chrono::seconds kSyncInterval{1};

FileOutput open_output(const std::string& path, bool may_overwrite) {
  if (path == "-") return FileOutput(kStdout);
  return {path, may_overwrite};
}

}  // namespace

RecordingFile::RecordingFile(const std::string& path, bool may_overwrite, int rate_hz,
                             const EncoderFactory& make_encoder, WorkerPool* syncer)
    : path_(path),
      rate_hz_(rate_hz),
      output_(open_output(path, may_overwrite)),
      encoder_(make_encoder(output_)),
      syncer_(output_.is_file() && output_.is_seekable() ? syncer : nullptr) {}

RecordingFile::~RecordingFile() {
  if (!is_closed_) salvage();
}

void RecordingFile::append(int64_t samples, const std::function<void()>& write) {
  write();
  samples_ += samples;
  unflushed_samples_ += samples;
  // In the beginning at once, so that soon there is a file that opens.
  const bool is_young = samples_ * kFlushesPerSecond < rate_hz_;
  if (is_young || unflushed_samples_ * kFlushesPerSecond >= rate_hz_) flush();
}

void RecordingFile::flush() {
  unflushed_samples_ = 0;
  encoder_->flush();
  whole_bytes_ = output_.size_bytes();
  flushed_samples_ = samples_;
  begin_sync();
}

/// On a thread of its own: a disk may take seconds. What it failed at comes out of the next call.
void RecordingFile::begin_sync() {
  const auto now = std::chrono::steady_clock::now();
  if (syncer_ == nullptr || now - synced_at_ < kSyncInterval) return;
  if (syncing_.valid() && syncing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
  wait_for_sync();
  synced_at_ = now;
  syncing_ = syncer_->submit([fd = output_.fd(), name = path_] { sync_to_disk(fd, name); });
}

void RecordingFile::wait_for_sync() {
  if (syncing_.valid()) syncing_.get();
}

void RecordingFile::finish() {
  encoder_->finish();
  wait_for_sync();
  if (syncer_ != nullptr) sync_to_disk(output_.fd(), path_);
  is_closed_ = true;
  encoder_.reset();
  output_.publish();
}

bool RecordingFile::salvage() noexcept {
  if (is_closed_) return false;
  is_closed_ = true;
  try {
    if (syncing_.valid()) syncing_.wait();
    if (!output_.is_file() || !output_.is_seekable() || whole_bytes_ == 0) return false;
    output_.cut_off(whole_bytes_);
    encoder_->mend();
    samples_ = flushed_samples_;
    output_.publish();
    return true;
  } catch (const Error& error) {
    log(LogLevel::warning, path_ + ": " + error.message());
    return false;
  } catch (...) {
    return false;
  }
}

}  // namespace astream
