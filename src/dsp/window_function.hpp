// Window functions as scipy.signal.windows defines them, plus Kaldi's povey. Pure functions; no state.
//
// Periodic windows (the default, "DFT-even") have the period n; symmetric ones end as they begin. Agreement with
// scipy.signal.get_window is within 1e-15. Throws Error(usage) for unknown names and impossible parameters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace astream {

enum class WindowShape {
  rect,
  hann,
  hamming,
  blackman,
  blackman_harris,
  nuttall,
  flattop,
  bartlett,
  cosine,
  kaiser,
  tukey,
  povey
};

struct WindowSpec {
  WindowShape shape = WindowShape::hann;
  double parameter = 0;       ///< kaiser: beta; tukey: alpha
  bool is_symmetric = false;  ///< povey always is
  bool operator==(const WindowSpec&) const = default;
};

/// "hann", "blackmanharris", "kaiser:14", "tukey:0.5", ...; periodic. Defaults: kaiser beta 14, tukey alpha 0.5.
WindowSpec parse_window_spec(std::string_view text);
/// Every name that parse_window_spec takes, separated by ", ".
std::string window_names();

/// `size_samples` >= 1 weights; one weight is always 1.
std::vector<double> make_window(const WindowSpec& spec, int size_samples);

}  // namespace astream
