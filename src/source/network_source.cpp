#include "source/network_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "av/tunnel.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"
#include "base/uri.hpp"
#include "source/live_source.hpp"
#include "source/media_source.hpp"
#include "source/rtp_session.hpp"

namespace astream {

namespace {

/// What libav may look at before it decides what a stream is: seconds of it would be as late for the first window.
constexpr const char* kProbe_bytes = "200000";
constexpr const char* kAnalyze_us = "500000";
/// Room of a UDP socket, for moments in which the machine is busy.
constexpr const char* kSocketBuffer_bytes = "1048576";

struct NetworkKind {
  std::string_view scheme;
  const char* protocols;  ///< that libav may use for it
  LiveTraits traits;
  bool is_opened_by_demuxer = false;
  const char* format = "";  ///< forced demuxer
};

constexpr LiveTraits kDatagrams{OnLag::drop_oldest, true, false};
constexpr LiveTraits kConnection{OnLag::block, true, true};

constexpr std::array kKinds = {
    NetworkKind{"rtsp", "rtsp,rtp,udp,tcp", kDatagrams, true, "rtsp"},
    NetworkKind{"rtsps", "rtsp,rtp,tcp", kDatagrams, true, "rtsp"},
    NetworkKind{"srt", "srt", kDatagrams},
    NetworkKind{"udp", "udp", kDatagrams},
    NetworkKind{"tcp", "tcp", kConnection},
    NetworkKind{"rtmp", "rtmp,tcp", kConnection, false, "flv"},
    NetworkKind{"rtmps", "rtmps,rtmp,tls,tcp", kConnection, false, "flv"},
};

/// Text as bytes.
class TextInput : public ByteInput {
 public:
  explicit TextInput(std::string text) : text_(std::move(text)) {}
  size_t read(std::span<std::byte> to) override {
    const size_t count = std::min(to.size(), text_.size() - at_);
    std::memcpy(to.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::optional<int64_t> size_bytes() const override { return static_cast<int64_t>(text_.size()); }
  void seek(int64_t position_bytes) override {
    at_ = std::min(static_cast<size_t>(std::max<int64_t>(0, position_bytes)), text_.size());
  }

 private:
  std::string text_;
  size_t at_ = 0;
};

/// The URI with user and password encoded, so that any character in them reaches the server.
std::string with_encoded_login(const std::string& uri) {
  const auto spans = find_secrets(uri, SecretScan::uri);
  const auto login = std::find_if(spans.begin(), spans.end(),
                                  [](const SecretSpan& span) { return span.kind == SecretKind::userinfo; });
  if (login == spans.end()) return uri;
  const std::string whole = uri.substr(login->begin, login->end - login->begin);
  const size_t colon = whole.find(':');
  std::string encoded = percent_encode(percent_decode(whole.substr(0, colon)), "");
  if (colon != std::string::npos) encoded += ":" + percent_encode(percent_decode(whole.substr(colon + 1)), "");
  return uri.substr(0, login->begin) + encoded + uri.substr(login->end);
}

const NetworkKind& kind_of(const Input& input) {
  const std::string scheme = uri_scheme(input.uri);
  const auto* kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& row) { return row.scheme == scheme; });
  if (kind == kKinds.end()) throw Error(ErrorKind::internal, "'" + scheme + "' is no network kind");
  return *kind;
}

void hide_secrets(const std::string& uri) {
  for (const std::string& secret : uri_secrets(uri)) hide_in_log(secret);
}

av::MediaTarget live_target(std::string url, const OpenOptions& options) {
  av::MediaTarget target = make_target(std::move(url), options);
  target.is_network = true;
  target.is_live = true;
  target.decode_threads = 1;
  target.options["probesize"] = kProbe_bytes;
  target.options["analyzeduration"] = kAnalyze_us;
  target.options["allowed_media_types"] = "audio";
  return target;
}

void set_rtsp_options(const OpenOptions& options, av::MediaTarget& target) {
  target.options["timeout"] = std::to_string(std::chrono::microseconds(options.stall_timeout).count());
  target.options["buffer_size"] = kSocketBuffer_bytes;
  target.options["user_agent"] = "astream";
  switch (options.live.transport) {
    case Transport::automatic:  // over TCP nothing is lost; servers that can't are asked for UDP next
      target.options["rtsp_flags"] = "prefer_tcp";
      return;
    case Transport::tcp:
      target.options["rtsp_transport"] = "tcp";
      return;
    case Transport::udp:
      target.options["rtsp_transport"] = "udp";
      return;
  }
}

/// libav's RTSP checks no certificates: it gets a plain connection, and TLS is ours.
void lead_through_tls(av::MediaTarget& target) {
  constexpr int kDefaultPort = 322;
  const size_t begin = target.url.find("://") + 3;
  const size_t end = std::min(target.url.find_first_of("/?#", begin), target.url.size());
  const std::string authority = target.url.substr(begin, end - begin);
  const size_t host_begin = authority.rfind('@') + 1;  // npos + 1 is 0
  const size_t colon = authority.find(':', std::max(host_begin, authority.rfind(']') + 1));
  const std::string host = authority.substr(host_begin, colon - host_begin);
  int port = kDefaultPort;
  if (colon != std::string::npos) {
    const char* const last = authority.data() + authority.size();
    const auto [stop, code] = std::from_chars(authority.data() + colon + 1, last, port);
    if (code != std::errc() || stop != last) throw Error(ErrorKind::usage, "its port is no number");
  }
  const auto tunnel = std::make_shared<av::Tunnel>(host, port, target, av::TunnelTraits{true, {}, false});
  target.url = "rtsp://" + authority.substr(0, host_begin) + "127.0.0.1:" + std::to_string(tunnel->local_port()) +
               target.url.substr(end);
  target.companion = tunnel;
  target.options.erase("rtsp_flags");
  target.options["rtsp_transport"] = "tcp";
}

/// An RTP session by its description: `sdp`, or the file that the input names.
std::unique_ptr<Source> open_session(const Input& input, const OpenOptions& options, const std::string& sdp) {
  return open_live(input, options, kDatagrams, [input, sdp](const OpenOptions& live) {
    av::MediaTarget target = live_target(sdp.empty() ? "file:" + input.uri : "session.sdp", live);
    if (!sdp.empty()) target.bytes = std::make_shared<TextInput>(sdp);
    target.format = "sdp";
    target.counts_losses = true;
    target.protocols = "file,rtp,udp";
    target.options["buffer_size"] = kSocketBuffer_bytes;
    return open_media(std::move(target), input, true);
  });
}

}  // namespace

av::MediaTarget network_target(const Input& input, const OpenOptions& options) {
  const NetworkKind& kind = kind_of(input);
  if (kind.scheme == "rtsps" && options.live.transport == Transport::udp) {
    throw Error(ErrorKind::usage, "rtsps:// is encrypted over TCP only", {}, "leave --transport out");
  }
  const std::string url = with_encoded_login(input.uri);
  hide_secrets(input.uri);
  hide_secrets(url);
  av::MediaTarget target = live_target(url, options);
  target.protocols = kind.protocols;
  target.is_opened_by_demuxer = kind.is_opened_by_demuxer;
  target.counts_losses = kind.traits.on_lag == OnLag::drop_oldest;
  target.format = kind.format;
  if (kind.is_opened_by_demuxer) set_rtsp_options(options, target);
  if (kind.scheme == "rtsps") lead_through_tls(target);
  return target;
}

std::unique_ptr<Source> open_network(const Input& input, const OpenOptions& options) {
  network_target(input, options);  // what it refuses is said at once
  return open_live(input, options, kind_of(input).traits,
                   [input](const OpenOptions& live) { return open_media(network_target(input, live), input, true); });
}

std::unique_ptr<Source> open_rtp(const Input& input, const OpenOptions& options) {
  return open_session(input, options, describe_rtp(input.uri));
}

std::unique_ptr<Source> open_sdp(const Input& input, const OpenOptions& options) {
  return open_session(input, options, "");
}

}  // namespace astream
