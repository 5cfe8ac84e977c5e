// Acoustic indices of a row window: ACI, NDSI, ADI, AEI, BI, Ht, Hf, H.
//
// ACI: Pieretti et al. 2011; NDSI: Kasten et al. 2012; ADI, AEI: Villanueva-Rivera et al. 2011; BI: Boelman et al.
// 2007; entropies: Sueur et al. 2008. Amplitude spectra of a periodic Hann window without overlap, the last bin left
// out, as scikit-maad and soundecology compute them.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/fft.hpp"

namespace astream {

namespace {

constexpr int kWelchSamples = 1024;
constexpr double kAdiBandHz = 1000;
constexpr int64_t kLongestWindow = int64_t{1} << 27;

/// Hann-windowed magnitudes of consecutive stretches.
class Spectrogram {
 public:
  explicit Spectrogram(int size) : fft_(size), window_(make_window({}, size)), magnitude_(bins_of(size)) {}

  std::span<const double> magnitude(std::span<const double> samples) {
    const std::span<double> x = fft_.samples();
    for (size_t i = 0; i < x.size(); ++i) x[i] = samples[i] * window_[i];
    fft_.forward();
    for (size_t k = 0; k < magnitude_.size(); ++k) magnitude_[k] = std::abs(fft_.spectrum()[k]);
    return magnitude_;
  }
  size_t size() const { return window_.size(); }
  /// Without the last one.
  size_t bins() const { return magnitude_.size() - 1; }

 private:
  static size_t bins_of(int size) { return static_cast<size_t>(size / 2 + 1); }

  RealFft fft_;
  std::vector<double> window_;
  std::vector<double> magnitude_;
};

/// Shannon entropy of shares that need not add up to 1, over ln of their number; NaN when all are 0.
double evenness(std::span<const double> values) {
  double sum = 0, entropy = 0;
  for (const double value : values) sum += value;
  if (!(sum > 0)) return kNan;
  for (const double value : values)
    if (value > 0) entropy -= value / sum * std::log(value / sum);
  return entropy / std::log(static_cast<double>(values.size()));
}

class Indices final : public WindowFeature {
 public:
  explicit Indices(const FeatureContext& context)
      : options_(context.options.indices),
        rate_hz_(context.rate_hz()),
        short_(checked(options_.frame_samples)),
        welch_(kWelchSamples),
        slow_(std::max(2, context.rate_hz() / 10)),
        hilbert_(checked(context.row_length_samples)),
        sums_(short_.bins()),
        chunk_sums_(sums_),
        rises_(sums_),
        previous_(sums_),
        envelope_(static_cast<size_t>(context.row_length_samples)) {
    if (options_.aci_chunk) chunk_samples_ = std::max<int64_t>(1, options_.aci_chunk->samples_at(context.rate_hz()));
    const double band_count = std::floor(std::min(options_.adi_high_hz, rate_hz_ / 2.0) / kAdiBandHz);
    shares_.resize(static_cast<size_t>(std::max(0.0, band_count)));
    if (context.row_length_samples < 10 * int64_t{context.rate_hz()})
      context.note("indices of windows shorter than 10 s say little");
  }

  void compute(std::span<const double> window, std::span<double> out) override {
    out[0] = complexity(window);
    out[1] = ndsi(window);
    diversity(window, out[2], out[3]);
    out[4] = bioacoustic();
    out[5] = temporal_entropy(window);
    for (double& value : sums_)
      if (options_.is_qut) value *= value;
    out[6] = evenness(sums_);
    out[7] = out[5] * out[6];
  }

 private:
  static int checked(int64_t samples) {
    if (samples < 2 || samples > kLongestWindow)
      throw Error(ErrorKind::usage, "indices: windows must have 2 to 134217728 samples");
    return static_cast<int>(samples);
  }

  /// ACI; leaves the sum over time of each bin in sums_ and the largest magnitude in loudest_.
  double complexity(std::span<const double> window) {
    std::ranges::fill(sums_, 0.0);
    loudest_ = 0;
    frame_count_ = 0;
    const size_t chunk = chunk_samples_ > 0 ? static_cast<size_t>(chunk_samples_) : window.size();
    double total = 0;
    for (size_t start = 0; start < window.size(); start += chunk)
      total += chunk_complexity(window.subspan(start, std::min(chunk, window.size() - start)));
    return total;
  }

  double chunk_complexity(std::span<const double> chunk) {
    std::ranges::fill(chunk_sums_, 0.0);
    std::ranges::fill(rises_, 0.0);
    for (size_t start = 0; start + short_.size() <= chunk.size(); start += short_.size()) {
      const std::span<const double> magnitude = short_.magnitude(chunk.subspan(start, short_.size()));
      for (size_t k = 0; k < sums_.size(); ++k) {
        if (start > 0) rises_[k] += std::abs(magnitude[k] - previous_[k]);
        previous_[k] = magnitude[k];
        chunk_sums_[k] += magnitude[k];
        loudest_ = std::max(loudest_, magnitude[k]);
      }
      ++frame_count_;
    }
    double aci = 0;
    for (size_t k = 0; k < sums_.size(); ++k) {
      sums_[k] += chunk_sums_[k];
      if (chunk_sums_[k] > 0) aci += rises_[k] / chunk_sums_[k];
    }
    return aci;
  }

  double ndsi(std::span<const double> window) {
    double human = 0, animal = 0;
    for (size_t start = 0; start + kWelchSamples <= window.size(); start += kWelchSamples / 2) {
      const std::span<const double> magnitude = welch_.magnitude(window.subspan(start, kWelchSamples));
      for (size_t k = 0; k < magnitude.size(); ++k) {
        const double hz = static_cast<double>(k) * rate_hz_ / kWelchSamples;
        // One-sided density: only the last bin and 0 Hz are not doubled.
        const double power = magnitude[k] * magnitude[k] * (k == 0 || k == kWelchSamples / 2 ? 0.5 : 1);
        if (hz >= options_.anthrophony_low_hz && hz < options_.anthrophony_high_hz) human += power;
        if (hz >= options_.biophony_low_hz && hz < options_.biophony_high_hz) animal += power;
      }
    }
    return human + animal > 0 ? (animal - human) / (animal + human) : kNan;
  }

  size_t nearest_slow_bin(double hz) const {
    const double bin = hz * static_cast<double>(slow_.size()) / rate_hz_;
    return std::min(static_cast<size_t>(std::ceil(bin - 0.5)), slow_.bins() - 1);
  }

  void diversity(std::span<const double> window, double& adi, double& aei) {
    adi = aei = 0;
    double loudest = 0;
    const auto each_frame = [&](auto visit) {
      for (size_t start = 0; start + slow_.size() <= window.size(); start += slow_.size())
        visit(slow_.magnitude(window.subspan(start, slow_.size())));
    };
    each_frame([&](std::span<const double> magnitude) {
      for (size_t k = 0; k < slow_.bins(); ++k) loudest = std::max(loudest, magnitude[k]);
    });
    if (!(loudest > 0) || shares_.empty()) return;
    // The spectrogram is made twice rather than kept: its maximum sets the threshold.
    const double threshold = loudest * std::pow(10, options_.adi_threshold_db / 20);
    std::ranges::fill(shares_, 0.0);
    int64_t frames = 0;
    each_frame([&](std::span<const double> magnitude) {
      ++frames;
      for (size_t band = 0; band < shares_.size(); ++band)
        for (size_t k = band_begin(band); k <= band_begin(band + 1); ++k) shares_[band] += magnitude[k] >= threshold;
    });
    for (size_t band = 0; band < shares_.size(); ++band)
      shares_[band] /= static_cast<double>(frames) * static_cast<double>(band_begin(band + 1) - band_begin(band) + 1);
    adi = evenness(shares_) * std::log(static_cast<double>(shares_.size()));
    if (shares_.size() == 1) adi = 0;
    aei = gini();
  }
  size_t band_begin(size_t band) const { return nearest_slow_bin(static_cast<double>(band) * kAdiBandHz); }

  double gini() {
    std::ranges::sort(shares_);
    double sum = 0, weighted = 0;
    for (size_t i = 0; i < shares_.size(); ++i) {
      sum += shares_[i];
      weighted += shares_[i] * static_cast<double>(i + 1);
    }
    const double count = static_cast<double>(shares_.size());
    return sum > 0 ? (2 * weighted / sum - (count + 1)) / count : 0;
  }

  /// Area of the mean spectrum in dB above its minimum in the band.
  double bioacoustic() const {
    if (!(loudest_ > 0)) return kNan;
    const double bin_hz = static_cast<double>(rate_hz_) / static_cast<double>(short_.size());
    double lowest = std::numeric_limits<double>::infinity(), sum = 0;
    int count = 0;
    for (size_t k = 0; k < sums_.size(); ++k) {
      const double hz = static_cast<double>(k) * bin_hz;
      if (hz < options_.bi_low_hz || hz > options_.bi_high_hz) continue;
      const double level_db = db_from_amplitude(sums_[k] / static_cast<double>(frame_count_) / loudest_);
      lowest = std::min(lowest, level_db);
      sum += level_db;
      ++count;
    }
    return count > 0 && std::isfinite(lowest) ? (sum - count * lowest) / bin_hz : kNan;
  }

  double temporal_entropy(std::span<const double> window) {
    std::ranges::copy(window, hilbert_.samples().begin());
    hilbert_.forward();
    const auto bins = hilbert_.spectrum();
    for (auto& bin : bins) bin = {bin.imag(), -bin.real()};  // times -i: a quarter turn
    bins[0] = 0;
    if (window.size() % 2 == 0) bins.back() = 0;
    hilbert_.inverse();
    for (size_t i = 0; i < window.size(); ++i) {
      const double power = window[i] * window[i] + hilbert_.samples()[i] * hilbert_.samples()[i];
      envelope_[i] = options_.is_qut ? power : std::sqrt(power);
    }
    return evenness(envelope_);
  }

  IndexOptions options_;
  int rate_hz_;
  int64_t chunk_samples_ = 0;
  Spectrogram short_, welch_, slow_;
  RealFft hilbert_;
  std::vector<double> sums_, chunk_sums_, rises_, previous_, envelope_, shares_;
  double loudest_ = 0;
  int64_t frame_count_ = 0;
};

}  // namespace

std::unique_ptr<WindowFeature> make_indices(const FeatureContext& context) {
  return std::make_unique<Indices>(context);
}

}  // namespace astream
