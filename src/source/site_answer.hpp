// What yt-dlp answers about a page (the JSON of -J): one recording or broadcast in several formats, or a list of pages.
// Pure functions on text; nothing is opened here.
//
// Safe on hostile input: formats that are not on the web, or are no sound, are left out. Throws Error(resolve).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

/// One way to get the sound.
struct SiteFormat {
  std::string id;
  std::string url;      ///< http(s): a file, or an HLS or DASH list
  std::string headers;  ///< to send along, "Name: value\r\n" each
  std::string cookies;  ///< likewise, one a line, as Set-Cookie has them
  bool is_audio_only = false;
  int rate_hz = 0;            ///< 0 where it is not told
  double kilobits_per_s = 0;  ///< of sound and pictures, 0 where it is not told
};

struct SiteAnswer;

struct SiteEntry {
  std::string url;  ///< of a page, to be asked for again
  std::string title;
  std::shared_ptr<const SiteAnswer> answer;  ///< where it stands in the same page, which is then all that can be asked
};

struct SiteAnswer {
  std::string title;  ///< UTF-8, one line
  bool is_live = false;
  bool is_list = false;
  int item = 0;                     ///< its place in the list that the page is, from 1; 0: the page is no list
  std::vector<SiteFormat> formats;  ///< worst first
  std::vector<SiteEntry> entries;   ///< of a list
  std::chrono::steady_clock::time_point asked_at;
};

/// Reads the JSON. Throws Error(resolve), without a URI, when it is none, or nothing in it gives sound.
SiteAnswer parse_site_answer(std::string_view json);

/// The format called `preferred_id` where there is one; else the best without pictures, at or above `wanted_rate_hz`
/// where one is; where all have pictures, the smallest of those.
const SiteFormat& choose_site_format(const SiteAnswer& answer, std::optional<int> wanted_rate_hz,
                                     const std::string& preferred_id);

/// What must not be shown of `format`: its address, which opens to everybody who has it, and its cookies.
std::vector<std::string> site_secrets(const SiteFormat& format);

}  // namespace astream
