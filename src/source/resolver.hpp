// From what the user typed to inputs that can be opened: labels, paths, globs, directories, lists, playlists, archives.
//
// Lazy: next() resolves only as much as it needs, so that a million names cost no memory beyond one folder's list.
// Nothing is opened for audio here; playlists (m3u, m3u8 that is not HLS, pls, xspf) are read, local or over http.
// Rules: a path that exists wins over any syntax; names that come out of a folder or a glob are paths, whatever they
// look like; what came from the network may only name the network, what came from a file may not name exec:, stdin or a
// device; playlists nest at most kMaxPlaylistDepth deep and name at most kMaxPlaylistEntries inputs each.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "source/input.hpp"

namespace astream {

inline constexpr int kMaxPlaylistDepth = 5;
inline constexpr size_t kMaxPlaylistEntries = 100'000;
inline constexpr size_t kMaxPlaylistBytes = 16 << 20;
/// Playlists read for one name, so that nesting can't multiply.
inline constexpr size_t kMaxPlaylistsPerName = 1'000;

/// A list of names: a file ("-": stdin), one name a line, or NUL-separated.
struct NameList {
  std::string path;
  bool is_nul_separated = false;
  bool is_env_expanded = false;  ///< $VAR in its URIs stands for the environment's (base/expand_env.hpp)
};

/// Either an input to open or the reason why this name gave none (the resolver goes on behind it).
struct Resolved {
  Input input;
  std::exception_ptr failure;  ///< an Error, when set; `input` tells which name it was
};

class Resolver {
 public:
  /// Names as typed, then those of each list. `fetch` reads a whole remote playlist, or what yt-dlp answers of a
  /// "ytdl:" page ("": it is to be asked later); it throws Errors. Without a `fetch` these come out as they are.
  using Fetch = std::function<std::string(const Input&)>;
  /// `abort` makes `fetch` give up; see abandon(). `cancel`, like it, ends the search through an archive: Cancelled.
  Resolver(std::vector<std::string> names, std::vector<NameList> lists, Fetch fetch,
           std::optional<CancelToken> abort = std::nullopt, std::optional<CancelToken> cancel = std::nullopt);
  Resolver(Resolver&&) noexcept;
  Resolver& operator=(Resolver&&) noexcept;
  ~Resolver();

  /// The next input, or nothing at the end. Throws Error(usage) only for a list that can't be read.
  std::optional<Resolved> next();

  /// Makes a next() that runs on another thread return soon, where it waits for what is fetched.
  void abandon() const noexcept;

  /// The number of all results, for progress: known as soon as only plain paths and URIs are left; else nothing.
  std::optional<size_t> known_total() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Splits "NAME=INPUT" (NAME of letters, digits, '_', '.', '-'; an existing path wins) into an Input without resolving.
Input parse_input(const std::string& name);

}  // namespace astream
