#include "formats/pcm_encoder.hpp"

#include <array>
#include <utility>

namespace astream {

namespace {

constexpr size_t kEncodedBytes = 256 << 10;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

PcmEncoder::PcmEncoder(ByteOutput& output, WavHeaderOptions header, bool is_wav)
    : output_(output), header_(std::move(header)), is_wav_(is_wav), bytes_(header_.encoding) {
  if (!is_wav_) return;
  header_.has_room_for_rf64 = output_.is_seekable();
  header_.data_bytes.reset();
  const std::string text = wav_header(header_);
  header_bytes_ = static_cast<int64_t>(text.size());
  buffer_.assign(bytes_of(text).begin(), bytes_of(text).end());
}

void PcmEncoder::send() {
  if (!buffer_.empty()) output_.write(buffer_);
  buffer_.clear();
}

void PcmEncoder::write(std::span<const float> samples) {
  const std::span<const std::byte> bytes = bytes_.convert(samples);
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  if (buffer_.size() >= kEncodedBytes) send();
}

void PcmEncoder::patch_header(uint64_t data_bytes) {
  if (!is_wav_ || !output_.is_seekable()) return;
  header_.data_bytes = data_bytes;
  output_.seek(0);
  output_.write(bytes_of(wav_header(header_)));
  output_.seek(output_.size_bytes());
}

void PcmEncoder::flush() {
  send();
  patch_header(static_cast<uint64_t>(output_.size_bytes() - header_bytes_));
}

void PcmEncoder::finish() {
  send();
  const auto data_bytes = static_cast<uint64_t>(output_.size_bytes() - header_bytes_);
  if (is_wav_ && output_.is_seekable() && data_bytes % 2 != 0) output_.write(std::array{std::byte{0}});
  patch_header(data_bytes);
}

void PcmEncoder::mend() {
  buffer_.clear();
  const int64_t size_bytes = output_.size_bytes();
  if (size_bytes >= header_bytes_) patch_header(static_cast<uint64_t>(size_bytes - header_bytes_));
}

int64_t PcmEncoder::size_after(int64_t samples) const {
  const int64_t block_bytes = int64_t{header_.format.channels} * bytes_per_value(header_.encoding);
  return output_.size_bytes() + static_cast<int64_t>(buffer_.size()) + samples * block_bytes;
}

}  // namespace astream
