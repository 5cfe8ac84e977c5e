// Fundamental frequency by YIN (de Cheveigne and Kawahara 2002), in the arithmetic of librosa 0.11's librosa.yin.
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "dsp/features/decibel.hpp"
#include "dsp/features/feature_makers.hpp"
#include "dsp/fft.hpp"

namespace astream {

namespace {

class PitchYin final : public FrameFeature {
 public:
  explicit PitchYin(const FeatureContext& context)
      : options_(context.options.pitch), rate_hz_(context.rate_hz()), fft_(2 * context.frames.frame_samples) {
    const int frame = context.frames.frame_samples;
    if (!(options_.low_hz > 0 && options_.low_hz < options_.high_hz && options_.high_hz <= rate_hz_ / 2))
      throw Error(ErrorKind::usage, "pitch: fmin must lie below fmax, and fmax not above half the sample rate");
    if (!(rate_hz_ / options_.low_hz < frame - 1))
      throw Error(ErrorKind::usage,
                  "pitch: a frame of " + std::to_string(frame) + " samples is too short for " +
                      std::to_string(options_.low_hz) + " Hz",
                  {}, "give a longer frame or a higher fmin");
    lowest_lag_ = static_cast<int>(std::floor(rate_hz_ / options_.high_hz));
    highest_lag_ = std::min(static_cast<int>(std::ceil(rate_hz_ / options_.low_hz)), frame - 1);
    if (highest_lag_ - lowest_lag_ < 2)
      throw Error(ErrorKind::usage, "pitch: fmin and fmax are too close together at this sample rate");
    difference_.resize(static_cast<size_t>(highest_lag_ - lowest_lag_ + 1));
  }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    autocorrelate(frame.samples);
    if (fft_.samples()[0] <= 0 && options_.voiced_below) {  // silence has no period, though all of them fit
      out[0] = kNan;
      out[1] = 1;
      return;
    }
    normalised_difference(frame.samples);
    const size_t lag = best_lag();
    const double aperiodicity = difference_[lag];
    const double f0_hz = rate_hz_ / (lowest_lag_ + static_cast<double>(lag) + parabolic_shift(lag));
    const bool is_voiced = !options_.voiced_below || aperiodicity < *options_.voiced_below;
    out[0] = is_voiced ? f0_hz : kNan;
    out[1] = aperiodicity;
  }

 private:
  /// Linear autocorrelation of the whole frame into fft_.samples().
  void autocorrelate(std::span<const double> samples) {
    const std::span<double> x = fft_.samples();
    std::copy(samples.begin(), samples.end(), x.begin());
    std::fill(x.begin() + static_cast<std::ptrdiff_t>(samples.size()), x.end(), 0.0);
    fft_.forward();
    for (auto& bin : fft_.spectrum()) bin = std::norm(bin);
    fft_.inverse();
  }

  /// d'(lag) for the lags wanted: cumulative mean normalised difference.
  void normalised_difference(std::span<const double> samples) {
    const std::span<const double> correlation = fft_.samples();
    double energy = 0, cumulative = 0;
    for (int lag = 1; lag <= highest_lag_; ++lag) {
      const size_t i = static_cast<size_t>(lag);
      energy += samples[i - 1] * samples[i - 1];
      const double difference = 2 * (correlation[0] - correlation[i]) - energy;
      cumulative += difference;
      if (lag >= lowest_lag_)
        difference_[static_cast<size_t>(lag - lowest_lag_)] =
            difference / (cumulative / lag + std::numeric_limits<double>::min());
    }
    if (lowest_lag_ == 0) difference_[0] = 0;
  }

  /// The first trough below the threshold, else the deepest point.
  size_t best_lag() const {
    const std::vector<double>& d = difference_;
    size_t lowest = 0;
    for (size_t i = 0; i < d.size(); ++i) {
      const bool is_trough = i == 0 ? d[0] < d[1] : i + 1 < d.size() && d[i] < d[i - 1] && d[i] <= d[i + 1];
      if (is_trough && d[i] < options_.threshold) return i;
      if (d[i] < d[lowest]) lowest = i;
    }
    return lowest;
  }

  double parabolic_shift(size_t i) const {
    if (i == 0 || i + 1 >= difference_.size()) return 0;
    const double before = difference_[i - 1], after = difference_[i + 1];
    const double a = before + after - 2 * difference_[i];
    const double b = (after - before) / 2;
    return std::abs(b) < std::abs(a) ? -b / a : 0;
  }

  PitchOptions options_;
  double rate_hz_;
  RealFft fft_;
  int lowest_lag_ = 0;
  int highest_lag_ = 0;
  std::vector<double> difference_;
};

}  // namespace

std::unique_ptr<FrameFeature> make_pitch(const FeatureContext& context) {
  return std::make_unique<PitchYin>(context);
}

}  // namespace astream
