#include "base/record_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace astream {

namespace {

constexpr size_t kReadBytes = 64 << 10;
// Payloads are taken in steps, so that a header that lies about its length costs no memory.
constexpr size_t kPayloadStepBytes = 8 << 20;

[[noreturn]] void fail(const std::string& what, uint64_t offset_bytes) {
  throw Error(ErrorKind::decode, "this is no record stream, or it is damaged: " + what + " (record at byte " +
                                     std::to_string(offset_bytes) + ")");
}

/// The number at `key` of a header: absent and null are 0.
size_t length_at(const nlohmann::json& header, const char* key, uint64_t offset_bytes) {
  const auto found = header.find(key);
  if (found == header.end() || found->is_null()) return 0;
  if (!found->is_number_unsigned()) fail(std::string(key) + " is no length", offset_bytes);
  const auto length = found->get<uint64_t>();
  if (length > RecordReader::kMaxPayloadBytes) fail(std::string(key) + " is too large", offset_bytes);
  return static_cast<size_t>(length);
}

nlohmann::json parse_object(std::string_view text, const char* what, uint64_t offset_bytes) {
  auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) fail(std::string(what) + " is no JSON object", offset_bytes);
  return json;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

std::span<const float> Record::samples() const {
  return {reinterpret_cast<const float*>(payload.data()), payload.size() / sizeof(float)};
}

RecordReader::RecordReader(Read read) : read_(std::move(read)), buffer_(kReadBytes) {}

bool RecordReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  const size_t count = read_(buffer_.data() + end_, buffer_.size() - end_);
  end_ += count;
  return count > 0;
}

bool RecordReader::next_line(std::string& line) {
  size_t searched = 0;
  for (;;) {
    const auto* from = buffer_.data() + begin_;
    const size_t held = end_ - begin_;
    const auto* found = static_cast<const std::byte*>(std::memchr(from + searched, '\n', held - searched));
    searched = found != nullptr ? static_cast<size_t>(found - from) : held;
    if (searched > kMaxHeaderBytes) fail("a header line is too long", offset_bytes_);
    if (found != nullptr) break;
    if (fill()) continue;
    if (begin_ == end_) return false;
    fail("it ends inside a header", offset_bytes_);
  }
  line.assign(reinterpret_cast<const char*>(buffer_.data()) + begin_, searched);
  begin_ += searched + 1;
  return true;
}

void RecordReader::take_payload(size_t length_bytes) {
  size_t taken = 0;
  while (taken < length_bytes) {
    const size_t step_end = std::min(length_bytes, taken + kPayloadStepBytes);
    payload_.resize(std::max(payload_.size(), (step_end + sizeof(float) - 1) / sizeof(float)));
    auto* to = reinterpret_cast<std::byte*>(payload_.data());
    const size_t buffered = std::min(end_ - begin_, step_end - taken);
    std::memcpy(to + taken, buffer_.data() + begin_, buffered);
    begin_ += buffered;
    taken += buffered;
    while (taken < step_end) {
      const size_t count = read_(to + taken, step_end - taken);
      if (count == 0) fail("it ends inside a payload", offset_bytes_);
      taken += count;
    }
  }
}

bool RecordReader::next(Record& record) {
  std::string line;
  do {
    if (!next_line(line)) return false;
    if (is_blank(line)) offset_bytes_ += line.size() + 1;
  } while (is_blank(line));

  auto header = parse_object(line, "a header", offset_bytes_);
  const auto type = header.find("type");
  if (type == header.end() || !type->is_string()) fail("a header has no type", offset_bytes_);
  record.type = type->get<std::string>();
  record.data = nlohmann::json::object();
  if (const auto data = header.find("data"); data != header.end() && !data->is_null()) {
    if (!data->is_object()) fail("data is no JSON object", offset_bytes_);
    record.data = std::move(*data);
  }
  // Wyoming's writers put the data behind the line; the payload then follows it.
  const size_t data_bytes = length_at(header, "data_length", offset_bytes_);
  if (data_bytes > kMaxHeaderBytes) fail("data_length is too large", offset_bytes_);
  take_payload(data_bytes);
  if (data_bytes > 0) {
    const std::string_view text(reinterpret_cast<const char*>(payload_.data()), data_bytes);
    record.data.update(parse_object(text, "the data", offset_bytes_));
  }
  const size_t payload_bytes = length_at(header, "payload_length", offset_bytes_);
  take_payload(payload_bytes);
  record.payload = std::as_bytes(std::span(payload_)).first(payload_bytes);
  offset_bytes_ += line.size() + 1 + data_bytes + payload_bytes;
  return true;
}

}  // namespace astream
