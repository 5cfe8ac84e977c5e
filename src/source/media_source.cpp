#include "source/media_source.hpp"

#include <filesystem>

#include "av/media_reader.hpp"
#include "av/url_fetch.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"
#include "source/live_source.hpp"
#include "source/network_source.hpp"
#include "source/opening_source.hpp"
#include "source/resolver.hpp"

namespace astream {

namespace {

// What libav may open by itself: a local file (an HLS list, say) may name files and the web, the web only the web.
constexpr const char* kLocalProtocols = "file,crypto,data,http,https,httpproxy,tcp,tls";
constexpr const char* kNetworkProtocols = "crypto,data,http,https,httpproxy,tcp,tls";

class MediaSource : public Source {
 public:
  MediaSource(av::MediaTarget target, bool may_wait) : reader_(std::move(target)) {
    const av::MediaInfo& media = reader_.info();
    info_.format = media.format;
    info_.container = media.container;
    info_.codec = media.codec;
    info_.layout = media.layout;
    info_.bit_rate = media.bit_rate;
    info_.tracks = media.tracks;
    info_.bits = media.bits;
    info_.duration_s = media.duration_s;
    info_.tags = media.tags;
    info_.may_wait = may_wait;
    info_.is_live = media.is_live;
    info_.missed_samples = media.missed_samples;
  }

  const SourceInfo& info() const override { return info_; }

  ReadResult read(Clock::time_point /*deadline*/) override {
    const av::Block block = reader_.read();
    ReadResult result;
    switch (block.kind) {
      case av::BlockKind::data:
        result.kind = ReadKind::data;
        result.samples = block.samples;
        result.wallclock_us = block.captured_us;
        break;
      case av::BlockKind::format_changed:
        info_.format = reader_.info().format;
        result.kind = ReadKind::format_changed;
        result.format = info_.format;
        break;
      case av::BlockKind::gap:
        result.kind = ReadKind::gap;
        result.gap_samples = block.gap_samples;
        break;
      case av::BlockKind::tags:
        info_.tags = reader_.info().tags;
        result.kind = ReadKind::tags;
        result.tags = info_.tags;
        break;
      case av::BlockKind::end:
        result.kind = ReadKind::end;
        break;
    }
    return result;
  }

  bool seek(int64_t sample) override { return reader_.seek(sample); }
  bool has_fast_seek() const override { return reader_.has_fast_seek(); }
  std::optional<int64_t> end_sample() const override { return reader_.end_sample(); }
  std::optional<MixMatrix> layout_mix(int out_channels) const override { return reader_.layout_mix(out_channels); }
  int64_t corrupt_packets() const override { return reader_.corrupt_packets(); }
  int audio_tracks() const { return reader_.info().audio_tracks; }

 private:
  av::MediaReader reader_;
  SourceInfo info_;
};

}  // namespace

av::MediaTarget make_target(std::string url, const OpenOptions& options) {
  av::MediaTarget target;
  target.url = std::move(url);
  target.protocols = kLocalProtocols;
  target.is_tls_verified = options.is_tls_verified;
  target.ca_file = options.ca_file;
  target.track = options.track;
  target.wanted_rate_hz = options.wanted_rate_hz;
  target.decode_threads = options.jobs;
  target.connect_timeout = options.connect_timeout;
  target.stall_timeout = options.stall_timeout;
  target.cancel = options.cancel;
  target.abort = options.abort;
  return target;
}

std::unique_ptr<Source> open_media(av::MediaTarget target, const Input& input, bool may_wait) {
  const bool is_track_chosen = target.track.has_value();
  auto source = std::make_unique<MediaSource>(std::move(target), may_wait);
  if (source->audio_tracks() > 1 && !is_track_chosen) {
    log(LogLevel::warning, shown_uri(input) + ": it has " + std::to_string(source->audio_tracks()) +
                               " audio tracks, taking the first (--track N takes another, astream check lists them)");
  }
  return source;
}

av::MediaTarget path_target(const Input& input, const OpenOptions& options) {
  std::error_code code;
  const auto status = std::filesystem::status(input.uri, code);
  if (status.type() == std::filesystem::file_type::directory) {
    throw Error(ErrorKind::open, "it is a directory");
  }
  const bool is_regular = status.type() == std::filesystem::file_type::regular;
  if (is_regular && std::filesystem::file_size(input.uri, code) == 0) {
    throw Error(ErrorKind::open, "the file is empty");
  }
  return make_target("file:" + input.uri, options);
}

namespace {

/// "tar" for what its name says to be an archive of audio, not audio.
std::string_view archive_scheme_of(std::string_view path) {
  if (path.ends_with(".zip")) return "zip";
  for (const std::string_view ending : {".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst"}) {
    if (path.ends_with(ending)) return "tar";
  }
  return {};
}

}  // namespace

std::unique_ptr<Source> open_path(const Input& input, const OpenOptions& options) {
  av::MediaTarget target = path_target(input, options);
  if (std::string_view(input.uri).ends_with(".sdp")) return open_sdp(input, options);
  std::error_code code;
  try {
    return open_media(std::move(target), input, !std::filesystem::is_regular_file(input.uri, code));
  } catch (const Error&) {
    const std::string_view scheme = archive_scheme_of(input.uri);
    if (scheme.empty() || !std::filesystem::is_regular_file(input.uri, code)) throw;
    throw Error(ErrorKind::open, "it is an archive, not audio", {},
                std::string(scheme) + ":PATH reads the audio in it");
  }
}

av::MediaTarget http_target(const Input& input, const OpenOptions& options) {
  for (const std::string& secret : uri_secrets(input.uri)) hide_in_log(secret);
  return make_web_target(input.uri, options);
}

namespace {

std::unique_ptr<Source> open_answered(const Input& input, const OpenOptions& options) {
  const LiveOpener connect = [input, trail = av::make_packet_trail()](const OpenOptions& live) {
    av::MediaTarget target = make_web_target(input.uri, live);
    target.trail = trail;
    return open_media(std::move(target), input, true);
  };
  constexpr LiveTraits kRadio{OnLag::block, true, true};
  std::unique_ptr<Source> source;
  try {
    source = connect(options);
  } catch (const Error& error) {
    if (!options.live.wait || error.kind() != ErrorKind::network) throw;
    return open_live(input, options, kRadio, connect);  // it tries on
  }
  if (!source->info().is_live) return source;
  return continue_live(input, options, kRadio, connect, std::move(source));
}

}  // namespace

av::MediaTarget make_web_target(std::string url, const OpenOptions& options) {
  av::MediaTarget target = make_target(std::move(url), options);
  target.protocols = kNetworkProtocols;
  target.is_network = true;
  target.finds_live = true;
  target.is_endless_live = options.live.is_reconnect_asked;
  return target;
}

std::unique_ptr<Source> open_http(const Input& input, const OpenOptions& options) {
  for (const std::string& secret : uri_secrets(input.uri)) hide_in_log(secret);
  return open_in_thread(options, [input](const OpenOptions& own) { return open_answered(input, own); });
}

std::string fetch_playlist(const Input& input, const OpenOptions& options) {
  av::MediaTarget target = make_target(input.uri, options);
  target.protocols = kNetworkProtocols;
  target.is_network = true;
  for (const std::string& secret : uri_secrets(input.uri)) hide_in_log(secret);
  return av::fetch_url(target, kMaxPlaylistBytes);
}

}  // namespace astream
