#include "av/io_output.hpp"

#include <new>

namespace astream::av {

namespace {
constexpr int kWriteBufferBytes = 64 * 1024;
}  // namespace

IoOutput::IoOutput(ByteOutput& output) : output_(output) {
  auto* buffer = static_cast<uint8_t*>(av_malloc(kWriteBufferBytes));
  if (buffer == nullptr) throw std::bad_alloc();
  context_ = avio_alloc_context(buffer, kWriteBufferBytes, 1, this, nullptr, write_packet, seek);
  if (context_ == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  context_->seekable = output.is_seekable() ? AVIO_SEEKABLE_NORMAL : 0;
}

IoOutput::~IoOutput() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

void IoOutput::rethrow_pending() const {
  if (failure_) std::rethrow_exception(failure_);
}

int IoOutput::write_packet(void* opaque, uint8_t* buffer, int size) noexcept {
  auto* self = static_cast<IoOutput*>(opaque);
  if (self->failure_) return AVERROR_EXTERNAL;
  try {
    self->output_.write({reinterpret_cast<const std::byte*>(buffer), static_cast<size_t>(size)});
    return size;
  } catch (...) {
    self->failure_ = std::current_exception();
    return AVERROR_EXTERNAL;
  }
}

int64_t IoOutput::seek(void* opaque, int64_t offset, int whence) noexcept {
  auto* self = static_cast<IoOutput*>(opaque);
  if (self->failure_) return AVERROR_EXTERNAL;
  try {
    if ((whence & ~AVSEEK_FORCE) == AVSEEK_SIZE) return self->output_.size_bytes();
    if (!self->output_.is_seekable() || (whence & ~AVSEEK_FORCE) != SEEK_SET) return AVERROR(ENOSYS);
    self->output_.seek(offset);
    return offset;
  } catch (...) {
    self->failure_ = std::current_exception();
    return AVERROR_EXTERNAL;
  }
}

}  // namespace astream::av
