#include "source/resolver.hpp"

#include <deque>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/glob.hpp"
#include "source/playlist.hpp"
#include "source/resolve_archive.hpp"
#include "source/resolve_cloud.hpp"
#include "source/resolve_list.hpp"
#include "source/resolve_name.hpp"
#include "source/resolve_playlist.hpp"
#include "source/resolve_site.hpp"
#include "source/resolve_walk.hpp"

namespace astream {

namespace {

/// What a name stands for.
enum class Expansion { plain, folder, glob, playlist, site, archive, cloud };

Expansion expansion_of(const NamedInput& named, bool can_fetch) {
  const Input& input = named.input;
  if (input.member) return Expansion::plain;
  if (!input.is_path && is_archive_uri(input.uri)) return Expansion::archive;
  if (input.is_path) {
    if (named.kind == PathKind::folder) return Expansion::folder;
    if (named.kind == PathKind::missing) {
      return named.may_be_glob && has_glob_syntax(input.uri) ? Expansion::glob : Expansion::plain;
    }
  } else if (!can_fetch || input.site) {
    return Expansion::plain;
  } else if (uri_scheme(input.uri) == "ytdl") {
    return Expansion::site;
  } else if (!named.is_listed && is_cloud_list(input)) {
    return Expansion::cloud;
  }
  return playlist_kind(input) == PlaylistKind::none ? Expansion::plain : Expansion::playlist;
}

}  // namespace

/// A stack of steps: the innermost, on top, gives the next name; names that need it become a step on top of theirs. At
/// the bottom are the typed names, then the lists.
struct Resolver::State {
  struct Level {
    std::unique_ptr<ResolveStep> step;
    std::string playlist;  ///< the URI or path, when the step is one
  };

  std::vector<std::string> names;
  size_t next_name = 0;
  std::deque<NamedInput> ahead;  ///< read before their turn, for known_total()
  std::vector<NameList> lists;
  size_t next_list = 0;
  Fetch fetch;
  std::optional<CancelToken> abort;
  std::optional<CancelToken> cancel;
  std::shared_ptr<ArchiveCache> archives = std::make_shared<ArchiveCache>();
  std::vector<Level> levels;
  size_t playlists_read = 0;  ///< for the name that is being expanded
  int64_t names_found = 0;    ///< outside of playlists
  size_t given = 0;

  NamedInput next_typed();
  std::optional<Found> next_found();
  std::optional<Resolved> expand(const Found& found);
  std::optional<Resolved> expand_playlist(const Input& input);
  std::optional<Resolved> expand_site(const Input& input);
  StopAsked stop_asked() const;
  void check_nesting(const Input& input) const;
};

NamedInput Resolver::State::next_typed() {
  if (ahead.empty()) return read_name(names[next_name++], Origin::user);
  NamedInput named = std::move(ahead.front());
  ahead.pop_front();
  return named;
}

/// The next name from wherever names come, not expanded yet.
std::optional<Found> Resolver::State::next_found() {
  while (true) {
    if (!levels.empty()) {
      try {
        if (auto found = levels.back().step->next()) return found;
      } catch (const Error&) {  // a list that can't be read: said once
        levels.pop_back();
        throw;
      }
      levels.pop_back();
      continue;
    }
    if (!ahead.empty() || next_name < names.size()) return Found{next_typed(), nullptr};
    if (next_list == lists.size()) return std::nullopt;
    levels.push_back({make_list_step(lists[next_list++]), {}});
  }
}

/// A result, or nothing when the name became a step.
std::optional<Resolved> Resolver::State::expand(const Found& found) {
  const Input& input = found.named.input;
  if (found.failure) return Resolved{input, found.failure};
  try {
    if (input.uri.empty()) throw Error(ErrorKind::resolve, "an input's name is empty");
    switch (expansion_of(found.named, static_cast<bool>(fetch))) {
      case Expansion::plain:
        return Resolved{input, nullptr};
      case Expansion::folder:
        levels.push_back({make_folder_step(input), {}});
        return std::nullopt;
      case Expansion::glob:
        levels.push_back({make_glob_step(input), {}});
        return std::nullopt;
      case Expansion::playlist:
        return expand_playlist(input);
      case Expansion::site:
        return expand_site(input);
      case Expansion::archive:
        levels.push_back({make_archive_step(input, archives, stop_asked()), {}});
        return std::nullopt;
      case Expansion::cloud:
        check_nesting(input);
        ++playlists_read;
        levels.push_back({make_cloud_step(input, fetch), {}});
        return std::nullopt;
    }
  } catch (const Error&) {
    return Resolved{input, std::current_exception()};
  }
  return std::nullopt;
}

std::optional<Resolved> Resolver::State::expand_playlist(const Input& input) {
  check_nesting(input);
  ++playlists_read;
  Playlist playlist = load_playlist(input, playlist_kind(input), fetch);
  if (playlist.is_hls) return Resolved{input, nullptr};
  levels.push_back({make_playlist_step(input, std::move(playlist)), input.uri});
  return std::nullopt;
}

/// Asked once: what plays one thing goes on with the answer, a list becomes a step.
std::optional<Resolved> Resolver::State::expand_site(const Input& input) {
  check_nesting(input);
  ++playlists_read;
  const std::string bytes = fetch(input);
  if (bytes.empty()) return Resolved{input, nullptr};  // to be asked when it is opened
  SiteAnswer answer = parse_site_answer(bytes);
  if (answer.is_list) {
    levels.push_back({make_site_step(input, std::move(answer)), input.uri});
    return std::nullopt;
  }
  Input found = input;
  if (found.label.empty()) found.label = answer.title;
  found.site = std::make_shared<SiteAnswer>(std::move(answer));
  return Resolved{std::move(found), nullptr};
}

StopAsked Resolver::State::stop_asked() const {
  return [abort = abort, cancel = cancel] {
    return (abort && abort->is_requested()) || (cancel && cancel->is_requested());
  };
}

void Resolver::State::check_nesting(const Input& input) const {
  int depth = 0;
  for (const Level& level : levels) {
    if (level.playlist.empty()) continue;
    ++depth;
    if (level.playlist == input.uri) throw Error(ErrorKind::resolve, "the playlist names itself", shown_uri(input));
  }
  if (depth >= kMaxPlaylistDepth) {
    throw Error(ErrorKind::resolve, "playlists are nested more than " + std::to_string(kMaxPlaylistDepth) + " deep",
                shown_uri(input));
  }
  if (playlists_read >= kMaxPlaylistsPerName) {
    throw Error(ErrorKind::resolve,
                "one name leads to more than " + std::to_string(kMaxPlaylistsPerName) + " playlists", shown_uri(input));
  }
}

Resolver::Resolver(std::vector<std::string> names, std::vector<NameList> lists, Fetch fetch,
                   std::optional<CancelToken> abort, std::optional<CancelToken> cancel)
    : state_(std::make_unique<State>()) {
  state_->names = std::move(names);
  state_->lists = std::move(lists);
  state_->fetch = std::move(fetch);
  state_->abort = std::move(abort);
  state_->cancel = std::move(cancel);
}

Resolver::Resolver(Resolver&&) noexcept = default;
Resolver& Resolver::operator=(Resolver&&) noexcept = default;
Resolver::~Resolver() = default;

void Resolver::abandon() const noexcept {
  if (state_->abort) state_->abort->request();
}

std::optional<Resolved> Resolver::next() {
  while (auto found = state_->next_found()) {
    bool is_in_playlist = false;
    for (const State::Level& level : state_->levels) is_in_playlist = is_in_playlist || !level.playlist.empty();
    if (!is_in_playlist) {
      state_->playlists_read = 0;
      ++state_->names_found;
    }
    if (auto resolved = state_->expand(*found)) {
      ++state_->given;
      if (is_in_playlist) resolved->input.playlist = state_->names_found;
      return resolved;
    }
  }
  return std::nullopt;
}

std::optional<size_t> Resolver::known_total() const {
  State& state = *state_;
  if (!state.levels.empty() || state.next_list < state.lists.size()) return std::nullopt;
  const bool can_fetch = static_cast<bool>(state.fetch);
  // Each name is looked at once only: what was read here is used by next().
  if (!state.ahead.empty() && expansion_of(state.ahead.back(), can_fetch) != Expansion::plain) return std::nullopt;
  while (state.next_name < state.names.size()) {
    state.ahead.push_back(read_name(state.names[state.next_name++], Origin::user));
    if (expansion_of(state.ahead.back(), can_fetch) != Expansion::plain) return std::nullopt;
  }
  return state.given + state.ahead.size();
}

}  // namespace astream
