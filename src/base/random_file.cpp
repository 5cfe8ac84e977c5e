#include "base/random_file.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace astream {

namespace {

class RangeInput : public ByteInput {
 public:
  RangeInput(std::shared_ptr<const RandomFile> file, int64_t begin_bytes, int64_t size_bytes)
      : file_(std::move(file)), begin_bytes_(begin_bytes), size_bytes_(size_bytes) {}

  size_t read(std::span<std::byte> to) override {
    const int64_t left = std::max<int64_t>(0, size_bytes_ - position_bytes_);
    to = to.first(static_cast<size_t>(std::min<int64_t>(left, static_cast<int64_t>(to.size()))));
    if (to.empty()) return 0;
    const size_t got = file_->read_at(begin_bytes_ + position_bytes_, to);
    if (got == 0) throw Error(ErrorKind::decode, "cut short: the file that holds it ends before it");
    position_bytes_ += static_cast<int64_t>(got);
    return got;
  }

  std::optional<int64_t> size_bytes() const override { return size_bytes_; }
  void seek(int64_t position_bytes) override { position_bytes_ = position_bytes; }

 private:
  std::shared_ptr<const RandomFile> file_;
  int64_t begin_bytes_;
  int64_t size_bytes_;
  int64_t position_bytes_ = 0;
};

}  // namespace

std::unique_ptr<ByteInput> make_range_input(std::shared_ptr<const RandomFile> file, int64_t begin_bytes,
                                            int64_t size_bytes) {
  return std::make_unique<RangeInput>(std::move(file), begin_bytes, size_bytes);
}

}  // namespace astream
