#include "source/resolve_name.hpp"

#include <filesystem>
#include <system_error>

#include "base/uri.hpp"
#include "source/resolver.hpp"
#include "source/site_table.hpp"

namespace astream {

namespace {

bool is_stdin(std::string_view name) {
  return name == "-" || name.starts_with("-?");
}

bool is_label_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/// Length of NAME in "NAME=INPUT", 0 when there is no label.
size_t label_length(std::string_view name) {
  size_t length = 0;
  while (length < name.size() && is_label_char(name[length])) ++length;
  const bool is_label = length > 0 && length + 1 < name.size() && name[length] == '=';
  return is_label ? length : 0;
}

NamedInput named_path(std::string path, PathKind kind, Origin origin) {
  NamedInput named;
  named.input.uri = std::move(path);
  named.input.is_path = true;
  named.input.origin = origin;
  named.kind = kind;
  return named;
}

NamedInput read_unlabelled(const std::string& name, PathKind kind, Origin origin) {
  if (is_stdin(name)) {
    NamedInput named;
    named.input.uri = name;
    named.input.origin = origin;
    return named;
  }
  if (kind == PathKind::missing && has_scheme(name)) return read_uri(name, origin);
  NamedInput named = named_path(name, kind, origin);
  named.may_be_glob = kind == PathKind::missing;
  return named;
}

}  // namespace

PathKind path_kind(const std::string& path) {
  if (path.find('\0') != std::string::npos) return PathKind::missing;  // the system would see a shorter path
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return PathKind::missing;
  return std::filesystem::is_directory(status) ? PathKind::folder : PathKind::file;
}

bool has_scheme(std::string_view text) {
  const std::string scheme = uri_scheme(text);
  return !scheme.empty() && !text.substr(scheme.size() + 1).starts_with(' ');
}

std::string path_of_file_uri(std::string_view uri) {
  std::string_view rest = uri.substr(uri.find(':') + 1);
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    constexpr std::string_view kThisHost = "localhost/";
    if (rest.starts_with(kThisHost)) rest.remove_prefix(kThisHost.size() - 1);
  }
  std::string verbatim(rest);
  if (rest.find('%') == std::string_view::npos || path_kind(verbatim) != PathKind::missing) return verbatim;
  return percent_decode(rest);
}

NamedInput read_uri(std::string_view uri, Origin origin) {
  if (uri_scheme(uri) == "file") {
    std::string path = path_of_file_uri(uri);
    const PathKind kind = path_kind(path);
    return named_path(std::move(path), kind, origin);
  }
  NamedInput named;
  named.input.uri = is_site_page(uri) ? "ytdl:" + std::string(uri) : std::string(uri);
  named.input.origin = origin;
  return named;
}

NamedInput read_name(const std::string& name, Origin origin) {
  const PathKind kind = is_stdin(name) ? PathKind::missing : path_kind(name);
  const size_t label = kind == PathKind::missing ? label_length(name) : 0;
  if (label == 0) return read_unlabelled(name, kind, origin);
  const std::string rest = name.substr(label + 1);
  NamedInput named = read_unlabelled(rest, path_kind(rest), origin);
  named.input.label = name.substr(0, label);
  return named;
}

Input parse_input(const std::string& name) {
  return read_name(name, Origin::user).input;
}

}  // namespace astream
