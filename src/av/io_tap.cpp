#include "av/io_tap.hpp"

#include <new>
#include <utility>

extern "C" {
#include <libavutil/log.h>
#include <libavutil/opt.h>
}

namespace astream::av {

namespace {
constexpr int kBufferBytes = 32 * 1024;
}  // namespace

IoTap::IoTap(AVIOContext* inner, Listener listener) : inner_(inner), listener_(std::move(listener)) {
  static const AVClass tap_class = [] {
    AVClass options{};
    options.class_name = "IoTap";
    options.item_name = av_default_item_name;
    options.version = LIBAVUTIL_VERSION_INT;
    options.child_next = next_child;
    return options;
  }();
  auto* buffer = static_cast<uint8_t*>(av_malloc(kBufferBytes));
  if (buffer == nullptr) throw std::bad_alloc();
  context_ = avio_alloc_context(buffer, kBufferBytes, 0, this, read_packet, nullptr, seek);
  if (context_ == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  context_->av_class = &tap_class;
  context_->seekable = inner->seekable;
}

IoTap::~IoTap() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

void* IoTap::next_child(void* object, void* previous) noexcept {
  return previous == nullptr ? static_cast<IoTap*>(static_cast<AVIOContext*>(object)->opaque)->inner_ : nullptr;
}

int IoTap::read_packet(void* opaque, uint8_t* buffer, int size) noexcept {
  auto* self = static_cast<IoTap*>(opaque);
  const int got = avio_read_partial(self->inner_, buffer, size);
  if (got > 0) self->listener_({buffer, static_cast<size_t>(got)});
  return got == 0 ? AVERROR_EOF : got;
}

int64_t IoTap::seek(void* opaque, int64_t offset, int whence) noexcept {
  AVIOContext* const inner = static_cast<IoTap*>(opaque)->inner_;
  return (whence & ~AVSEEK_FORCE) == AVSEEK_SIZE ? avio_size(inner) : avio_seek(inner, offset, whence);
}

}  // namespace astream::av
