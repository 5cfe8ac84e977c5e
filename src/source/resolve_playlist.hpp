// Playlists as a step of resolving: read (from disk or over the network), and each entry made an input of its own.
//
// Used from one thread. Failures to read a playlist are thrown, failures of an entry are values.
#pragma once

#include <memory>

#include "source/playlist.hpp"
#include "source/resolve_step.hpp"
#include "source/resolver.hpp"

namespace astream {

/// Reads and parses the playlist that `input` names. Throws Error with the playlist's URI.
Playlist load_playlist(const Input& input, PlaylistKind kind, const Resolver::Fetch& fetch);

/// The entries of `playlist`, relative ones resolved against `input`, which it was read from. They carry the input's
/// label, or their title; and the origin that the input gives them.
std::unique_ptr<ResolveStep> make_playlist_step(const Input& input, Playlist playlist);

}  // namespace astream
