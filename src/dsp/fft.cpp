#include "dsp/fft.hpp"

#include <fftw3.h>

#include <mutex>

#include "base/error.hpp"

namespace astream {

namespace {

/// Only fftw_execute may run on several threads at once; planning and freeing may not (FFTW manual, "Thread safety").
std::mutex& planner_mutex() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

struct RealFft::State {
  explicit State(int size_in) : size(size_in) {
    const std::lock_guard lock(planner_mutex());
    samples = fftw_alloc_real(static_cast<size_t>(size));
    spectrum = fftw_alloc_complex(static_cast<size_t>(size / 2 + 1));
    if (samples && spectrum) {
      forward = fftw_plan_dft_r2c_1d(size, samples, spectrum, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
      inverse = fftw_plan_dft_c2r_1d(size, spectrum, samples, FFTW_ESTIMATE);
    }
  }
  ~State() {
    const std::lock_guard lock(planner_mutex());
    if (forward) fftw_destroy_plan(forward);
    if (inverse) fftw_destroy_plan(inverse);
    fftw_free(samples);
    fftw_free(spectrum);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  int size;
  double* samples = nullptr;
  fftw_complex* spectrum = nullptr;
  fftw_plan forward = nullptr;
  fftw_plan inverse = nullptr;
};

RealFft::RealFft(int size) {
  if (size < 1) throw Error(ErrorKind::usage, "the length of a Fourier transform must be at least 1");
  self_ = std::make_unique<State>(size);
  if (!self_->forward || !self_->inverse)
    throw Error(ErrorKind::internal, "FFTW made no plan for length " + std::to_string(size));
  for (double& value : samples()) value = 0;
}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

int RealFft::size() const {
  return self_->size;
}
std::span<double> RealFft::samples() {
  return {self_->samples, static_cast<size_t>(self_->size)};
}
std::span<std::complex<double>> RealFft::spectrum() {
  // fftw_complex is double[2], which std::complex<double> may be read as (C++ standard, [complex.numbers]).
  return {reinterpret_cast<std::complex<double>*>(self_->spectrum), static_cast<size_t>(bins())};
}
void RealFft::forward() {
  fftw_execute(self_->forward);
}
void RealFft::inverse() {
  fftw_execute(self_->inverse);
  const double scale = 1.0 / self_->size;
  for (double& value : samples()) value *= scale;
}

}  // namespace astream
