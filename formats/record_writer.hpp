// Writes the record stream: formats/RECORDS.md is its specification.
//
// The sink is borrowed and not closed; it gets whole records only. Throws what the sink throws.
#pragma once

#include "formats/byte_sink.hpp"
#include "formats/flush_policy.hpp"
#include "formats/record_header.hpp"
#include "stream/receiver.hpp"

namespace astream {

class RecordWriter : public Receiver {
 public:
  explicit RecordWriter(ByteSink& sink) : sink_(sink) {}

  void set_start(const SetStart& event) override;
  void stream_start(const StreamStart& event) override;
  Flow window(const Window& window) override;
  void stream_info(const StreamInfo& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  ByteSink& sink_;
  FlushPolicy flush_policy_;
  WindowHeaderBuffer header_{};
};

}  // namespace astream
