#include "av/packet_trail.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>

#include "av/media_target.hpp"
#include "av/sender_clock.hpp"

namespace astream::av {

namespace {

/// Enough for some minutes of packets, each with a time stamp.
constexpr size_t kMostSeen = 20'000;
/// A connection that is lost may have been so far behind what was being broadcast.
constexpr std::chrono::seconds kLongestLag{60};

/// The nearest whole number of frames, where rounded time stamps are why it is none.
int64_t to_whole_frames(int64_t samples, int frame_samples, int64_t rounding_samples) {
  if (frame_samples <= 0) return samples;
  const int64_t whole = (samples + frame_samples / 2) / frame_samples * frame_samples;
  return std::abs(samples - whole) <= rounding_samples ? whole : samples;
}

}  // namespace

std::shared_ptr<PacketTrail> make_packet_trail() {
  return std::make_shared<PacketTrail>();
}

void PacketTrail::begin(AVRational tick, int wrap_bits) {
  if (av_cmp_q(tick, tick_) != 0 || wrap_bits != wrap_bits_) {
    seen_.clear();
    end_ = {};
  }
  tick_ = tick;
  wrap_bits_ = wrap_bits;
  has_begun_ = false;
  is_repeating_ = true;
  begin_pts_ = AV_NOPTS_VALUE;
  begin_position_.reset();
}

const PacketTrail::Seen* PacketTrail::find_seen(const Seen& packet) const {
  const auto found = std::find_if(seen_.rbegin(), seen_.rend(), [&](const Seen& seen) {
    return seen.hash == packet.hash && ticks_between(seen.pts, packet.pts, wrap_bits_) == 0;
  });
  return found == seen_.rend() ? nullptr : &*found;
}

void PacketTrail::see(const AVPacket& packet) {
  const bool is_first = !std::exchange(has_begun_, true);
  if (packet.pts == AV_NOPTS_VALUE) return;
  const std::string_view bytes(reinterpret_cast<const char*>(packet.data), static_cast<size_t>(packet.size));
  const Seen now{packet.pts, std::hash<std::string_view>()(bytes), delivered_samples_};
  const Seen* const before = is_repeating_ ? find_seen(now) : nullptr;
  if (is_first) {
    begin_pts_ = packet.pts;
    if (before != nullptr) begin_position_ = before->position;
  }
  is_repeating_ = before != nullptr;
  if (is_repeating_) return;
  seen_.push_back(now);
  if (seen_.size() > kMostSeen) seen_.pop_front();
}

void PacketTrail::deliver(int64_t samples, StreamPlace end, int rate_hz, TimePoint now) {
  if (rate_hz_ != 0 && rate_hz != rate_hz_) seen_.clear();
  delivered_samples_ += samples;
  end_ = end;
  rate_hz_ = rate_hz;
  delivered_at_ = now;
}

std::optional<int64_t> PacketTrail::missing_before(StreamPlace first, int frame_samples, int rate_hz,
                                                   TimePoint now) const {
  const bool is_told = end_.pts != AV_NOPTS_VALUE && begin_pts_ != AV_NOPTS_VALUE && first.pts != AV_NOPTS_VALUE;
  if (!is_told || rate_hz != rate_hz_) return std::nullopt;
  const auto samples_between = [&](int64_t earlier, int64_t later) {
    return av_rescale_q(ticks_between(earlier, later, wrap_bits_), tick_, {1, rate_hz});
  };
  // What the decoder left out of its first frame (priming).
  const int64_t left_out = samples_between(begin_pts_, first.pts) + first.samples;
  if (begin_position_) return *begin_position_ - delivered_samples_ + left_out;
  // Two time stamps were rounded, each to a tick at most.
  const int64_t rounding_samples = 1 + 2 * av_rescale_q_rnd(1, tick_, {1, rate_hz}, AV_ROUND_UP);
  const int64_t missing =
      to_whole_frames(samples_between(end_.pts, begin_pts_) - end_.samples, frame_samples, rounding_samples);
  const auto allowed = std::chrono::duration_cast<std::chrono::seconds>(now - delivered_at_ + kLongestLag);
  if (missing < 0 || missing / rate_hz > allowed.count()) return std::nullopt;
  return missing + left_out;
}

}  // namespace astream::av
