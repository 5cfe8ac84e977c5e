// The capture side of a live source: opens the inner source, reads it into the buffer, connects again when it is lost.
//
// run() is the body of the capture thread; stop() comes from another one. Everything else belongs to the capture
// thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/error.hpp"
#include "source/drift_meter.hpp"
#include "source/live_buffer.hpp"
#include "source/live_clock.hpp"
#include "source/live_options.hpp"
#include "source/source.hpp"

namespace astream {

struct Input;
struct OpenOptions;

/// Makes the inner source. Called anew for each connection; what it makes must give up when options.abort is requested,
/// or return from read() at the deadline.
using LiveOpener = std::function<std::unique_ptr<Source>(const OpenOptions& options)>;

class LiveCapture {
 public:
  /// `first` is a connection that was made already, or nullptr.
  LiveCapture(const Input& input, const OpenOptions& options, LiveTraits traits, LiveOpener open_inner,
              std::unique_ptr<Source> first);
  ~LiveCapture();

  /// Captures until the end, a failure or stop(); all of them end the buffer.
  void run() noexcept;
  /// Makes run() return soon, at whatever it is.
  void stop();
  /// Waits for the end of run(); false when it did not come in time.
  bool wait_stopped(std::chrono::milliseconds limit);

  LiveBuffer& buffer() { return buffer_; }
  /// From any thread.
  LiveHealth health() const;
  int64_t corrupt_packets() const { return corrupt_packets_; }
  int64_t overflows() const { return overflows_; }

 private:
  using TimePoint = Clock::time_point;

  void capture();
  void open_first();
  void connect();
  std::optional<Error> read_connection();
  bool take(const ReadResult& result);
  void take_data(const ReadResult& result);
  void take_gap(const ReadResult& result);
  void begin_connection(int64_t block_samples);
  void tell_format();
  void tell_tags(const Tags& tags);
  void warn_of_drops(int64_t dropped_samples);
  std::optional<Error> try_connect();
  bool reconnect(const std::optional<Error>& loss);
  void pause(Clock::duration delay);
  void set_state(LiveState state);
  void note_block();
  void check_stop() const;

  std::string uri_;  ///< as shown
  std::unique_ptr<OpenOptions> options_;
  LiveTraits traits_;
  LiveOpener open_inner_;
  std::unique_ptr<Source> inner_;
  LiveBuffer buffer_;
  LiveClock clock_;
  ReconnectPolicy policy_;
  AudioFormat format_;       ///< as the reader knows it
  Tags tags_;                ///< likewise
  bool was_live_ = false;    ///< the first connection said of itself that it is live
  bool is_fresh_ = true;     ///< nothing came by this connection yet
  int64_t connections_ = 0;  ///< that were made
  int64_t corrupt_before_ = 0;
  std::atomic<int64_t> corrupt_packets_ = 0;
  int64_t overflows_before_ = 0;
  std::atomic<int64_t> overflows_ = 0;
  int64_t unsaid_drops_ = 0;
  std::optional<TimePoint> last_warning_;

  /// For health(), guarded by mutex_.
  struct Vitals {
    LiveState state = LiveState::connecting;
    std::optional<TimePoint> last_block;
    LiveClock::Duration lateness{0};  ///< of the time line, at last_block
    int64_t reconnects = 0;
    std::optional<double> drift_ppm;
    LiveClock::Duration lost{0};
  };

  DriftMeter drift_;
  Vitals vitals_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> is_stopping_ = false;
  bool is_stopped_ = false;
};

}  // namespace astream
