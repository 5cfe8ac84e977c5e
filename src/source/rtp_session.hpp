// The description (SDP) of an RTP stream that is named by a URI alone. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace astream {

/// The SDP for "rtp://HOST:PORT?codec=NAME[/RATE[/CHANNELS]][&pt=N][&config=HEX]". Codecs: opus, pcmu, pcma, L16, g722,
/// aac. Throws Error(usage).
std::string describe_rtp(std::string_view uri);

}  // namespace astream
