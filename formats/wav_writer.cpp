#include "formats/wav_writer.hpp"

namespace astream {

void WavWriter::stream_start(const StreamStart& event) {
  raw_.stream_start(event);
  if (data_at_ != 0) return;
  header_.format = event.format;
  header_.has_room_for_rf64 = sink_.rewrite(0, {});
  header_at_ = sink_.taken_bytes();
  sink_.write(wav_header(header_), {});
  data_at_ = sink_.taken_bytes();
}

void WavWriter::set_end(const SetEnd& event) {
  raw_.set_end(event);
  if (data_at_ == 0 || !header_.has_room_for_rf64) return;
  header_.data_bytes = sink_.taken_bytes() - data_at_;
  sink_.rewrite(header_at_, wav_header(header_));
}

}  // namespace astream
