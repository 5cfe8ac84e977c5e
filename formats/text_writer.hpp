// Writes one readable line a window for people: label, position, peak and RMS level, a small bar; and a line for
// whatever else happens to a stream.
//
//     song.mp3             0:08.0  peak   -3.1  rms  -18.2 dBFS  ##########   |
//
// Levels are of the real samples of the window, the loudest channel. Nothing that strangers wrote (titles, names) can
// steer the terminal; escape codes are written only when WriterOptions::is_colored. The sink is borrowed and not
// closed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "formats/byte_sink.hpp"
#include "formats/format_table.hpp"
#include "stream/receiver.hpp"

namespace astream {

class TextWriter : public Receiver {
 public:
  TextWriter(ByteSink& sink, const WriterOptions& options);

  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  struct Stream {
    std::string label;       ///< printable
    std::string label_cell;  ///< the same in label_columns_
    int clock_decimals = 1;
    int rate_hz = 1;
  };

  void write_event(std::string_view name, std::string_view text, bool is_error);
  std::string colored(std::string_view text, std::string_view code) const;

  ByteSink& sink_;
  WriterOptions options_;
  int label_columns_;
  std::map<int64_t, Stream> streams_;  ///< that are open
};

}  // namespace astream
