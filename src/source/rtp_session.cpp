#include "source/rtp_session.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

constexpr int kFirstDynamicType = 96;
constexpr int kLastType = 127;

struct RtpCodec {
  std::string_view name;      ///< as it is asked for, in lower case
  std::string_view encoding;  ///< as SDP has it
  int rate_hz;                ///< default
  int channels;               ///< default
  int clock_hz;               ///< of RTP, where it is not the rate
};
constexpr std::array kCodecs = {
    RtpCodec{"opus", "opus", 48000, 2, 48000}, RtpCodec{"pcmu", "PCMU", 8000, 1, 0},
    RtpCodec{"pcma", "PCMA", 8000, 1, 0},      RtpCodec{"l16", "L16", 44100, 2, 0},
    RtpCodec{"g722", "G722", 8000, 1, 8000},   RtpCodec{"aac", "mpeg4-generic", 44100, 2, 0}};

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw Error(ErrorKind::usage, message, {}, hint);
}

std::optional<int> parse_number(std::string_view text, int least, int most) {
  int number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || number < least || number > most) return std::nullopt;
  return number;
}

struct Address {
  std::string host;
  int port = 0;
};

Address parse_address(std::string_view body) {
  body = body.substr(0, body.find('/'));
  const size_t colon = body.rfind(':');
  const auto port = colon == std::string_view::npos ? std::nullopt : parse_number(body.substr(colon + 1), 1, 65535);
  if (!port) refuse("rtp:// needs a port", "try rtp://0.0.0.0:5004?codec=opus/48000/2");
  std::string host(body.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) host = "0.0.0.0";
  const bool is_plain = host.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:-_%") ==
                        std::string::npos;  // a line break would be another line of the SDP
  if (!is_plain) refuse("'" + host + "' is no host", "give a name or an address");
  return {host, *port};
}

/// "opus/48000/2" with the defaults of the codec.
RtpCodec parse_codec(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    if (letter == '/') {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  words[0] = lower_case(words[0]);
  const auto* row = std::find_if(kCodecs.begin(), kCodecs.end(), [&](const auto& c) { return c.name == words[0]; });
  if (row == kCodecs.end() || words.size() > 3) {
    refuse("codec=" + text + " is no codec of RTP that astream knows",
           "opus, pcmu, pcma, L16, g722 or aac; others by an SDP file");
  }
  RtpCodec codec = *row;
  constexpr int kMostRate_hz = 768'000;
  constexpr int kMostChannels = 64;
  const auto rate_hz = words.size() > 1 ? parse_number(words[1], 1, kMostRate_hz) : codec.rate_hz;
  const auto channels = words.size() > 2 ? parse_number(words[2], 1, kMostChannels)
                                         : std::optional(words.size() > 1 && codec.clock_hz == 0 ? 1 : codec.channels);
  if (!rate_hz || !channels) refuse("codec=" + text + ": rate or channels are wrong", "try codec=L16/44100/2");
  codec.rate_hz = codec.clock_hz > 0 ? codec.clock_hz : *rate_hz;
  codec.channels = *channels;
  return codec;
}

/// The types that RFC 3551 fixes.
int usual_type(const RtpCodec& codec) {
  if (codec.name == "pcmu" && codec.rate_hz == 8000 && codec.channels == 1) return 0;
  if (codec.name == "pcma" && codec.rate_hz == 8000 && codec.channels == 1) return 8;
  if (codec.name == "g722") return 9;
  if (codec.name == "l16" && codec.rate_hz == 44100 && codec.channels <= 2) return codec.channels == 2 ? 10 : 11;
  return kFirstDynamicType;
}

std::string aac_parameters(const std::string& config) {
  const bool is_hex = !config.empty() && config.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!is_hex) refuse("AAC over RTP needs its configuration", "give &config=HEX, as the SDP's fmtp line has it");
  return "streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=" + config;
}

}  // namespace

std::string describe_rtp(std::string_view uri) {
  const SchemeParts parts = split_scheme(uri);
  const Address address = parse_address(parts.body);
  const auto asked = [&](const char* key) {
    const auto found = parts.query.find(key);
    return found == parts.query.end() ? std::string() : found->second;
  };
  if (asked("codec").empty()) refuse("rtp:// needs a codec", "try ?codec=opus/48000/2, or give an SDP file");
  const RtpCodec codec = parse_codec(asked("codec"));
  std::optional<int> type = usual_type(codec);
  if (!asked("pt").empty()) type = parse_number(asked("pt"), 0, kLastType);
  if (!type) refuse("pt=" + asked("pt") + " is no payload type", "0..127");

  const std::string type_text = std::to_string(*type);
  const std::string family = address.host.find(':') == std::string::npos ? "IP4 " : "IP6 ";
  std::string sdp = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=astream\r\nc=IN " + family + address.host + "\r\nt=0 0\r\n";
  sdp += "m=audio " + std::to_string(address.port) + " RTP/AVP " + type_text + "\r\n";
  sdp += "a=rtpmap:" + type_text + " " + std::string(codec.encoding) + "/" + std::to_string(codec.rate_hz) + "/" +
         std::to_string(codec.channels) + "\r\n";
  if (codec.name == "aac") sdp += "a=fmtp:" + type_text + " " + aac_parameters(asked("config")) + "\r\n";
  return sdp;
}

}  // namespace astream
