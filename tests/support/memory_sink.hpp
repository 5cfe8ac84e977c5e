// A sink into memory, for tests of the writers: keeps what was written, where flushes fell, and fails when told to.
#pragma once

#include <string>
#include <vector>

#include "formats/byte_sink.hpp"

namespace astream::test {

class MemorySink : public ByteSink {
 public:
  std::string bytes;
  std::vector<size_t> flushed_at;  ///< bytes taken at each flush
  bool is_rewritable = false;
  bool is_closed = false;
  int fail_at_write = -1;  ///< PipeClosed out of this write, counted from 0

  void write(std::string_view head, std::span<const std::byte> body) override {
    if (writes_++ == fail_at_write) throw PipeClosed{};
    bytes.append(head);
    bytes.append(reinterpret_cast<const char*>(body.data()), body.size());
  }
  void flush() override { flushed_at.push_back(bytes.size()); }
  bool rewrite(size_t offset, std::string_view with) override {
    if (is_rewritable) bytes.replace(offset, with.size(), with);
    return is_rewritable;
  }
  void close() override { is_closed = true; }
  size_t taken_bytes() const override { return bytes.size(); }

 private:
  int writes_ = 0;
};

}  // namespace astream::test
