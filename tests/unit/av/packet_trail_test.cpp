#include "av/packet_trail.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace astream::av;
using namespace std::chrono_literals;

namespace {

constexpr AVRational kTick{1, 90000};
constexpr int kRate_hz = 44100;
constexpr int kFrame = 1024;
constexpr int kWrapBits = 33;
constexpr int64_t kRound = int64_t{1} << kWrapBits;
const PacketTrail::TimePoint kStart{};

/// Packets of AAC as a transport stream has them; frame k of a sender begins at round(k * 1024 * 90000 / 44100).
struct Sender {
  int64_t first_pts = 126'000;
  std::string name = "a";

  int64_t pts(int64_t frame) const {
    const int64_t ticks = (frame * kFrame * 90000 + kRate_hz / 2) / kRate_hz;
    return (first_pts + ticks) % kRound;
  }
  void send(PacketTrail& trail, int64_t frame) const {
    std::string bytes = name + std::to_string(frame);
    AVPacket* packet = av_packet_alloc();
    packet->pts = pts(frame);
    packet->data = reinterpret_cast<uint8_t*>(bytes.data());
    packet->size = static_cast<int>(bytes.size());
    trail.see(*packet);
    av_packet_free(&packet);
  }
  /// A connection that gives frames [begin, end), the last at `now`.
  void deliver(PacketTrail& trail, int64_t begin, int64_t end, PacketTrail::TimePoint now) const {
    trail.begin(kTick, kWrapBits);
    go_on(trail, begin, end, now);
  }
  void go_on(PacketTrail& trail, int64_t begin, int64_t end, PacketTrail::TimePoint now) const {
    for (int64_t frame = begin; frame < end; ++frame) {
      send(trail, frame);
      trail.deliver(kFrame, {pts(frame), kFrame}, kRate_hz, now);
    }
  }
  std::optional<int64_t> missing(PacketTrail& trail, int64_t frame, PacketTrail::TimePoint now) const {
    trail.begin(kTick, kWrapBits);
    send(trail, frame);
    return trail.missing_before({pts(frame), 0}, kFrame, kRate_hz, now);
  }
};

}  // namespace

TEST_CASE("the first connection goes on from nothing") {
  PacketTrail trail;
  CHECK_FALSE(Sender().missing(trail, 0, kStart));
}

TEST_CASE("what comes again is told to the sample, across a wrap too") {
  for (const int64_t first_pts : {int64_t{126'000}, kRound - 90'000, kRound - 400'000}) {
    const Sender sender{first_pts};
    for (int64_t frame = 0; frame < 200; frame += 7) {
      PacketTrail trail;
      sender.deliver(trail, 0, 200, kStart);
      CHECK(sender.missing(trail, frame, kStart + 3s) == (frame - 200) * kFrame);
    }
  }
}

TEST_CASE("what is missing is told to the sample") {
  for (const int64_t first_pts : {int64_t{126'000}, kRound - 400'000}) {
    for (int64_t frame = 200; frame < 600; frame += 13) {
      PacketTrail trail;
      Sender{first_pts}.deliver(trail, 0, 200, kStart);
      CHECK(Sender{first_pts}.missing(trail, frame, kStart + 3s) == (frame - 200) * kFrame);
    }
  }
}

TEST_CASE("a sender that counts anew is not believed") {
  PacketTrail trail;
  Sender().deliver(trail, 0, 200, kStart);
  CHECK_FALSE(Sender{126'000, "b"}.missing(trail, 20, kStart + 3s));   // the time stamps are known, not the bytes
  CHECK_FALSE(Sender{kRound / 2}.missing(trail, 0, kStart + 3s));      // hours ahead
  CHECK_FALSE(Sender{126'000}.missing(trail, 50'000, kStart + 600s));  // 20 minutes ahead after 10
  CHECK(Sender{126'000}.missing(trail, 50'000, kStart + 1200s));
}

TEST_CASE("samples behind a time stamp count, and those that a decoder leaves out of its first frame") {
  const Sender sender;
  PacketTrail trail;
  sender.deliver(trail, 0, 200, kStart);
  trail.deliver(0, {sender.pts(190), int64_t{10} * kFrame}, kRate_hz, kStart);
  CHECK(sender.missing(trail, 150, kStart + 1s) == int64_t{-50} * kFrame);
  CHECK(trail.missing_before({sender.pts(151), 0}, kFrame, kRate_hz, kStart) == int64_t{-49} * kFrame);
  CHECK_FALSE(trail.missing_before({sender.pts(150), 0}, kFrame, 48000, kStart));
}

TEST_CASE("time stamps that began anew before the loss do not matter where packets are known") {
  const Sender sender, next{500, "b"};
  PacketTrail trail;
  sender.deliver(trail, 0, 100, kStart);
  next.go_on(trail, 0, 100, kStart);
  CHECK(sender.missing(trail, 50, kStart + 1s) == int64_t{-150} * kFrame);
  CHECK(next.missing(trail, 20, kStart + 1s) == int64_t{-80} * kFrame);
  CHECK(next.missing(trail, 110, kStart + 1s) == int64_t{10} * kFrame);
}

TEST_CASE("a connection that is lost while it repeats changes nothing") {
  const Sender sender;
  PacketTrail trail;
  sender.deliver(trail, 0, 200, kStart);
  trail.begin(kTick, kWrapBits);
  for (int64_t frame = 120; frame < 150; ++frame) sender.send(trail, frame);
  CHECK(sender.missing(trail, 140, kStart + 1s) == int64_t{-60} * kFrame);
}

TEST_CASE("packets without a time stamp tell nothing") {
  const Sender sender;
  PacketTrail trail;
  sender.deliver(trail, 0, 200, kStart);
  trail.begin(kTick, kWrapBits);
  CHECK_FALSE(trail.missing_before({AV_NOPTS_VALUE, 0}, kFrame, kRate_hz, kStart));
  trail.begin({1, 44100}, 64);  // another container
  sender.send(trail, 150);
  CHECK_FALSE(trail.missing_before({sender.pts(150), 0}, kFrame, kRate_hz, kStart));
}

TEST_CASE("a place goes on by samples until a time stamp is told") {
  StreamPlace place;
  place.go_on(0, 5000);
  place.go_on(kFrame, AV_NOPTS_VALUE);
  place.go_on(kFrame, AV_NOPTS_VALUE);
  CHECK(place.pts == 5000);
  CHECK(place.samples == 2 * kFrame);
  place.go_on(kFrame, 11270);
  CHECK(place.samples == 0);
}
