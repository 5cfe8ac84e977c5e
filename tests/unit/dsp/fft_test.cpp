#include "dsp/fft.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <thread>
#include <vector>

#include "base/error.hpp"

using namespace astream;

TEST_CASE("a transform agrees with its definition at any length, and its inverse brings the samples back") {
  for (const int size : {1, 2, 3, 7, 400, 512, 601}) {
    RealFft fft(size);
    std::vector<double> x;
    for (int n = 0; n < size; ++n) x.push_back(std::sin(n * 1.7) + 0.25 * n / size);
    std::copy(x.begin(), x.end(), fft.samples().begin());
    fft.forward();
    for (int k = 0; k < fft.bins(); ++k) {
      std::complex<double> sum = 0;
      for (int n = 0; n < size; ++n)
        sum += x[static_cast<size_t>(n)] * std::polar(1.0, -2 * std::numbers::pi * k * n / size);
      CHECK(std::abs(fft.spectrum()[static_cast<size_t>(k)] - sum) < 1e-9);
    }
    fft.inverse();
    for (size_t n = 0; n < x.size(); ++n) CHECK(fft.samples()[n] == doctest::Approx(x[n]).epsilon(1e-12));
  }
}

TEST_CASE("a length of 0 is refused") {
  CHECK_THROWS_AS(RealFft(0), Error);
}

TEST_CASE("plans may be made and used on several threads at once") {
  std::vector<double> first_bins(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < first_bins.size(); ++t)
    threads.emplace_back([&first_bins, t] {
      for (int round = 0; round < 20; ++round) {
        RealFft fft(100 + round);
        for (double& x : fft.samples()) x = 1;
        fft.forward();
        first_bins[t] += fft.spectrum()[0].real();
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const double sum : first_bins) CHECK(sum == doctest::Approx(2190));
}
