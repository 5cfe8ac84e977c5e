#include "stream/lane.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "base/byte_input.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

/// What fails of a live source (its network, its device) was lost; what is wrong with the options is not.
EndReason failure_reason(const SourceInfo& source, const Error& error) {
  const bool is_lost = source.is_live && (error.kind() == ErrorKind::network || error.kind() == ErrorKind::device);
  return is_lost ? EndReason::lost : EndReason::error;
}

}  // namespace

StreamError LaneShare::error_event(int64_t stream, const Input& input, const Error& error) const {
  return {stream, error.uri().empty() ? shown_uri(input) : to_utf8(error.uri()), error.kind(), to_utf8(error.message()),
          to_utf8(error.hint())};
}

void LaneShare::refuse(int64_t stream, const Input& input, const Error& error) {
  ++summary.streams;
  ++summary.failed;
  receiver.stream_error(error_event(stream, input, error));
}

Lane::Lane(LaneShare& share, Input input, std::unique_ptr<Source> source)
    : share_(share), input_(std::move(input)), stream_(share.next_stream++), opening_(std::move(source)) {}

bool Lane::runs_by_itself() const {
  if (run_) return run_->source().runs_by_itself();
  return opening_ && opening_->runs_by_itself();
}

StreamHealth Lane::health() const {
  StreamHealth health;
  health.stream = stream_;
  health.uri = shown_uri(input_);
  health.label = label_of(input_);
  if (opening_) health.live = opening_->health();
  if (!run_) return health;
  health.is_open = true;
  health.label = run_->start_event().label;
  health.so_far = run_->end_event(EndReason::interrupted);
  health.time_s = run_->position_s();
  health.live = run_->source().health();
  if (health.live) health.lost_samples = std::llround(health.live->lost_s * run_->start_event().format.rate_hz);
  return health;
}

Lane::Step Lane::step(Clock::time_point deadline) {
  if (opening_) return await_open(deadline);
  try {
    switch (run_->step(deadline, share_.receiver)) {
      case StreamRun::Step::waiting:
        return Step::waiting;
      case StreamRun::Step::more:
        return Step::moved;
      case StreamRun::Step::ended:
        end(run_->natural_reason());
        return Step::done;
      case StreamRun::Step::stopped:
        share_.summary.is_stopped_by_receiver = true;
        end(EndReason::stop);
        return Step::stop;
    }
  } catch (const StreamRefused& refusal) {
    tell_refusal(refusal);
    end(EndReason::error);
    return share_.options.on_error == OnError::stop ? Step::stop : Step::done;
  } catch (const Error& error) {
    return fail(error.with_uri(shown_uri(input_)));
  }
  return Step::moved;
}

Lane::Step Lane::await_open(Clock::time_point deadline) {
  try {
    if (!opening_->wait_open(deadline)) return Step::waiting;
  } catch (const Error& error) {
    return refuse(error.with_uri(shown_uri(input_)));
  }
  return start();
}

Lane::Step Lane::start() {
  try {
    run_ = std::make_unique<StreamRun>(stream_, std::exchange(opening_, nullptr), input_, share_.options.stream);
  } catch (const Error& error) {
    return refuse(error.with_uri(shown_uri(input_)));
  }
  ++share_.summary.streams;
  try {
    share_.receiver.stream_start(run_->start_event());
    run_->enter();
  } catch (const Error& error) {
    return fail(error.with_uri(shown_uri(input_)));
  }
  return Step::moved;
}

Lane::Step Lane::refuse(const Error& error) {
  opening_.reset();
  share_.refuse(stream_, input_, error);
  return share_.options.on_error == OnError::stop ? Step::stop : Step::done;
}

void Lane::tell_failure(const Error& error) {
  ++share_.summary.failed;
  failure_ = failure_reason(run_->source().info(), error);
  share_.receiver.stream_error(share_.error_event(stream_, input_, error));
}

/// The receiver takes no more of this stream.
void Lane::tell_refusal(const StreamRefused& refusal) {
  is_refused_ = true;
  tell_failure(refusal.with_uri(shown_uri(input_)));
}

/// A stream that fails while it runs: what was read is delivered first.
Lane::Step Lane::fail(const Error& error) {
  Flow flow = Flow::proceed;
  try {
    flow = run_->deliver_rest(share_.receiver);
  } catch (const StreamRefused&) {
    is_refused_ = true;
  } catch (const Error&) {  // the rest can't be had; the first error is the one to tell
  }
  tell_failure(error);
  end(*failure_);
  share_.summary.is_stopped_by_receiver |= flow == Flow::stop;
  return flow == Flow::stop || share_.options.on_error == OnError::stop ? Step::stop : Step::done;
}

void Lane::deliver_kept_rest() {
  if (!run_ || !share_.options.stream.keeps_rest || failure_) return;
  try {
    run_->deliver_rest(share_.receiver);
  } catch (const StreamRefused& refusal) {
    tell_refusal(refusal);
  } catch (const Error&) {           // NOLINT(bugprone-empty-catch): the rest can't be had
  } catch (const ReceiverFailed&) {  // NOLINT(bugprone-empty-catch): kept by the guard
  }
}

void Lane::count(const StreamEnd& event) {
  RunSummary& summary = share_.summary;
  share_.windows += event.windows;
  share_.samples += event.samples;
  const bool is_failure = event.reason == EndReason::error || event.reason == EndReason::lost;
  is_delivered_ = !is_refused_ && (!is_failure || event.windows > 0);
  if (is_delivered_) ++summary.delivered;
  if (event.reason == EndReason::lost) ++summary.lost;
  if (event.corrupt_packets > 0 && !is_failure) {  // else the error says more
    log(LogLevel::warning, shown_uri(input_) + ": " + std::to_string(event.corrupt_packets) + " damaged packet" +
                               (event.corrupt_packets > 1 ? "s were" : " was") + " skipped");
  }
}

/// Where the receiver fails at the very end, there is no place for a stream_error any more.
void Lane::deliver_end(const StreamEnd& event) {
  try {
    share_.receiver.stream_end(event);
  } catch (const StreamRefused& refusal) {
    if (is_delivered_) --share_.summary.delivered;
    if (!failure_) ++share_.summary.failed;
    log(LogLevel::error, refusal.with_uri(shown_uri(input_)).one_line());
  }
}

void Lane::end(EndReason reason) {
  opening_.reset();
  if (!run_) return;
  reason = failure_.value_or(reason);
  const StreamEnd event = run_->end_event(reason);
  // Behind a limit the rest of a stream is in the way of the next one: it is passed over only where it has an end.
  const bool has_rest = reason == EndReason::limit || is_refused_;
  const bool is_passable = has_rest && run_->source().info().duration_s.has_value();
  const bool goes_on = !has_rest && (reason == EndReason::end || reason == EndReason::error);
  if (goes_on || is_passable) previous_ = run_->release_source();
  run_.reset();
  count(event);
  deliver_end(event);
}

}  // namespace astream
