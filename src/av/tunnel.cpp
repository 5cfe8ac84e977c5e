#include "av/tunnel.hpp"

#include <array>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "av/av_log.hpp"
#include "av/handles.hpp"
#include "av/url_io.hpp"
#include "base/error.hpp"
#include "base/loopback.hpp"

namespace astream::av {

namespace {

using Bytes = std::array<std::byte, 16384>;

MediaTarget tunnel_target(const std::string& host, int port, MediaTarget target, bool is_tls) {
  target.url = (is_tls ? "tls://" : "tcp://") + host + ":" + std::to_string(port);
  target.protocols = is_tls ? "tls,tcp" : "tcp";
  target.is_network = true;
  target.is_link = false;
  return target;
}

}  // namespace

struct Tunnel::State {
  State(const std::string& host, int port, const MediaTarget& media_target, TunnelTraits tunnel_traits)
      : traits(std::move(tunnel_traits)),
        target(tunnel_target(host, port, media_target, traits.is_tls)),
        interrupt(target) {}

  void connect();
  void carry() noexcept;
  bool carry_out(Bytes& bytes);
  bool carry_in(Bytes& bytes);
  bool is_alive();
  void fail(std::exception_ptr reason);

  TunnelTraits traits;
  MediaTarget target;
  LogNotes notes;
  Interrupt interrupt;
  UniqueIo remote;
  LoopbackServer local;
  std::atomic<bool> is_stopping = false;
  std::optional<std::chrono::steady_clock::time_point> unanswered_since;
  std::mutex mutex;
  std::exception_ptr failure;
  std::thread thread;
};

void Tunnel::State::connect() {
  start_libav();
  const NoteScope scope(notes);
  Dictionary options;
  options.set("protocol_whitelist", target.protocols);
  set_network_options(target, options);
  interrupt.set_deadline(std::chrono::steady_clock::now() + target.connect_timeout);
  const AVIOInterruptCB callback = interrupt.callback();
  AVIOContext* io = nullptr;
  // Not to wait in reads: one thread serves both directions, as not every TLS library takes two.
  const int flags = AVIO_FLAG_READ_WRITE | AVIO_FLAG_NONBLOCK;
  const int code = avio_open2(&io, target.url.c_str(), flags, &callback, options.address());
  if (code < 0) throw_av_failure(code, "open", target, interrupt);
  interrupt.clear_deadline();
  remote.reset(io);
}

/// What the client has to say, which is little. False at the end.
bool Tunnel::State::carry_out(Bytes& bytes) {
  constexpr std::chrono::milliseconds kTurn{10};
  constexpr std::chrono::milliseconds kQuickTurn{1};  // for who asks and waits, again and again
  const auto count = local.read(bytes, traits.is_watched ? kQuickTurn : kTurn);
  if (!count) return true;
  if (!unanswered_since) unanswered_since = std::chrono::steady_clock::now();
  auto* at = reinterpret_cast<uint8_t*>(bytes.data());
  for (size_t left = *count; left > 0 && !is_stopping;) {
    // Past the context's own buffer, which serves one direction only.
    const int sent = remote->write_packet(remote->opaque, at, static_cast<int>(left));
    if (sent < 0 && sent != AVERROR(EAGAIN)) return false;
    if (sent <= 0) {
      std::this_thread::sleep_for(kTurn);
      continue;
    }
    at += sent;
    left -= static_cast<size_t>(sent);
  }
  return *count > 0;
}

/// All that has come from the server. False at the end.
bool Tunnel::State::carry_in(Bytes& bytes) {
  while (!is_stopping) {
    const int count =
        remote->read_packet(remote->opaque, reinterpret_cast<uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    if (count == AVERROR(EAGAIN)) return true;
    if (count <= 0) return false;
    unanswered_since.reset();
    const auto got = std::span(bytes).first(static_cast<size_t>(count));
    if (traits.inspect) traits.inspect(got);
    if (!local.write(got)) return false;
  }
  return false;
}

bool Tunnel::State::is_alive() {
  if (is_stopping) return false;
  if (!traits.is_watched) return true;
  if (interrupt.is_cancelled()) return false;
  if (!unanswered_since || std::chrono::steady_clock::now() - *unanswered_since < target.stall_timeout) return true;
  throw Error(ErrorKind::network, "nothing came for too long", {}, "see --stall");
}

void Tunnel::State::fail(std::exception_ptr reason) {
  const std::lock_guard lock(mutex);
  failure = std::move(reason);
}

void Tunnel::State::carry() noexcept {
  const NoteScope scope(notes);
  try {
    Bytes bytes;
    if (local.wait_client(target.connect_timeout)) {
      while (is_alive() && carry_out(bytes) && carry_in(bytes)) {
      }
    }
  } catch (...) {
    fail(std::current_exception());
  }
  local.close();
}

Tunnel::Tunnel(const std::string& host, int port, const MediaTarget& target, TunnelTraits traits)
    : state_(std::make_unique<State>(host, port, target, std::move(traits))) {
  state_->connect();
  state_->thread = std::thread([state = state_.get()] { state->carry(); });
}

Tunnel::~Tunnel() {
  state_->is_stopping = true;
  state_->local.shut_down();
  state_->thread.join();
}

void Tunnel::rethrow_failure() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->failure) std::rethrow_exception(state_->failure);
}

int Tunnel::local_port() const {
  return state_->local.port();
}

}  // namespace astream::av
