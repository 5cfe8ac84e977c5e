// Cuts out of a sequence of samples the events in which it is loud: from `pre` before the first sample that reaches the
// threshold to `post` behind the last one.
//
// An event that begins within `post` of the last one is the same; two events never share samples, so that a pre-roll
// may be shorter right behind another event. The same samples give the same events whatever the chunking. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace astream {

struct LevelTriggerOptions {
  float threshold = 0;  ///< magnitude of a sample of any channel that begins an event, full scale 1
  int64_t pre_samples = 0;
  int64_t post_samples = 0;
};

class LevelTrigger {
 public:
  /// A part of an event; `samples` may be empty at its end.
  struct Piece {
    int64_t sample = 0;
    std::span<const float> samples;
    bool is_last = false;
  };
  using PieceSink = std::function<void(const Piece&)>;

  LevelTrigger(LevelTriggerOptions options, int channels);

  /// Interleaved samples, the first of them at `sample`; where that is not the one expected, something is missing: an
  /// event whose `post` has passed meanwhile ends, what is kept of before is forgotten.
  void process(int64_t sample, std::span<const float> samples, const PieceSink& sink);
  /// The end of the stream ends an event.
  void finish(const PieceSink& sink);

 private:
  int64_t first_loud(std::span<const float> samples) const;
  int64_t last_loud(std::span<const float> samples) const;
  bool is_loud(std::span<const float> frame) const;
  void remember(std::span<const float> samples);
  std::span<const float> go_on(std::span<const float> samples, const PieceSink& sink);
  std::span<const float> look_for_event(std::span<const float> samples, const PieceSink& sink);
  void end_event(const PieceSink& sink);

  LevelTriggerOptions options_;
  size_t channels_;
  std::vector<float> kept_;  ///< what came before position_, at most twice the pre-roll
  int64_t position_ = 0;
  bool is_begun_ = false;
  bool is_open_ = false;
  int64_t end_ = 0;  ///< where the open event ends if nothing more is loud
};

}  // namespace astream
