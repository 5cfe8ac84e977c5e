// What libav is asked to open: a URL or bytes, what it may touch, and how long it may wait. Free of libav types.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/byte_input.hpp"
#include "base/cancel.hpp"

namespace astream::av {

class PacketTrail;
/// For MediaTarget::trail.
std::shared_ptr<PacketTrail> make_packet_trail();

struct MediaTarget {
  std::string url;                                      ///< as libav takes it: "file:PATH", "https://..."
  std::shared_ptr<ByteInput> bytes;                     ///< read from here instead of from `url`, when set
  std::string format;                                   ///< forced demuxer ("s16le"), or "" to probe
  std::map<std::string, std::string> options;           ///< of the demuxer
  std::map<std::string, std::string> protocol_options;  ///< of what `url` is opened by
  std::string protocols;                                ///< the only protocols libav may open, comma-separated
  bool is_network = false;
  bool is_opened_by_demuxer = false;  ///< `url` is for the demuxer, not for a protocol (RTSP)
  bool is_live = false;               ///< comes at its own pace: each packet within the stall timeout, tags may change
  bool finds_live = false;            ///< http: the server's answer tells whether it is live
  bool counts_losses = false;         ///< its time stamps count samples: where they jump, the network lost some
  bool is_endless_live = false;       ///< with finds_live: what has no length is live too
  bool is_tls_verified = true;
  std::string ca_file;              ///< certificates to trust in place of the system's, PEM
  std::shared_ptr<void> companion;  ///< what `url` leads through; lives as long as the input
  std::function<void()> explain;    ///< when something failed: throws an Error that says more of it, if it can
  /// Of live HLS: what the connections before delivered, from which this one goes on; may be empty.
  std::shared_ptr<PacketTrail> trail;
  bool is_link = false;      ///< `url` holds for a time only: what refuses it (403, 410) ends the input at once
  std::string headers;       ///< more of them for http, "Name: value\r\n" each
  std::string cookies;       ///< for http, one a line, as Set-Cookie has them
  std::optional<int> track;  ///< 1-based audio track
  std::optional<int> wanted_rate_hz;  ///< where an input has its sound in several qualities
  int decode_threads = 1;             ///< for long local files of codecs that can be decoded in chunks
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds stall_timeout{30'000};
  CancelToken cancel;
  std::optional<CancelToken> abort;  ///< likewise, but for this connection alone
};

}  // namespace astream::av
