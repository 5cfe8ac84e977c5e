#include "stream/generator.hpp"

#include <utility>

#include "base/byte_input.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"
#include "base/version.hpp"
#include "source/scheme_table.hpp"
#include "stream/guarded_receiver.hpp"
#include "stream/stream_run.hpp"

namespace astream {

namespace {

/// What fails of a live source (its network, its device) was lost; what is wrong with the options is not.
EndReason failure_reason(const SourceInfo& source, const Error& error) {
  const bool is_lost = source.is_live && (error.kind() == ErrorKind::network || error.kind() == ErrorKind::device);
  return is_lost ? EndReason::lost : EndReason::error;
}

}  // namespace

struct Generator::State {
  State(Resolver resolver, GeneratorOptions generator_options, Receiver& target)
      : inputs(std::move(resolver), generator_options.traversal),
        options(std::move(generator_options)),
        receiver(target) {}

  enum class Phase { not_started, between_streams, opening, in_stream, ended };

  void step(Clock::time_point deadline);
  void open_next();
  void await_open(Clock::time_point deadline);
  void start_stream(std::unique_ptr<Source> source);
  void step_stream(Clock::time_point deadline);
  void fail_stream(const Error& error);
  void end_stream(EndReason reason);
  void refuse(const Input& input, const Error& error);
  void end_set();
  void deliver_kept_rest();
  void complete(EndReason reason);
  void abandon(EndReason reason);
  StreamError error_event(const Input& input, const Error& error) const;

  Traversal inputs;
  GeneratorOptions options;
  GuardedReceiver receiver;
  RunSummary summary;
  Phase phase = Phase::not_started;
  Input input;                       ///< of the stream that runs
  std::optional<EndReason> failure;  ///< its stream_error was told
  std::unique_ptr<StreamRun> run;
  std::unique_ptr<Source> opening;   ///< what is being opened by a thread of its own
  std::unique_ptr<Source> previous;  ///< of the stream that ended: its input may hold another
  int64_t stream_number = -1;
  int64_t windows = 0;
  int64_t samples = 0;
  Clock::time_point started = Clock::now();
};

StreamError Generator::State::error_event(const Input& failed, const Error& error) const {
  return {stream_number, error.uri().empty() ? shown_uri(failed) : to_utf8(error.uri()), error.kind(),
          to_utf8(error.message()), to_utf8(error.hint())};
}

void Generator::State::end_set() {
  phase = Phase::ended;
  previous.reset();
  opening.reset();
  SetEnd event;
  event.streams = summary.streams;
  event.failed = summary.failed;
  event.windows = windows;
  event.samples = samples;
  event.elapsed_s = std::chrono::duration<double>(Clock::now() - started).count();
  receiver.set_end(event);
}

void Generator::State::end_stream(EndReason reason) {
  const StreamEnd event = run->end_event(reason);
  windows += event.windows;
  samples += event.samples;
  const bool is_failure = reason == EndReason::error || reason == EndReason::lost;
  if (!is_failure || event.windows > 0) ++summary.delivered;
  if (reason == EndReason::lost) ++summary.lost;
  if (event.corrupt_packets > 0 && !is_failure) {  // else the error says more
    log(LogLevel::warning, shown_uri(input) + ": " + std::to_string(event.corrupt_packets) + " damaged packet" +
                               (event.corrupt_packets > 1 ? "s were" : " was") + " skipped");
  }
  // Behind a limit the rest of a stream is in the way of the next one: it is passed over only where it has an end.
  const bool is_passable = reason == EndReason::limit && run->source().info().duration_s.has_value();
  const bool goes_on = reason == EndReason::end || reason == EndReason::error || is_passable;
  if (goes_on) previous = run->release_source();
  run.reset();
  phase = Phase::between_streams;
  receiver.stream_end(event);
}

/// An input that gives no stream.
void Generator::State::refuse(const Input& failed, const Error& error) {
  ++summary.streams;
  ++summary.failed;
  receiver.stream_error(error_event(failed, error));
  if (options.on_error == OnError::stop) end_set();
}

/// A stream that fails while it runs: what was read is delivered first.
void Generator::State::fail_stream(const Error& error) {
  Flow flow = Flow::proceed;
  try {
    flow = run->deliver_rest(receiver);
  } catch (const Error&) {  // the rest can't be had; the first error is the one to tell
  }
  ++summary.failed;
  failure = failure_reason(run->source().info(), error);
  receiver.stream_error(error_event(input, error));
  end_stream(*failure);
  summary.is_stopped_by_receiver = flow == Flow::stop;
  if (flow == Flow::stop || options.on_error == OnError::stop) end_set();
}

void Generator::State::start_stream(std::unique_ptr<Source> source) {
  try {
    run = std::make_unique<StreamRun>(stream_number, std::move(source), input, options.stream);
  } catch (const Error& error) {
    return refuse(input, error.with_uri(shown_uri(input)));
  }
  phase = Phase::in_stream;
  failure.reset();
  ++summary.streams;
  try {
    receiver.stream_start(run->start_event());
    run->enter();
  } catch (const Error& error) {
    fail_stream(error.with_uri(shown_uri(input)));
  }
}

void Generator::State::open_next() {
  if (previous) {
    std::unique_ptr<Source> following = std::exchange(previous, nullptr)->next_stream();  // may wait for it
    if (following) {
      ++stream_number;
      return start_stream(std::move(following));
    }
  }
  auto resolved = inputs.next();
  if (!resolved) return end_set();
  ++stream_number;
  std::unique_ptr<Source> source;
  try {
    if (resolved->failure) std::rethrow_exception(resolved->failure);
    source = options.opener ? options.opener(resolved->input, options.stream.open)
                            : start_source(resolved->input, options.stream.open);
  } catch (const Error& error) {
    summary.unmatched += resolved->failure && error.kind() == ErrorKind::resolve ? 1 : 0;
    return refuse(resolved->input, error.with_uri(shown_uri(resolved->input)));
  }
  input = resolved->input;
  opening = std::move(source);
  phase = Phase::opening;
  await_open(Clock::now());  // most are open already
}

void Generator::State::await_open(Clock::time_point deadline) {
  try {
    if (!opening->wait_open(deadline)) return;
  } catch (const Error& error) {
    opening.reset();
    phase = Phase::between_streams;
    return refuse(input, error.with_uri(shown_uri(input)));
  }
  phase = Phase::between_streams;
  start_stream(std::move(opening));
}

void Generator::State::step_stream(Clock::time_point deadline) {
  try {
    switch (run->step(deadline, receiver)) {
      case StreamRun::Step::more:
        return;
      case StreamRun::Step::ended:
        return end_stream(run->natural_reason());
      case StreamRun::Step::stopped:
        summary.is_stopped_by_receiver = true;
        end_stream(EndReason::stop);
        return end_set();
    }
  } catch (const Error& error) {
    fail_stream(error.with_uri(shown_uri(input)));
  }
}

void Generator::State::complete(EndReason reason) {
  if (phase == Phase::in_stream) end_stream(failure.value_or(reason));
  if (phase != Phase::ended) end_set();
}

void Generator::State::deliver_kept_rest() {
  if (phase != Phase::in_stream || !options.stream.keeps_rest || failure) return;
  try {
    run->deliver_rest(receiver);
  } catch (const Error&) {           // the rest can't be had
  } catch (const ReceiverFailed&) {  // kept by the guard
  }
}

/// Completes the grammar after cancellation or an exception.
void Generator::State::abandon(EndReason reason) {
  try {
    complete(reason);
  } catch (const ReceiverFailed&) {  // what it throws from now on is kept back
    complete(reason);
  }
}

void Generator::State::step(Clock::time_point deadline) {
  switch (phase) {
    case Phase::not_started:
      started = Clock::now();
      phase = Phase::between_streams;
      return receiver.set_start({std::string("astream ") + kVersion});
    case Phase::between_streams:
      if (options.stream.open.cancel.is_requested()) throw Cancelled{};
      return open_next();
    case Phase::opening:
      return await_open(deadline);
    case Phase::in_stream:
      return step_stream(deadline);
    case Phase::ended:
      return;
  }
}

Generator::Generator(Resolver inputs, GeneratorOptions options, Receiver& receiver)
    : state_(std::make_unique<State>(std::move(inputs), std::move(options), receiver)) {}
Generator::~Generator() = default;
Generator::Generator(Generator&&) noexcept = default;
Generator& Generator::operator=(Generator&&) noexcept = default;

Progress Generator::poll(Clock::time_point deadline) {
  try {
    state_->step(deadline);
  } catch (const ReceiverFailed&) {
    state_->abandon(EndReason::stop);
    std::rethrow_exception(state_->receiver.failure());
  } catch (const Cancelled&) {
    state_->summary.is_interrupted = true;
    state_->deliver_kept_rest();
    state_->abandon(EndReason::interrupted);
    if (const auto failure = state_->receiver.failure()) std::rethrow_exception(failure);
  } catch (...) {  // a list of names that can't be read, or memory that ran out
    state_->abandon(EndReason::error);
    throw;
  }
  return state_->phase == State::Phase::ended ? Progress::done : Progress::more;
}

const RunSummary& Generator::run() {
  constexpr auto kSlice = std::chrono::seconds(1);
  while (poll(Clock::now() + kSlice) == Progress::more) {
  }
  return state_->summary;
}

std::optional<size_t> Generator::known_total() const {
  return state_->inputs.known_total();
}
const RunSummary& Generator::summary() const {
  return state_->summary;
}

}  // namespace astream
