#include "source/live_source.hpp"

#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"

namespace astream {

namespace {

class LiveSource : public Source {
 public:
  LiveSource(std::shared_ptr<LiveCapture> capture, CancelToken cancel)
      : capture_(std::move(capture)), cancel_(std::move(cancel)), thread_([shared = capture_] { shared->run(); }) {}

  /// A library that does not come back (a name server that does not answer) must not hold the program up: its thread is
  /// left behind with all that belongs to it.
  ~LiveSource() override {
    constexpr std::chrono::seconds kPatience{2};
    capture_->stop();
    if (capture_->wait_stopped(kPatience)) {
      thread_.join();
    } else {
      log(LogLevel::verbose, "a capture thread does not end; left behind");
      thread_.detach();
    }
  }
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;

  bool wait_open(Clock::time_point deadline) override {
    if (format_) return true;
    const auto item = capture_->buffer().take(deadline, cancel_);
    if (!item) return false;
    if (!item->format) throw Error(ErrorKind::network, "it ended before it began");
    take_format(item->format);
    return true;
  }

  bool runs_by_itself() const override { return true; }
  const SourceInfo& info() const override { return info_; }

  ReadResult read(Clock::time_point deadline) override {
    while (true) {
      auto item = capture_->buffer().take(deadline, cancel_);
      ReadResult result;
      result.kind = ReadKind::would_block;
      if (!item) return result;
      reconnects_ += item->reconnects;
      const bool is_empty_gap = item->kind == ReadKind::gap && item->gap_samples + item->dropped_samples == 0;
      if (is_empty_gap) continue;  // a reconnect that lost nothing
      result.kind = item->kind;
      result.gap_samples = item->gap_samples;
      result.dropped_samples = item->dropped_samples;
      result.wallclock_us = item->wallclock_us;
      block_ = std::move(item->samples);
      result.samples = block_;
      for (const auto& [key, value] : item->tags) info_.tags[key] = value;
      result.tags = std::move(item->tags);
      if (item->format) {
        take_format(item->format);
        result.format = info_.format;
      }
      return result;
    }
  }

  void want(Clock::duration length) override { capture_->buffer().want(length); }

  std::optional<MixMatrix> layout_mix(int out_channels) const override {
    const auto mix = format_->mixes.find(out_channels);
    return mix == format_->mixes.end() ? std::nullopt : std::optional(mix->second);
  }
  int64_t reconnects() const override { return reconnects_; }
  std::optional<LiveHealth> health() const override { return capture_->health(); }
  int64_t corrupt_packets() const override { return capture_->corrupt_packets(); }
  int64_t overflows() const override { return capture_->overflows(); }

 private:
  void take_format(std::shared_ptr<const LiveFormat> format) {
    const Tags tags = format_ ? info_.tags : format->info.tags;
    format_ = std::move(format);
    info_ = format_->info;
    info_.tags = tags;
  }

  std::shared_ptr<LiveCapture> capture_;
  CancelToken cancel_;
  SourceInfo info_;
  std::shared_ptr<const LiveFormat> format_;
  std::vector<float> block_;
  int64_t reconnects_ = 0;
  std::thread thread_;  // last: it runs from here on
};

}  // namespace

std::string_view state_name(LiveState state) {
  switch (state) {
    case LiveState::connecting:
      return "connecting";
    case LiveState::live:
      return "live";
    case LiveState::stalled:
      return "stalled";
    case LiveState::reconnecting:
      return "reconnecting";
    case LiveState::ended:
      return "ended";
  }
  return "";
}

std::unique_ptr<Source> continue_live(const Input& input, const OpenOptions& options, LiveTraits traits,
                                      LiveOpener open_inner, std::unique_ptr<Source> first) {
  auto capture = std::make_shared<LiveCapture>(input, options, traits, std::move(open_inner), std::move(first));
  return std::make_unique<LiveSource>(std::move(capture), options.cancel);
}

std::unique_ptr<Source> open_live(const Input& input, const OpenOptions& options, LiveTraits traits,
                                  LiveOpener open_inner) {
  OpenOptions own = options;
  own.abort.emplace();  // a token for this source alone, whatever the options were used for before
  return continue_live(input, own, traits, std::move(open_inner), nullptr);
}

}  // namespace astream
