#include "source/resolve_playlist.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/resolve_archive.hpp"
#include "source/resolve_origin.hpp"

namespace astream {

namespace {

struct ClosePlaylist {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// The whole file, or one byte more than a playlist may have.
std::string read_file(const std::string& path) {
  const auto fail = [] {
    throw Error(ErrorKind::resolve, "the playlist can't be read: " + std::generic_category().message(errno));
  };
  const std::unique_ptr<std::FILE, ClosePlaylist> file(std::fopen(path.c_str(), "rb"));
  if (!file) fail();
  std::string bytes;
  char block[1 << 14];
  while (bytes.size() <= kMaxPlaylistBytes) {
    const size_t count = std::fread(block, 1, sizeof block, file.get());
    if (count == 0) break;
    bytes.append(block, count);
  }
  if (std::ferror(file.get()) != 0) fail();
  return bytes;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

class PlaylistStep : public ResolveStep {
 public:
  PlaylistStep(const Input& input, Playlist playlist) : input_(input), playlist_(std::move(playlist)) {}

  std::optional<Found> next() override {
    if (next_entry_ == playlist_.entries.size()) return std::nullopt;
    const PlaylistEntry& entry = playlist_.entries[next_entry_++];
    Found found{input_.is_path ? from_file(entry.reference) : from_network(entry.reference), nullptr};
    found.named.input.label = input_.label.empty() ? entry.title : input_.label;
    found.failure = refusal_of_playlist_entry(found.named.input);
    return found;
  }

 private:
  NamedInput from_network(std::string_view reference) const {
    NamedInput named;
    named.input.uri = resolve_reference(input_.uri, without_blanks(reference));
    named.input.is_path = !has_scheme(named.input.uri);  // "C:\x.mp3": refused as the path that it is
    named.input.origin = Origin::network;
    return named;
  }

  /// A file of exactly this name wins; then come URIs, and the forms of a path that other programs write.
  NamedInput from_file(std::string_view reference) const {
    const size_t folder_bytes = input_.uri.rfind('/') + 1;  // npos + 1 is 0
    const std::string folder = input_.uri.substr(0, folder_bytes);
    const auto in_folder = [&](std::string_view name) {
      return name.starts_with('/') ? std::string(name) : folder + std::string(name);
    };
    if (auto named = existing_path(in_folder(reference))) return *named;
    const std::string_view plain = without_blanks(reference);
    if (plain == "-" || plain.starts_with("-?")) return read_name(std::string(plain), Origin::local_file);
    if (has_scheme(plain)) {
      NamedInput named = read_uri(plain, Origin::local_file);
      if (is_archive_uri(plain)) named.input.uri = archive_uri_in(folder, plain);
      // "file:x.mp3" stands beside the playlist, like any other.
      if (named.input.is_path) named = path_named(in_folder(path_of_file_uri(plain)));
      return named;
    }
    if (auto named = existing_path(in_folder(plain))) return *named;
    if (auto named = existing_path(in_folder(percent_decode(plain)))) return *named;
    std::string slashed(plain);
    std::replace(slashed.begin(), slashed.end(), '\\', '/');
    if (auto named = existing_path(in_folder(slashed))) return *named;
    return path_named(in_folder(plain));
  }

  static NamedInput path_named(std::string path) {
    NamedInput named;
    named.kind = path_kind(path);
    named.input.uri = std::move(path);
    named.input.is_path = true;
    named.input.origin = Origin::local_file;
    return named;
  }

  static std::optional<NamedInput> existing_path(std::string path) {
    NamedInput named = path_named(std::move(path));
    if (named.kind == PathKind::missing) return std::nullopt;
    return named;
  }

  Input input_;
  Playlist playlist_;
  size_t next_entry_ = 0;
};

}  // namespace

Playlist load_playlist(const Input& input, PlaylistKind kind, const Resolver::Fetch& fetch) {
  try {
    return parse_playlist(kind, input.is_path ? read_file(input.uri) : fetch(input));
  } catch (const Error& error) {
    throw error.with_uri(shown_uri(input));
  }
}

std::unique_ptr<ResolveStep> make_playlist_step(const Input& input, Playlist playlist) {
  return std::make_unique<PlaylistStep>(input, std::move(playlist));
}

}  // namespace astream
