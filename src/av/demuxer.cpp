#include "av/demuxer.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "av/av_error.hpp"
#include "av/track_choice.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace astream::av {

namespace {

/// While looking for audio in a container without header: give up after so much data.
constexpr int64_t kMaxSearchBytes = 20 << 20;

/// What radios send, by Content-Type.
constexpr auto kRadioFormats = std::to_array<std::pair<std::string_view, const char*>>({{"audio/mpeg", "mp3"},
                                                                                        {"audio/mp3", "mp3"},
                                                                                        {"audio/aac", "aac"},
                                                                                        {"audio/aacp", "aac"},
                                                                                        {"audio/x-aac", "aac"},
                                                                                        {"application/ogg", "ogg"},
                                                                                        {"audio/ogg", "ogg"},
                                                                                        {"audio/opus", "ogg"},
                                                                                        {"video/ogg", "ogg"},
                                                                                        {"audio/flac", "flac"},
                                                                                        {"audio/x-flac", "flac"}});

std::string_view path_of(std::string_view url) {
  return url.substr(0, url.find_first_of("?#"));
}

bool is_audio(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
}

/// Whether `bytes` hold a sync word of DTS, in one of its four layouts (ETSI TS 102 114, 16 or 14 bits, both orders).
bool holds_dts_sync(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array kSyncWords = {"\x7F\xFE\x80\x01"sv, "\xFE\x7F\x01\x80"sv, "\x1F\xFF\xE8\x00"sv,
                                     "\xFF\x1F\x00\xE8"sv};
  return std::any_of(kSyncWords.begin(), kSyncWords.end(),
                     [bytes](std::string_view word) { return bytes.find(word) != std::string_view::npos; });
}

}  // namespace

Demuxer::Demuxer(MediaTarget target) : target_(std::move(target)), interrupt_(target_) {
  start_libav();
  const NoteScope scope(notes_);
  open_input();
  stated_wav_bytes_ = read_stated_wav_bytes();
  settle_wav_codec();
  select_track();
  if (target_.is_live) sender_clock_.emplace(stream().time_base, stream().pts_wrap_bits);
  if (PacketTrail* const went_before = trail()) went_before->begin(stream().time_base, stream().pts_wrap_bits);
}

void Demuxer::fail(int code, const std::string& stage) {
  if (bytes_io_) bytes_io_->rethrow_pending();
  throw_av_failure(code, stage, target_, interrupt_);
}

const AVInputFormat* Demuxer::choose_format() {
  if (!target_.format.empty()) {
    const AVInputFormat* format = av_find_input_format(target_.format.c_str());
    if (format != nullptr) return format;
    throw Error(ErrorKind::usage, "'" + target_.format + "' is no format that FFmpeg knows", {},
                "try s16le, s24le, s32le, f32le, u8, alaw or mulaw");
  }
  if (!target_.finds_live || !url_io_) return nullptr;
  const ServerAnswer answer = server_answer(*url_io_);
  mime_type_ = answer.mime_type;
  if (!answer.is_radio && !(target_.is_endless_live && avio_size(url_io_.get()) <= 0)) return nullptr;
  target_.is_live = true;
  // Probing for mp3 takes seconds of a radio's stream, as the frames of several must be seen.
  const auto row = std::find_if(kRadioFormats.begin(), kRadioFormats.end(),
                                [&](const auto& format) { return answer.mime_type == format.first; });
  return row == kRadioFormats.end() ? nullptr : av_find_input_format(row->second);
}

void Demuxer::open_input() {
  if (target_.bytes) {
    bytes_io_.emplace(target_.bytes);
  } else if (!target_.is_opened_by_demuxer) {
    url_io_ = open_url(target_, interrupt_);
  }
  const AVInputFormat* input_format = choose_format();
  if (url_io_ && may_be_hls()) hls_.emplace();
  if (url_io_ && holds_live_dash()) {
    throw Error(ErrorKind::open, "it is live DASH, which this astream can't read", {},
                "the same is often there as HLS (.m3u8)");
  }
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) throw std::bad_alloc();
  context->interrupt_callback = interrupt_.callback();
  context->pb = target_.bytes ? bytes_io_->context() : url_io_.get();
  if (hls_) context->pb = hls_->watch_first(url_io_.get(), target_.url);
  if (!target_.is_opened_by_demuxer && !target_.bytes) {
    context->opaque = this;
    open_by_libav_ = std::exchange(context->io_open, open_nested);
    close_by_libav_ = std::exchange(context->io_close2, close_nested);
  }
  if (target_.is_live) interrupt_.set_deadline(std::chrono::steady_clock::now() + target_.connect_timeout);
  Dictionary options;
  for (const auto& [key, value] : target_.options) options.set(key, value);
  options.set("protocol_whitelist", target_.protocols);
  if (hls_) HlsWatch::set_options(options);
  // On failure libav frees the context itself.
  const int code = avformat_open_input(&context, target_.url.c_str(), input_format, options.address());
  if (code < 0 && mime_type_ == "text/html") {
    throw Error(ErrorKind::open, "it is a web page, not audio", {}, "ytdl:URL finds what a page plays, by yt-dlp");
  }
  if (code < 0) fail(code, "open");
  format_.reset(context);
  interrupt_.clear_deadline();
  // A list that is not marked as ended has no length: it is being written.
  if (target_.finds_live && container() == "hls" && format_->duration == AV_NOPTS_VALUE) target_.is_live = true;
  opened_size_bytes_ = size_bytes();
}

/// libav keeps the length to itself where the file is shorter (wavdec.c, 5.1); but behind the header it stands at the
/// first sample, with the chunk's size in front of it. Over the network the server tells when the body is cut.
std::optional<int64_t> Demuxer::read_stated_wav_bytes() {
  constexpr size_t kChunkHeadBytes = 8;
  constexpr uint32_t kLeastStandIn = 0x7FFFE000;  // sox puts 0x7FFFEFDC, others 0x7FFFFFFF up to 0xFFFFFFFF
  const auto data = static_cast<size_t>(std::max<int64_t>(0, avio_tell(format_->pb)));
  if (container() != "wav" || target_.is_network || data < kChunkHeadBytes) return std::nullopt;
  unsigned char head[kChunkHeadBytes];
  if (bytes_io_ && data <= bytes_io_->head().size()) {  // of a pipe there is no other way back
    bytes_io_->head().copy(reinterpret_cast<char*>(head), kChunkHeadBytes, data - kChunkHeadBytes);
  } else if (!is_seekable() || avio_seek(format_->pb, static_cast<int64_t>(data - kChunkHeadBytes), SEEK_SET) < 0 ||
             avio_read(format_->pb, head, kChunkHeadBytes) != kChunkHeadBytes) {
    return std::nullopt;
  }
  const uint32_t size_bytes = AV_RL32(head + 4);
  if (AV_RL32(head) != MKTAG('d', 'a', 't', 'a') || size_bytes == 0 || size_bytes >= kLeastStandIn) return std::nullopt;
  return size_bytes;
}

/// libav asks all its demuxers, again and again over the first 32 packets, whether 16-bit samples are DTS in disguise:
/// on a clip of 5 s that is three quarters of the work, on a live pipe it delays the first of them. One look for a sync
/// word answers nearly always no.
void Demuxer::settle_wav_codec() {
  constexpr int64_t kLeastProbing = 32;  // FFmpeg's own lower bound of probesize; ends it with the first packet
  if ((container() != "wav" && container() != "w64") || format_->nb_streams == 0) return;
  if (format_->streams[0]->codecpar->codec_id != AV_CODEC_ID_PCM_S16LE) return;
  if (!first_samples_hold_dts()) {
    format_->probesize = kLeastProbing;
    return;
  }
  // The codec is told with the first packet.
  UniquePacket packet(av_packet_alloc());
  if (av_read_frame(format_.get(), packet.get()) >= 0) kept_.push_back(std::move(packet));
}

bool Demuxer::first_samples_hold_dts() {
  constexpr int kProbedBytes = 32 * 4096;  // what wavdec.c has probed (5.1)
  AVIOContext* const io = format_->pb;
  // Where going back may not be possible: what has come with the header.
  if (target_.is_network || !is_seekable()) {
    return holds_dts_sync({reinterpret_cast<const char*>(io->buf_ptr), static_cast<size_t>(io->buf_end - io->buf_ptr)});
  }
  const int64_t data = avio_tell(io);
  std::vector<char> bytes(kProbedBytes);
  const int size = avio_read(io, reinterpret_cast<unsigned char*>(bytes.data()), kProbedBytes);
  if (avio_seek(io, data, SEEK_SET) < 0 || size <= 0) return false;
  return holds_dts_sync({bytes.data(), static_cast<size_t>(size)});
}

int Demuxer::find_track() const {
  return choose_track(*format_, target_.track, target_.wanted_rate_hz);
}

int Demuxer::audio_track_count() const {
  return count_tracks(*format_, stream_index_);
}

/// Lists, keys and segments of HLS and DASH: libav hands on to them only some of what the first address was opened
/// with, and no check of certificates.
int Demuxer::open_nested(AVFormatContext* format, AVIOContext** io, const char* url, int flags,
                         AVDictionary** options) noexcept {
  auto* self = static_cast<Demuxer*>(format->opaque);
  try {
    Dictionary all;
    set_network_options(self->target_, all);
    if (options != nullptr) av_dict_copy(all.address(), *options, 0);
    const int code = self->open_by_libav_(format, io, url, flags, all.address());
    if (code >= 0 && self->hls_) *io = self->hls_->opened(*format, *io, url);
    return code;
  } catch (...) {
    return AVERROR(ENOMEM);
  }
}

int Demuxer::close_nested(AVFormatContext* format, AVIOContext* io) noexcept {
  auto* self = static_cast<Demuxer*>(format->opaque);
  return self->close_by_libav_(format, self->hls_ ? self->hls_->closed(io) : io);
}

void Demuxer::read_until_audio() {
  int64_t searched_bytes = 0;
  while (searched_bytes < kMaxSearchBytes) {
    UniquePacket packet(av_packet_alloc());
    const int code = av_read_frame(format_.get(), packet.get());
    if (code == AVERROR(EAGAIN)) continue;
    if (code == AVERROR_EOF) return;
    if (code < 0) fail(code, "read");
    searched_bytes += packet->size;
    const AVStream& stream = *format_->streams[packet->stream_index];
    if (!is_audio(stream)) continue;
    kept_.push_back(std::move(packet));
    if (find_track() >= 0) return;
  }
}

/// The beginning of what was opened.
std::string_view Demuxer::peek() const {
  AVIOContext* const io = url_io_.get();
  avio_r8(io);  // fills the buffer, in which one goes back without the server
  if (avio_seek(io, -1, SEEK_CUR) < 0) return {};
  return {reinterpret_cast<const char*>(io->buf_ptr), static_cast<size_t>(io->buf_end - io->buf_ptr)};
}

/// libav (5.1) repeats the sound of live DASH, or asks for segments that are not there a thousand times a second.
bool Demuxer::holds_live_dash() const {
  if (mime_type_ != "application/dash+xml" && !path_of(target_.url).ends_with(".mpd")) return false;
  return peek().find("type=\"dynamic\"") != std::string_view::npos;
}

bool Demuxer::may_be_hls() const {
  const bool is_list = mime_type_.ends_with("mpegurl") || path_of(target_.url).find(".m3u") != std::string_view::npos;
  return target_.finds_live && is_list && peek().starts_with("#EXTM3U");
}

/// Reads the beginning of each variant, whose packets are kept by libav.
void Demuxer::look_at_variants() {
  constexpr int64_t kMostProbed_bytes = 500'000;
  format_->probesize = kMostProbed_bytes;
  format_->max_analyze_duration = AV_TIME_BASE / 2;
  const int code = avformat_find_stream_info(format_.get(), nullptr);
  if (code < 0) fail(code, "open");
}

void Demuxer::select_track() {
  if (!target_.track && lacks_rates(*format_)) look_at_variants();
  stream_index_ = find_track();
  if (stream_index_ < 0 && (format_->ctx_flags & AVFMTCTX_NOHEADER) != 0) {
    read_until_audio();
    stream_index_ = find_track();
  }
  if (stream_index_ < 0) {
    const auto tracks = std::count_if(format_->streams, format_->streams + format_->nb_streams,
                                      [](const AVStream* stream) { return is_audio(*stream); });
    if (tracks == 0) {
      const bool has_video = format_->nb_streams > 0;
      throw Error(ErrorKind::open, has_video ? "no audio track in it" : "no audio in it", {},
                  has_video ? "it holds only video, pictures or subtitles" : "");
    }
    throw Error(ErrorKind::usage,
                "it has " + std::to_string(tracks) + " audio track" + (tracks > 1 ? "s" : "") + ", there is no track " +
                    std::to_string(target_.track.value_or(1)),
                {}, "astream check lists the tracks");
  }
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (static_cast<int>(i) != stream_index_) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  std::erase_if(kept_, [this](const UniquePacket& packet) { return packet->stream_index != stream_index_; });
}

std::string Demuxer::container() const {
  const std::string names = format_->iformat->name;
  return names.substr(0, names.find(','));
}

bool Demuxer::is_seekable() const {
  return format_->pb != nullptr && (format_->pb->seekable & AVIO_SEEKABLE_NORMAL) != 0;
}

int64_t Demuxer::size_bytes() const {
  return format_->pb != nullptr ? avio_size(format_->pb) : -1;
}

/// http calls it the end when it resumed and met another, shorter file.
void Demuxer::check_whole_body() const {
  const AVIOContext* io = format_->pb;
  if (!target_.is_network || target_.is_live || io == nullptr || opened_size_bytes_ <= 0 || io->eof_reached == 0)
    return;
  if (avio_tell(format_->pb) >= opened_size_bytes_ && size_bytes() == opened_size_bytes_) return;
  throw Error(ErrorKind::network, "it ended early on the server, or changed there while it was read", {},
              "what came was delivered; try again");
}

bool Demuxer::read_packet(AVPacket& packet) {
  if (!kept_.empty()) {
    av_packet_move_ref(&packet, kept_.front().get());
    kept_.pop_front();
    return true;
  }
  while (true) {
    const int code = av_read_frame(format_.get(), &packet);
    if (code < 0 && (interrupt_.is_cancelled() || interrupt_.is_expired())) fail(code, "read");  // whatever it calls it
    if (interrupt_.is_refused()) fail(code, "read");  // HLS passes over what it does not get
    if (code == AVERROR(EAGAIN)) continue;
    if (bytes_io_) bytes_io_->rethrow_pending();
    // Some demuxers call a failed read the end: the byte layer knows better.
    int io_code = format_->pb != nullptr ? format_->pb->error : 0;
    // A body without a length ends when the server closes, which libav's http calls an error.
    const bool has_no_length =
        target_.is_network && io_code == AVERROR(EIO) && opened_size_bytes_ <= 0 && !log_notes().saw_chunked_body;
    if (has_no_length) io_code = AVERROR_EOF;
    if (code < 0 && io_code < 0 && io_code != AVERROR_EOF) fail(io_code, "read");
    if (code == AVERROR_EOF || (code < 0 && has_no_length)) {
      if (target_.cancel.is_requested()) throw Cancelled{};
      check_whole_body();
      return false;
    }
    if (code < 0) fail(code, "read");
    return true;
  }
}

bool Demuxer::takes_new_tags() {
  const bool is_new = (format_->event_flags & AVFMT_EVENT_FLAG_METADATA_UPDATED) != 0 ||
                      (stream().event_flags & AVSTREAM_EVENT_FLAG_METADATA_UPDATED) != 0;
  format_->event_flags &= ~AVFMT_EVENT_FLAG_METADATA_UPDATED;
  stream().event_flags &= ~AVSTREAM_EVENT_FLAG_METADATA_UPDATED;
  return is_new;
}

bool Demuxer::next(AVPacket& packet) {
  const NoteScope scope(notes_);
  // What the protocols have for it works in some of them; packets of other tracks are no sign of life.
  const bool has_stall = target_.is_live && target_.stall_timeout > std::chrono::milliseconds::zero();  // 0: never
  if (has_stall) interrupt_.set_deadline(std::chrono::steady_clock::now() + target_.stall_timeout);
  while (read_packet(packet)) {
    if (packet.stream_index == stream_index_) {
      hear_sender(packet);
      return true;
    }
    av_packet_unref(&packet);
  }
  return false;
}

/// What comes with the packet of the time at which it was captured.
void Demuxer::hear_sender(const AVPacket& packet) {
  if (!sender_clock_ || packet.pts == AV_NOPTS_VALUE) return;
  if (const uint8_t* report = packet_side_data(&packet, AV_PKT_DATA_PRFT)) {
    sender_clock_->set_by_report(packet.pts, reinterpret_cast<const AVProducerReferenceTime*>(report)->wallclock);
  }
  const auto segment = hls_ ? hls_->segment_begun_by(packet) : std::nullopt;
  if (!segment) return;
  has_new_times_ |= segment->is_after_discontinuity;
  // Else the time stamps tell it better than the lengths in the list.
  if (!segment->has_date && !segment->is_after_discontinuity && sender_clock_->is_known()) return;
  sender_clock_->reset();
  if (segment->program_us) sender_clock_->set(packet.pts, *segment->program_us);
}

std::optional<int64_t> Demuxer::captured_us(StreamPlace place, int rate_hz) const {
  const auto time_us = sender_clock_ ? sender_clock_->time_us(place.pts) : std::nullopt;
  if (!time_us) return std::nullopt;
  return *time_us + av_rescale_q(place.samples, {1, rate_hz}, {1, AV_TIME_BASE});
}

PacketTrail* Demuxer::trail() const {
  return is_live() && container() == "hls" ? target_.trail.get() : nullptr;
}

bool Demuxer::seek(int64_t timestamp) {
  const NoteScope scope(notes_);
  kept_.clear();
  return av_seek_frame(format_.get(), stream_index_, timestamp, AVSEEK_FLAG_BACKWARD) >= 0;
}

}  // namespace astream::av
