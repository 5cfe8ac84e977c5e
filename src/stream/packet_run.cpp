#include "stream/packet_run.hpp"

#include <exception>
#include <utility>

#include "base/byte_input.hpp"
#include "base/uri.hpp"
#include "base/version.hpp"
#include "source/packet_source.hpp"

namespace astream {

namespace {

/// What a receiver threw; not to be mistaken for a failure of the input.
struct PacketReceiverFailed {
  std::exception_ptr failure;
};

class PacketRun {
 public:
  PacketRun(Resolver inputs, const PacketRunOptions& options, PacketReceiver& receiver)
      : inputs_(std::move(inputs)), options_(options), receiver_(receiver) {}

  RunSummary run();

 private:
  void run_input(const Resolved& resolved);
  void run_stream(PacketSource& source);
  void begin(PacketSource& source, const Input& input);
  bool pass_on(PacketSource& source);
  void fail(const Input& input, const Error& error);
  void end(EndReason reason, const PacketSource& source);
  template <typename Call>
  void tell(Call&& call);

  Resolver inputs_;
  const PacketRunOptions& options_;
  PacketReceiver& receiver_;
  RunSummary summary_;
  StreamStart stream_;
  StreamEnd counts_;
  int64_t position_ = 0;
  int64_t samples_ = 0;
  int64_t packets_ = 0;
};

template <typename Call>
void PacketRun::tell(Call&& call) {
  try {
    call();
  } catch (...) {
    throw PacketReceiverFailed{std::current_exception()};
  }
}

void PacketRun::begin(PacketSource& source, const Input& input) {
  stream_ = {};
  stream_.stream = summary_.streams;
  stream_.uri = shown_uri(input);
  stream_.label = label_of(input);
  stream_.source = source.info();
  for (auto& [key, value] : stream_.source.tags) value = to_utf8(value);
  stream_.format = source.info().format;
  stream_.plan = {1, 1, Tail::crop};
  stream_.is_live = source.info().is_live;
  stream_.may_wait = source.info().may_wait;
  stream_.duration_s = source.info().duration_s;
  counts_ = {};
  counts_.stream = stream_.stream;
  position_ = 0;
  receiver_.stream_start(stream_, source.reader());
}

/// Hands the current packet on; false when enough was.
bool PacketRun::pass_on(PacketSource& source) {
  if (source.takes_new_tags()) {
    StreamInfo info;
    info.stream = stream_.stream;
    info.time_s = static_cast<double>(position_) / stream_.format.rate_hz;
    info.tags = source.info().tags;
    tell([&] { receiver_.stream_info(info); });
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
  tell([&] { receiver_.packet(place, source.reader(), source.is_new_stream()); });
  counts_.samples += source.samples();
  counts_.gap_samples += source.gap_samples();
  position_ += source.samples();
  return !options_.duration || position_ < options_.duration->samples_at(stream_.format.rate_hz);
}

void PacketRun::end(EndReason reason, const PacketSource& source) {
  counts_.reason = reason;
  counts_.reconnects = source.reconnects();
  packets_ += counts_.windows;
  samples_ += counts_.samples;
  const bool is_failure = reason == EndReason::error || reason == EndReason::lost;
  if (!is_failure || counts_.windows > 0) ++summary_.delivered;
  if (reason == EndReason::lost) ++summary_.lost;
  tell([&] { receiver_.stream_end(counts_); });
}

void PacketRun::fail(const Input& input, const Error& error) {
  ++summary_.failed;
  const std::string uri = error.uri().empty() ? shown_uri(input) : to_utf8(error.uri());
  tell([&] {
    receiver_.stream_error({stream_.stream, uri, error.kind(), to_utf8(error.message()), to_utf8(error.hint())});
  });
}

void PacketRun::run_stream(PacketSource& source) {
  while (source.next()) {
    if (!pass_on(source)) return end(EndReason::limit, source);
  }
  end(EndReason::end, source);
}

void PacketRun::run_input(const Resolved& resolved) {
  std::optional<PacketSource> source;
  bool is_begun = false;
  try {
    if (resolved.failure) std::rethrow_exception(resolved.failure);
    source.emplace(resolved.input, options_.open);
    begin(*source, resolved.input);
    is_begun = true;
    run_stream(*source);
  } catch (const Error& error) {
    if (!is_begun) stream_.stream = summary_.streams;
    summary_.unmatched += resolved.failure && error.kind() == ErrorKind::resolve ? 1 : 0;
    fail(resolved.input, error);
    const bool is_lost = is_begun && source->info().is_live && error.kind() == ErrorKind::network;
    if (is_begun) end(is_lost ? EndReason::lost : EndReason::error, *source);
  } catch (const Cancelled&) {
    summary_.is_interrupted = true;
    if (is_begun) end(EndReason::interrupted, *source);
  } catch (const PacketReceiverFailed&) {
    counts_.reason = EndReason::stop;
    if (is_begun) receiver_.stream_end(counts_);
    throw;
  }
  ++summary_.streams;
}

RunSummary PacketRun::run() {
  const auto started = Clock::now();
  std::exception_ptr failure;
  try {
    tell([&] { receiver_.set_start({std::string("astream ") + kVersion}); });
    while (!summary_.is_interrupted && !options_.open.cancel.is_requested()) {
      const int64_t failed_before = summary_.failed;
      const auto resolved = inputs_.next();
      if (!resolved) break;
      run_input(*resolved);
      if (summary_.failed > failed_before && options_.on_error == OnError::stop) break;
    }
  } catch (const PacketReceiverFailed& failed) {
    failure = failed.failure;
  }
  SetEnd event;
  event.streams = summary_.streams;
  event.failed = summary_.failed;
  event.windows = packets_;
  event.samples = samples_;
  event.elapsed_s = std::chrono::duration<double>(Clock::now() - started).count();
  receiver_.set_end(event);
  if (failure) std::rethrow_exception(failure);
  return summary_;
}

}  // namespace

RunSummary run_packets(Resolver inputs, const PacketRunOptions& options, PacketReceiver& receiver) {
  return PacketRun(std::move(inputs), options, receiver).run();
}

}  // namespace astream
