// Asking yt-dlp what a page plays. The program is found on PATH or named by the user (OpenOptions::site_program).
#pragma once

#include <string>

#include "source/input.hpp"

namespace astream {

/// What stands behind "ytdl:". Throws Error(resolve) for what may not be asked: files of this machine; and, unless the
/// user himself named `input`, anything but pages on the web.
std::string site_url(const Input& input);

/// yt-dlp's answer (JSON) about the page that `input` names, whose lists are not followed; about the `item`-th of its
/// list when that is not 0. Takes seconds. Throws Error(network) with yt-dlp's own message, Error(open) when there is
/// no such program, Cancelled.
std::string ask_site(const Input& input, const OpenOptions& options, int item);

}  // namespace astream
