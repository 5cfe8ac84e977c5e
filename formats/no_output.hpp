// Bytes that are not kept: where it is tried out whether a format takes what it is to hold.
#pragma once

#include "base/byte_output.hpp"

namespace astream {

class NoOutput : public ByteOutput {
 public:
  void write(std::span<const std::byte> bytes) override { size_bytes_ += static_cast<int64_t>(bytes.size()); }
  bool is_seekable() const override { return false; }
  void seek(int64_t) override {}
  int64_t size_bytes() const override { return size_bytes_; }

 private:
  int64_t size_bytes_ = 0;
};

}  // namespace astream
