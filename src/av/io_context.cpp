#include "av/io_context.hpp"

#include <algorithm>
#include <new>
#include <span>
#include <utility>

#include "base/error.hpp"

namespace astream::av {

namespace {
constexpr int kReadBufferBytes = 32 * 1024;
constexpr size_t kHeadBytes = 4096;
}  // namespace

IoContext::IoContext(std::shared_ptr<ByteInput> input) : input_(std::move(input)) {
  auto* buffer = static_cast<uint8_t*>(av_malloc(kReadBufferBytes));
  if (buffer == nullptr) throw std::bad_alloc();
  const bool is_seekable = input_->size_bytes().has_value();
  context_ = avio_alloc_context(buffer, kReadBufferBytes, 0, this, read_packet, nullptr, seek);
  if (context_ == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  context_->seekable = is_seekable ? AVIO_SEEKABLE_NORMAL : 0;
}

IoContext::~IoContext() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

void IoContext::rethrow_pending() {
  if (pending_) std::rethrow_exception(std::exchange(pending_, nullptr));
}

int IoContext::read_packet(void* opaque, uint8_t* buffer, int size) noexcept {
  auto* self = static_cast<IoContext*>(opaque);
  try {
    const size_t got = self->input_->read({reinterpret_cast<std::byte*>(buffer), static_cast<size_t>(size)});
    if (self->position_bytes_ == static_cast<int64_t>(self->head_.size()) && self->head_.size() < kHeadBytes) {
      self->head_.append(reinterpret_cast<const char*>(buffer), std::min(got, kHeadBytes - self->head_.size()));
    }
    self->position_bytes_ += static_cast<int64_t>(got);
    return got == 0 ? AVERROR_EOF : static_cast<int>(got);
  } catch (...) {
    self->pending_ = std::current_exception();
    return AVERROR_EXTERNAL;
  }
}

int64_t IoContext::seek(void* opaque, int64_t offset, int whence) noexcept {
  auto* self = static_cast<IoContext*>(opaque);
  try {
    const auto known_size = self->input_->size_bytes();
    const int64_t size = known_size.value_or(kUnknownSize_bytes);
    const int origin = whence & ~AVSEEK_FORCE;
    if (origin == AVSEEK_SIZE) return size;
    if (!known_size) return AVERROR(ENOSYS);
    int64_t target = offset;
    if (origin == SEEK_CUR) target += self->position_bytes_;
    if (origin == SEEK_END) target += size;
    if (target < 0) return AVERROR(EINVAL);
    self->input_->seek(target);
    return self->position_bytes_ = target;
  } catch (...) {
    self->pending_ = std::current_exception();
    return AVERROR_EXTERNAL;
  }
}

}  // namespace astream::av
