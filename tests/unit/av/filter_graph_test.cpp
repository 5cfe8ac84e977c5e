#include "av/filter_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/signals.hpp"

using namespace astream;
using namespace astream::av;
using namespace astream::test;

namespace {

std::vector<float> filter(FilterGraph& graph, std::span<const float> input, size_t block_values) {
  std::vector<float> output;
  while (!input.empty()) {
    const auto block = input.first(std::min(block_values, input.size()));
    input = input.subspan(block.size());
    const auto out = graph.process(block);
    output.insert(output.end(), out.begin(), out.end());
  }
  const auto rest = graph.finish();
  output.insert(output.end(), rest.begin(), rest.end());
  return output;
}

}  // namespace

TEST_CASE("filter_graph: volume=0.5 halves every value exactly, in any blocks") {
  const std::vector<float> input = noise(5000, 2);
  std::vector<float> expected = input;
  for (float& value : expected) value *= 0.5F;
  for (const size_t block : {size_t{2}, size_t{514}, input.size()}) {
    CAPTURE(block);
    FilterGraph graph("volume=0.5", {44100, 2});
    CHECK(graph.output_format() == AudioFormat{44100, 2});
    CHECK(filter(graph, input, block) == expected);
  }
}

TEST_CASE("filter_graph: a null graph passes everything, for any number of channels") {
  for (const int channels : {1, 2, 3, 6, 8, 11, 16}) {
    CAPTURE(channels);
    const std::vector<float> input = noise(700, channels);
    FilterGraph graph("anull", {16000, channels});
    CHECK(graph.output_format() == AudioFormat{16000, channels});
    CHECK(filter(graph, input, static_cast<size_t>(channels) * 100) == input);
  }
}

TEST_CASE("filter_graph: graphs that change rate or channels say so") {
  SUBCASE("rate") {
    FilterGraph graph("aresample=8000", {16000, 1});
    CHECK(graph.output_format() == AudioFormat{8000, 1});
    CHECK(filter(graph, noise(1600), 100).size() == 800);
  }
  SUBCASE("channels") {
    FilterGraph graph("pan=mono|c0=c1", {16000, 2});
    CHECK(graph.output_format() == AudioFormat{16000, 1});
    const std::vector<float> both{1, 0.25F, 1, 0.5F};
    CHECK(filter(graph, both, 2) == std::vector<float>{0.25F, 0.5F});
  }
  SUBCASE("another sample format inside") {
    FilterGraph graph("aformat=sample_fmts=s16", {16000, 1});
    const std::vector<float> exact{0.5F, -0.25F, 0};
    CHECK(filter(graph, exact, 3) == exact);
  }
}

TEST_CASE("filter_graph: what a filter holds comes at the end") {
  // areverse gives nothing before the end.
  FilterGraph graph("areverse", {1000, 1});
  const std::vector<float> input = ramp(100);
  CHECK(graph.process(input).empty());
  const auto out = graph.finish();
  std::vector<float> expected(input.rbegin(), input.rend());
  CHECK(std::vector<float>(out.begin(), out.end()) == expected);
}

TEST_CASE("filter_graph: finishing without a sample") {
  FilterGraph graph("highpass=f=80", {1000, 1});
  CHECK(graph.process({}).empty());
  CHECK(graph.finish().empty());
}

TEST_CASE("filter_graph: graphs that can't work are Error(usage) with the graph in the message") {
  for (const char* description : {"nosuchfilter", "volume=volume=loud(", "volume=0.5,", "hflip", "[in]volume=1[x]",
                                  "asplit", "amerge=inputs=2", "volume=0.5;volume=0.5", "[", "pan=99x|c0=c0"}) {
    CAPTURE(description);
    try {
      FilterGraph graph(description, {8000, 1});
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(error.message().find(description) != std::string::npos);
      CHECK_FALSE(error.hint().empty());
    }
  }
}

TEST_CASE("filter_graph: moves") {
  FilterGraph graph("volume=0.5", {8000, 1});
  FilterGraph moved = std::move(graph);
  const std::vector<float> one{1};
  const auto out = moved.process(one);
  CHECK(std::vector<float>(out.begin(), out.end()) == std::vector<float>{0.5F});
}
