// Coded packets, as they are, into one file. Free of libav types.
//
// Packets of several readers may follow each other where PacketReader::is_continued_by() says so; their times then go
// on without a gap. Used from one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "av/packet_reader.hpp"
#include "base/byte_output.hpp"

namespace astream::av {

class PacketWriter {
 public:
  /// `container`: libav's short name. `is_part`: the file will not hold all of the track, so that what its header says
  /// of the whole is left out. Throws Error(usage) when the codec does not fit. `output` must outlive it.
  PacketWriter(ByteOutput& output, const std::string& container, const PacketReader& reader,
               const std::map<std::string, std::string>& tags, bool is_part);
  ~PacketWriter();
  PacketWriter(const PacketWriter&) = delete;
  PacketWriter& operator=(const PacketWriter&) = delete;

  /// Of the next packet and those behind it, where the container can tell that.
  void change_tags(const std::map<std::string, std::string>& tags);
  /// Adds the reader's current packet.
  void write(const PacketReader& reader);
  void flush();
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream::av
