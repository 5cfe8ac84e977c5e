// Who may name what: the visible lists behind the rule that a name may not widen what its origin could reach.
//
// Pure functions, from any thread.
#pragma once

#include <exception>
#include <string_view>

#include "source/input.hpp"

namespace astream {

/// True for the schemes that a playlist may name: those of the network.
bool is_network_scheme(std::string_view scheme);

/// The Error(resolve) that refuses `input` for its origin, or nullptr when it may be opened. Names from the user: all;
/// a line of a list of names: all but programs, stdin and devices.
std::exception_ptr refusal_of_list_name(const Input& input);

/// The same for an entry of a playlist: the network always, a path only when the playlist itself is a file.
std::exception_ptr refusal_of_playlist_entry(const Input& input);

}  // namespace astream
