// What the format of a recording can't hold of the samples: replaced before they are coded, counted, and told to
// people.
//
// NaN becomes 0, what is infinite (or beyond +60 dBFS, which no encoder stands) full scale; a warning says so once.
// What integers clip is counted. Files of floats keep everything. Used from one thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "formats/recording_format.hpp"
#include "stream/receiver.hpp"

namespace astream {

/// What a format holds: any float, those that an encoder can work with, or up to full scale.
enum class SampleRange { all_floats, sound, full_scale };
SampleRange sample_range(const RecordingFormat& format, const EncoderSettings& settings, int source_bits);

class SampleGuard {
 public:
  SampleGuard(SampleRange range, const StreamStart& stream);

  /// `samples` themselves, or what takes their place until the next call.
  std::span<const float> process(std::span<const float> samples);
  /// Warns of what was above full scale; at the end of the stream.
  void tell() const;

 private:
  void replace(float& sample);

  SampleRange range_;
  std::string uri_;
  bool is_lossy_;
  std::vector<float> replaced_;
  bool has_warned_ = false;
  int64_t loud_ = 0;  ///< samples above full scale
  float peak_ = 0;
};

}  // namespace astream
