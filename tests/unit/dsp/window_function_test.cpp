#include "dsp/window_function.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"

using namespace astream;

namespace {

WindowSpec symmetric(std::string_view name) {
  WindowSpec spec = parse_window_spec(name);
  spec.is_symmetric = true;
  return spec;
}

}  // namespace

TEST_CASE("window functions agree with scipy.signal.get_window") {
  struct Golden {
    const char* name;
    double periodic9[2];   ///< values 1 and 4 of 9
    double symmetric8[2];  ///< values 1 and 2 of 8
  };
  const Golden goldens[] = {
      {"hann", {0.11697777844051099, 0.96984631039295421}, {0.18825509907063331, 0.61126046697815728}},
      {"hamming", {0.18761955616527015, 0.97225860556151789}, {0.25319469114498272, 0.64235962961990467}},
      {"blackman", {0.050869632653865376, 0.95112986584247239}, {0.09045342435412812, 0.45918295754596367}},
      {"blackmanharris", {0.015071173410218106, 0.93165926872740046}, {0.033391723478151239, 0.33283350429856506}},
      {"nuttall", {0.017890998671379981, 0.93322022491232959}, {0.037775768953520319, 0.34272761996881956}},
      {"flattop", {-0.020172031509485999, 0.86247634407267448}, {-0.036840781154923445, 0.010703716716153489}},
      {"bartlett", {0.22222222222222221, 0.88888888888888884}, {0.2857142857142857, 0.5714285714285714}},
      {"cosine", {0.45399049973954675, 0.98768834059513766}, {0.55557023301960218, 0.83146961230254524}},
      {"kaiser:14", {0.0069960180241909475, 0.91987051352402716}, {0.017964073497790785, 0.27277206818634259}},
      {"tukey:0.5", {0.41317591116653485, 1}, {0.61126046697815728, 1}},
  };
  for (const Golden& golden : goldens) {
    CAPTURE(golden.name);
    const auto periodic = make_window(parse_window_spec(golden.name), 9);
    CHECK(std::abs(periodic[1] - golden.periodic9[0]) <= 1e-15);
    CHECK(std::abs(periodic[4] - golden.periodic9[1]) <= 1e-15);
    const auto window = make_window(symmetric(golden.name), 8);
    CHECK(std::abs(window[1] - golden.symmetric8[0]) <= 1e-15);
    CHECK(std::abs(window[2] - golden.symmetric8[1]) <= 1e-15);
  }
}

TEST_CASE("Kaldi's povey window is symmetric always") {
  const auto window = make_window({WindowShape::povey}, 400);
  CHECK(std::accumulate(window.begin(), window.end(), 0.0) == doctest::Approx(212.14698467).epsilon(1e-9));
  double sum_squares = 0;
  for (const double w : window) sum_squares += w * w;
  CHECK(sum_squares == doctest::Approx(160.56894065).epsilon(1e-9));
}

TEST_CASE("coherent gain and noise bandwidth are the textbook's") {
  const struct {
    const char* name;
    double gain, enbw;
  } known[] = {{"rect", 1, 1},
               {"hann", 0.5, 1.5},
               {"hamming", 0.54, 1.3628},
               {"blackman", 0.42, 1.7268},
               {"blackmanharris", 0.35875, 2.0044},
               {"flattop", 0.2156, 3.770}};
  for (const auto& row : known) {
    double sum = 0, sum_squares = 0;
    for (const double w : make_window(parse_window_spec(row.name), 4096)) {
      sum += w;
      sum_squares += w * w;
    }
    CHECK(sum / 4096 == doctest::Approx(row.gain).epsilon(1e-3));
    CHECK(4096 * sum_squares / (sum * sum) == doctest::Approx(row.enbw).epsilon(1e-3));
  }
}

TEST_CASE("one sample gives 1; unknown names and parameters are refused") {
  CHECK(make_window({}, 1) == std::vector<double>{1.0});
  CHECK_THROWS_AS(make_window({}, 0), Error);
  for (const char* bad : {"", "hanning2", "hann:3", "kaiser:", "kaiser:x", "kaiser:-1", "tukey:nan"})
    CHECK_THROWS_AS(parse_window_spec(bad), Error);
}
