#include "dsp/pooled_spectrogram.hpp"

#include <cmath>
#include <numeric>

#include "dsp/window_function.hpp"

namespace astream {

void SpectrumCell::merge(const SpectrumCell& later) {
  if (later.is_empty()) return;
  if (is_empty()) {
    *this = later;
    return;
  }
  const auto share = static_cast<float>(later.frames / (frames + later.frames));
  for (size_t i = 0; i < powers.size(); ++i) powers[i] += (later.powers[i] - powers[i]) * share;
  frames += later.frames;
}

std::vector<FrequencyBand> make_frequency_bands(const FrequencyAxis& axis, int rows, int fft_samples, int rate_hz) {
  const double bin_hz = static_cast<double>(rate_hz) / fft_samples;
  const int bins = fft_samples / 2 + 1;
  const auto bin_at = [&](double hz) { return std::min(static_cast<int>(std::ceil(hz / bin_hz - 1e-9)), bins); };
  std::vector<FrequencyBand> bands;
  const int first = bin_at(axis.low_hz());
  if (first > 0) bands.push_back({(first - 1) * bin_hz, first - 1, first});
  for (int row = 0, bin = first; row < rows; ++row) {
    const bool is_last = row == rows - 1;
    const double top_hz = is_last ? axis.high_hz() : axis.hz_at((row + 1.0) / rows);
    const int end = is_last ? std::min(static_cast<int>(top_hz / bin_hz + 1e-9) + 1, bins) : bin_at(top_hz);
    if (end <= bin) continue;
    const double hz = end - bin == 1 ? bin * bin_hz : axis.hz_at((row + 0.5) / rows);
    bands.push_back({hz, bin, end});
    bin = end;
  }
  const int last = bands.empty() ? 0 : bands.back().end_bin;
  if (last < bins) bands.push_back({last * bin_hz, last, last + 1});
  return bands;
}

PooledSpectrogram::PooledSpectrogram(AudioFormat format, int fft_samples, std::vector<FrequencyBand> bands,
                                     size_t columns, int64_t column_samples)
    : fft_(fft_samples),
      window_(make_window({WindowShape::hann}, fft_samples)),
      bands_(std::move(bands)),
      columns_(columns, column_samples),
      held_(static_cast<size_t>(format.channels)),
      bins_(static_cast<size_t>(fft_.bins())),
      powers_(bands_.size()) {}

int64_t PooledSpectrogram::hop_samples() const {
  return std::clamp<int64_t>(columns_.cell_samples(), 1, std::max(fft_.size() / 2, 1));
}

void PooledSpectrogram::process(int64_t first_sample, std::span<const std::vector<double>> channels) {
  if (channels.empty() || channels.front().empty()) return;
  if (!is_in_segment_) {
    is_in_segment_ = true;
    held_first_ = segment_first_ = segment_end_ = next_frame_ = first_sample;
    last_frame_ = -1;
    for (auto& held : held_) held.clear();
  }
  for (size_t c = 0; c < held_.size(); ++c) held_[c].insert(held_[c].end(), channels[c].begin(), channels[c].end());
  segment_end_ += static_cast<int64_t>(channels.front().size());
  const int64_t size = fft_.size();
  for (; next_frame_ + size <= segment_end_; next_frame_ += hop_samples()) {
    analyze(next_frame_, window_);
    const int64_t center = next_frame_ + size / 2;
    deposit(last_frame_ < 0 ? segment_first_ : center, center);
    last_frame_ = next_frame_;
  }
  trim();
}

void PooledSpectrogram::end_segment() {
  if (!is_in_segment_) return;
  is_in_segment_ = false;
  const int64_t size = fft_.size();
  if (last_frame_ < 0) {
    analyze(segment_first_, make_window({WindowShape::hann}, static_cast<int>(segment_end_ - segment_first_)));
    deposit(segment_first_, segment_end_ - 1);
    return;
  }
  if (segment_end_ - size > last_frame_) analyze(segment_end_ - size, window_);
  const int64_t behind = columns_.next_edge(last_frame_ + size / 2);
  if (behind < segment_end_) deposit(behind, segment_end_ - 1);
}

void PooledSpectrogram::analyze(int64_t first, std::span<const double> window) {
  std::fill(bins_.begin(), bins_.end(), 0.0);
  const auto offset = static_cast<size_t>(first - held_first_);
  const std::span<double> samples = fft_.samples();
  for (const auto& held : held_) {
    for (size_t i = 0; i < window.size(); ++i) samples[i] = held[offset + i] * window[i];
    std::fill(samples.begin() + static_cast<std::ptrdiff_t>(window.size()), samples.end(), 0.0);
    fft_.forward();
    const auto spectrum = fft_.spectrum();
    for (size_t k = 0; k < bins_.size(); ++k) bins_[k] += std::norm(spectrum[k]);
  }
  // A sine of amplitude 1 has |X| = sum(window) / 2 at its bin.
  const double amplitude = 2 / std::accumulate(window.begin(), window.end(), 0.0);
  const double scale = amplitude * amplitude / static_cast<double>(held_.size());
  for (size_t band = 0; band < bands_.size(); ++band) {
    const auto from = bins_.begin() + bands_[band].first_bin, to = bins_.begin() + bands_[band].end_bin;
    powers_[band] = static_cast<float>(*std::max_element(from, to) * scale);
  }
}

void PooledSpectrogram::deposit(int64_t from, int64_t last) {
  for (int64_t sample = from; sample <= last; sample = columns_.next_edge(sample)) {
    SpectrumCell& cell = columns_.at(sample);
    if (cell.is_empty()) cell.powers.assign(powers_.size(), 0.0F);
    cell.frames += 1;
    const auto share = static_cast<float>(1 / cell.frames);
    for (size_t i = 0; i < powers_.size(); ++i) cell.powers[i] += (powers_[i] - cell.powers[i]) * share;
  }
}

/// Keeps what the next frame needs, and the last one should this be the end.
void PooledSpectrogram::trim() {
  const int64_t needed = std::max(std::min(next_frame_, segment_end_ - fft_.size()), held_first_);
  const auto surplus = static_cast<std::ptrdiff_t>(needed - held_first_);
  if (surplus < 4 * static_cast<std::ptrdiff_t>(fft_.size())) return;  // moved seldom: moving costs what is kept
  for (auto& held : held_) held.erase(held.begin(), held.begin() + surplus);
  held_first_ = needed;
}

}  // namespace astream
