#include "cli/truecolor_terminfo.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace astream::cli {

namespace {

constexpr int kMagic16 = 0432, kMagic32 = 01036;
constexpr size_t kHeader_bytes = 12;
// Places of capabilities in the tables, as <term.h> of every curses has them.
constexpr size_t kCanChange = 27, kMaxColors = 13, kMaxPairs = 14;
constexpr size_t kInitializeColor = 299, kSetForeground = 359, kSetBackground = 360;
constexpr int32_t kColors = 1 << 24, kPairs = 1 << 16;

/// Below 8: the old colours, as xterm-direct has it.
std::string set_color(char digit) {
  const std::string number(1, digit);
  return "\x1b[%?%p1%{8}%<%t" + number + "%p1%d%e" + number +
         "8;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m";
}

/// Little-endian numbers one after the other; false at the end of the bytes.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::string_view> take(size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::optional<int32_t> number(size_t width) {
    const auto bytes = take(width);
    if (!bytes) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < width; ++i) value |= static_cast<uint32_t>(static_cast<unsigned char>((*bytes)[i])) << 8 * i;
    return width == 2 ? static_cast<int16_t>(value) : static_cast<int32_t>(value);
  }

 private:
  std::string_view rest_;
};

void append_number(std::string& to, int64_t value, int width) {
  for (int i = 0; i < width; ++i) to += static_cast<char>((value >> 8 * i) & 0xFF);
}

struct Description {
  std::string names, flags, table;
  std::vector<int32_t> numbers, strings;
};

std::optional<Description> parse(std::string_view compiled) {
  Bytes bytes(compiled);
  int32_t counts[6];
  for (int32_t& count : counts) {
    const auto number = bytes.number(2);
    if (!number || *number < 0) return std::nullopt;
    count = *number;
  }
  if (counts[0] != kMagic16 && counts[0] != kMagic32) return std::nullopt;
  const size_t width = counts[0] == kMagic32 ? 4 : 2;
  Description parts;
  const auto names = bytes.take(static_cast<size_t>(counts[1]));
  const auto flags = bytes.take(static_cast<size_t>(counts[2]));
  if (!names || !flags) return std::nullopt;
  parts.names = *names;
  parts.flags = *flags;
  if ((counts[1] + counts[2]) % 2 != 0 && !bytes.take(1)) return std::nullopt;
  const auto read_all = [&](std::vector<int32_t>& numbers, int count, size_t number_width) {
    for (int i = 0; i < count; ++i) {
      const auto number = bytes.number(number_width);
      if (!number) return false;
      numbers.push_back(*number);
    }
    return true;
  };
  if (!read_all(parts.numbers, counts[3], width) || !read_all(parts.strings, counts[4], 2)) return std::nullopt;
  const auto table = bytes.take(static_cast<size_t>(counts[5]));
  if (!table) return std::nullopt;
  parts.table = *table;
  return parts;
}

std::string compile(const Description& parts) {
  std::string out;
  const size_t counts[] = {static_cast<size_t>(kMagic32), parts.names.size(),   parts.flags.size(),
                           parts.numbers.size(),          parts.strings.size(), parts.table.size()};
  for (const size_t count : counts) append_number(out, static_cast<int64_t>(count), 2);
  out += parts.names + parts.flags;
  const auto align = [&out] {
    if (out.size() % 2 != 0) out += '\0';
  };
  align();
  for (const int32_t number : parts.numbers) append_number(out, number, 4);
  for (const int32_t offset : parts.strings) append_number(out, offset, 2);
  out += parts.table;
  align();
  // One extended capability, a flag: its value, where its name stands, its name.
  constexpr std::string_view kName("RGB\0", 4);
  for (const size_t count : {size_t{1}, size_t{0}, size_t{0}, size_t{1}, kName.size()})
    append_number(out, static_cast<int64_t>(count), 2);
  append_number(out, 1, 2);
  append_number(out, 0, 2);
  out += kName;
  return out;
}

}  // namespace

std::optional<std::string> with_truecolor(std::string_view compiled) {
  if (compiled.size() < kHeader_bytes) return std::nullopt;
  auto parts = parse(compiled);
  if (!parts) return std::nullopt;
  if (parts->flags.size() > kCanChange) parts->flags[kCanChange] = 0;
  parts->numbers.resize(std::max(parts->numbers.size(), kMaxPairs + 1), -1);
  parts->numbers[kMaxColors] = kColors;
  parts->numbers[kMaxPairs] = kPairs;
  parts->strings.resize(std::max(parts->strings.size(), kSetBackground + 1), -1);
  parts->strings[kInitializeColor] = -1;
  for (const auto& [place, digit] : {std::pair{kSetForeground, '3'}, std::pair{kSetBackground, '4'}}) {
    parts->strings[place] = static_cast<int32_t>(parts->table.size());
    parts->table += set_color(digit) + '\0';
  }
  if (parts->table.size() > INT16_MAX) return std::nullopt;
  return compile(*parts);
}

}  // namespace astream::cli
