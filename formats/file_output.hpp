// A recording's bytes on their way to a file or a pipe, written at once (libav and the encoders have buffers of their
// own).
//
// A file grows as PATH.part and appears under its name by publish(). Throws Error(output), and PipeClosed for a pipe
// whose reader has gone. Used from one thread, but for the descriptor in sync jobs.
#pragma once

#include <optional>
#include <string>

#include "base/byte_output.hpp"
#include "formats/output_file.hpp"

namespace astream {

class FileOutput : public ByteOutput {
 public:
  /// Writes `path`. Fails at once when it can't be made, or exists and may not be overwritten.
  FileOutput(const std::string& path, bool may_overwrite);
  /// Writes to a descriptor that somebody else owns.
  explicit FileOutput(int fd);

  void write(std::span<const std::byte> bytes) override;
  bool is_seekable() const override { return is_seekable_; }
  void seek(int64_t position_bytes) override { position_bytes_ = position_bytes; }
  int64_t size_bytes() const override { return size_bytes_; }

  int fd() const { return fd_; }
  bool is_file() const { return file_.has_value(); }
  /// Cuts off what lies behind; only where it is seekable.
  void cut_off(int64_t position_bytes);
  /// Closes a file and gives it its name.
  void publish();

 private:
  std::optional<OutputFile> file_;
  int fd_ = -1;
  std::string name_;
  bool is_seekable_ = false;
  int64_t start_bytes_ = 0;  ///< of what is written here, in the file of a descriptor
  int64_t position_bytes_ = 0;
  int64_t size_bytes_ = 0;
};

}  // namespace astream
