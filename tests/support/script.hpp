// What a scripted source is to do, step by step: blocks, would-block, gaps, format changes, tags, exceptions.
//
//     Script script{.format = {1000, 1}, .steps = {data(6), gap(3), data(6), raise(Error(...))}};
//
// The samples are a function of their position on the source's time line (gaps move it on), so that every value proves
// where it stands.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "source/source.hpp"

namespace astream::test {

struct ScriptStep {
  ReadKind kind = ReadKind::end;
  int64_t samples = 0;  ///< of data and gap
  AudioFormat format;
  Tags tags;
  std::function<void()> raise;  ///< when set, called instead of giving anything
  int64_t dropped_samples = 0;  ///< of a gap, besides `samples`
};

inline ScriptStep data(int64_t samples) {
  return {ReadKind::data, samples, {}, {}, {}};
}
inline ScriptStep gap(int64_t samples) {
  return {ReadKind::gap, samples, {}, {}, {}};
}
inline ScriptStep dropped(int64_t samples) {
  return {ReadKind::gap, 0, {}, {}, {}, samples};
}
inline ScriptStep would_block() {
  return {ReadKind::would_block, 0, {}, {}, {}};
}
inline ScriptStep format_change(AudioFormat format) {
  return {ReadKind::format_changed, 0, format, {}, {}};
}
inline ScriptStep new_tags(Tags tags) {
  return {ReadKind::tags, 0, {}, std::move(tags), {}};
}
template <typename Exception>
ScriptStep raise(Exception exception) {
  return {ReadKind::end, 0, {}, {}, [exception] { throw exception; }};
}

/// Value of sample `position`, channel `channel`.
using ScriptSignal = float (*)(int64_t position, int channel);

/// The number of the sample, told apart by channel as in signals.hpp.
inline float ramp_signal(int64_t position, int channel) {
  return static_cast<float>(position) + static_cast<float>(channel) / 1024;
}

/// Noise in [-0.5, 0.5) that depends on nothing but its place (a 64-bit mix as in SplitMix64).
inline float noise_signal(int64_t position, int channel) {
  uint64_t x = static_cast<uint64_t>(position) * 64 + static_cast<uint64_t>(channel) + 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return static_cast<float>((x ^ (x >> 31)) >> 40) / static_cast<float>(1 << 24) - 0.5F;
}

/// What was asked of a scripted source.
struct ScriptLog {
  int opened = 0;
  int closed = 0;
  int reads = 0;
  std::vector<int64_t> seeks;
  int64_t given_samples = 0;
  std::vector<std::chrono::milliseconds> wanted;  ///< lengths, rounded up
};

struct Script {
  AudioFormat format{1000, 1};
  std::vector<ScriptStep> steps{};
  ScriptSignal signal = ramp_signal;
  bool can_seek = false;  ///< for scripts of data steps only
  bool has_fast_seek = false;
  bool runs_by_itself = false;  ///< as a live input does: others may run beside it
  int opening_looks = 0;        ///< so often it is still opening when it is looked at
  int64_t reconnects = 0;
  std::optional<int64_t> wallclock_us{};  ///< of sample 0, told with each block
  SourceInfo info{};                      ///< format is put in
  std::function<void()> raise_at_open{};  ///< when set, opening calls it
  std::vector<Script> following{};        ///< further streams of the same input
};

}  // namespace astream::test
