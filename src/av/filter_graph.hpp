// A libavfilter graph on interleaved float32. libavfilter is loaded when the first graph is made, not before.
// libav-free header.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/audio.hpp"

namespace astream::av {

class FilterGraph {
 public:
  /// `description` as ffmpeg's -af takes it. Throws Error(usage) when it does not parse or is no audio-to-audio graph,
  /// Error(open) when libavfilter is not installed.
  FilterGraph(const std::string& description, AudioFormat input);
  ~FilterGraph();
  FilterGraph(FilterGraph&&) noexcept;
  FilterGraph& operator=(FilterGraph&&) noexcept;

  /// Rate and channels of what comes out.
  AudioFormat output_format() const;
  /// Filters a block; the result is borrowed until the next call and may be empty.
  std::span<const float> process(std::span<const float> input);
  /// What the filters still hold.
  std::span<const float> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
