// The real Fourier transform of one fixed length, in double precision: the only door to FFTW.
//
// A RealFft owns its plans and its two aligned buffers; nothing is allocated after construction. Plans are made with
// FFTW_ESTIMATE, so that the same input gives the same bits in every run. One object is used by one thread at a time;
// objects may be made and used on several threads at once (FFTW's planner is locked inside).
// Throws Error(usage) when the length is not positive, Error(internal) when FFTW refuses.
#pragma once

#include <complex>
#include <memory>
#include <span>

namespace astream {

class RealFft {
 public:
  /// Any length >= 1, not only powers of two.
  explicit RealFft(int size);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  int size() const;
  int bins() const { return size() / 2 + 1; }

  /// `size` values: written before forward(), read after inverse().
  std::span<double> samples();
  /// `bins` values: read after forward(), written before inverse().
  std::span<std::complex<double>> spectrum();

  /// spectrum[k] = sum over n of samples[n] * exp(-2 pi i k n / size), without scaling. Leaves samples as they are.
  void forward();
  /// samples = the inverse transform, divided by size. Destroys spectrum. The imaginary parts at 0 and size/2 are
  /// ignored.
  void inverse();

 private:
  struct State;
  std::unique_ptr<State> self_;
};

}  // namespace astream
