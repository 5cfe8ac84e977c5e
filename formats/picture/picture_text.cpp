#include "formats/picture/picture_text.hpp"

#include <cmath>

#include "base/units.hpp"
#include "base/uri.hpp"
#include "dsp/features/decibel.hpp"
#include "formats/picture/axis_ticks.hpp"
#include "formats/record_header.hpp"

namespace astream {

namespace {

constexpr const char* kSeparator = " · ";

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : kSeparator) + part;
  }
  return text;
}

std::string tag(const StreamStart& stream, const std::string& name) {
  const auto found = stream.source.tags.find(name);
  return found == stream.source.tags.end() ? "" : to_utf8(found->second);
}

std::string rate_text(int rate_hz) {
  std::string text = format_tick(rate_hz / 1000.0, 0.001);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " kHz";
}

std::string channel_count_text(int channels) {
  if (channels == 1) return "mono";
  return channels == 2 ? "stereo" : std::to_string(channels) + " channels";
}

std::string duration_text(double duration_s) {
  constexpr double kShort_s = 1, kMinute_s = 60;
  if (duration_s <= 0) return "";
  if (duration_s < kShort_s) {
    const double ms = duration_s * 1000;
    return format_tick(ms, ms < 10 ? 0.001 : 0.1) + " ms";
  }
  return duration_s < kMinute_s ? format_tick(duration_s, 0.001) + " s" : format_clock(duration_s, 1);
}

/// To the second: what a picture of minutes or hours can show.
std::string start_text(const std::optional<int64_t>& wallclock_us) {
  const std::string text = wallclock_us ? wallclock_text(*wallclock_us) : "";
  const size_t t = text.find('T'), point = text.find('.');
  if (t == std::string::npos || point == std::string::npos) return "";
  return "from " + text.substr(0, t) + " " + text.substr(t + 1, point - t - 1) + " UTC";
}

/// "I −16.2 LUFS", or nothing where there is no number.
std::string number(const std::string& name, double value, const std::string& unit) {
  if (std::isnan(value)) return "";
  return name + " " + (std::isinf(value) ? "−∞" : format_tick(value, 0.1)) + " " + unit;
}

/// By FFmpeg's name of the layout, in its order of channels.
std::vector<std::string> channel_names(const std::string& layout) {
  if (layout == "stereo") return {"L", "R"};
  if (layout == "2.1") return {"FL", "FR", "LFE"};
  if (layout == "3.0") return {"FL", "FR", "FC"};
  if (layout == "quad") return {"FL", "FR", "BL", "BR"};
  if (layout == "4.0") return {"FL", "FR", "FC", "BC"};
  if (layout == "5.0") return {"FL", "FR", "FC", "BL", "BR"};
  if (layout == "5.0(side)") return {"FL", "FR", "FC", "SL", "SR"};
  if (layout == "5.1") return {"FL", "FR", "FC", "LFE", "BL", "BR"};
  if (layout == "5.1(side)") return {"FL", "FR", "FC", "LFE", "SL", "SR"};
  if (layout == "7.1") return {"FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"};
  return {};
}

}  // namespace

std::string picture_title(const StreamStart& stream) {
  const std::string title = tag(stream, "title"), artist = tag(stream, "artist");
  if (!title.empty()) return artist.empty() ? title : artist + " – " + title;
  return to_utf8(stream.label.empty() ? stream.uri : stream.label);
}

std::string describe_sound(const StreamStart& stream, const AudioOverview& sound) {
  const double duration_s = static_cast<double>(sound.end_sample()) / sound.format().rate_hz;
  return join({stream.source.codec, rate_text(sound.format().rate_hz), channel_count_text(sound.format().channels),
               duration_text(duration_s), start_text(sound.start_wallclock_us())});
}

std::string describe_analysis(const AudioOverview& sound) {
  const int samples = sound.spectrogram().fft_samples();
  const double ms = 1000.0 * samples / sound.format().rate_hz;
  return "Hann window of " + std::to_string(samples) + " samples (" + format_tick(ms, ms < 10 ? 0.1 : 1) + " ms)";
}

std::string describe_levels(const AudioOverview& sound) {
  LevelCell all;
  for (const LevelEnvelope& lane : sound.lanes())
    all.merge(level_between(lane, 0, std::max<int64_t>(sound.end_sample(), 1)));
  if (all.is_empty()) return "";
  const OverviewTotals& totals = sound.totals();
  const double gap_s = static_cast<double>(totals.gap_samples) / sound.format().rate_hz;
  return join({number("peak", db_from_amplitude(all.peak()), "dBFS"),
               number("RMS", db_from_power(all.mean_square()), "dBFS"),
               number("true peak", std::isnan(totals.true_peak) ? kNan : db_from_amplitude(totals.true_peak), "dBTP"),
               number("integrated", totals.integrated_lufs, "LUFS"), number("range", totals.range_lu, "LU"),
               totals.gap_samples > 0 ? "missing " + duration_text(gap_s) : ""});
}

std::vector<std::string> lane_names(const StreamStart& stream, const AudioOverview& sound, bool has_source_channels) {
  const auto channels = static_cast<size_t>(sound.format().channels);
  if (sound.lanes().size() < channels) return {"all " + std::to_string(channels) + " channels"};
  std::vector<std::string> names;
  if (has_source_channels) names = channel_names(stream.source.layout);
  if (names.size() == channels) return names;
  names.clear();
  for (size_t c = 0; c < channels; ++c) names.push_back(std::to_string(c + 1));
  return names;
}

}  // namespace astream
