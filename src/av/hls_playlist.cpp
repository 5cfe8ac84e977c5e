#include "av/hls_playlist.hpp"

#include <charconv>
#include <cmath>
#include <utility>

#include "base/uri.hpp"

extern "C" {
#include <libavutil/parseutils.h>
}

namespace astream::av {

namespace {

constexpr double kMicrosecondsPerSecond = 1e6;

/// Takes the next line, without its end, off `text`.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

/// What stands behind `tag`, when the line is one.
std::optional<std::string_view> value_of(std::string_view line, std::string_view tag) {
  if (!line.starts_with(tag)) return std::nullopt;
  return line.substr(tag.size());
}

/// ISO 8601; UTC where no zone is given.
std::optional<int64_t> parse_date(std::string_view date) {
  std::string text(date);
  const size_t time = text.find('T');
  if (time != std::string::npos && text.find_first_of("Zz+-", time) == std::string::npos) text += 'Z';
  int64_t microseconds = 0;
  if (time == std::string::npos || av_parse_time(&microseconds, text.c_str(), 0) < 0) return std::nullopt;
  return microseconds;
}

int64_t parse_length_us(std::string_view value) {
  double seconds = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  const bool is_length = code == std::errc() && seconds >= 0 && seconds < 86'400;
  return is_length ? std::llround(seconds * kMicrosecondsPerSecond) : 0;
}

/// Dates the segments before the first that has a date.
void date_backwards(std::vector<HlsSegment>& segments, const std::vector<int64_t>& lengths_us) {
  for (size_t i = segments.size(); i-- > 1;) {
    HlsSegment& before = segments[i - 1];
    if (before.program_us || !segments[i].program_us || segments[i].is_after_discontinuity) continue;
    before.program_us = *segments[i].program_us - lengths_us[i - 1];
  }
}

}  // namespace

HlsPlaylist read_hls_playlist(std::string_view text, const std::string& url) {
  HlsPlaylist playlist;
  std::vector<int64_t> lengths_us;
  HlsSegment next;
  std::optional<int64_t> length_us;
  std::optional<int64_t> due_us;  // where the segment before ends
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (const auto length = value_of(line, "#EXTINF:")) {
      length_us = parse_length_us(*length);
    } else if (const auto date = value_of(line, "#EXT-X-PROGRAM-DATE-TIME:")) {
      next.program_us = parse_date(*date);
      next.has_date = next.program_us.has_value();
    } else if (line == "#EXT-X-DISCONTINUITY") {
      next.is_after_discontinuity = true;
    } else if (line == "#EXT-X-ENDLIST") {
      playlist.is_ended = true;
    } else if (!line.empty() && line.front() != '#' && length_us) {
      next.url = resolve_reference(url, line);
      if (!next.program_us && !next.is_after_discontinuity) next.program_us = due_us;
      due_us.reset();
      if (next.program_us) due_us = *next.program_us + *length_us;
      lengths_us.push_back(*length_us);
      playlist.segments.push_back(std::exchange(next, {}));
      length_us.reset();
    }
  }
  date_backwards(playlist.segments, lengths_us);
  return playlist;
}

}  // namespace astream::av
