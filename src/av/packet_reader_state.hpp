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
  bool read_measured();
  bool go_on_from_trail();
  bool read_packet();
  int64_t length_samples();
  int64_t parsed_samples();

  Demuxer demuxer;
  MediaInfo info;
  UniqueCodecParameters parameters{avcodec_parameters_alloc()};  ///< of the track, completed by its first packets
  UniquePacket packet{av_packet_alloc()};
  std::deque<UniquePacket> first_packets;  ///< read to find the format
  std::map<std::string, std::string> raw_tags;
  std::string header;              ///< the codec's, of the last packet
  bool has_new_header = false;     ///< with the current packet
  int64_t samples = 0;             ///< of the current packet
  StreamPlace place;               ///< of the current packet
  bool has_begun = false;          ///< a packet was handed out
  int packets_without_length = 0;  ///< in a row
  UniqueParser parser;             ///< for packets whose length stands in nothing but themselves
  UniqueCodec parser_context;
};

}  // namespace astream::av
