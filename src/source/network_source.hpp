// Live sources of the network that libav reads: RTSP, RTP, SDP files, SRT, RTMP, UDP and TCP. Web radio and HLS come by
// open_http (media_source.hpp).
#pragma once

#include <memory>

#include "av/media_target.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// rtsp(s)://, srt://, rtmp(s)://, udp://, tcp://. The source is opened by a thread of its own (Source::wait_open).
std::unique_ptr<Source> open_network(const Input& input, const OpenOptions& options);
/// What that opens. Throws Error(usage) for what it refuses.
av::MediaTarget network_target(const Input& input, const OpenOptions& options);

/// rtp://HOST:PORT?codec=opus/48000/2&pt=96&config=HEX. Throws Error(usage) for what no SDP can be made of.
std::unique_ptr<Source> open_rtp(const Input& input, const OpenOptions& options);

/// A file that describes an RTP session; input.uri is its path.
std::unique_ptr<Source> open_sdp(const Input& input, const OpenOptions& options);

}  // namespace astream
