#include "stream/packet_run.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/byte_input.hpp"
#include "base/uri.hpp"
#include "base/version.hpp"
#include "source/packet_source.hpp"

namespace astream {

namespace {

/// What a receiver threw; not to be mistaken for a failure of the input.
struct PacketReceiverFailed {};

/// What the streams of a run have in common.
class PacketShare {
 public:
  PacketShare(const PacketRunOptions& options, PacketReceiver& receiver) : options_(options), receiver_(receiver) {}

  const PacketRunOptions& options() const { return options_; }
  /// Calls `call` with the receiver and the summary, alone. What it throws ends the run, but for an Error where the
  /// call is about one stream: that comes out of here.
  enum class About { run, stream };
  template <typename Call>
  void tell(Call&& call, About about = About::run);
  /// Whether nothing more is wanted.
  bool is_over() {
    const std::lock_guard lock(mutex_);
    return is_over_;
  }
  std::exception_ptr failure() const { return failure_; }  ///< when all threads have ended

  // Guarded by the lock of tell().
  RunSummary summary;
  int64_t samples = 0;
  int64_t packets = 0;

 private:
  const PacketRunOptions& options_;
  PacketReceiver& receiver_;
  std::mutex mutex_;
  bool is_over_ = false;
  std::exception_ptr failure_;

  friend class PacketStream;
};

template <typename Call>
void PacketShare::tell(Call&& call, About about) {
  const std::lock_guard lock(mutex_);
  try {
    call(receiver_);
  } catch (const Error&) {
    if (about == About::stream) throw;
    if (!failure_) failure_ = std::current_exception();
    is_over_ = true;
    throw PacketReceiverFailed{};
  } catch (...) {
    if (!failure_) failure_ = std::current_exception();
    is_over_ = true;
    throw PacketReceiverFailed{};
  }
}

/// One input from its opening to its end.
class PacketStream {
 public:
  PacketStream(PacketShare& share, Resolved resolved, int64_t number)
      : share_(share), resolved_(std::move(resolved)), options_(share.options().open) {
    options_.abort.emplace();
    stream_.stream = counts_.stream = number;
  }

  /// Opens it and tells its start; false when that failed, and was told.
  bool begin();
  /// Its packets, to its end.
  void run() noexcept;
  bool is_live() const { return source_->info().is_live; }
  const Input& input() const { return resolved_.input; }
  /// Makes run() end soon; from another thread.
  void abort() const { options_.abort->request(); }

 private:
  void tell_start();
  bool pass_on();
  void fail(const Error& error);
  void end(EndReason reason);

  PacketShare& share_;
  Resolved resolved_;
  OpenOptions options_;
  std::optional<PacketSource> source_;
  StreamStart stream_;
  StreamEnd counts_;
  int64_t position_ = 0;
  bool has_output_failed_ = false;
};

void PacketStream::tell_start() {
  stream_.uri = shown_uri(resolved_.input);
  stream_.label = label_of(resolved_.input);
  stream_.source = source_->info();
  for (auto& [key, value] : stream_.source.tags) value = to_utf8(value);
  stream_.format = source_->info().format;
  stream_.plan = {1, 1, Tail::crop};
  stream_.is_live = source_->info().is_live;
  stream_.may_wait = source_->info().may_wait;
  stream_.duration_s = source_->info().duration_s;
  share_.tell([&](PacketReceiver& receiver) { receiver.stream_start(stream_, source_->reader()); },
              PacketShare::About::stream);
}

bool PacketStream::begin() {
  try {
    if (resolved_.failure) std::rethrow_exception(resolved_.failure);
    source_.emplace(resolved_.input, options_);
    tell_start();
    return true;
  } catch (const Error& error) {
    const bool is_unmatched = resolved_.failure && error.kind() == ErrorKind::resolve;
    share_.tell([&](PacketReceiver&) { share_.summary.unmatched += is_unmatched ? 1 : 0; });
    fail(error);
    return false;
  }
}

/// Hands the current packet on; false when enough was.
bool PacketStream::pass_on() {
  PacketSource& source = *source_;
  if (source.takes_new_tags()) {
    StreamInfo info;
    info.stream = stream_.stream;
    info.time_s = static_cast<double>(position_) / stream_.format.rate_hz;
    info.tags = source.info().tags;
    share_.tell([&](PacketReceiver& receiver) { receiver.stream_info(info); });
  }
  position_ += source.gap_samples();
  Window place;
  place.stream = stream_.stream;
  place.window = counts_.windows++;
  place.sample = position_;
  place.time_s = static_cast<double>(position_) / stream_.format.rate_hz;
  place.format = stream_.format;
  place.valid_samples = source.samples();
  place.gap_samples = source.gap_samples();
  place.reconnects = source.reconnects();
  place.wallclock_us = source.wallclock_us();
  share_.tell([&](PacketReceiver& receiver) { receiver.packet(place, source.reader(), source.is_new_stream()); },
              PacketShare::About::stream);
  counts_.samples += source.samples();
  counts_.gap_samples += source.gap_samples();
  position_ += source.samples();
  const auto& duration = share_.options().duration;
  return !duration || position_ < duration->samples_at(stream_.format.rate_hz);
}

void PacketStream::end(EndReason reason) {
  counts_.reason = reason;
  counts_.reconnects = source_->reconnects();
  const auto tell_end = [this](PacketReceiver& receiver) { receiver.stream_end(counts_); };
  try {
    share_.tell(tell_end, PacketShare::About::stream);
  } catch (const Error& error) {
    fail(error);
    counts_.reason = EndReason::error;
    share_.tell(tell_end);
  }
  const bool is_failure = counts_.reason == EndReason::error || counts_.reason == EndReason::lost;
  share_.tell([&](PacketReceiver&) {
    share_.packets += counts_.windows;
    share_.samples += counts_.samples;
    if (!is_failure || (counts_.windows > 0 && !has_output_failed_)) ++share_.summary.delivered;
    if (counts_.reason == EndReason::lost) ++share_.summary.lost;
    if (counts_.reason == EndReason::interrupted) share_.summary.is_interrupted = true;
  });
}

void PacketStream::fail(const Error& error) {
  has_output_failed_ |= error.kind() == ErrorKind::output;
  const std::string uri = error.uri().empty() ? shown_uri(resolved_.input) : to_utf8(error.uri());
  share_.tell([&](PacketReceiver& receiver) {
    ++share_.summary.failed;
    share_.is_over_ |= share_.options().on_error == OnError::stop;
    receiver.stream_error({stream_.stream, uri, error.kind(), to_utf8(error.message()), to_utf8(error.hint())});
  });
}

void PacketStream::run() noexcept {
  try {
    try {
      while (!share_.is_over() && source_->next()) {
        if (!pass_on()) return end(EndReason::limit);
      }
      end(share_.is_over() ? EndReason::stop : EndReason::end);
    } catch (const Error& error) {
      fail(error);
      const bool is_lost = is_live() && error.kind() == ErrorKind::network;
      end(is_lost ? EndReason::lost : EndReason::error);
    } catch (const Cancelled&) {
      end(share_.options().open.cancel.is_requested() ? EndReason::interrupted : EndReason::stop);
    } catch (const PacketReceiverFailed&) {
      end(EndReason::stop);
    }
  } catch (const PacketReceiverFailed&) {  // NOLINT(bugprone-empty-catch): kept by the share
  }
}

class PacketRun {
 public:
  PacketRun(Resolver inputs, const PacketRunOptions& options, PacketReceiver& receiver)
      : inputs_(std::move(inputs)), share_(options, receiver) {}

  RunSummary run();

 private:
  /// A live stream on its thread.
  struct Live {
    std::unique_ptr<PacketStream> stream;
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> is_done = std::make_shared<std::atomic<bool>>(false);
  };

  bool is_playing(const Input& input) const;
  void run_input(Resolved resolved);
  void run_inputs();
  void end_all();

  Resolver inputs_;
  PacketShare share_;
  std::vector<Live> live_;
};

bool PacketRun::is_playing(const Input& input) const {
  return input.playlist && std::ranges::any_of(live_, [&](const Live& live) {
           return !*live.is_done && live.stream->input().playlist == input.playlist;
         });
}

void PacketRun::run_input(Resolved resolved) {
  auto stream = std::make_unique<PacketStream>(share_, std::move(resolved), share_.summary.streams++);
  if (!stream->begin()) return;
  if (!stream->is_live()) return stream->run();
  Live& live = live_.emplace_back();
  live.stream = std::move(stream);
  live.thread = std::thread([&stream = *live.stream, is_done = live.is_done]() noexcept {
    stream.run();
    *is_done = true;
  });
}

void PacketRun::run_inputs() {
  constexpr std::chrono::milliseconds kLook{50};
  const CancelToken& cancel = share_.options().open.cancel;
  std::deque<Resolved> held;  // of playlists that are at a live stream
  bool is_exhausted = false;
  while (!share_.is_over() && !cancel.is_requested()) {
    const auto free = std::ranges::find_if(held, [&](const Resolved& entry) { return !is_playing(entry.input); });
    if (free != held.end()) {
      Resolved resolved = std::move(*free);
      held.erase(free);
      run_input(std::move(resolved));
    } else if (!is_exhausted) {
      auto resolved = inputs_.next();
      is_exhausted = !resolved;
      if (!resolved) continue;
      if (is_playing(resolved->input)) {
        held.push_back(std::move(*resolved));
      } else {
        run_input(std::move(*resolved));
      }
    } else if (held.empty() && std::ranges::all_of(live_, [](const Live& live) { return live.is_done->load(); })) {
      return;
    } else {
      cancel.wait_until(Clock::now() + kLook);
    }
  }
}

void PacketRun::end_all() {
  for (const Live& live : live_) live.stream->abort();
  for (Live& live : live_) live.thread.join();
}

RunSummary PacketRun::run() {
  const auto started = Clock::now();
  try {
    share_.tell([&](PacketReceiver& receiver) { receiver.set_start({std::string("astream ") + kVersion}); });
    run_inputs();
  } catch (const PacketReceiverFailed&) {  // NOLINT(bugprone-empty-catch): kept by the share
  } catch (const Cancelled&) {
    share_.summary.is_interrupted = true;
  } catch (...) {
    end_all();
    throw;
  }
  end_all();
  if (share_.options().open.cancel.is_requested()) share_.summary.is_interrupted = true;
  SetEnd event;
  event.streams = share_.summary.streams;
  event.failed = share_.summary.failed;
  event.windows = share_.packets;
  event.samples = share_.samples;
  event.elapsed_s = std::chrono::duration<double>(Clock::now() - started).count();
  try {
    share_.tell([&](PacketReceiver& receiver) { receiver.set_end(event); });
  } catch (const PacketReceiverFailed&) {  // NOLINT(bugprone-empty-catch): kept by the share
  }
  if (share_.failure()) std::rethrow_exception(share_.failure());
  return share_.summary;
}

}  // namespace

RunSummary run_packets(Resolver inputs, const PacketRunOptions& options, PacketReceiver& receiver) {
  return PacketRun(std::move(inputs), options, receiver).run();
}

}  // namespace astream
