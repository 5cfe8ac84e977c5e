// Coded packets of one input, stored or live; a live one is connected again when it is lost. The counterpart of Source
// for what is not decoded.
//
// Used from one thread, which waits for the input; cancellation by the options' token comes out as Cancelled.
#pragma once

#include <memory>
#include <optional>

#include "av/packet_reader.hpp"
#include "base/error.hpp"
#include "source/input.hpp"
#include "source/live_clock.hpp"
#include "source/source.hpp"

namespace astream {

class PacketSource {
 public:
  /// Throws Error when the input can't be opened, or is of a kind that has no packets; Cancelled.
  PacketSource(const Input& input, const OpenOptions& options);

  const SourceInfo& info() const { return info_; }
  /// Reads the next packet; false at the end. Throws Error when the input fails, or is lost for good.
  bool next();
  /// Whether info().tags changed since it was asked last.
  bool takes_new_tags();
  /// The current packet is the reader's.
  const av::PacketReader& reader() const { return *reader_; }
  /// At the rate of info(), whatever that of a later link or connection is.
  int64_t samples() const { return samples_; }
  /// Missing before the current packet: by the time stamps, or behind a new connection, where those tell nothing, by
  /// the clock.
  int64_t gap_samples() const { return gap_samples_; }
  std::optional<int64_t> wallclock_us() const { return wallclock_us_; }
  int64_t reconnects() const { return reconnects_; }
  /// Whether the current packet can't follow the last one in one file.
  bool is_new_stream() const { return is_new_stream_; }

 private:
  std::unique_ptr<av::PacketReader> open();
  void open_first();
  std::optional<Error> read();
  std::optional<Error> try_connect();
  void reconnect(const Error& why);
  void pause(Clock::duration delay);
  void describe();
  void take_packet();
  int64_t on_time_line(int64_t samples) const;

  Input input_;
  OpenOptions options_;
  ReconnectPolicy policy_;
  std::unique_ptr<av::PacketReader> reader_;
  std::unique_ptr<av::PacketReader> previous_;  ///< the connection before, until the first packet of this one
  std::shared_ptr<av::PacketTrail> trail_ = av::make_packet_trail();
  SourceInfo info_;
  LiveClock clock_;
  bool is_ended_ = false;
  bool is_new_stream_ = false;
  int64_t samples_ = 0;
  int64_t gap_samples_ = 0;
  int64_t reconnects_ = 0;
  std::optional<int64_t> wallclock_us_;
};

}  // namespace astream
