#include "source/resolve_origin.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

/// What a playlist, local or remote, may name besides files.
constexpr auto kNetworkSchemes =
    std::to_array<std::string_view>({"http", "https", "ftp", "ftps", "sftp", "rtsp", "rtsps", "rtmp", "rtmps", "rtp",
                                     "srt", "udp", "tcp", "mms", "mmsh", "mmst", "s3", "gs", "hf"});

/// What only the user may name: programs and devices ("-", stdin, has no scheme).
constexpr auto kUserOnlySchemes = std::to_array<std::string_view>({"exec", "mic"});

template <size_t kSize>
bool contains(const std::array<std::string_view, kSize>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_stdin(const Input& input) {
  return !input.is_path && input.uri.starts_with('-');
}

std::exception_ptr refusal(const Input& input, const std::string& message) {
  return std::make_exception_ptr(
      Error(ErrorKind::resolve, message, shown_uri(input), "name it on the command line if it is meant"));
}

}  // namespace

bool is_network_scheme(std::string_view scheme) {
  return contains(kNetworkSchemes, scheme);
}

std::exception_ptr refusal_of_list_name(const Input& input) {
  if (input.is_path || input.origin == Origin::user) return nullptr;
  if (!is_stdin(input) && !contains(kUserOnlySchemes, uri_scheme(input.uri))) return nullptr;
  return refusal(input, "a list of names may not name stdin, programs or devices");
}

std::exception_ptr refusal_of_playlist_entry(const Input& input) {
  if (input.is_path) {
    if (input.origin != Origin::network) return nullptr;
    return refusal(input, "a playlist from the network may not name files of this machine");
  }
  const std::string scheme = uri_scheme(input.uri);
  if (is_network_scheme(scheme)) return nullptr;
  if ((scheme == "tar" || scheme == "zip") && input.origin == Origin::local_file) return nullptr;
  // A page, looked at by a program of this machine: not for what comes from elsewhere.
  if (scheme == "ytdl" && input.origin == Origin::local_file) return nullptr;
  return refusal(input, input.origin == Origin::network
                            ? "a playlist from the network may only name addresses on the network"
                            : "a playlist may only name files and addresses on the network");
}

}  // namespace astream
