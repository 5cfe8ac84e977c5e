// What a PacketReader holds, for those who write its packets. Inside src/av only.
#pragma once

#include <deque>
#include <string>

#include "av/demuxer.hpp"
#include "av/packet_reader.hpp"

namespace astream::av {

struct PacketReader::State {
  explicit State(MediaTarget target) : demuxer(std::move(target)) {}

  void find_format();
  void describe();
  bool next();

  Demuxer demuxer;
  MediaInfo info;
  UniqueCodecParameters parameters{avcodec_parameters_alloc()};  ///< of the track, completed by its first packets
  UniquePacket packet{av_packet_alloc()};
  std::deque<UniquePacket> first_packets;  ///< read to find the format
  std::map<std::string, std::string> raw_tags;
  std::string header;           ///< the codec's, of the last packet
  bool has_new_header = false;  ///< with the current packet
};

}  // namespace astream::av
