#include "base/expand_env.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

bool is_name_char(char c, bool is_first) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return is_letter || (!is_first && c >= '0' && c <= '9');
}

/// What stands for a variable at the front of `text`, which begins with '$'.
struct Reference {
  std::string name;
  size_t length = 0;  ///< in `text`; 0: no variable
};

Reference read_reference(std::string_view text) {
  const bool is_braced = text.substr(1).starts_with('{');
  const size_t begin = is_braced ? 2 : 1;
  size_t end = begin;
  while (end < text.size() && is_name_char(text[end], end == begin)) ++end;
  if (is_braced && (end == begin || end == text.size() || text[end] != '}')) {
    throw Error(ErrorKind::usage, "--expand-env: '${' without a name and its '}'", {}, "$$ stands for a '$'");
  }
  if (end == begin) return {};
  return {std::string(text.substr(begin, end - begin)), end + (is_braced ? 1 : 0)};
}

/// Whether what stands at `at` of `uri` is user, password or in the query.
bool is_encoded_place(std::string_view uri, size_t at) {
  const size_t authority = uri.find("://");
  if (authority == std::string_view::npos || at < authority) return false;
  const size_t begin = authority + 3;
  const size_t path = std::min(uri.find_first_of("/?#", begin), uri.size());
  const size_t login_end = uri.substr(0, path).rfind('@');
  if (login_end != std::string_view::npos && at < login_end) return true;
  const size_t question = uri.find('?', begin);
  return question != std::string_view::npos && at > question;
}

/// Where INPUT begins in "LABEL=INPUT".
size_t label_bytes(std::string_view name) {
  const size_t equals = name.find('=');
  const size_t other = name.find_first_of(":/?$");
  return equals != std::string_view::npos && equals < other ? equals + 1 : 0;
}

}  // namespace

std::string expand_variables(std::string_view uri, const Lookup& lookup,
                             const std::function<void(std::string_view)>& on_secret) {
  std::string expanded;
  for (size_t at = 0; at < uri.size();) {
    if (uri[at] != '$') {
      expanded += uri[at++];
      continue;
    }
    if (uri.substr(at).starts_with("$$")) {
      expanded += '$';
      at += 2;
      continue;
    }
    const Reference reference = read_reference(uri.substr(at));
    if (reference.length == 0) {
      expanded += uri[at++];
      continue;
    }
    const auto value = lookup(reference.name);
    if (!value) {
      throw Error(ErrorKind::usage, "--expand-env: the variable " + reference.name + " is not set", {},
                  "export " + reference.name + "=..., or write $$ for a '$'");
    }
    const std::string encoded = percent_encode(*value, "");
    if (on_secret) {
      on_secret(*value);
      on_secret(encoded);
    }
    expanded += is_encoded_place(uri, at) ? encoded : *value;
    at += reference.length;
  }
  return expanded;
}

std::string expand_env(const std::string& name) {
  const size_t label = label_bytes(name);
  const std::string_view input = std::string_view(name).substr(label);
  const std::string scheme = uri_scheme(input);
  if (scheme == "exec" || scheme == "file" || (scheme.empty() && !input.starts_with('$'))) return name;
  const auto lookup = [](const std::string& variable) -> std::optional<std::string> {
    const char* const value = std::getenv(variable.c_str());
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  };
  return name.substr(0, label) + expand_variables(input, lookup, hide_always);
}

}  // namespace astream
