#include "source/scheme_table.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "av/media_target.hpp"
#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/archive_source.hpp"
#include "source/byte_stream_source.hpp"
#include "source/cloud_source.hpp"
#include "source/file_server_source.hpp"
#include "source/media_source.hpp"
#include "source/mic_source.hpp"
#include "source/network_source.hpp"
#include "source/signal_source.hpp"
#include "source/site_source.hpp"

namespace astream {

namespace {

constexpr std::array kTable = {
    SchemeRow{"", "song.flac", "a path: any audio or video file that FFmpeg reads", false, false, open_path,
              path_target},
    SchemeRow{"-", "-?format=s16le&rate=16000", "stdin: a container, a record stream, or raw samples", false, true,
              open_stdin},
    SchemeRow{"http", "http://host/song.mp3", "a file on a web server by range requests, web radio, HLS", true, false,
              open_http, http_target},
    SchemeRow{"https", "https://host/list.m3u8", "the same over TLS, the certificate verified", true, false, open_http,
              http_target},
    SchemeRow{"ftp", "ftp://user:pw@host/song.flac", "a file on an FTP server", true, false, open_file_server,
              file_server_target},
    SchemeRow{"sftp", "sftp://user@host/path/song.flac",
              "a file over SSH, by a key or a password; the host's key verified", true, false, open_file_server,
              file_server_target},
    SchemeRow{"s3", "s3://bucket/key.flac", "an object of Amazon's store or one like it, signed where there are keys",
              true, false, open_cloud, cloud_target},
    SchemeRow{"gs", "gs://bucket/object.flac", "an object of Google's store, public or with a token", true, false,
              open_cloud, cloud_target},
    SchemeRow{"hf", "hf://datasets/org/name/x.flac", "a file of a repository on Hugging Face", true, false, open_cloud,
              cloud_target},
    SchemeRow{"rtsp", "rtsp://user:pw@camera/stream", "the audio of a camera or an RTSP server", true, false,
              open_network, network_target},
    SchemeRow{"rtsps", "rtsps://camera/stream", "the same over TLS", true, false, open_network, network_target},
    SchemeRow{"rtp", "rtp://0.0.0.0:5004?codec=opus", "RTP without a description; x.sdp with one", true, false,
              open_rtp},
    SchemeRow{"srt", "srt://host:9000", "SRT, calling or with ?mode=listener", true, false, open_network,
              network_target},
    SchemeRow{"rtmp", "rtmp://host/app/stream", "RTMP", true, false, open_network, network_target},
    SchemeRow{"rtmps", "rtmps://host/app/stream", "RTMP over TLS", true, false, open_network, network_target},
    SchemeRow{"udp", "udp://@239.0.0.1:1234", "MPEG-TS and the like over UDP", true, false, open_network,
              network_target},
    SchemeRow{"tcp", "tcp://host:9000", "a container over plain TCP", true, false, open_network, network_target},
    SchemeRow{"ytdl", "ytdl:https://site/page", "what a page of YouTube, Vimeo, ... plays, by yt-dlp", false, false,
              open_site},
    SchemeRow{"tar", "'tar:shards/*.tar!**/*.flac'", "audio in tar archives, compressed or not, in their order", false,
              false, open_archive_member, archive_member_target},
    SchemeRow{"zip", "zip:clips.zip!train/a.wav", "audio in zip archives; without !NAME all of it", false, false,
              open_archive_member, archive_member_target},
    SchemeRow{"exec", "exec:sox in.wav -t wav -", "the standard output of a command", false, true, open_exec},
    SchemeRow{"mic", "mic:NAME?channels=2", "a microphone: mic:, mic:NAME or mic:#2", false, true, open_mic},
    SchemeRow{"tone", "tone:440?rate=48000&channels=2", "a sine, for tests and demos", false, false, open_tone},
    SchemeRow{"noise", "noise:pink?seed=1&duration=10s", "white, pink or brown noise, seeded", false, false,
              open_noise},
    SchemeRow{"silence", "silence:?duration=1h", "digital silence", false, false, open_silence},
    SchemeRow{"sweep", "sweep:20..20000?duration=10s", "an exponential sine sweep", false, false, open_sweep},
};

}  // namespace

std::span<const SchemeRow> scheme_table() {
  return kTable;
}

const SchemeRow* find_scheme(std::string_view scheme) {
  const auto row = std::find_if(kTable.begin(), kTable.end(), [&](const SchemeRow& r) { return r.scheme == scheme; });
  return row == kTable.end() ? nullptr : &*row;
}

namespace {

const SchemeRow& row_of(const Input& input) {
  std::string scheme;
  if (!input.is_path) scheme = input.uri.starts_with('-') ? "-" : uri_scheme(input.uri);
  const SchemeRow* row = find_scheme(scheme);
  if (row != nullptr) return *row;
  throw Error(ErrorKind::open, "'" + scheme + ":' is no input that this astream opens", {},
              "astream --help lists the inputs");
}

}  // namespace

av::MediaTarget packet_target(const Input& input, const OpenOptions& options) {
  const SchemeRow& row = row_of(input);
  if (row.target != nullptr) return row.target(input, options);
  if (row.scheme == "-") {
    throw Error(ErrorKind::usage, "--copy does not read stdin", {},
                "give it the file or the address itself, or record without --copy");
  }
  throw Error(ErrorKind::usage, "it has no coded packets that could be copied", {}, "record it without --copy");
}

std::unique_ptr<Source> start_source(const Input& input, const OpenOptions& options) {
  try {
    return row_of(input).open(input, options);
  } catch (const Error& error) {
    throw error.with_uri(shown_uri(input));
  }
}

std::unique_ptr<Source> open_source(const Input& input, const OpenOptions& options) {
  std::unique_ptr<Source> source = start_source(input, options);
  try {
    constexpr std::chrono::hours kAnyTime{1};
    while (!source->wait_open(Clock::now() + kAnyTime)) {
    }
  } catch (const Error& error) {
    throw error.with_uri(shown_uri(input));
  }
  return source;
}

}  // namespace astream
