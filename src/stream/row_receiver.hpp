// What a program that receives rows of features implements: the events of Receiver with rows in place of windows.
//
//     set_start ( stream_start ( row | stream_info )* stream_error? stream_end | stream_error )* set_end
#pragma once

#include <string>
#include <vector>

#include "dsp/features/feature_extractor.hpp"
#include "stream/receiver.hpp"

namespace astream {

struct RowStreamStart {
  const StreamStart& stream;                ///< plan: length and hop of what one row stands for
  const std::vector<std::string>& columns;  ///< the same for all streams of a run
  RowMode mode = RowMode::frames;
  int frame_hop_samples = 0;    ///< between analysis frames
  int64_t frames_per_row = 1;   ///< patches: of every row but a cropped last one
  int64_t rows_per_record = 1;  ///< for writers that gather rows
};

/// Borrowed for the call. `values`: frames * columns, frame after frame.
struct Row {
  int64_t stream = 0;
  int64_t index = 0;   ///< of the frame or window in its stream, from 0
  int64_t sample = 0;  ///< where it stands on the stream's time line; centred frames: their centre
  double time_s = 0;   ///< sample / rate
  int64_t duration_samples = 0;
  int rate_hz = 0;
  int64_t gap_samples = 0;  ///< lost before it
  int channel = 0;          ///< from 0
  bool is_centred = false;  ///< `sample` is the centre
  std::optional<int64_t> wallclock_us;
  int64_t frames = 1;
  std::span<const double> values;
};

class RowReceiver {
 public:
  virtual ~RowReceiver() = default;
  virtual void set_start(const SetStart&) {}
  /// May throw Error(usage) to refuse this stream alone.
  virtual void stream_start(const RowStreamStart&) {}
  virtual void row(const Row& row) = 0;
  /// A block of audio was worked through: what is complete may be handed on.
  virtual void pause() {}
  virtual void stream_info(const StreamInfo&) {}
  virtual void stream_error(const StreamError&) {}
  virtual void stream_end(const StreamEnd&) {}
  virtual void set_end(const SetEnd&) {}
};

}  // namespace astream
