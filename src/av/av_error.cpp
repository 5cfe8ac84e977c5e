#include "av/av_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "av/handles.hpp"

namespace astream::av {

namespace {

struct ErrorRow {
  int code;
  ErrorKind kind;
  const char* message;
  const char* hint;
};

constexpr std::array kRows = {
    ErrorRow{AVERROR_HTTP_BAD_REQUEST, ErrorKind::network, "the server answered 400 Bad Request", "check the URL"},
    ErrorRow{AVERROR_HTTP_UNAUTHORIZED, ErrorKind::network, "the server answered 401 Unauthorized",
             "give user and password as http://USER:PASSWORD@HOST/..."},
    ErrorRow{AVERROR_HTTP_FORBIDDEN, ErrorKind::network, "the server answered 403 Forbidden",
             "check the credentials; a signed URL may have expired"},
    ErrorRow{AVERROR_HTTP_NOT_FOUND, ErrorKind::network, "the server answered 404 Not Found", "check the URL"},
    ErrorRow{AVERROR_HTTP_OTHER_4XX, ErrorKind::network, "the server refused the request (4xx)", "check the URL"},
    ErrorRow{AVERROR_HTTP_SERVER_ERROR, ErrorKind::network, "the server failed (5xx)", "try again later"},
    ErrorRow{AVERROR(ETIMEDOUT), ErrorKind::network, "nothing came for too long", "see --stall and --connect-timeout"},
    ErrorRow{AVERROR(ECONNREFUSED), ErrorKind::network, "connection refused",
             "is the server running, is the port right?"},
    ErrorRow{AVERROR(ECONNRESET), ErrorKind::network, "connection reset by the server", ""},
    ErrorRow{AVERROR(EHOSTUNREACH), ErrorKind::network, "no route to the host", ""},
    ErrorRow{AVERROR(ENETUNREACH), ErrorKind::network, "network is unreachable", ""},
    ErrorRow{AVERROR_PROTOCOL_NOT_FOUND, ErrorKind::open, "this protocol is not supported by the FFmpeg libraries here",
             "see the INPUTS section of astream(1)"},
    ErrorRow{AVERROR_DEMUXER_NOT_FOUND, ErrorKind::open, "no demuxer for this format in the FFmpeg libraries here", ""},
    ErrorRow{AVERROR_DECODER_NOT_FOUND, ErrorKind::decode, "no decoder for this codec in the FFmpeg libraries here",
             ""},
    ErrorRow{AVERROR(ENOENT), ErrorKind::open, "no such file", "check the name; quote names with spaces"},
    ErrorRow{AVERROR(EACCES), ErrorKind::open, "permission denied", "check the file's permissions"},
    ErrorRow{AVERROR(ENOMEM), ErrorKind::internal, "out of memory", ""},
};

}  // namespace

std::string av_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

Error make_av_error(int code, const std::string& stage, bool is_network) {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const ErrorRow& r) { return r.code == code; });
  if (row != kRows.end()) return {row->kind, row->message, {}, row->hint};
  // Some demuxers call what is not theirs an invalid argument (a few words under the name x.mp3).
  const bool is_unknown = code == AVERROR_INVALIDDATA || (code == AVERROR(EINVAL) && !is_network);
  if (is_unknown && stage == "open") {
    return {ErrorKind::open,
            "not audio or video that FFmpeg knows",
            {},
            "raw samples need a format: -?format=s16le&rate=16000&channels=1"};
  }
  if (is_network) return {ErrorKind::network, "can't " + stage + ": " + av_text(code)};
  return {stage == "open" ? ErrorKind::open : ErrorKind::decode, "can't " + stage + ": " + av_text(code)};
}

}  // namespace astream::av
