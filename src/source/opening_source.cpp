#include "source/opening_source.hpp"

#include <utility>

#include "base/byte_input.hpp"
#include "source/bounded_call.hpp"

namespace astream {

namespace {

using Opener = std::function<std::unique_ptr<Source>(const OpenOptions&)>;

OpenOptions with_own_abort(const OpenOptions& options) {
  OpenOptions own = options;
  own.abort.emplace();
  return own;
}

class OpeningSource : public Source {
 public:
  OpeningSource(const OpenOptions& options, Opener open)
      : options_(with_own_abort(options)),
        opened_(std::make_shared<std::unique_ptr<Source>>()),
        call_([own = options_, open = std::move(open), opened = opened_] { *opened = open(own); }) {}

  /// Gives up; a library that does not come back (a name server that does not answer) is left behind on its thread.
  ~OpeningSource() override {
    if (inner_) return;
    constexpr std::chrono::seconds kPatience{2};
    options_.abort->request();
    try {
      call_.wait(CancelToken{}, Clock::now() + kPatience);
    } catch (...) {  // NOLINT(bugprone-empty-catch): nobody wants to know any more
    }
  }
  OpeningSource(const OpeningSource&) = delete;
  OpeningSource& operator=(const OpeningSource&) = delete;

  bool wait_open(Clock::time_point deadline) override {
    if (!inner_) {
      const CallOutcome outcome = call_.wait(options_.cancel, deadline);
      if (outcome == CallOutcome::cancelled) throw Cancelled{};
      if (outcome == CallOutcome::timed_out) return false;
      inner_ = std::move(*opened_);
    }
    return inner_->wait_open(deadline);
  }

  bool runs_by_itself() const override { return inner_ && inner_->runs_by_itself(); }
  std::optional<LiveHealth> health() const override { return inner_ ? inner_->health() : std::nullopt; }
  const SourceInfo& info() const override { return inner_->info(); }
  ReadResult read(Clock::time_point deadline) override { return inner_->read(deadline); }
  void want(Clock::duration length) override { inner_->want(length); }
  bool seek(int64_t sample) override { return inner_->seek(sample); }
  bool has_fast_seek() const override { return inner_->has_fast_seek(); }
  std::optional<int64_t> end_sample() const override { return inner_->end_sample(); }
  std::optional<MixMatrix> layout_mix(int out_channels) const override { return inner_->layout_mix(out_channels); }
  std::unique_ptr<Source> next_stream() override { return inner_->next_stream(); }
  std::unique_ptr<Source> take_sibling() override { return inner_->take_sibling(); }
  int64_t reconnects() const override { return inner_->reconnects(); }
  int64_t corrupt_packets() const override { return inner_->corrupt_packets(); }
  int64_t overflows() const override { return inner_->overflows(); }

 private:
  OpenOptions options_;
  std::shared_ptr<std::unique_ptr<Source>> opened_;
  std::unique_ptr<Source> inner_;
  PendingCall call_;
};

}  // namespace

std::unique_ptr<Source> open_in_thread(const OpenOptions& options, Opener open) {
  return std::make_unique<OpeningSource>(options, std::move(open));
}

}  // namespace astream
