// URIs as the command line, playlists and sources see them: scheme, query options, redaction.
//
// Pure functions on strings; bytes that are not UTF-8 pass through unchanged. Nothing here touches the file system.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

/// "http" of "http://x", "tone" of "tone:440", "" when there is no scheme (a scheme is a letter, then letters, digits,
/// '+', '-', '.', then ':'; single letters are no scheme, so that C:\x stays a path). Lower-cased.
std::string uri_scheme(std::string_view uri);

/// True for "scheme://...".
bool has_authority(std::string_view uri);

/// What astream's own schemes carry: "tone:440?rate=48000" -> body "440", query {rate: 48000}. Percent-encoding in
/// query values is decoded, the body is left as it is. The scheme's "//" after ':' is dropped from the body.
struct SchemeParts {
  std::string scheme;
  std::string body;
  std::map<std::string, std::string> query;
};
SchemeParts split_scheme(std::string_view uri);

/// Percent-decodes; a '%' that no two hex digits follow stays as it is.
std::string percent_decode(std::string_view text);
/// Percent-encodes everything but unreserved characters and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "/");

/// The URI as it may be shown: "user:password@" (and a user alone, which may be a token) becomes "***@", values of
/// query keys that carry secrets (token, key, signature, sig, password, auth, X-Amz-*, ...) become "***". URIs inside
/// the URI are treated likewise; paths are left alone. Idempotent.
std::string redact_uri(std::string_view uri);

/// The secrets that `redact_uri` removes, each as it stands in the URI and percent-decoded, and "user:password" also in
/// base64, as HTTP and RTSP send it. Longest first; strings shorter than 3 bytes are left out. For taking them out of
/// messages of other libraries.
std::vector<std::string> uri_secrets(std::string_view uri);

/// True when `text` is valid UTF-8.
bool is_utf8(std::string_view text);
/// `text` with each byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string to_utf8(std::string_view text);

/// The form of a path or URI that may stand in JSON: itself when it is UTF-8, else a percent-encoded "file:" URI.
std::string printable_uri(std::string_view uri);

/// Resolves `reference` (as found in a playlist) against the playlist's own URI or path `base`: by RFC 3986 for a base
/// with an authority, else as a file name in the playlist's folder, where Windows' backslashes become slashes.
std::string resolve_reference(std::string_view base, std::string_view reference);

}  // namespace astream
