#include "formats/text_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/units.hpp"
#include "formats/text_cells.hpp"

namespace astream {

namespace {

constexpr int kMinLabelColumns = 8;
constexpr int kMaxLabelColumns = 24;
constexpr int kMinBarColumns = 6;
constexpr int kClockColumns = 10;
constexpr double kBarFloor_db = -60;
constexpr double kLoud_db = -6;

constexpr std::string_view kRed = "31";
constexpr std::string_view kGreen = "32";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kDim = "2";

/// Of the loudest channel; linear, full scale 1.
struct Levels {
  double peak = 0;
  double rms = 0;
};

Levels levels_of(const Window& window) {
  const auto channels = static_cast<size_t>(std::max(1, window.format.channels));
  const size_t values = std::min(window.samples.size(), static_cast<size_t>(window.valid_samples) * channels);
  std::vector<double> squares(channels, 0);
  Levels levels;
  for (size_t i = 0, channel = 0; i < values; ++i) {
    const double value = window.samples[i];
    if (std::isfinite(value)) {
      levels.peak = std::max(levels.peak, std::abs(value));
      squares[channel] += value * value;
    }
    channel = channel + 1 == channels ? 0 : channel + 1;
  }
  if (values == 0) return levels;
  const size_t samples = values / channels;
  levels.rms = std::sqrt(*std::max_element(squares.begin(), squares.end()) / static_cast<double>(samples));
  return levels;
}

double to_db(double linear) {
  return linear > 0 ? 20 * std::log10(linear) : -INFINITY;
}

std::string fixed_text(double value, int decimals) {
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto result = std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::fixed, decimals);
  return result.ec == std::errc{} ? std::string(buffer, result.ptr) : "?";
}

std::string right_aligned(std::string text, size_t columns) {
  if (text.size() < columns) text.insert(0, columns - text.size(), ' ');
  return text;
}

/// A position with all its decimals, so that they stand below each other.
std::string position_text(double seconds, int decimals) {
  std::string text = format_clock(seconds, decimals);
  const size_t point = text.find('.');
  if (point == std::string::npos) text += '.';
  const size_t given = point == std::string::npos ? 0 : text.size() - point - 1;
  return text.append(static_cast<size_t>(decimals) - std::min(given, static_cast<size_t>(decimals)), '0');
}

double bar_share(double db) {
  return std::isinf(db) ? 0 : (db - kBarFloor_db) / -kBarFloor_db;
}

std::string seconds_text(int64_t samples, int rate_hz) {
  return fixed_text(static_cast<double>(samples) / std::max(1, rate_hz), 3) + " s";
}

std::string channels_text(int channels) {
  if (channels == 1) return "mono";
  if (channels == 2) return "stereo";
  return std::to_string(channels) + " channels";
}

std::string counted(int64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

/// What is missing, for windows and ends of streams: "  gap 0.500 s  dropped 0.100 s".
std::string losses_text(int64_t gap_samples, int64_t dropped_samples, int rate_hz) {
  std::string text;
  if (gap_samples > 0) text += "  gap " + seconds_text(gap_samples, rate_hz);
  if (dropped_samples > 0) text += "  dropped " + seconds_text(dropped_samples, rate_hz);
  return text;
}

}  // namespace

TextWriter::TextWriter(ByteSink& sink, const WriterOptions& options)
    : sink_(sink),
      options_(options),
      label_columns_(std::clamp(options.width / 5, kMinLabelColumns, kMaxLabelColumns)) {}

std::string TextWriter::colored(std::string_view text, std::string_view code) const {
  if (!options_.is_colored) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

void TextWriter::write_event(std::string_view name, std::string_view text, bool is_error) {
  const std::string line = std::string(name) + ": " + printable_text(text, options_.is_utf8);
  sink_.write(colored(line, is_error ? kRed : kDim) + "\n", {});
  sink_.flush();  // for people: each line when it is there
}

void TextWriter::stream_start(const StreamStart& event) {
  Stream& stream = streams_[event.stream];
  stream.rate_hz = std::max(1, event.format.rate_hz);
  // Lines of windows that are less than a tenth of a second apart would else show the same time.
  stream.clock_decimals = event.plan.hop_samples * 10 < stream.rate_hz ? 3 : 1;
  stream.label = printable_text(event.label, options_.is_utf8);
  stream.label_cell = fit_text(stream.label, label_columns_, options_.is_utf8);
  std::string text = event.source.codec.empty() ? event.source.container : event.source.codec;
  if (!text.empty()) text += ", ";
  text += std::to_string(event.format.rate_hz) + " Hz, " + channels_text(event.format.channels);
  if (event.is_live) text += ", live";
  if (event.duration_s) text += ", " + format_clock(*event.duration_s, 1);
  write_event(stream.label, text, false);
}

Flow TextWriter::window(const Window& window) {
  const Stream& stream = streams_[window.stream];
  const Levels levels = levels_of(window);
  const double peak_db = to_db(levels.peak);
  const double rms_db = to_db(levels.rms);
  std::string line = stream.label_cell + "  " +
                     right_aligned(position_text(window.time_s, stream.clock_decimals), kClockColumns) + "  peak " +
                     right_aligned(fixed_text(peak_db, 1), 6) + "  rms " + right_aligned(fixed_text(rms_db, 1), 6) +
                     " dBFS";
  const std::string losses = losses_text(window.gap_samples, window.dropped_samples, window.format.rate_hz);
  const int used_columns = label_columns_ + static_cast<int>(line.size() - stream.label_cell.size() + losses.size());
  // The last column stays free: some terminals wrap as soon as it is filled.
  const int bar_columns = options_.width - used_columns - 3;
  if (bar_columns >= kMinBarColumns) {
    const std::string_view color = peak_db >= -0.1 ? kRed : peak_db >= kLoud_db ? kYellow : kGreen;
    line += "  " + colored(level_bar(bar_share(rms_db), bar_share(peak_db), bar_columns, options_.is_utf8), color);
  }
  if (!losses.empty()) line += colored(losses, kRed);
  line.erase(line.find_last_not_of(' ') + 1);
  sink_.write(line + "\n", {});
  sink_.flush();
  return Flow::proceed;
}

void TextWriter::stream_info(const StreamInfo& event) {
  for (const auto& [key, value] : event.tags) write_event(streams_[event.stream].label, key + ": " + value, false);
}

void TextWriter::stream_error(const StreamError& event) {
  std::string text = "error: " + event.message;
  if (!event.hint.empty()) text += " (" + event.hint + ")";
  // Without a stream it is an input that could not be opened.
  const auto open = streams_.find(event.stream);
  write_event(open == streams_.end() ? printable_text(event.uri, options_.is_utf8) : open->second.label, text, true);
}

void TextWriter::stream_end(const StreamEnd& event) {
  const Stream stream = streams_[event.stream];
  streams_.erase(event.stream);
  std::string text(reason_name(event.reason));
  text += ", " + counted(event.windows, "window") + ", " +
          format_clock(static_cast<double>(event.samples) / stream.rate_hz, stream.clock_decimals);
  text += losses_text(event.gap_samples, event.dropped_samples, stream.rate_hz);
  if (event.reconnects > 0) text += "  " + counted(event.reconnects, "reconnect");
  if (event.corrupt_packets > 0) text += "  " + counted(event.corrupt_packets, "damaged packet");
  if (event.overflows > 0) text += "  " + counted(event.overflows, "driver overflow");
  write_event(stream.label, text, false);
}

void TextWriter::set_end(const SetEnd& event) {
  if (event.streams > 1) {
    std::string text = counted(event.streams, "input");
    if (event.failed > 0) text += ", " + std::to_string(event.failed) + " failed";
    text += ", " + counted(event.windows, "window") + " in " + fixed_text(event.elapsed_s, 1) + " s";
    write_event("total", text, false);
  }
  sink_.flush();
}

}  // namespace astream
