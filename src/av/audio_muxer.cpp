#include "av/audio_muxer.hpp"

#include <algorithm>
#include <new>

#include "av/av_error.hpp"
#include "av/av_log.hpp"
#include "base/error.hpp"

namespace astream::av {

namespace {

const AVOutputFormat& find_container(const std::string& name) {
  start_libav();
  const AVOutputFormat* format = av_guess_format(name.c_str(), nullptr, nullptr);
  if (format == nullptr)
    throw Error(ErrorKind::usage, "the FFmpeg here can't write " + name, {}, "choose another format");
  return *format;
}

void set_tags(const std::map<std::string, std::string>& tags, AVDictionary** to) {
  for (const auto& [key, value] : tags) av_dict_set(to, key.c_str(), value.c_str(), 0);
}

/// What makes a file that is cut anywhere play up to there. A fragment of MP4 ends where flush() says; its table of
/// contents waits for the first packet, which tells the encoder's delay.
void set_safe_options(const std::string& container, Dictionary& options) {
  constexpr const char* kPage_us = "500000";
  constexpr const char* kCluster_ms = "500";
  if (container == "ogg" || container == "opus") options.set("page_duration", kPage_us);
  if (container == "matroska") options.set("cluster_time_limit", kCluster_ms);
  if (container == "ipod" || container == "mp4") {
    options.set("movflags", "+frag_custom+delay_moov+default_base_moof+skip_trailer");
  }
}

}  // namespace

std::string full_title(const std::map<std::string, std::string>& tags) {
  const auto value = [&tags](const char* key) {
    const auto entry = tags.find(key);
    return entry == tags.end() ? std::string() : entry->second;
  };
  const std::string artist = value("artist");
  const std::string title = value("title");
  return artist.empty() || title.empty() ? artist + title : artist + " - " + title;
}

bool AudioMuxer::makes_chains(const std::string& container) {
  return container == "ogg" || container == "opus";
}

bool AudioMuxer::wants_global_header(const std::string& container) {
  return (find_container(container).flags & AVFMT_GLOBALHEADER) != 0;
}

AudioMuxer::AudioMuxer(ByteOutput& output, const std::string& container, const AVCodecParameters& parameters,
                       AVRational time_base, const std::map<std::string, std::string>& tags, bool tells_whole)
    : io_(output),
      time_base_(time_base),
      is_ogg_(makes_chains(container)),
      has_chapters_(container == "matroska"),
      title_(full_title(tags)) {
  const AVOutputFormat& format = find_container(container);
  AVFormatContext* context = nullptr;
  const char* url = container == "ipod" ? "recording.m4a" : nullptr;  // it wants to see the suffix
  if (avformat_alloc_output_context2(&context, &format, nullptr, url) < 0) throw std::bad_alloc();
  format_.reset(context);
  format_->pb = io_.context();
  format_->flags |= AVFMT_FLAG_CUSTOM_IO;
  AVStream* stream = avformat_new_stream(context, nullptr);
  if (stream == nullptr || avcodec_parameters_copy(stream->codecpar, &parameters) < 0) throw std::bad_alloc();
  stream->codecpar->codec_tag = 0;  // another container's
  stream->time_base = time_base;
  set_tags(tags, container == "ogg" || container == "opus" ? &stream->metadata : &format_->metadata);
  Dictionary options;
  set_safe_options(container, options);
  if (container == "mp3" && !tells_whole) options.set("write_xing", "0");
  const int code = avformat_init_output(context, options.address());
  if (code < 0) {
    throw Error(ErrorKind::usage, container + " can't hold this sound: " + av_text(code), {}, "choose another format");
  }
  check(avformat_write_header(context, nullptr), "write the header");
}

void AudioMuxer::check(int code, const char* doing) {
  io_.rethrow_pending();
  if (code < 0) throw Error(ErrorKind::output, std::string("can't ") + doing + ": " + av_text(code));
}

void AudioMuxer::write(AVPacket& packet) {
  packet.stream_index = 0;
  packet.pos = -1;
  end_pts_ = std::max(end_pts_, packet.pts + packet.duration);
  av_packet_rescale_ts(&packet, time_base_, format_->streams[0]->time_base);
  const int code = av_write_frame(format_.get(), &packet);
  av_packet_unref(&packet);
  check(code, "write");
}

/// The first packet of Vorbis gives no samples, and a page of it alone would end at 0, which readers complain of.
void AudioMuxer::flush() {
  if (!is_ogg_ || end_pts_ > 0) check(av_write_frame(format_.get(), nullptr), "write");
  avio_flush(format_->pb);
  io_.rethrow_pending();
}

void AudioMuxer::begin_chapter(int64_t pts, const std::map<std::string, std::string>& tags) {
  const std::string title = full_title(tags);
  if (!has_chapters_ || title == title_) return;
  const int64_t start = std::max<int64_t>(0, pts);
  if (format_->nb_chapters == 0 && start > 0 && !title_.empty()) add_chapter(0, title_);
  title_ = title;
  add_chapter(start, title_);
}

/// libav writes them with the end of the file.
void AudioMuxer::add_chapter(int64_t pts, const std::string& title) {
  auto count = static_cast<int>(format_->nb_chapters);
  AVChapter* chapter = count > 0 ? format_->chapters[count - 1] : nullptr;
  if (chapter != nullptr) chapter->end = pts;
  if (chapter == nullptr || chapter->start != pts) {
    chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (chapter == nullptr || av_dynarray_add_nofree(&format_->chapters, &count, chapter) < 0) {
      av_free(chapter);
      throw std::bad_alloc();
    }
    format_->nb_chapters = static_cast<unsigned>(count);
    chapter->id = count;
  }
  chapter->time_base = time_base_;
  chapter->start = chapter->end = pts;
  av_dict_set(&chapter->metadata, "title", title.empty() ? nullptr : title.c_str(), 0);
}

void AudioMuxer::finish() {
  if (is_finished_) return;
  is_finished_ = true;
  if (format_->nb_chapters > 0) {
    AVChapter& last = *format_->chapters[format_->nb_chapters - 1];
    last.end = std::max(last.start, end_pts_);
  }
  check(av_write_trailer(format_.get()), "finish the file");
  avio_flush(format_->pb);
  io_.rethrow_pending();
}

}  // namespace astream::av
