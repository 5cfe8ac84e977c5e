#include "formats/byte_sink.hpp"

#include <array>
#include <exception>
#include <utility>

#include "formats/descriptor.hpp"
#include "formats/output_file.hpp"

namespace astream {

namespace {

constexpr size_t kPipeBytes = 1 << 20;
constexpr size_t kBufferBytes = 256 << 10;
// Bodies from here on go to the system without being copied into the buffer first.
constexpr size_t kDirectBytes = 32 << 10;

/// Gathers records and writes them to a descriptor. After a failure it takes nothing more: each call fails the same
/// way.
class DescriptorSink : public ByteSink {
 public:
  DescriptorSink(int fd, std::string name) : fd_(fd), name_(std::move(name)), facts_(inspect_descriptor(fd)) {
    if (facts_.is_pipe) enlarge_pipe(fd, kPipeBytes);
    buffer_.reserve(kBufferBytes);
  }

  void write(std::string_view head, std::span<const std::byte> body) override {
    if (failure_) std::rethrow_exception(failure_);
    const std::string_view body_text(reinterpret_cast<const char*>(body.data()), body.size());
    const size_t size = head.size() + body.size();
    taken_bytes_ += size;
    if (body.size() < kDirectBytes && buffer_.size() + size <= kBufferBytes) {
      buffer_.append(head).append(body_text);
      return;
    }
    if (size >= kDirectBytes) {
      send({buffer_, head, body_text});
      return;
    }
    send({buffer_});
    buffer_.append(head).append(body_text);
  }

  void flush() override {
    if (failure_) std::rethrow_exception(failure_);
    if (!buffer_.empty()) send({buffer_});
  }

  bool rewrite(size_t offset, std::string_view bytes) override {
    if (!facts_.is_rewritable) return false;
    if (bytes.empty()) return true;
    flush();
    write_at(fd_, facts_.position_bytes + static_cast<int64_t>(offset), bytes, name_);
    return true;
  }

  void close() override { flush(); }

  size_t taken_bytes() const override { return taken_bytes_; }

 private:
  void send(std::array<std::string_view, 3> parts) {
    try {
      write_whole(fd_, parts, name_);
    } catch (...) {
      failure_ = std::current_exception();
      // On a full disk a record may have been written in part: go back to where only whole ones stand.
      if (facts_.is_rewritable) cut_off_at(fd_, facts_.position_bytes + sent_bytes_);
      buffer_.clear();
      throw;
    }
    for (const std::string_view part : parts) sent_bytes_ += static_cast<int64_t>(part.size());
    buffer_.clear();
  }

  int fd_;
  std::string name_;
  DescriptorFacts facts_;
  std::string buffer_;  ///< whole records only
  size_t taken_bytes_ = 0;
  int64_t sent_bytes_ = 0;
  std::exception_ptr failure_;
};

/// Owns the file beside and puts it in place at the end.
class FileSink : public ByteSink {
 public:
  FileSink(const std::string& path, bool may_overwrite)
      : file_(path, may_overwrite), bytes_(file_.fd(), file_.path()) {}

  void write(std::string_view head, std::span<const std::byte> body) override { bytes_.write(head, body); }
  void flush() override { bytes_.flush(); }
  bool rewrite(size_t offset, std::string_view bytes) override { return bytes_.rewrite(offset, bytes); }
  size_t taken_bytes() const override { return bytes_.taken_bytes(); }
  void close() override {
    bytes_.close();
    file_.publish();
  }

 private:
  OutputFile file_;
  DescriptorSink bytes_;
};

}  // namespace

std::unique_ptr<ByteSink> make_fd_sink(int fd) {
  return std::make_unique<DescriptorSink>(fd, fd == 1 ? "stdout" : "descriptor " + std::to_string(fd));
}

std::unique_ptr<ByteSink> make_file_sink(const std::string& path, bool may_overwrite) {
  return std::make_unique<FileSink>(path, may_overwrite);
}

}  // namespace astream
