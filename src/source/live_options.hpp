// What a user may say about live inputs, and what a kind of live input says of itself.
#pragma once

#include <chrono>
#include <optional>

#include "source/reconnect_policy.hpp"

namespace astream {

/// When the reader is slower than the source and the buffer is full.
enum class OnLag { block, drop_oldest, drop_newest };

enum class Transport { automatic, tcp, udp };

struct LiveOptions {
  static constexpr std::chrono::milliseconds kForever = std::chrono::milliseconds::max();

  ReconnectLimits reconnect;
  bool is_reconnect_asked = false;                ///< what has no length is then live, even if nothing else says so
  std::optional<std::chrono::milliseconds> wait;  ///< try so long to open what is not there yet; absent: once
  Transport transport = Transport::automatic;     ///< of RTSP
  std::optional<OnLag> on_lag;                    ///< absent: as the kind of input has it
  std::chrono::milliseconds buffer{10'000};       ///< between capture and reader
};

/// What LiveSource must know of the source in it.
struct LiveTraits {
  OnLag on_lag = OnLag::drop_oldest;  ///< where the user does not say; block: the other side waits for a slow reader
  /// What is missing after a reconnect is measured by the clock; else the inner source tells it as a gap.
  bool is_gap_measured = true;
  /// The end of the inner source may be the end of what there is, where no reconnect is allowed; else it is a loss.
  bool has_end = false;
};

}  // namespace astream
