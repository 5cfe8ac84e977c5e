#include "av/filter_graph.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "av/av_log.hpp"
#include "av/filter_library.hpp"
#include "av/handles.hpp"
#include "av/layout_mix.hpp"
#include "av/sample_convert.hpp"
#include "base/error.hpp"

namespace astream::av {

struct FilterGraph::State {
  State(const std::string& description, AudioFormat input);
  ~State() { library.graph_free(&graph); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void build(const std::string& description);
  void link_ends(const std::string& description);
  void feed(const AVFrame* input);
  std::span<const float> collect();

  const FilterLibrary& library;
  AudioFormat in_format;
  AVFilterGraph* graph = nullptr;
  AVFilterContext* source = nullptr;
  AVFilterContext* sink = nullptr;
  UniqueFrame frame{av_frame_alloc()};
  int64_t fed_samples = 0;
  std::vector<float> output;
};

namespace {

/// What a graph may give for one block or at the end: ten minutes of stereo at 48 kHz. An endless filter (apad) gives
/// more.
constexpr size_t kMostHeldValues = size_t{2} * 48000 * 600;

Error graph_error(const std::string& description, int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return {
      ErrorKind::usage,
      "--filter '" + description + "' does not work: " + text.data(),
      {},
      "it takes an audio graph as ffmpeg's -af does, e.g. highpass=f=80,volume=-3dB; -v shows libavfilter's own words"};
}

/// Names of the graph's two ends, as libavfilter's parser links them.
class GraphEnds {
 public:
  explicit GraphEnds(const FilterLibrary& library)
      : library_(library), in(library.inout_alloc()), out(library.inout_alloc()) {
    if (in == nullptr || out == nullptr) throw std::bad_alloc();
  }
  ~GraphEnds() {
    library_.inout_free(&in);
    library_.inout_free(&out);
  }
  GraphEnds(const GraphEnds&) = delete;
  GraphEnds& operator=(const GraphEnds&) = delete;

 private:
  const FilterLibrary& library_;

 public:
  AVFilterInOut* in;
  AVFilterInOut* out;
};

}  // namespace

FilterGraph::State::State(const std::string& description, AudioFormat input)
    : library((start_libav(), filter_library())), in_format(input), graph(library.graph_alloc()) {
  if (graph == nullptr || !frame) throw std::bad_alloc();
  try {
    build(description);
  } catch (...) {
    library.graph_free(&graph);  // the destructor does not run when the constructor throws
    throw;
  }
}

void FilterGraph::State::build(const std::string& description) {
  AVChannelLayout layout{};
  av_channel_layout_default(&layout, in_format.channels);
  const std::string layout_text =
      layout.order == AV_CHANNEL_ORDER_NATIVE ? layout_name(layout) : std::to_string(in_format.channels) + "C";
  av_channel_layout_uninit(&layout);
  const std::string rate = std::to_string(in_format.rate_hz);
  const std::string arguments =
      "time_base=1/" + rate + ":sample_rate=" + rate + ":sample_fmt=flt:channel_layout=" + layout_text;
  graph->nb_threads = 1;
  int code =
      library.graph_create_filter(&source, library.get_by_name("abuffer"), "in", arguments.c_str(), nullptr, graph);
  if (code < 0) throw graph_error(description, code);
  constexpr const char* kAnyLayout = "all_channel_counts=1";  // also of channels without names
  code = library.graph_create_filter(&sink, library.get_by_name("abuffersink"), "out", kAnyLayout, nullptr, graph);
  if (code < 0) throw graph_error(description, code);
  link_ends(description);
  code = library.graph_config(graph, nullptr);
  if (code < 0) throw graph_error(description, code);
}

void FilterGraph::State::link_ends(const std::string& description) {
  GraphEnds ends(library);
  ends.out->name = av_strdup("in");
  ends.out->filter_ctx = source;
  ends.in->name = av_strdup("out");
  ends.in->filter_ctx = sink;
  // aformat at the end: whatever the filters give, floats come out.
  const std::string whole = description + ",aformat=sample_fmts=flt";
  const int code = library.graph_parse_ptr(graph, whole.c_str(), &ends.in, &ends.out, nullptr);
  if (code < 0) throw graph_error(description, code);
}

void FilterGraph::State::feed(const AVFrame* input) {
  const int code = library.buffersrc_add_frame_flags(source, const_cast<AVFrame*>(input), 0);
  if (code < 0 && code != AVERROR_EOF) throw Error(ErrorKind::decode, "--filter failed while running");
}

std::span<const float> FilterGraph::State::collect() {
  output.clear();
  while (library.buffersink_get_frame(sink, frame.get()) >= 0) {
    append_as_float(*frame, output);
    if (output.size() > kMostHeldValues) {
      throw Error(ErrorKind::usage, "--filter gives sound without end", {},
                  "give it a length (apad=pad_dur=1, aloop=loop=2)");
    }
    av_frame_unref(frame.get());
  }
  return output;
}

FilterGraph::FilterGraph(const std::string& description, AudioFormat input)
    : state_(std::make_unique<State>(description, input)) {}
FilterGraph::~FilterGraph() = default;
FilterGraph::FilterGraph(FilterGraph&&) noexcept = default;
FilterGraph& FilterGraph::operator=(FilterGraph&&) noexcept = default;

AudioFormat FilterGraph::output_format() const {
  AVChannelLayout layout{};
  state_->library.buffersink_get_ch_layout(state_->sink, &layout);
  const AudioFormat format{state_->library.buffersink_get_sample_rate(state_->sink), layout.nb_channels};
  av_channel_layout_uninit(&layout);
  return format;
}

std::span<const float> FilterGraph::process(std::span<const float> input) {
  if (input.empty()) return {};
  UniqueFrame frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  const auto samples = static_cast<int>(input.size()) / state_->in_format.channels;
  frame->nb_samples = samples;
  frame->format = AV_SAMPLE_FMT_FLT;
  frame->sample_rate = state_->in_format.rate_hz;
  av_channel_layout_default(&frame->ch_layout, state_->in_format.channels);
  frame->pts = state_->fed_samples;
  if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
  std::memcpy(frame->extended_data[0], input.data(), input.size_bytes());
  state_->fed_samples += samples;
  state_->feed(frame.get());
  return state_->collect();
}

std::span<const float> FilterGraph::finish() {
  state_->feed(nullptr);
  return state_->collect();
}

}  // namespace astream::av
