#include "formats/file_output.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/descriptor.hpp"

namespace astream {

FileOutput::FileOutput(const std::string& path, bool may_overwrite)
    : file_(std::in_place, path, may_overwrite), fd_(file_->fd()), name_(path) {
  const DescriptorFacts facts = inspect_descriptor(fd_);
  is_seekable_ = facts.is_rewritable;
  start_bytes_ = facts.position_bytes;
}

FileOutput::FileOutput(int fd) : fd_(fd), name_("stdout") {
  const DescriptorFacts facts = inspect_descriptor(fd);
  is_seekable_ = facts.is_rewritable;
  start_bytes_ = facts.position_bytes;
}

void FileOutput::write(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (is_seekable_) {
    write_at(fd_, start_bytes_ + position_bytes_, text, name_);
  } else {
    write_whole(fd_, std::array{text}, name_);
  }
  position_bytes_ += static_cast<int64_t>(bytes.size());
  size_bytes_ = std::max(size_bytes_, position_bytes_);
}

void FileOutput::cut_off(int64_t position_bytes) {
  cut_off_at(fd_, start_bytes_ + position_bytes);
  position_bytes_ = size_bytes_ = position_bytes;
}

void FileOutput::publish() {
  if (file_) file_->publish();
}

}  // namespace astream
