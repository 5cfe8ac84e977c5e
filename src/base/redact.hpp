// Where secrets stand in URIs and in text for people. The one scanner behind redact_uri, uri_secrets and redact_text,
// so that what is hidden in an error is also hidden in the log.
//
// Pure functions. A secret is the userinfo of scheme://userinfo@host, the value of a query key that carries
// credentials, or (in text) the value of an HTTP header that does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

enum class SecretKind { userinfo, query_value, header_value };

/// Bytes [begin, end) of the scanned text.
struct SecretSpan {
  size_t begin = 0;
  size_t end = 0;
  SecretKind kind = SecretKind::userinfo;
};

/// What is scanned: one URI, which may hold any byte, or text, in which URIs end at blanks and quotes.
enum class SecretScan { uri, text };

/// Secrets in order of position, none empty, none inside another, none that reads "***" already.
std::vector<SecretSpan> find_secrets(std::string_view text, SecretScan scan);

/// `text` with "***" in place of each span.
std::string without_secrets(std::string_view text, const std::vector<SecretSpan>& spans);

}  // namespace astream
