// TLS with a verified certificate for protocols of libav that do not check any (RTSP): they get a plain connection on
// the loopback, whose bytes a thread carries over TLS. Free of libav types.
#pragma once

#include <memory>
#include <string>

#include "av/media_target.hpp"

namespace astream::av {

class TlsTunnel {
 public:
  /// Connects to `host` and `port`, verifying as `target` says. Throws Error(network) or Cancelled.
  TlsTunnel(const std::string& host, int port, const MediaTarget& target);
  ~TlsTunnel();
  TlsTunnel(const TlsTunnel&) = delete;
  TlsTunnel& operator=(const TlsTunnel&) = delete;

  /// Of 127.0.0.1; takes one connection.
  int local_port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
