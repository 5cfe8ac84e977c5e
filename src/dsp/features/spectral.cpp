// Shape of the magnitude spectrum: centroid, bandwidth, rolloff, flatness, entropy, flux, crest, slope.
//
// Definitions: librosa.feature.spectral_{centroid,bandwidth,rolloff,flatness}, poly_features(order=1); entropy of the
// normalised power spectrum over ln of the number of bins; flux and crest as in essentia (Flux L2, Crest).
#include <cmath>

#include "dsp/features/feature_makers.hpp"

namespace astream {

namespace {

class Spectral final : public FrameFeature {
 public:
  explicit Spectral(const FeatureContext& context)
      : rolloff_share_(context.options.spectral.rolloff_share), previous_(static_cast<size_t>(context.bins())) {
    double sum_hz = 0;
    for (int k = 0; k < context.bins(); ++k) {
      hz_.push_back(context.bin_hz(k));
      sum_hz += hz_.back();
    }
    mean_hz_ = sum_hz / context.bins();
    for (const double hz : hz_) spread_hz2_ += (hz - mean_hz_) * (hz - mean_hz_);
  }

  SpectrumNeeds spectrum_needs() const override { return {true, true}; }
  void start_run() override { has_previous_ = false; }

  void compute(const AnalysisFrame& frame, std::span<double> out) override {
    double sum = 0, power_sum = 0, peak = 0;
    for (size_t k = 0; k < hz_.size(); ++k) {
      sum += frame.magnitude[k];
      power_sum += frame.power[k];
      peak = std::max(peak, frame.magnitude[k]);
    }
    moments(frame, sum, out);
    out[2] = rolloff_hz(frame, sum);
    logarithms(frame, power_sum, out);
    out[5] = flux(frame);
    out[6] = sum > 0 ? peak * static_cast<double>(hz_.size()) / sum : 0;
  }

 private:
  void moments(const AnalysisFrame& frame, double sum, std::span<double> out) const {
    const double mean = sum / static_cast<double>(hz_.size());
    double weighted = 0, covariance = 0;
    for (size_t k = 0; k < hz_.size(); ++k) {
      weighted += frame.magnitude[k] * hz_[k];
      covariance += (frame.magnitude[k] - mean) * (hz_[k] - mean_hz_);
    }
    const double centroid = sum > 0 ? weighted / sum : 0;
    double spread = 0;
    for (size_t k = 0; k < hz_.size(); ++k) spread += frame.magnitude[k] * (hz_[k] - centroid) * (hz_[k] - centroid);
    out[0] = centroid;
    out[1] = sum > 0 ? std::sqrt(spread / sum) : 0;
    out[7] = covariance / spread_hz2_;
  }

  double rolloff_hz(const AnalysisFrame& frame, double sum) const {
    double cumulative = 0;
    for (size_t k = 0; k < hz_.size(); ++k) {
      cumulative += frame.magnitude[k];
      if (cumulative >= rolloff_share_ * sum) return hz_[k];
    }
    return hz_.back();
  }

  void logarithms(const AnalysisFrame& frame, double power_sum, std::span<double> out) const {
    const double bins = static_cast<double>(hz_.size());
    double log_sum = 0, floored_sum = 0, entropy = 0;
    for (const double power : frame.power) {
      const double floored = std::max(1e-10, power);
      const double log_power = std::log(floored);
      log_sum += log_power;
      floored_sum += floored;
      if (power_sum > 0 && power > 0) {
        const double p = power / power_sum;
        if (p > 0) entropy -= p * std::log(p);
      }
    }
    out[3] = std::exp(log_sum / bins) / (floored_sum / bins);
    out[4] = entropy / std::log(bins);
  }

  double flux(const AnalysisFrame& frame) {
    double sum_squares = 0;
    for (size_t k = 0; k < hz_.size(); ++k) {
      const double difference = frame.magnitude[k] - previous_[k];
      sum_squares += difference * difference;
      previous_[k] = frame.magnitude[k];
    }
    const double flux = has_previous_ ? std::sqrt(sum_squares) : 0;
    has_previous_ = true;
    return flux;
  }

  double rolloff_share_;
  std::vector<double> hz_;
  double mean_hz_ = 0;
  double spread_hz2_ = 0;
  std::vector<double> previous_;
  bool has_previous_ = false;
};

}  // namespace

std::unique_ptr<FrameFeature> make_spectral(const FeatureContext& context) {
  return std::make_unique<Spectral>(context);
}

}  // namespace astream
