#include "formats/record_header.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

namespace astream {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kAlignmentBytes = 4;

/// Appends text and numbers to a buffer that is known to be long enough.
class HeaderText {
 public:
  explicit HeaderText(WindowHeaderBuffer& buffer)
      : begin_(buffer.data()), at_(buffer.data()), end_(buffer.data() + buffer.size()) {}

  void text(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  void number(std::string_view key, int64_t value) {
    text(key);
    at_ = std::to_chars(at_, end_, value).ptr;
  }

  /// The shortest text that reads back as the same double, always recognisable as one: "8.0", not "8".
  void real(std::string_view key, double value) {
    text(key);
    if (!std::isfinite(value)) {
      text("null");
      return;
    }
    const char* from = at_;
    at_ = std::to_chars(at_, end_, value).ptr;
    const std::string_view digits(from, static_cast<size_t>(at_ - from));
    if (digits.find_first_of(".e") == std::string_view::npos) text(".0");
  }

  void digits(unsigned value, int count) {
    for (int i = count - 1; i >= 0; --i, value /= 10) at_[i] = static_cast<char>('0' + value % 10);
    at_ += count;
  }

  std::string_view finish() {
    while ((at_ - begin_ + 1) % kAlignmentBytes != 0) *at_++ = ' ';
    *at_++ = '\n';
    return so_far();
  }

  std::string_view so_far() const { return {begin_, static_cast<size_t>(at_ - begin_)}; }

 private:
  char* begin_;
  char* at_;
  char* end_;
};

bool has_four_digit_year(int64_t wallclock_us) {
  constexpr int64_t kFirst_us = -62'167'219'200'000'000;  // 0000-01-01T00:00:00Z
  constexpr int64_t kEnd_us = 253'402'300'800'000'000;    // 10000-01-01T00:00:00Z
  return wallclock_us >= kFirst_us && wallclock_us < kEnd_us;
}

void append_wallclock(HeaderText& to, int64_t wallclock_us) {
  using std::chrono::days, std::chrono::floor, std::chrono::microseconds, std::chrono::sys_time;
  const sys_time<microseconds> instant{microseconds{wallclock_us}};
  const sys_time<days> midnight = floor<days>(instant);
  const std::chrono::year_month_day date{midnight};
  const auto of_day_us = static_cast<uint64_t>((instant - midnight).count());
  const auto second = static_cast<unsigned>(of_day_us / 1'000'000);
  to.digits(static_cast<unsigned>(static_cast<int>(date.year())), 4);
  to.text("-");
  to.digits(static_cast<unsigned>(date.month()), 2);
  to.text("-");
  to.digits(static_cast<unsigned>(date.day()), 2);
  to.text("T");
  to.digits(second / 3600, 2);
  to.text(":");
  to.digits(second / 60 % 60, 2);
  to.text(":");
  to.digits(second % 60, 2);
  to.text(".");
  to.digits(static_cast<unsigned>(of_day_us % 1'000'000), 6);
  to.text("Z");
}

std::string header_line(std::string_view type, Json data) {
  const Json record = {{"type", type}, {"data", std::move(data)}};
  std::string line = record.dump(-1, ' ', false, Json::error_handler_t::replace);
  finish_header(line);
  return line;
}

std::string_view tail_name(Tail tail) {
  switch (tail) {
    case Tail::pad:
      return "pad";
    case Tail::crop:
      return "crop";
    case Tail::drop:
      return "drop";
  }
  return "";
}

Json tags_json(const Tags& tags) {
  Json json = Json::object();
  for (const auto& [key, value] : tags) json[key] = value;
  return json;
}

Json source_json(const SourceInfo& source) {
  Json json = Json::object();
  if (!source.container.empty()) json["container"] = source.container;
  if (!source.codec.empty()) json["codec"] = source.codec;
  if (source.format.rate_hz > 0) json["rate"] = source.format.rate_hz;
  if (source.format.channels > 0) json["channels"] = source.format.channels;
  if (source.bits > 0) json["bits"] = source.bits;
  return json;
}

}  // namespace

std::string_view window_header(const Window& window, WindowHeaderBuffer& buffer) {
  HeaderText line(buffer);
  line.number(R"({"type":"window","data":{"stream":)", window.stream);
  line.number(R"(,"window":)", window.window);
  line.number(R"(,"sample":)", window.sample);
  line.real(R"(,"time":)", window.time_s);
  line.number(R"(,"samples":)", window.sample_count());
  line.number(R"(,"channels":)", window.format.channels);
  line.number(R"(,"rate":)", window.format.rate_hz);
  line.number(R"(,"valid":)", window.valid_samples);
  if (window.gap_samples != 0) line.number(R"(,"gap":)", window.gap_samples);
  if (window.dropped_samples != 0) line.number(R"(,"dropped":)", window.dropped_samples);
  if (window.reconnects != 0) line.number(R"(,"reconnects":)", window.reconnects);
  if (window.wallclock_us && has_four_digit_year(*window.wallclock_us)) {
    line.text(R"(,"wallclock":")");
    append_wallclock(line, *window.wallclock_us);
    line.text("\"");
  }
  if (window.epoch) line.number(R"(,"epoch":)", *window.epoch);
  line.number(R"(},"payload_length":)", static_cast<int64_t>(window.samples.size_bytes()));
  line.text("}");
  return line.finish();
}

std::string wallclock_text(int64_t wallclock_us) {
  if (!has_four_digit_year(wallclock_us)) return {};
  WindowHeaderBuffer buffer;
  HeaderText text(buffer);
  append_wallclock(text, wallclock_us);
  return std::string(text.so_far());
}

std::string milliseconds_text(int64_t wallclock_us) {
  constexpr size_t kDropped = 4;  // three digits and the Z
  std::string text = wallclock_text(wallclock_us);
  if (!text.empty()) text.replace(text.size() - kDropped, kDropped, "Z");
  return text;
}

void finish_header(std::string& line) {
  while ((line.size() + 1) % kAlignmentBytes != 0) line += ' ';
  line += '\n';
}

std::string set_start_header(const SetStart& event) {
  return header_line("set-start", {{"version", kRecordVersion}, {"generator", event.generator}});
}

std::string stream_start_header(const StreamStart& event) {
  Json data = {{"stream", event.stream},
               {"uri", event.uri},
               {"label", event.label},
               {"rate", event.format.rate_hz},
               {"channels", event.format.channels},
               {"window", event.plan.window_samples},
               {"hop", event.plan.hop_samples},
               {"tail", tail_name(event.plan.tail)},
               {"live", event.is_live}};
  if (event.duration_s && std::isfinite(*event.duration_s)) data["duration"] = *event.duration_s;
  if (!event.preset.empty()) data["preset"] = event.preset;
  data["source"] = source_json(event.source);
  data["tags"] = tags_json(event.source.tags);
  return header_line("stream-start", std::move(data));
}

std::string stream_info_header(const StreamInfo& event) {
  return header_line("stream-info",
                     {{"stream", event.stream}, {"time", event.time_s}, {"tags", tags_json(event.tags)}});
}

std::string stream_error_header(const StreamError& event) {
  Json data = {{"stream", event.stream},
               {"uri", event.uri},
               {"kind", kind_name(event.kind)},
               {"message", event.message},
               {"hint", event.hint}};
  return header_line("stream-error", std::move(data));
}

std::string stream_end_header(const StreamEnd& event) {
  Json data = {{"stream", event.stream},        {"reason", reason_name(event.reason)},
               {"windows", event.windows},      {"samples", event.samples},
               {"gap", event.gap_samples},      {"dropped", event.dropped_samples},
               {"reconnects", event.reconnects}};
  if (event.corrupt_packets > 0) data["corrupt"] = event.corrupt_packets;
  if (event.overflows > 0) data["overflows"] = event.overflows;
  return header_line("stream-end", std::move(data));
}

std::string set_end_header(const SetEnd& event) {
  // Microseconds are more than the clock knows; the digits behind them would be noise.
  const double elapsed_s = std::round(event.elapsed_s * 1e6) / 1e6;
  return header_line("set-end", {{"streams", event.streams},
                                 {"failed", event.failed},
                                 {"windows", event.windows},
                                 {"samples", event.samples},
                                 {"elapsed", elapsed_s}});
}

}  // namespace astream
