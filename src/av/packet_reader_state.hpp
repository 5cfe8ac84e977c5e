// What a PacketReader holds, for those who write its packets. Inside src/av only.
#pragma once

#include <deque>
#include <string>

#include "av/codec_header.hpp"
#include "av/demuxer.hpp"
#include "av/loss_counter.hpp"
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
  bool is_no_sound();
  void look_for_new_header();
  void begin_times();
  int64_t length_samples();
  int64_t parsed_samples();

  Demuxer demuxer;
  MediaInfo info;
  UniqueCodecParameters parameters{avcodec_parameters_alloc()};  ///< of the track, completed by its first packets
  UniquePacket packet{av_packet_alloc()};
  std::deque<UniquePacket> first_packets;  ///< read to find the format
  std::map<std::string, std::string> raw_tags;
  LinkHeaders link_headers;
  std::string header;           ///< what is decisive of the codec's, of the last packet
  std::string told_header;      ///< the same, as the demuxer told it last
  bool is_time_told = true;     ///< the packets' times can be trusted
  bool has_new_header = false;  ///< with the current packet
  int64_t samples = 0;          ///< of the current packet
  StreamPlace place;            ///< of the current packet
  bool has_begun = false;       ///< a packet was handed out
  LossCounter losses;
  int64_t position = 0;            ///< behind the current packet, in samples since the first
  int64_t gap_samples = 0;         ///< before the current packet
  int packets_without_length = 0;  ///< in a row
  UniqueParser parser;             ///< for packets whose length stands in nothing but themselves
  UniqueCodec parser_context;
};

}  // namespace astream::av
