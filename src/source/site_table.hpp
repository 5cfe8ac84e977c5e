// Sites whose pages yt-dlp finds the sound of, so that their addresses work without "ytdl:" in front.
//
// Pure functions, from any thread.
#pragma once

#include <span>
#include <string_view>

namespace astream {

/// Host names; their subdomains are meant too.
std::span<const std::string_view> site_hosts();

/// True for an http(s) address of a page on one of them; not for a media file or list that lies there.
bool is_site_page(std::string_view uri);

}  // namespace astream
