#include "source/file_server_source.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "av/tunnel.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/redact.hpp"
#include "base/uri.hpp"
#include "source/media_source.hpp"
#include "source/opening_source.hpp"
#include "source/ssh_host_key.hpp"
#include "source/user_world.hpp"

namespace astream {

namespace {

constexpr int kSshPort = 22;

/// The parts of "SCHEME://USER:PASSWORD@HOST:PORT/PATH", user, password and path decoded.
struct ServerAddress {
  std::string user;
  std::string password;
  bool has_password = false;
  std::string authority;  ///< HOST:PORT as they stand
  std::string host;       ///< without the brackets of an IPv6 address
  int port = 0;           ///< 0: the usual
  std::string path;
};

/// Both protocols are of lines, or of words that libav takes apart by itself.
void refuse_controls(const std::string& text) {
  const bool has_control =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
  if (has_control) throw Error(ErrorKind::usage, "a line break or the like can't stand in its name");
}

void read_login(const std::string& login, ServerAddress& address) {
  const size_t colon = login.find(':');
  address.user = percent_decode(login.substr(0, colon));
  address.has_password = colon != std::string::npos;
  if (address.has_password) address.password = percent_decode(login.substr(colon + 1));
  refuse_controls(address.user);
  refuse_controls(address.password);
}

void read_host(ServerAddress& address) {
  const std::string& text = address.authority;
  const size_t colon = text.find(':', text.rfind(']') + 1);  // npos + 1 is 0
  address.host = text.substr(0, colon);
  if (address.host.starts_with('[')) address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host.empty()) throw Error(ErrorKind::usage, "it names no host");
  if (colon == std::string::npos) return;
  const char* const last = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data() + colon + 1, last, address.port);
  constexpr int kMostPort = 65535;
  if (code != std::errc() || stop != last || address.port <= 0 || address.port > kMostPort) {
    throw Error(ErrorKind::usage, "its port is no number");
  }
}

ServerAddress split_address(const std::string& uri) {
  ServerAddress address;
  if (!has_authority(uri)) {
    throw Error(ErrorKind::usage, "it names no host", {}, "write " + uri_scheme(uri) + "://HOST/PATH");
  }
  size_t begin = uri.find("://") + 3;
  const auto spans = find_secrets(uri, SecretScan::uri);
  const auto login = std::find_if(spans.begin(), spans.end(), [begin](const SecretSpan& span) {
    return span.kind == SecretKind::userinfo && span.begin == begin;
  });
  if (login != spans.end()) {
    read_login(uri.substr(login->begin, login->end - login->begin), address);
    begin = login->end + 1;
  }
  const size_t slash = std::min(uri.find('/', begin), uri.size());
  address.authority = uri.substr(begin, slash - begin);
  read_host(address);
  address.path = percent_decode(uri.substr(slash));
  refuse_controls(address.path);
  constexpr size_t kMaxPathBytes = 900;  // libav's ftp cuts longer ones without a word
  if (address.path.size() > kMaxPathBytes) throw Error(ErrorKind::usage, "its path is too long");
  if (address.path.empty() || address.path.ends_with('/')) {
    throw Error(ErrorKind::usage, "it names a folder, which can't be listed there", {}, "name the files in it");
  }
  return address;
}

/// User and password go beside the address, where any character may stand in them.
void set_ftp(const ServerAddress& address, av::MediaTarget& target) {
  target.url = "ftp://" + address.authority + address.path;
  target.protocols = "ftp,tcp";
  if (!address.user.empty()) target.protocol_options["ftp-user"] = address.user;
  if (address.has_password) target.protocol_options["ftp-password"] = address.password;
}

std::string known_hosts_text(const OpenOptions& options) {
  const UserWorld world = real_user_world(options);
  return world.file(world.in_home(".ssh/known_hosts")).value_or("") + "\n" +
         world.file("/etc/ssh/ssh_known_hosts").value_or("");
}

void check_host_key(const std::string& known_hosts, const std::string& host, int port, const std::string& key) {
  const std::string shown = "the host's key (" + host_key_fingerprint(key) + ") ";
  switch (judge_host_key(known_hosts, host, port, key)) {
    case HostKeyVerdict::known:
      return;
    case HostKeyVerdict::unknown:
      throw Error(ErrorKind::network, shown + "is not in ~/.ssh/known_hosts", {},
                  "connect once by ssh to accept it, or take any with --insecure");
    case HostKeyVerdict::changed:
      throw Error(ErrorKind::network, shown + "is another than the one in ~/.ssh/known_hosts", {},
                  "somebody may be listening in, or the host was set up anew");
    case HostKeyVerdict::revoked:
      throw Error(ErrorKind::network, shown + "is revoked in ~/.ssh/known_hosts");
  }
}

/// By a tunnel: libav's library for it checks no key of a host, waits for ever, and can't be cancelled.
void set_sftp(const ServerAddress& address, const OpenOptions& options, av::MediaTarget& target) {
  const std::string login = address.user + (address.has_password ? ":" + address.password : "");
  const bool is_cut = address.user.find(':') != std::string::npos || address.password.find(':') != std::string::npos;
  constexpr size_t kMaxLoginBytes = 1000;
  if (is_cut || login.find_first_of("/?#") != std::string::npos || login.size() > kMaxLoginBytes) {
    throw Error(ErrorKind::usage, "FFmpeg's sftp takes no ':', '/', '?' or '#' in user or password", {},
                "use a key, by ssh-agent or in ~/.ssh");
  }
  av::TunnelTraits traits;
  traits.is_watched = true;
  const int port = address.port > 0 ? address.port : kSshPort;
  if (options.is_tls_verified) {
    traits.inspect = [finder = SshKeyFinder(), known_hosts = known_hosts_text(options), host = address.host,
                      port](std::span<const std::byte> bytes) mutable {
      for (const std::string& key : finder.feed(bytes)) check_host_key(known_hosts, host, port, key);
    };
  }
  const std::string host = address.authority.starts_with('[') ? "[" + address.host + "]" : address.host;
  const auto tunnel = std::make_shared<av::Tunnel>(host, port, target, std::move(traits));
  target.companion = tunnel;
  target.explain = [tunnel] { tunnel->rethrow_failure(); };
  target.url = "sftp://" + login + (login.empty() ? "" : "@") + "127.0.0.1:" + std::to_string(tunnel->local_port()) +
               address.path;
  target.protocols = "sftp";
}

}  // namespace

av::MediaTarget file_server_target(const Input& input, const OpenOptions& options) {
  for (const std::string& secret : uri_secrets(input.uri)) hide_in_log(secret);
  const ServerAddress address = split_address(input.uri);
  av::MediaTarget target = make_target("", options);
  target.is_network = true;
  if (uri_scheme(input.uri) == "sftp") {
    set_sftp(address, options, target);
  } else {
    set_ftp(address, target);
  }
  return target;
}

std::unique_ptr<Source> open_file_server(const Input& input, const OpenOptions& options) {
  split_address(input.uri);  // what is wrong with the name itself is said at once
  return open_in_thread(
      options, [input](const OpenOptions& own) { return open_media(file_server_target(input, own), input, true); });
}

}  // namespace astream
