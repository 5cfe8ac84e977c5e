#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/loopback.hpp"
#include "base/os.hpp"

namespace astream {

namespace {

/// Whether `fd` is ready for `events` in time; false also when `wake_fd` is readable.
bool wait_for(int fd, short events, int wake_fd, int limit_ms) {
  std::array<pollfd, 2> fds{pollfd{fd, events, 0}, pollfd{wake_fd, POLLIN, 0}};
  const int ready = poll(fds.data(), fds.size(), limit_ms);
  return ready > 0 && fds[1].revents == 0 && fds[0].revents != 0;
}

}  // namespace

LoopbackServer::LoopbackServer() {
  const PipeEnds wake = open_pipe();
  wake_read_fd_ = wake.read_fd;
  wake_write_fd_ = wake.write_fd;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  listener_fd_ = socket(AF_INET, SOCK_STREAM, 0);
  const bool is_listening = listener_fd_ >= 0 && bind(listener_fd_, where, size) == 0 && listen(listener_fd_, 1) == 0 &&
                            getsockname(listener_fd_, where, &size) == 0;
  if (!is_listening) {
    const int error_number = errno;
    close_fd(listener_fd_);
    close_fd(wake_read_fd_);
    close_fd(wake_write_fd_);
    throw Error(ErrorKind::internal, "no socket on the loopback: " + std::string(system_message(error_number)));
  }
  fcntl(listener_fd_, F_SETFD, FD_CLOEXEC);
  port_ = ntohs(address.sin_port);
}

LoopbackServer::~LoopbackServer() {
  close();
  close_fd(wake_read_fd_);
  close_fd(wake_write_fd_);
}

bool LoopbackServer::wait_client(std::chrono::milliseconds limit) {
  if (!wait_for(listener_fd_, POLLIN, wake_read_fd_, static_cast<int>(limit.count()))) return false;
  client_fd_ = accept(listener_fd_, nullptr, nullptr);
  if (client_fd_ < 0) return false;
  close_fd(listener_fd_);
  fcntl(client_fd_, F_SETFD, FD_CLOEXEC);
  set_non_blocking(client_fd_);
  const int is_on = 1;
  setsockopt(client_fd_, IPPROTO_TCP, TCP_NODELAY, &is_on, sizeof is_on);
  return true;
}

std::optional<size_t> LoopbackServer::read(std::span<std::byte> to, std::chrono::milliseconds limit) {
  if (!wait_for(client_fd_, POLLIN, wake_read_fd_, static_cast<int>(limit.count()))) return std::nullopt;
  const ssize_t count = recv(client_fd_, to.data(), to.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  return count > 0 ? static_cast<size_t>(count) : 0;
}

bool LoopbackServer::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(client_fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes = bytes.subspan(static_cast<size_t>(count));
    } else if (count < 0 && errno == EAGAIN) {
      if (!wait_for(client_fd_, POLLOUT, wake_read_fd_, -1)) return false;
    } else if (count < 0 && errno != EINTR) {
      return false;
    }
  }
  return true;
}

void LoopbackServer::close() noexcept {
  close_fd(listener_fd_);
  close_fd(client_fd_);
}

void LoopbackServer::shut_down() noexcept {
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_write_fd_, &byte, 1);
}

}  // namespace astream
