#include "base/redact.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

constexpr std::string_view kStars = "***";
/// What ends a URI in the middle of text.
constexpr std::string_view kTextEnds = " \t\r\n\v\f\"'`<>";

size_t find_any_of(std::string_view text, std::string_view what, size_t from, size_t limit) {
  return std::min(text.find_first_of(what, from), limit);
}

/// `name` is a query key, lower-case, with '_' for '-'.
bool is_secret_key(std::string_view name) {
  // Amazon's and Google's signed URLs: everything but the parts that are public by their nature.
  if (name.starts_with("x_amz_") || name.starts_with("x_goog_")) {
    constexpr std::array<std::string_view, 5> kPublic = {"algorithm", "date", "expires", "signedheaders",
                                                         "content_sha256"};
    return std::none_of(kPublic.begin(), kPublic.end(), [&](auto word) { return name.ends_with(word); });
  }
  constexpr std::array<std::string_view, 5> kEndings = {"token", "secret", "password", "passphrase", "signature"};
  if (std::any_of(kEndings.begin(), kEndings.end(), [&](auto word) { return name.ends_with(word); })) return true;
  constexpr std::array<std::string_view, 28> kNames = {
      "key",       "api_key",       "apikey",         "access_key",  "accesskey", "secret_key",
      "auth_key",  "stream_key",    "awsaccesskeyid", "key_pair_id", "policy",    "sig",
      "lsig",      "sas",           "pass",           "passwd",      "pwd",       "pw",
      "auth",      "authorization", "credential",     "credentials", "jwt",       "sid",
      "phpsessid", "hdnea",         "hdnts",          "ticket"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool is_port(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// End of the userinfo (the position of its '@') of the authority that begins at `begin`; `begin` when there is none.
size_t userinfo_end(std::string_view text, size_t begin, size_t limit) {
  const size_t authority_end = find_any_of(text, "/?#", begin, limit);
  const std::string_view authority = text.substr(begin, authority_end - begin);
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return begin + at;

  // "user:pa/ss@host": no URI by the book, but typed every day. What follows the ':' is no port, so it is a password.
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.starts_with('[') || is_port(authority.substr(colon + 1))) {
    return begin;
  }
  const size_t first_at = text.find('@', authority_end);
  if (first_at >= limit) return begin;
  const size_t host_end = find_any_of(text, "/?#", first_at, limit);
  return text.substr(0, host_end).rfind('@');
}

void find_userinfos(std::string_view text, SecretScan scan, std::vector<SecretSpan>& spans) {
  for (size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    const size_t begin = at + 3;
    const size_t limit = scan == SecretScan::text ? find_any_of(text, kTextEnds, begin, text.size()) : text.size();
    spans.push_back({begin, userinfo_end(text, begin, limit), SecretKind::userinfo});
  }
}

void find_query_values(std::string_view text, SecretScan scan, std::vector<SecretSpan>& spans) {
  const std::string value_ends = scan == SecretScan::text ? "&#" + std::string(kTextEnds) : "&#";
  for (size_t at = text.find_first_of("?&;#"); at != std::string_view::npos; at = text.find_first_of("?&;#", at + 1)) {
    const size_t equals = text.find_first_of("=?&;#/ \t\r\n", at + 1);
    if (equals == std::string_view::npos || text[equals] != '=') continue;
    std::string key = lower_case(percent_decode(text.substr(at + 1, equals - at - 1)));
    std::replace(key.begin(), key.end(), '-', '_');
    if (!is_secret_key(key)) continue;
    spans.push_back({equals + 1, find_any_of(text, value_ends, equals + 1, text.size()), SecretKind::query_value});
  }
}

/// "Authorization: Basic ..." and the like, as libraries print the requests they send.
void find_header_values(std::string_view text, std::vector<SecretSpan>& spans) {
  constexpr std::array<std::string_view, 3> kHeaders = {"authorization: ", "cookie: ", "x-api-key: "};
  const std::string lower = lower_case(text);
  for (const std::string_view header : kHeaders) {
    for (size_t at = lower.find(header); at != std::string::npos; at = lower.find(header, at + 1)) {
      const size_t begin = at + header.size();
      spans.push_back({begin, find_any_of(text, "\r\n", begin, text.size()), SecretKind::header_value});
    }
  }
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (size_t j = 0; j < 3; ++j) group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (size_t j = 0; j < 4; ++j) text += j <= count ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

void add_secret(std::vector<std::string>& secrets, std::string secret) {
  constexpr size_t kLeastBytes = 3;
  if (secret.size() < kLeastBytes || secret == kStars) return;
  if (std::find(secrets.begin(), secrets.end(), secret) == secrets.end()) secrets.push_back(std::move(secret));
}

/// Paths are no URIs, and the command of an "exec:" is text.
std::vector<SecretSpan> find_in_uri(std::string_view uri) {
  const std::string scheme = uri_scheme(uri);
  if (scheme == "file" || (scheme.empty() && uri.find("://") == std::string_view::npos)) return {};
  return find_secrets(uri, scheme == "exec" ? SecretScan::text : SecretScan::uri);
}

}  // namespace

std::vector<SecretSpan> find_secrets(std::string_view text, SecretScan scan) {
  std::vector<SecretSpan> spans;
  find_userinfos(text, scan, spans);
  find_query_values(text, scan, spans);
  if (scan == SecretScan::text) find_header_values(text, spans);
  std::sort(spans.begin(), spans.end(), [](const SecretSpan& a, const SecretSpan& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<SecretSpan> kept;
  for (const SecretSpan& span : spans) {
    const std::string_view secret = text.substr(span.begin, span.end - span.begin);
    if (secret.empty() || secret == kStars) continue;
    if (!kept.empty() && span.begin < kept.back().end) {
      kept.back().end = std::max(kept.back().end, span.end);
    } else {
      kept.push_back(span);
    }
  }
  return kept;
}

std::string without_secrets(std::string_view text, const std::vector<SecretSpan>& spans) {
  std::string result;
  size_t done = 0;
  for (const SecretSpan& span : spans) {
    result += text.substr(done, span.begin - done);
    result += kStars;
    done = span.end;
  }
  result += text.substr(done);
  return result;
}

std::string redact_uri(std::string_view uri) {
  std::string shown(uri);
  while (true) {  // taking one secret out may show another, in URIs within URIs
    std::string next = without_secrets(shown, find_in_uri(shown));
    if (next == shown || next.size() > shown.size() + uri.size()) return next;
    shown = std::move(next);
  }
}

std::vector<std::string> uri_secrets(std::string_view uri) {
  std::vector<std::string> secrets;
  for (const SecretSpan& span : find_in_uri(uri)) {
    const std::string_view whole = uri.substr(span.begin, span.end - span.begin);
    add_secret(secrets, std::string(whole));
    add_secret(secrets, percent_decode(whole));
    const size_t colon = span.kind == SecretKind::userinfo ? whole.find(':') : std::string_view::npos;
    if (colon == std::string_view::npos) continue;
    add_secret(secrets, std::string(whole.substr(colon + 1)));
    add_secret(secrets, percent_decode(whole.substr(colon + 1)));
    add_secret(secrets, base64(percent_decode(whole)));
  }
  // Longest first: one that holds another must be replaced before it.
  std::stable_sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return secrets;
}

}  // namespace astream
