// Makes of a terminal's description one with 24-bit colours, for terminals that say by COLORTERM that they have them:
// the descriptions that systems install (xterm-256color, tmux-256color ...) don't tell. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace astream::cli {

/// `compiled` as term(5) has it; the result too, in the form with 32-bit numbers, without extended capabilities but
/// RGB. Nothing when it is damaged.
std::optional<std::string> with_truecolor(std::string_view compiled);

}  // namespace astream::cli
