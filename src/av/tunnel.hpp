// A way through this process for protocols of libav that can't be trusted to go alone: they get a plain connection on
// the loopback, whose bytes a thread carries on. Free of libav types.
//
// tls: RTSP, which checks no certificates. watched: SFTP, which checks no host's key, and whose library neither gives
// up nor can be cancelled.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "av/media_target.hpp"

namespace astream::av {

struct TunnelTraits {
  bool is_tls = false;
  /// Sees what the server sends before the client gets it; throws Error for what it must not get.
  std::function<void(std::span<const std::byte>)> inspect;
  /// Ends the connection when the server does not answer within the stall timeout, or the target's tokens are
  /// requested.
  bool is_watched = false;
};

class Tunnel {
 public:
  /// Connects to `host` and `port`, verifying as `target` says. Throws Error(network) or Cancelled.
  Tunnel(const std::string& host, int port, const MediaTarget& target, TunnelTraits traits);
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// Of 127.0.0.1; takes one connection.
  int local_port() const;
  /// Throws the Error for which the tunnel ended the connection, if it did. From any thread.
  void rethrow_failure() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
