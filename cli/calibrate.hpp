// The level of a calibrator's recording, for `features --calibrate`.
#pragma once

#include <string>

#include "source/input.hpp"

namespace astream::cli {

/// RMS of the whole input in dBFS, all channels together. Throws what reading it throws, and Error(usage) for silence.
double level_of_input_dbfs(const std::string& name, const OpenOptions& open);

}  // namespace astream::cli
