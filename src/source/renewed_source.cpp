#include "source/renewed_source.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace astream {

namespace {

/// A recording, whose address is asked for again when it has expired.
class RenewedSource : public Source {
 public:
  RenewedSource(OpenOptions options, std::string uri, LinkOpener open_link, std::unique_ptr<Source> first)
      : options_(std::move(options)),
        uri_(std::move(uri)),
        open_link_(std::move(open_link)),
        inner_(std::move(first)),
        info_(inner_->info()) {}

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
        if (!is_expired_link(error) || position_ == renewed_at_) throw;
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
    inner_ = open_link_(options_);
    if (inner_->info().format != info_.format) {
      throw Error(ErrorKind::network, "it is there in another format now");
    }
    skip_samples_ = inner_->seek(position_) ? 0 : position_;
  }

  OpenOptions options_;
  std::string uri_;
  LinkOpener open_link_;
  std::unique_ptr<Source> inner_;
  SourceInfo info_;
  int64_t position_ = 0;  ///< of the next sample
  int64_t skip_samples_ = 0;
  int64_t renewed_at_ = -1;  ///< where the last new address began; refused there again, it is over
};

}  // namespace

bool is_expired_link(const Error& error) {
  constexpr int kForbidden = 403;
  constexpr int kGone = 410;
  return error.http_status() == kForbidden || error.http_status() == kGone;
}

std::unique_ptr<Source> renew_links(const OpenOptions& options, std::string uri, LinkOpener open_link,
                                    std::unique_ptr<Source> first) {
  return std::make_unique<RenewedSource>(options, std::move(uri), std::move(open_link), std::move(first));
}

}  // namespace astream
