// What travels from the command line to an opened source: an input as it was named, its label, and where it came from.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.hpp"
#include "base/wake_up.hpp"
#include "source/live_options.hpp"

namespace astream {

struct ArchiveMember;
struct SiteAnswer;

/// Who named an input. A playlist may not name more than its own origin could reach: what a network playlist names must
/// be on the network; what a local file names may be a file or the network, never exec: or a device.
enum class Origin { user, local_file, network };

/// One input after resolving: a path, a URI or "-"; ready to be opened.
struct Input {
  std::string uri;       ///< a path when is_path, else a URI with a scheme, or "-"
  bool is_path = false;  ///< the bytes of `uri` are a path: no scheme, label or glob syntax in it
  std::string label;     ///< given by NAME=INPUT or by a playlist's title; empty: label_of() makes one
  Origin origin = Origin::user;
  std::shared_ptr<const SiteAnswer> site = nullptr;       ///< what yt-dlp answered, when it was asked already
  std::shared_ptr<const ArchiveMember> member = nullptr;  ///< of an archive, when it was resolved
  std::optional<int64_t> epoch = std::nullopt;            ///< from 0, where a set is visited several times
  std::optional<int64_t> playlist = std::nullopt;  ///< number of the (outermost) playlist in the run that named it
};

/// The label to show: the given one, else the file's name or the URI without secrets, as UTF-8.
std::string label_of(const Input& input);
/// The URI to show: redacted and UTF-8.
std::string shown_uri(const Input& input);

/// What every opener may need besides the input.
struct OpenOptions {
  std::optional<int> track;           ///< 1-based audio track; absent: the only one, or the default one
  int jobs = 1;                       ///< threads that decode one long file; the samples are the same for any number
  std::optional<int> wanted_rate_hz;  ///< what will be made of it; where there are several qualities, the one that fits
  std::string site_program = "yt-dlp";  ///< for ytdl:, a name on PATH or a path
  bool is_tls_verified = true;
  std::string ca_file;  ///< certificates to trust in place of the system's, PEM
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds stall_timeout{30'000};
  CancelToken cancel;
  std::optional<CancelToken> abort;  ///< ends this source alone, from another thread; its reads then throw Cancelled
  LiveOptions live;
  /// For a source that may choose where its blocks end: all windows begin and end at multiples of so many samples at
  /// the source's own rate; 0 when there is no such number. Empty: nobody knows.
  std::function<int64_t(int rate_hz)> window_grid;
  /// Live sources notify it of all that they have for their reader: it may wait for several of them. Absent: each has
  /// its own.
  std::shared_ptr<WakeUp> wake_up;
};

}  // namespace astream
