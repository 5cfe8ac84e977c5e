#include "stream/generator.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/byte_input.hpp"
#include "base/version.hpp"
#include "source/bounded_call.hpp"
#include "source/scheme_table.hpp"
#include "stream/lane.hpp"

namespace astream {

namespace {

/// How long to wait for what does not notify.
constexpr std::chrono::milliseconds kLookTime{10};
/// How long resolving that nobody waits for any more is given to end.
constexpr std::chrono::seconds kResolvingPatience{1};

/// A name that is being resolved by a thread of its own.
struct Resolving {
  std::shared_ptr<std::optional<Resolved>> found;
  PendingCall call;
};

}  // namespace

/// Stored inputs are taken one after the other, or some at a time. A live one goes on beside all that follow it, but
/// for the rest of the playlist that named it; beside it, names that are no plain ones are resolved by a thread, as
/// that may take its time (a remote playlist, yt-dlp, a list in a pipe).
struct Generator::State {
  State(Resolver resolver, GeneratorOptions generator_options, Receiver& target)
      : inputs(std::make_shared<Traversal>(std::move(resolver), generator_options.traversal)),
        share(std::move(generator_options), target) {
    StreamOptions& stream = share.options.stream;
    stream.open.window_grid = [plain = stream](int rate_hz) { return window_grid(plain, rate_hz); };
    stream.open.wake_up = wake_up;
  }
  ~State() { give_up_resolving(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  enum class Phase { not_started, running, ended };

  void step(Clock::time_point deadline);
  int stored_lanes() const;
  bool may_open() const;
  bool is_playing(const Input& input) const;
  bool can_deliver(Clock::time_point deadline) const;
  std::optional<Resolved> next_input();
  std::optional<Resolved> resolve_next();
  void give_up_resolving() noexcept;
  void open_next();
  void add_lane(const Input& input, std::unique_ptr<Source> source);
  void step_lanes(Clock::time_point deadline);
  Lane::Step step_lane(size_t index, Clock::time_point deadline);
  void wait(Clock::time_point deadline);
  void end_set();
  void complete(EndReason reason);
  void abandon(EndReason reason);

  std::shared_ptr<Traversal> inputs;  ///< the thread's while something is being resolved
  std::optional<Resolving> resolving;
  std::optional<size_t> known_total;  ///< as it was told last
  LaneShare share;
  std::shared_ptr<WakeUp> wake_up = std::make_shared<WakeUp>();
  Phase phase = Phase::not_started;
  bool is_exhausted = false;  ///< all inputs were taken
  std::deque<Resolved> held;  ///< of playlists that are at a live stream
  std::vector<std::unique_ptr<Lane>> lanes;
  std::unique_ptr<Source> previous;  ///< of the stream that ended: its input may hold another
  Input previous_input;
  Clock::time_point started = Clock::now();
};

void Generator::State::end_set() {
  phase = Phase::ended;
  give_up_resolving();
  previous.reset();
  lanes.clear();
  SetEnd event;
  event.streams = share.summary.streams;
  event.failed = share.summary.failed;
  event.windows = share.windows;
  event.samples = share.samples;
  event.elapsed_s = std::chrono::duration<double>(Clock::now() - started).count();
  share.receiver.set_end(event);
}

bool Generator::State::is_playing(const Input& input) const {
  return input.playlist &&
         std::ranges::any_of(lanes, [&](const auto& lane) { return lane->input().playlist == input.playlist; });
}

int Generator::State::stored_lanes() const {
  return static_cast<int>(std::ranges::count_if(lanes, [](const auto& lane) { return !lane->runs_by_itself(); }));
}

/// Whether there may be an input that can be opened beside those that are open.
bool Generator::State::may_open() const {
  if (stored_lanes() >= share.options.stored_at_once) return false;
  const bool may_take = !is_exhausted && !(resolving && !resolving->call.is_done());
  return previous || may_take ||
         std::ranges::any_of(held, [&](const Resolved& resolved) { return !is_playing(resolved.input); });
}

bool Generator::State::can_deliver(Clock::time_point deadline) const {
  return !share.options.await_receiver || share.options.await_receiver(deadline);
}

std::optional<Resolved> Generator::State::next_input() {
  const auto free = std::ranges::find_if(held, [&](const Resolved& entry) { return !is_playing(entry.input); });
  if (free != held.end()) {
    Resolved resolved = std::move(*free);
    held.erase(free);
    return resolved;
  }
  auto resolved = resolve_next();
  if (!resolved || !is_playing(resolved->input)) return resolved;
  held.push_back(std::move(*resolved));
  return std::nullopt;
}

/// The next name, or nothing: all were taken, or it is not resolved yet.
std::optional<Resolved> Generator::State::resolve_next() {
  std::optional<Resolved> resolved;
  if (resolving) {
    if (!resolving->call.is_done()) return std::nullopt;
    const auto found = resolving->found;
    PendingCall call = std::move(resolving->call);
    resolving.reset();
    call.wait(share.options.stream.open.cancel, Clock::now());  // throws what resolving threw
    resolved = std::move(*found);
  } else if (lanes.empty() || inputs->is_at_hand()) {
    resolved = inputs->next();
  } else {
    auto found = std::make_shared<std::optional<Resolved>>();
    resolving.emplace(Resolving{found, PendingCall([all = inputs, found] { *found = all->next(); }, wake_up)});
    return std::nullopt;
  }
  is_exhausted = !resolved;
  return resolved;
}

/// A list that never ends is left behind on its thread.
void Generator::State::give_up_resolving() noexcept {
  if (!resolving) return;
  inputs->abandon();
  try {
    resolving->call.wait(CancelToken{}, Clock::now() + kResolvingPatience);
  } catch (...) {  // NOLINT(bugprone-empty-catch): nobody wants to know any more
  }
  resolving.reset();
}

void Generator::State::open_next() {
  if (previous) {
    std::unique_ptr<Source> following = std::exchange(previous, nullptr)->next_stream();  // may wait for it
    if (following) return add_lane(previous_input, std::move(following));
  }
  auto resolved = next_input();
  if (!resolved) return;
  const GeneratorOptions& options = share.options;
  std::unique_ptr<Source> source;
  try {
    if (resolved->failure) std::rethrow_exception(resolved->failure);
    source = options.opener ? options.opener(resolved->input, options.stream.open)
                            : start_source(resolved->input, options.stream.open);
  } catch (const Error& error) {
    share.summary.unmatched += resolved->failure && error.kind() == ErrorKind::resolve ? 1 : 0;
    share.refuse(share.next_stream++, resolved->input, error.with_uri(shown_uri(resolved->input)));
    if (options.on_error == OnError::stop) complete(EndReason::stop);
    return;
  }
  add_lane(resolved->input, std::move(source));
}

void Generator::State::add_lane(const Input& input, std::unique_ptr<Source> source) {
  lanes.push_back(std::make_unique<Lane>(share, input, std::move(source)));
  step_lane(lanes.size() - 1, Clock::now());  // most are open already
}

/// A lane that is done is gone behind it.
Lane::Step Generator::State::step_lane(size_t index, Clock::time_point deadline) {
  const Lane::Step step = lanes[index]->step(deadline);
  if (step != Lane::Step::done && step != Lane::Step::stop) {
    while (auto sibling = lanes[index]->take_sibling()) add_lane(Input(lanes[index]->input()), std::move(sibling));
    return step;
  }
  previous = lanes[index]->release_source();
  previous_input = lanes[index]->input();
  lanes.erase(lanes.begin() + static_cast<std::ptrdiff_t>(index));
  if (step == Lane::Step::stop) complete(EndReason::stop);
  return step;
}

void Generator::State::step_lanes(Clock::time_point deadline) {
  if (lanes.size() == 1 && !may_open() && !resolving) {
    if (lanes[0]->runs_by_itself() || can_deliver(deadline)) step_lane(0, deadline);
    return;
  }
  bool has_moved = may_open();
  for (size_t i = 0; i < lanes.size();) {
    if (!lanes[i]->runs_by_itself() && !can_deliver(Clock::now())) {
      ++i;
      continue;
    }
    const size_t before = lanes.size();
    has_moved |= step_lane(i, Clock::now()) != Lane::Step::waiting;
    if (lanes.size() == before) ++i;
  }
  if (!has_moved) wait(deadline);
}

void Generator::State::wait(Clock::time_point deadline) {
  if (stored_lanes() > 0) deadline = std::min(deadline, Clock::now() + kLookTime);
  wake_up->wait(share.options.stream.open.cancel, deadline);
}

void Generator::State::complete(EndReason reason) {
  while (!lanes.empty()) {
    const std::unique_ptr<Lane> lane = std::move(lanes.back());
    lanes.pop_back();
    lane->end(reason);
  }
  if (phase != Phase::ended) end_set();
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
      phase = Phase::running;
      return share.receiver.set_start({std::string("astream ") + kVersion});
    case Phase::running:
      break;
    case Phase::ended:
      return;
  }
  if (share.options.stream.open.cancel.is_requested()) throw Cancelled{};
  if (may_open()) {
    const bool is_alone = lanes.empty();
    open_next();
    if (is_alone || phase == Phase::ended) return;
  } else if (lanes.empty()) {
    return resolving ? wait(deadline) : end_set();
  }
  step_lanes(deadline);
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
    std::rethrow_exception(state_->share.receiver.failure());
  } catch (const Cancelled&) {
    state_->share.summary.is_interrupted = true;
    for (const auto& lane : state_->lanes) lane->deliver_kept_rest();
    state_->abandon(EndReason::interrupted);
    if (const auto failure = state_->share.receiver.failure()) std::rethrow_exception(failure);
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
  return state_->share.summary;
}

std::optional<size_t> Generator::known_total() const {
  if (!state_->resolving) state_->known_total = state_->inputs->known_total();
  return state_->known_total;
}
std::vector<StreamHealth> Generator::health() const {
  std::vector<StreamHealth> all;
  for (const auto& lane : state_->lanes) all.push_back(lane->health());
  return all;
}
const RunSummary& Generator::summary() const {
  return state_->share.summary;
}

}  // namespace astream
