#include "stream/sample_chain.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/scripted_source.hpp"
#include "support/signals.hpp"

using namespace astream;
using namespace astream::test;

namespace {

/// A source that is only asked for its format and its layout.
class LayoutSource : public Source {
 public:
  explicit LayoutSource(AudioFormat format, bool has_layout = false) : has_layout_(has_layout) {
    info_.format = format;
  }
  const SourceInfo& info() const override { return info_; }
  ReadResult read(Clock::time_point) override { return {}; }
  std::optional<MixMatrix> layout_mix(int out_channels) const override {
    if (!has_layout_) return std::nullopt;
    const auto gains = static_cast<size_t>(out_channels * info_.format.channels);
    return MixMatrix{info_.format.channels, out_channels, std::vector<double>(gains, 0.25)};
  }
  void change(AudioFormat format) { info_.format = format; }

 private:
  bool has_layout_;
  SourceInfo info_;
};

std::vector<float> values(std::span<const float> span) {
  return {span.begin(), span.end()};
}

Error refusal(const StreamOptions& options, const Source& source) {
  try {
    const SampleChain chain(options, source);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::internal, "nothing was thrown"};
}

}  // namespace

TEST_CASE("sample_chain: without options the samples pass as they are") {
  const LayoutSource source({44100, 2});
  const StreamOptions options;
  SampleChain chain(options, source);
  CHECK(chain.output_format() == AudioFormat{44100, 2});
  CHECK(values(chain.process(ramp(10, 2))) == ramp(10, 2));
  CHECK(chain.finish().empty());
  CHECK(chain.output_samples(77) == 77);
  CHECK(chain.entry_point(5)->in_sample == 5);
  CHECK(chain.entry_point(5)->drop_samples == 0);
}

TEST_CASE("sample_chain: mixing") {
  StreamOptions options;
  const std::vector<float> three{1, 2, 6};
  SUBCASE("mean to mono without a layout") {
    options.channels = 1;
    SampleChain chain(options, LayoutSource({8000, 3}));
    CHECK(values(chain.process(three)) == std::vector<float>{3});
  }
  SUBCASE("the layout's own matrix comes first") {
    options.channels = 1;
    const LayoutSource source({8000, 3}, true);
    SampleChain chain(options, source);
    CHECK(values(chain.process(three)) == std::vector<float>{9 * 0.25F});
  }
  SUBCASE("mono is copied") {
    options.channels = 3;
    const LayoutSource source({8000, 1});
    SampleChain chain(options, source);
    CHECK(values(chain.process(three)) == std::vector<float>{1, 1, 1, 2, 2, 2, 6, 6, 6});
  }
  SUBCASE("picks, in the order and as often as asked") {
    options.picks = {3, 1, 3};
    const LayoutSource source({8000, 3}, true);
    SampleChain chain(options, source);
    CHECK(chain.output_format().channels == 3);
    CHECK(values(chain.process(three)) == std::vector<float>{6, 1, 6});
  }
}

TEST_CASE("sample_chain: what can't be mixed is refused") {
  StreamOptions options;
  options.channels = 2;
  const Error no_way = refusal(options, LayoutSource({8000, 3}));
  CHECK(no_way.kind() == ErrorKind::usage);
  CHECK(no_way.message() == "no way to mix 3 channels without a layout to 2");
  options.channels.reset();
  options.picks = {1, 4};
  const Error no_channel = refusal(options, LayoutSource({8000, 3}));
  CHECK(no_channel.kind() == ErrorKind::usage);
  CHECK(no_channel.message() == "there is no channel 4, it has 3");
  CHECK(no_channel.hint() == "--channel takes 1..3 here");
}

TEST_CASE("sample_chain: mixing comes before resampling, the filter before both") {
  const LayoutSource source({8000, 2});
  StreamOptions options;
  options.rate_hz = 4000;
  options.channels = 1;
  options.filter = "volume=0.5";
  SampleChain chain(options, source);
  CHECK(chain.output_format() == AudioFormat{4000, 1});
  CHECK_FALSE(chain.entry_point(100));
  CHECK(chain.output_samples(100) == 50);
  const std::vector<float> ones(2 * 1600, 1.0F);
  std::vector<float> out = values(chain.process(ones));
  const std::vector<float> tail = values(chain.finish());
  out.insert(out.end(), tail.begin(), tail.end());
  REQUIRE(out.size() == 800);
  CHECK(out[400] == doctest::Approx(0.5).epsilon(1e-4));
}

TEST_CASE("sample_chain: a filter that changes rate or channels, and one that can't be") {
  const LayoutSource source({8000, 2});
  StreamOptions options;
  SUBCASE("its output is the stream's format") {
    options.filter = "aresample=16000,pan=mono|c0=c1";
    const SampleChain chain(options, source);
    CHECK(chain.output_format() == AudioFormat{16000, 1});
  }
  SUBCASE("but what was asked for is made of it") {
    options.filter = "aresample=16000";
    options.rate_hz = 4000;
    SampleChain chain(options, source);
    CHECK(chain.output_format() == AudioFormat{4000, 2});
    size_t got = chain.process(ramp(800, 2)).size();
    got += chain.finish().size();
    CHECK(got == 2 * 400);
  }
  SUBCASE("a broken graph") {
    options.filter = "nosuchfilter=1";
    CHECK(refusal(options, source).kind() == ErrorKind::usage);
  }
}

TEST_CASE("sample_chain: a rebuild keeps the output format") {
  LayoutSource source({8000, 1});
  const StreamOptions options;
  SampleChain chain(options, source);
  source.change({16000, 2});
  chain.rebuild();
  CHECK(chain.output_format() == AudioFormat{8000, 1});
  const std::vector<float> ones(2 * 3200, 1.0F);
  size_t got = chain.process(ones).size();
  got += chain.finish().size();
  CHECK(got == 1600);
}

TEST_CASE("sample_chain: entering in the middle gives the bits of a run in order") {
  const LayoutSource source({8000, 1});
  StreamOptions options;
  options.rate_hz = 5000;
  SampleChain in_order(options, source);
  const std::vector<float> input = noise(8000 * 22);
  std::vector<float> whole = values(in_order.process(input));
  const auto tail = values(in_order.finish());
  whole.insert(whole.end(), tail.begin(), tail.end());
  REQUIRE(whole.size() == 5000 * 22);
  for (const int64_t wanted : {0, 1, 49'999, 50'000, 70'001, 105'000}) {
    CAPTURE(wanted);
    SampleChain entered(options, source);
    const auto entry = entered.entry_point(wanted);
    REQUIRE(entry);
    entered.enter_at(entry->in_sample);
    std::vector<float> part = values(entered.process(std::span(input).subspan(static_cast<size_t>(entry->in_sample))));
    const auto rest = values(entered.finish());
    part.insert(part.end(), rest.begin(), rest.end());
    part.erase(part.begin(), part.begin() + entry->drop_samples);
    CHECK(part == std::vector<float>(whole.begin() + wanted, whole.end()));
  }
}
