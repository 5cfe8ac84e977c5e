// One connection to this process itself over the loopback, for libraries that open addresses only by themselves.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

namespace astream {

/// A server for a single client on a free port of 127.0.0.1. Used from one thread but for shut_down().
class LoopbackServer {
 public:
  /// Throws Error(internal) when there are no descriptors or ports left.
  LoopbackServer();
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const { return port_; }
  /// Waits for the client; false when none came in time. Later ones are refused.
  bool wait_client(std::chrono::milliseconds limit);
  /// What the client sent, at least one byte; 0 at its end; nothing when none came in time.
  std::optional<size_t> read(std::span<std::byte> to, std::chrono::milliseconds limit);
  /// Waits until the client has taken it; false when it is gone.
  bool write(std::span<const std::byte> bytes);
  /// Ends the connection, so that the client sees its end.
  void close() noexcept;
  /// Ends waiting reads and writes, from any thread.
  void shut_down() noexcept;

 private:
  int listener_fd_ = -1;
  int client_fd_ = -1;
  int wake_read_fd_ = -1;
  int wake_write_fd_ = -1;
  int port_ = 0;
};

}  // namespace astream
