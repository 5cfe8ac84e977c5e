#include "source/site_source.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"
#include "source/live_source.hpp"
#include "source/media_source.hpp"
#include "source/opening_source.hpp"
#include "source/site_answer.hpp"
#include "source/site_program.hpp"

namespace astream {

namespace {

/// How long an answer counts as just given.
constexpr std::chrono::seconds kFresh{30};

bool is_refused(const Error& error) {
  constexpr int kForbidden = 403;
  constexpr int kGone = 410;
  return error.http_status() == kForbidden || error.http_status() == kGone;
}

/// The way from a page to what it plays; the answer that the input brings along is used once. Not thread-safe.
class SiteLink {
 public:
  explicit SiteLink(Input input) : input_(std::move(input)), answer_(std::move(input_.site)) {
    if (answer_) item_ = answer_->item;
  }

  std::unique_ptr<Source> open(const OpenOptions& options) {
    const auto given = std::exchange(answer_, nullptr);
    if (given && Clock::now() - given->asked_at < kFresh) {
      try {
        return open_answer(*given, options);
      } catch (const Error& error) {
        if (!is_refused(error)) throw;
      }
    }
    return open_answer(ask(options), options);
  }

 private:
  SiteAnswer ask(const OpenOptions& options) const {
    SiteAnswer answer = parse_site_answer(ask_site(input_, options, item_));
    if (!answer.is_list) return answer;
    if (item_ > 0 && answer.entries.size() == 1 && answer.entries.front().answer) return *answer.entries.front().answer;
    throw Error(ErrorKind::resolve, "it is a list, not one recording");
  }

  std::unique_ptr<Source> open_answer(const SiteAnswer& answer, const OpenOptions& options) {
    const SiteFormat& format = choose_site_format(answer, options.wanted_rate_hz, format_id_);
    format_id_ = format.id;
    for (const std::string& secret : site_secrets(format)) hide_in_log(secret);
    for (const std::string& secret : uri_secrets(format.url)) hide_in_log(secret);
    av::MediaTarget target = make_web_target(format.url, options);
    target.is_link = true;
    target.headers = format.headers;
    target.cookies = format.cookies;
    target.is_live = answer.is_live;
    target.trail = trail_;
    return open_media(std::move(target), input_, true);
  }

  Input input_;
  std::shared_ptr<const SiteAnswer> answer_;
  int item_ = 0;
  std::string format_id_;  ///< chosen before, so that the same is taken again
  std::shared_ptr<av::PacketTrail> trail_ = av::make_packet_trail();
};

/// A recording, whose address is asked for again when it has expired.
class RecordingSource : public Source {
 public:
  RecordingSource(std::shared_ptr<SiteLink> link, OpenOptions options, std::unique_ptr<Source> first, std::string uri)
      : link_(std::move(link)),
        options_(std::move(options)),
        inner_(std::move(first)),
        info_(inner_->info()),
        uri_(std::move(uri)) {}

  const SourceInfo& info() const override { return info_; }

  ReadResult read(Clock::time_point deadline) override {
    while (true) {
      try {
        ReadResult result = inner_->read(deadline);
        if (result.kind == ReadKind::format_changed) info_.format = result.format;
        if (result.kind != ReadKind::data) return result;
        const auto channels = static_cast<int64_t>(info_.format.channels);
        const int64_t count = static_cast<int64_t>(result.samples.size()) / channels;
        const int64_t skipped =
            std::min(count, std::exchange(skip_samples_, std::max<int64_t>(0, skip_samples_ - count)));
        if (skipped == count && count > 0) continue;
        result.samples = result.samples.subspan(static_cast<size_t>(skipped * channels));
        position_ += count - skipped;
        return result;
      } catch (const Error& error) {
        if (!is_refused(error) || position_ == renewed_at_) throw;
      }
      renew();
    }
  }

  bool seek(int64_t sample) override {
    if (!inner_->seek(sample)) return false;
    position_ = sample;
    skip_samples_ = 0;
    return true;
  }
  bool has_fast_seek() const override { return inner_->has_fast_seek(); }
  std::optional<int64_t> end_sample() const override { return inner_->end_sample(); }
  std::optional<MixMatrix> layout_mix(int out_channels) const override { return inner_->layout_mix(out_channels); }
  int64_t corrupt_packets() const override { return inner_->corrupt_packets(); }

 private:
  void renew() {
    log(LogLevel::verbose, uri_ + ": its address has expired, asking for a new one");
    renewed_at_ = position_;
    inner_ = link_->open(options_);
    if (inner_->info().format != info_.format) {
      throw Error(ErrorKind::network, "the site has it in another format now");
    }
    skip_samples_ = inner_->seek(position_) ? 0 : position_;
  }

  std::shared_ptr<SiteLink> link_;
  OpenOptions options_;
  std::unique_ptr<Source> inner_;
  SourceInfo info_;
  std::string uri_;
  int64_t position_ = 0;  ///< of the next sample
  int64_t skip_samples_ = 0;
  int64_t renewed_at_ = -1;  ///< where the last new address began; refused there again, it is over
};

std::unique_ptr<Source> open_found(const Input& input, const OpenOptions& options) {
  constexpr LiveTraits kBroadcast{OnLag::block, true, true};
  const auto link = std::make_shared<SiteLink>(input);
  const LiveOpener connect = [link](const OpenOptions& live) { return link->open(live); };
  std::unique_ptr<Source> source;
  try {
    source = connect(options);
  } catch (const Error& error) {
    if (!options.live.wait || error.kind() != ErrorKind::network) throw;
    return open_live(input, options, kBroadcast, connect);  // it tries on
  }
  if (source->info().is_live) return continue_live(input, options, kBroadcast, connect, std::move(source));
  return std::make_unique<RecordingSource>(link, options, std::move(source), shown_uri(input));
}

}  // namespace

std::unique_ptr<Source> open_site(const Input& input, const OpenOptions& options) {
  site_url(input);  // what is wrong with the name itself is said at once
  return open_in_thread(options, [input](const OpenOptions& own) { return open_found(input, own); });
}

}  // namespace astream
