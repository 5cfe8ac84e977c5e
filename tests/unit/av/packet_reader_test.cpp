#include "av/packet_reader.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "support/av_reading.hpp"

using namespace astream;
using namespace astream::av;
using namespace astream::test;

namespace {

std::string read_fixture(const std::string& name) {
  const char* folder = std::getenv("ASTREAM_FIXTURES");
  REQUIRE_MESSAGE(folder != nullptr, "ASTREAM_FIXTURES names the folder that scripts/make_fixtures.py wrote");
  std::ifstream file(std::string(folder) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int count_packets(PacketReader& reader) {
  int packets = 0;
  while (reader.next()) ++packets;
  return packets;
}

}  // namespace

TEST_CASE("packet_reader: of what is live the packet that a lost connection cut is left out") {
  const std::string bytes = read_fixture("aac.aac");
  const auto packets_in = [](const std::string& stream, bool is_live) {
    MediaTarget target = bytes_target(stream, false);
    target.is_live = is_live;
    PacketReader reader(target);
    return count_packets(reader);
  };
  const std::string cut = bytes.substr(0, bytes.size() - 1);
  const int all = packets_in(bytes, true);
  CHECK(packets_in(bytes, false) == all);
  CHECK(packets_in(cut, false) == all);
  CHECK(packets_in(cut, true) == all - 1);
}
