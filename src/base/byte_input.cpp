#include "base/byte_input.hpp"

#include <algorithm>
#include <array>

namespace astream {

std::span<const std::byte> PeekInput::peek(size_t count) {
  std::array<std::byte, 4096> chunk;
  while (head_.size() < count) {
    const size_t got = inner_->read(std::span(chunk).first(std::min(chunk.size(), count - head_.size())));
    if (got == 0) break;
    head_.insert(head_.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(got));
  }
  return head_;
}

size_t PeekInput::read(std::span<std::byte> to) {
  if (head_used_ == head_.size()) return inner_->read(to);
  const size_t count = std::min(to.size(), head_.size() - head_used_);
  std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(head_used_), count, to.begin());
  head_used_ += count;
  return count;
}

void PeekInput::seek(int64_t position_bytes) {
  head_used_ = head_.size();
  inner_->seek(position_bytes);
}

}  // namespace astream
