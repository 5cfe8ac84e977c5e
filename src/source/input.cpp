#include "source/input.hpp"

#include "base/log.hpp"
#include "base/uri.hpp"

namespace astream {

std::string label_of(const Input& input) {
  if (!input.label.empty()) return to_utf8(input.label);
  if (!input.is_path) return to_utf8(redact_uri(without_hidden(input.uri)));
  std::string_view path = input.uri;
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path.size() > 1) path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
  return to_utf8(path);
}

std::string shown_uri(const Input& input) {
  // A path holds no secrets, and an '@' in it parts no password off.
  if (input.is_path) return printable_uri(input.uri);
  const std::string scheme = uri_scheme(input.uri);
  if (scheme == "tar" || scheme == "zip") return printable_uri(without_hidden(input.uri));
  return to_utf8(redact_uri(without_hidden(input.uri)));
}

}  // namespace astream
