// One recorded file from its first sample to its name: encoder and output, flushed about twice a second, so that a
// program or a machine that stops leaves PATH.part with all but the last moment.
//
// A failure (a full disk) is met in salvage(): the file ends where it was whole last. Used from one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>

#include "base/worker_pool.hpp"
#include "formats/file_encoder.hpp"
#include "formats/file_output.hpp"

namespace astream {

class RecordingFile {
 public:
  using EncoderFactory = std::function<std::unique_ptr<FileEncoder>(ByteOutput& output)>;
  /// `path` "-": stdout. `syncer`, where given, is used to put what is written on the disk itself about once a second.
  /// Throws Error(output) and what `make_encoder` throws.
  RecordingFile(const std::string& path, bool may_overwrite, int rate_hz, const EncoderFactory& make_encoder,
                WorkerPool* syncer);
  /// Salvages what was not finished.
  ~RecordingFile();
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  /// Counts and flushes around `write`, which gives so many samples to the encoder.
  void append(int64_t samples, const std::function<void()>& write);
  /// Of what is appended from here on, where the format can tell that.
  void change_tags(const std::map<std::string, std::string>& tags) { encoder_->change_tags(tags); }
  /// Ends the file and gives it its name.
  void finish();
  /// After a failure: keeps what is whole under the file's name, if that is anything. Returns whether there is a file.
  bool salvage() noexcept;

  const std::string& path() const { return path_; }
  int64_t samples() const { return samples_; }
  int64_t size_bytes() const { return output_.size_bytes(); }
  int64_t size_after(int64_t samples) const { return encoder_->size_after(samples); }

 private:
  void flush();
  void begin_sync();
  void wait_for_sync();

  std::string path_;
  int rate_hz_;
  FileOutput output_;  // outlives the encoder
  std::unique_ptr<FileEncoder> encoder_;
  WorkerPool* syncer_;
  std::future<void> syncing_;
  std::chrono::steady_clock::time_point synced_at_ = std::chrono::steady_clock::now();
  int64_t samples_ = 0;
  int64_t unflushed_samples_ = 0;
  int64_t flushed_samples_ = 0;
  int64_t whole_bytes_ = 0;  ///< where the last flush left it
  bool is_closed_ = false;
};

}  // namespace astream
