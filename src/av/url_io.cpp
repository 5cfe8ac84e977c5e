#include "av/url_io.hpp"

#include <algorithm>

#include "av/av_error.hpp"
#include "av/av_log.hpp"
#include "av/url_fetch.hpp"
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace astream::av {

namespace {

/// http resumes a cut body by range at most after 0, 1 and 3 s, then gives up.
constexpr const char* kResumeDelayMax_s = "3";

std::string microseconds(std::chrono::milliseconds time) {
  return std::to_string(time.count() * 1000);
}

/// What a file server said of its own ("530 Login incorrect.", "Authentication failed.").
Error file_server_error(const std::string& said) {
  const bool is_login = said.starts_with("530") || said.starts_with("430") || said.starts_with("Authentication");
  return {
      ErrorKind::network,
      "the server answered: " + redact_text(to_utf8(said)),
      {},
      is_login
          ? "check user and password: ftp://USER:PASSWORD@HOST/...; sftp:// also takes keys, from ssh-agent or ~/.ssh"
          : ""};
}

/// In place of http's own seek where there is no length and nothing to seek.
int64_t answer_unknown_size(void* /*opaque*/, int64_t /*offset*/, int whence) {
  return (whence & ~AVSEEK_FORCE) == AVSEEK_SIZE ? kUnknownSize_bytes : AVERROR(ENOSYS);
}

}  // namespace

void set_network_options(const MediaTarget& target, Dictionary& options) {
  options.set("rw_timeout", microseconds(target.stall_timeout));
  options.set("tls_verify", target.is_tls_verified ? "1" : "0");
  if (!target.ca_file.empty()) options.set("ca_file", target.ca_file);
  // By range only: libav's "reconnect_streamed" begins again from byte 0 where the server ignores ranges.
  options.set("reconnect", "1");
  options.set("reconnect_delay_max", kResumeDelayMax_s);
  if (!target.headers.empty()) options.set("headers", target.headers);
  if (!target.cookies.empty()) options.set("cookies", target.cookies);
  options.set("user_agent", "astream");
}

int Interrupt::check(void* opaque) noexcept {
  const auto* self = static_cast<const Interrupt*>(opaque);
  return self->is_cancelled() || self->is_expired() || self->is_refused() ? 1 : 0;
}

bool Interrupt::is_refused() const {
  constexpr int kForbidden = 403;
  constexpr int kGone = 410;
  const int status = log_notes().http_status;
  return is_link_ && (status == kForbidden || status == kGone);
}

void throw_av_failure(int code, const std::string& stage, const MediaTarget& target, const Interrupt& interrupt) {
  if (interrupt.is_cancelled()) throw Cancelled{};
  if (target.explain) target.explain();
  constexpr int kUnauthorized = 401;
  const int status = code == AVERROR_HTTP_UNAUTHORIZED ? kUnauthorized : log_notes().http_status;
  if (interrupt.is_refused()) {
    throw Error(ErrorKind::network, "the server answered " + std::to_string(status), {}, "its address has expired")
        .with_http_status(status);
  }
  // A packet cut by the deadline may come before the error, and a new deadline with it; nothing else makes libav exit.
  if (interrupt.is_expired() || code == AVERROR_EXIT) {
    if (stage != "open") throw Error(ErrorKind::network, "nothing came for too long", {}, "see --stall");
    throw Error(ErrorKind::network, "no connection within the time given", {}, "see --connect-timeout");
  }
  if (log_notes().saw_certificate_fault && stage == "open") {
    throw Error(ErrorKind::network, "can't open: the server's TLS certificate can't be trusted", {},
                "check the host's name and clock, name the certificates to trust with --ca-file, or accept any with "
                "--insecure");
  }
  const bool is_ftp = target.url.starts_with("ftp:");
  const std::string& said = log_notes().file_server_refusal;
  if (is_ftp && stage == "open" && said.starts_with("55")) throw file_server_error(said);
  // What libav's ftp meets when it connects again by itself is not what broke.
  if (target.is_network && (code == AVERROR(EIO) || (is_ftp && code == AVERROR(EACCES)))) {
    throw Error(ErrorKind::network,
                stage == "open" ? "can't open: the connection failed, or redirects lead in a circle"
                                : "the connection broke and could not be resumed",
                {}, stage == "open" ? "-v shows more" : "");
  }
  throw make_av_error(code, stage, target.is_network).with_http_status(status);
}

UniqueIo open_url(const MediaTarget& target, Interrupt& interrupt) {
  start_libav();
  Dictionary options;
  options.set("protocol_whitelist", target.protocols);
  if (target.is_network) {
    set_network_options(target, options);
    interrupt.set_deadline(std::chrono::steady_clock::now() + target.connect_timeout);
  }
  for (const auto& [key, value] : target.protocol_options) options.set(key, value);
  const AVIOInterruptCB callback = interrupt.callback();
  AVIOContext* io = nullptr;
  log_notes() = {};
  const int code = avio_open2(&io, target.url.c_str(), AVIO_FLAG_READ, &callback, options.address());
  const std::string& said = log_notes().file_server_refusal;
  if (code < 0 && target.explain) target.explain();
  if (code < 0 && !said.empty() && !interrupt.is_cancelled()) throw file_server_error(said);
  if (code == AVERROR(EACCES) && target.is_network) throw file_server_error("530 it wants a password");
  if (code < 0) throw_av_failure(code, "open", target, interrupt);
  UniqueIo opened(io);
  interrupt.clear_deadline();
  // libav's ftp opens what is not there, and then calls it empty.
  if (target.url.starts_with("ftp:") && avio_size(io) < 0) throw_av_failure(AVERROR(ENOENT), "open", target, interrupt);
  if (avio_size(io) < 0 && (io->seekable & AVIO_SEEKABLE_NORMAL) == 0) io->seek = answer_unknown_size;
  return opened;
}

ServerAnswer server_answer(AVIOContext& io) {
  ServerAnswer answer;
  const auto ask = [&io](const char* name) {
    uint8_t* value = nullptr;
    if (av_opt_get(&io, name, AV_OPT_SEARCH_CHILDREN, &value) < 0 || value == nullptr) return std::string();
    std::string text = reinterpret_cast<const char*>(value);
    av_free(value);
    return text;
  };
  answer.is_radio = !ask("icy_metadata_headers").empty();
  answer.mime_type = lower_case(ask("mime_type"));
  answer.mime_type.resize(std::min(answer.mime_type.find(';'), answer.mime_type.size()));
  return answer;
}

std::string fetch_url(const MediaTarget& target, size_t max_bytes) {
  Interrupt interrupt(target);
  const UniqueIo io = open_url(target, interrupt);
  std::string document;
  constexpr size_t kChunkBytes = 16 * 1024;
  while (true) {
    const size_t size = document.size();
    if (size > max_bytes) {
      throw Error(ErrorKind::resolve, "the list is longer than " + std::to_string(max_bytes >> 20) + " MiB");
    }
    document.resize(size + kChunkBytes);
    const int got = avio_read_partial(io.get(), reinterpret_cast<unsigned char*>(document.data() + size), kChunkBytes);
    document.resize(size + static_cast<size_t>(std::max(got, 0)));
    if (got == AVERROR_EOF || got == 0) return document;
    if (got < 0) throw_av_failure(got, "read", target, interrupt);
  }
}

}  // namespace astream::av
