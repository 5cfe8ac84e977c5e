#include "av/web_answer.hpp"

#include <algorithm>
#include <charconv>

#include "av/av_log.hpp"
#include "av/handles.hpp"
#include "av/url_io.hpp"
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream::av {

namespace {

constexpr size_t kMaxHeadBytes = 64 << 10;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

struct WebAddress {
  bool is_tls = false;
  std::string authority;  ///< as the Host header has it
  std::string path;       ///< with its query
};

WebAddress split_url(const std::string& url) {
  WebAddress address;
  address.is_tls = uri_scheme(url) == "https";
  const size_t begin = url.find("://") + 3;
  const size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  address.authority = url.substr(begin, end - begin);
  address.authority.erase(0, address.authority.rfind('@') + 1);  // npos + 1 is 0
  address.path = url.substr(end, std::min(url.find('#', end), url.size()) - end);
  if (!address.path.starts_with('/')) address.path.insert(0, "/");
  return address;
}

bool has_port(const std::string& authority) {
  return authority.find(':', authority.rfind(']') + 1) != std::string::npos;  // npos + 1 is 0
}

MediaTarget connection_target(const MediaTarget& target, const WebAddress& address) {
  MediaTarget connection = target;
  connection.url = (address.is_tls ? "tls://" : "tcp://") + address.authority;
  if (!has_port(address.authority)) connection.url += address.is_tls ? ":443" : ":80";
  connection.protocols = "tls,tcp,httpproxy";
  connection.is_network = true;
  connection.is_link = false;
  connection.headers.clear();
  return connection;
}

UniqueIo connect(const MediaTarget& target, Interrupt& interrupt) {
  Dictionary options;
  options.set("protocol_whitelist", target.protocols);
  set_network_options(target, options);
  interrupt.set_deadline(std::chrono::steady_clock::now() + target.connect_timeout);
  const AVIOInterruptCB callback = interrupt.callback();
  AVIOContext* io = nullptr;
  const int code = avio_open2(&io, target.url.c_str(), AVIO_FLAG_READ_WRITE, &callback, options.address());
  if (code < 0) throw_av_failure(code, "open", target, interrupt);
  return UniqueIo(io);
}

std::string read_head(AVIOContext& io, const MediaTarget& target, const Interrupt& interrupt) {
  std::string head;
  while (head.find(kHeadEnd) == std::string::npos) {
    char bytes[4096];
    // Past the context's own buffer, which serves one direction only.
    const int count = io.read_packet(io.opaque, reinterpret_cast<uint8_t*>(bytes), sizeof bytes);
    if (count == AVERROR_EOF || count == 0) break;
    if (count < 0) throw_av_failure(count, "open", target, interrupt);
    head.append(bytes, static_cast<size_t>(count));
    if (head.size() > kMaxHeadBytes) throw Error(ErrorKind::network, "the server's answer is too long");
  }
  return head.substr(0, head.find(kHeadEnd));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace

WebAnswer parse_web_answer(std::string_view head) {
  WebAnswer answer;
  const std::string_view first = head.substr(0, head.find('\n'));
  const size_t blank = first.find(' ');
  constexpr size_t kStatusDigits = 3;
  const std::string_view digits = first.substr(std::min(blank, first.size() - 1) + 1, kStatusDigits);
  const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), answer.status);
  if (!first.starts_with("HTTP/") || code != std::errc() || stop != digits.data() + kStatusDigits) {
    throw Error(ErrorKind::network, "the server does not speak HTTP");
  }
  head.remove_prefix(std::min(first.size() + 1, head.size()));
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    answer.headers[lower_case(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
  }
  return answer;
}

WebAnswer ask_web(const MediaTarget& target) {
  start_libav();
  LogNotes notes;
  const NoteScope scope(notes);
  const WebAddress address = split_url(target.url);
  const MediaTarget connection = connection_target(target, address);
  Interrupt interrupt(connection);
  const UniqueIo io = connect(connection, interrupt);
  const std::string request = "GET " + address.path + " HTTP/1.1\r\nHost: " + address.authority + "\r\n" +
                              target.headers +
                              "User-Agent: astream\r\nAccept: */*\r\nRange: bytes=0-0\r\nConnection: close\r\n\r\n";
  avio_write(io.get(), reinterpret_cast<const unsigned char*>(request.data()), static_cast<int>(request.size()));
  avio_flush(io.get());
  if (io->error < 0) throw_av_failure(io->error, "open", connection, interrupt);
  return parse_web_answer(read_head(*io, connection, interrupt));
}

}  // namespace astream::av
