#include "av/tls_tunnel.hpp"

#include <array>
#include <atomic>
#include <span>
#include <thread>

#include "av/av_log.hpp"
#include "av/handles.hpp"
#include "av/url_io.hpp"
#include "base/loopback.hpp"

namespace astream::av {

namespace {

using Bytes = std::array<std::byte, 16384>;

MediaTarget tls_target(const std::string& host, int port, MediaTarget target) {
  target.url = "tls://" + host + ":" + std::to_string(port);
  target.protocols = "tls,tcp";
  target.is_network = true;
  target.is_link = false;
  return target;
}

}  // namespace

struct TlsTunnel::State {
  State(const std::string& host, int port, const MediaTarget& media_target)
      : target(tls_target(host, port, media_target)), interrupt(target) {}

  void connect();
  void carry() noexcept;
  bool carry_out(Bytes& bytes);
  bool carry_in(Bytes& bytes);

  MediaTarget target;
  LogNotes notes;
  Interrupt interrupt;
  UniqueIo tls;
  LoopbackServer local;
  std::atomic<bool> is_stopping = false;
  std::thread thread;
};

void TlsTunnel::State::connect() {
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
  tls.reset(io);
}

/// What the client has to say, which is little. False at the end.
bool TlsTunnel::State::carry_out(Bytes& bytes) {
  constexpr std::chrono::milliseconds kTurn{10};
  const auto count = local.read(bytes, kTurn);
  if (!count) return true;
  auto* at = reinterpret_cast<uint8_t*>(bytes.data());
  for (size_t left = *count; left > 0 && !is_stopping;) {
    // Past the context's own buffer, which serves one direction only.
    const int sent = tls->write_packet(tls->opaque, at, static_cast<int>(left));
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
bool TlsTunnel::State::carry_in(Bytes& bytes) {
  while (!is_stopping) {
    const int count =
        tls->read_packet(tls->opaque, reinterpret_cast<uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    if (count == AVERROR(EAGAIN)) return true;
    if (count <= 0 || !local.write(std::span(bytes).first(static_cast<size_t>(count)))) return false;
  }
  return false;
}

void TlsTunnel::State::carry() noexcept {
  const NoteScope scope(notes);
  Bytes bytes;
  if (local.wait_client(target.connect_timeout)) {
    while (!is_stopping && carry_out(bytes) && carry_in(bytes)) {
    }
  }
  local.close();
}

TlsTunnel::TlsTunnel(const std::string& host, int port, const MediaTarget& target)
    : state_(std::make_unique<State>(host, port, target)) {
  state_->connect();
  state_->thread = std::thread([state = state_.get()] { state->carry(); });
}

TlsTunnel::~TlsTunnel() {
  state_->is_stopping = true;
  state_->local.shut_down();
  state_->thread.join();
}

int TlsTunnel::local_port() const {
  return state_->local.port();
}

}  // namespace astream::av
