// libav's error numbers as Errors: the right kind, a sentence, and what to try. Inside src/av only.
#pragma once

#include <string>

#include "base/error.hpp"

namespace astream::av {

/// The Error for libav's `code` at `stage` ("open", "read", "seek"); `is_network` decides between open and network
/// kinds.
Error make_av_error(int code, const std::string& stage, bool is_network);

/// libav's own text for `code`.
std::string av_text(int code);

}  // namespace astream::av
