// Setup only: nothing is opened, read or written; what a command line means is asserted on the parsed fields.
#include "cli/cmd_stream.hpp"

#include <doctest/doctest.h>

#include "cli/command_line.hpp"
#include "support/usage_error.hpp"

using namespace astream;
using namespace astream::cli;
using astream::test::usage_error;

namespace {

using Args = std::vector<std::string>;

std::unique_ptr<StreamCommand> parsed(const Args& args) {
  auto command = std::make_unique<StreamCommand>();
  command->parse(args);
  return command;
}

std::string error_of(const Args& args) {
  return usage_error([&] { parsed(args); });
}

/// The options of `args` with an input.
StreamOptions stream_of(Args args) {
  args.emplace_back("x.wav");
  return parsed(args)->generator.stream;
}

}  // namespace

TEST_CASE("stream command: defaults") {
  const auto command = parsed({"a.wav", "b.wav"});
  CHECK(command->inputs.names == Args{"a.wav", "b.wav"});
  CHECK(command->inputs.list_paths.empty());
  const StreamOptions& stream = command->generator.stream;
  CHECK_FALSE(stream.rate_hz);
  CHECK_FALSE(stream.channels);
  CHECK(stream.picks.empty());
  CHECK(stream.start == TimeSpec{});
  CHECK_FALSE(stream.duration);
  CHECK(stream.filter.empty());
  CHECK_FALSE(stream.is_paced);
  CHECK(stream.quality == ResampleQuality::hq);
  CHECK(stream.window == TimeSpec{1.0, {}});
  CHECK_FALSE(stream.hop);
  CHECK_FALSE(stream.overlap);
  CHECK_FALSE(stream.open.track);
  CHECK(stream.open.is_tls_verified);
  CHECK(stream.open.connect_timeout == std::chrono::seconds(10));
  CHECK(stream.open.stall_timeout == std::chrono::seconds(30));
  CHECK(command->generator.on_error == OnError::skip);
  CHECK_FALSE(command->has_tail);
  CHECK(command->output.format.empty());
  CHECK(command->output.path.empty());
  CHECK(command->output.command.empty());
  CHECK_FALSE(command->output.may_overwrite);
  CHECK_FALSE(command->common.is_quiet);
  CHECK(command->common.verbosity == 0);
  CHECK(command->common.progress == Show::automatic);
}

TEST_CASE("stream command: audio options") {
  CHECK(stream_of({"-r", "16000"}).rate_hz == 16000);
  CHECK(stream_of({"--rate=44.1k"}).rate_hz == 44100);
  CHECK(stream_of({"-c1"}).channels == 1);
  CHECK(stream_of({"--channels", "6"}).channels == 6);
  CHECK(stream_of({"--channel", "2,1,2"}).picks == std::vector<int>{2, 1, 2});
  CHECK(stream_of({"--track", "3"}).open.track == 3);
  CHECK(stream_of({"--start", "1:30.5"}).start == TimeSpec{90.5, {}});
  CHECK(stream_of({"--start", "16000smp"}).start.samples == 16000);
  CHECK(stream_of({"-t", "2m"}).duration == TimeSpec{120, {}});
  CHECK(stream_of({"--duration=0"}).duration == TimeSpec{0, {}});
  CHECK(stream_of({"--filter", "highpass=f=80,volume=-3dB"}).filter == "highpass=f=80,volume=-3dB");
  CHECK(stream_of({"--resample", "fast"}).quality == ResampleQuality::fast);
  CHECK(stream_of({"--resample", "hq"}).quality == ResampleQuality::hq);
  CHECK(stream_of({"--pace"}).is_paced);
}

TEST_CASE("stream command: window options") {
  CHECK(stream_of({"-w", "250ms"}).window == TimeSpec{0.25, {}});
  CHECK(stream_of({"--window=512smp"}).window.samples == 512);
  CHECK(stream_of({"--hop", "10ms"}).hop == TimeSpec{0.01, {}});
  CHECK(stream_of({"--overlap", "50%"}).overlap->percent == 50);
  CHECK(stream_of({"--overlap", "0.5s"}).overlap->time == TimeSpec{0.5, {}});
  CHECK(stream_of({"--tail", "crop"}).tail == Tail::crop);
  CHECK(stream_of({"--tail", "drop"}).tail == Tail::drop);
  CHECK(parsed({"--tail", "pad", "x"})->has_tail);
}

TEST_CASE("stream command: output, network and other options") {
  const auto command =
      parsed({"-f", "wav", "-o", "out.wav", "-y", "--on-error", "stop", "--connect-timeout", "2s", "--stall", "1500ms",
              "--insecure", "-vv", "--log-format", "json", "--progress", "never", "x"});
  CHECK(command->output.format == "wav");
  CHECK(command->output.path == "out.wav");
  CHECK(command->output.may_overwrite);
  CHECK(command->generator.on_error == OnError::stop);
  CHECK(command->generator.stream.open.connect_timeout == std::chrono::seconds(2));
  CHECK(command->generator.stream.open.stall_timeout == std::chrono::milliseconds(1500));
  CHECK_FALSE(command->generator.stream.open.is_tls_verified);
  CHECK_FALSE(command->common.is_quiet);
  CHECK(command->common.verbosity == 2);
  CHECK(command->common.is_json_log);
  CHECK(command->common.progress == Show::never);
}

TEST_CASE("stream command: inputs that look like something else") {
  CHECK(parsed({"-"})->inputs.names == Args{"-"});
  CHECK(parsed({"-?format=s16le&rate=16000"})->inputs.names == Args{"-?format=s16le&rate=16000"});
  CHECK(parsed({"mic=tone:440?rate=48000"})->inputs.names == Args{"mic=tone:440?rate=48000"});
  CHECK(parsed({"a.wav", "-r", "8000", "b.wav"})->inputs.names == Args{"a.wav", "b.wav"});
  CHECK(parsed({"--files-from", "list.txt"})->inputs.list_paths == Args{"list.txt"});
  const auto lists = parsed({"--files-from", "a", "--files-from", "-", "-0", "x.wav"});
  CHECK(lists->inputs.list_paths == Args{"a", "-"});
  CHECK(lists->inputs.is_nul_separated);
  CHECK(lists->inputs.names == Args{"x.wav"});
}

TEST_CASE("stream command: -- splits off the command") {
  const auto with_input = parsed({"a.wav", "-r", "8000", "--", "python3", "detect.py", "-r", "--help", "--", "x"});
  CHECK(with_input->inputs.names == Args{"a.wav"});
  CHECK(with_input->output.command == Args{"python3", "detect.py", "-r", "--help", "--", "x"});
  CHECK(with_input->generator.stream.rate_hz == 8000);
}

TEST_CASE("stream command: -- without an input before it starts the inputs, a second one the command") {
  const auto inputs = parsed({"-r", "8000", "--", "-dash.wav", "-r"});
  CHECK(inputs->inputs.names == Args{"-dash.wav", "-r"});
  CHECK(inputs->output.command.empty());
  const auto both = parsed({"--", "-dash.wav", "--", "cat", "-n"});
  CHECK(both->inputs.names == Args{"-dash.wav"});
  CHECK(both->output.command == Args{"cat", "-n"});
  const auto stdin_raw = parsed({"--", "-?format=u8&rate=8000"});
  CHECK(stdin_raw->inputs.names == Args{"-?format=u8&rate=8000"});
  CHECK(parsed({"--files-from", "list", "--", "cat"})->output.command == Args{"cat"});
}

TEST_CASE("stream command: -- with nothing behind it") {
  CHECK(error_of({"a.wav", "--"}) == "no command behind -- (try -- python3 detect.py)");
  CHECK(error_of({"--"}) == "no input (try astream song.mp3, or astream --help)");
  CHECK(error_of({"--", "a.wav", "--"}) == "no command behind -- (try -- python3 detect.py)");
}

TEST_CASE("stream command: no input at all") {
  CHECK(error_of({}) == "no input (try astream song.mp3, or astream --help)");
  CHECK(error_of({"-r", "8000"}) == "no input (try astream song.mp3, or astream --help)");
}

TEST_CASE("stream command: values that can't be are refused by name") {
  struct Row {
    Args args;
    const char* part;  ///< of the message
  };
  for (const Row& row :
       std::vector<Row>{{{"-r", "0"}, "--rate"},
                        {{"-r", "fast"}, "--rate"},
                        {{"-r", "-8000"}, "--rate"},
                        {{"-c", "0"}, "--channels: '0' is no whole number from 1 to 256"},
                        {{"-c", "2.5"}, "--channels"},
                        {{"-c", "257"}, "--channels"},
                        {{"--channel", "0"}, "--channel"},
                        {{"--channel", "1,,2"}, "--channel: '1,,2' has an empty part"},
                        {{"--channel", "1,x"}, "--channel"},
                        {{"--track", "0"}, "--track"},
                        {{"--start", "-1"}, "--start"},
                        {{"--start", "later"}, "--start"},
                        {{"-t", "nan"}, "--duration"},
                        {{"-w", "0"}, "--window: it must be longer than 0"},
                        {{"-w", "0smp"}, "--window: it must be longer than 0"},
                        {{"--hop", "0"}, "--hop: it must be longer than 0"},
                        {{"--overlap", "100%"}, "--overlap"},
                        {{"--overlap", "1s"}, "the overlap is as long as the window"},
                        {{"-w", "1s", "--overlap", "2s"}, "the overlap is as long as the window"},
                        {{"-w", "1us"}, "the window is shorter than one sample"},
                        {{"-r", "8000", "-w", "50us"}, "the window is shorter than one sample at 8000 Hz"},
                        {{"--tail", "cut"}, "--tail: 'cut' is no rule for the tail"},
                        {{"--resample", "best"}, "--resample: 'best' is no quality"},
                        {{"--on-error", "ask"}, "--on-error: 'ask' is no choice"},
                        {{"--stall", "100smp"}, "--stall: samples make no sense here"},
                        {{"--log-format", "xml"}, "--log-format: 'xml' is no log format"},
                        {{"--progress", "maybe"}, "--progress: 'maybe' is no choice"}}) {
    Args args = row.args;
    args.emplace_back("x.wav");
    CAPTURE(args);
    CHECK(error_of(args).find(row.part) != std::string::npos);
  }
}

TEST_CASE("stream command: options that exclude each other") {
  CHECK(error_of({"--hop", "1s", "--overlap", "50%", "x"}).find("exclude") != std::string::npos);
  CHECK(error_of({"-c", "1", "--channel", "1", "x"}).find("--channel") != std::string::npos);
  CHECK(error_of({"-q", "-v", "x"}).find("--quiet") != std::string::npos);
  CHECK(parsed({"-q", "x"})->common.is_quiet);
}

TEST_CASE("stream command: unknown options are refused with the nearest one") {
  CHECK(error_of({"--windw", "1s", "x"}) == "unknown option --windw (did you mean --window?)");
  CHECK(error_of({"--chanels=1", "x"}) == "unknown option --chanels (did you mean --channels?)");
  CHECK(error_of({"--zzzzzzzz", "x"}) == "unknown option --zzzzzzzz (astream --help lists the options)");
  CHECK(error_of({"-dash.wav"}).find("a file of that name is ./-dash.wav") != std::string::npos);
}

TEST_CASE("stream command: an option without its value") {
  CHECK(error_of({"x", "-r"}).find("--rate") != std::string::npos);
  CHECK(error_of({"x", "--files-from"}).find("--files-from") != std::string::npos);
}

TEST_CASE("stream command: help and version are texts, not errors") {
  try {
    parsed({"--help"});
    FAIL("nothing was thrown");
  } catch (const HelpWanted& help) {
    for (const char* part : {"Usage" /* none of CLI11's own */, "OPTIONS:"})
      CHECK(help.text.find(part) == std::string::npos);
    for (const char* part :
         {"astream [OPTIONS] INPUT... [-- COMMAND ARG...]", "--overlap", "tone:440", "Examples:", "check"}) {
      CAPTURE(part);
      CHECK(help.text.find(part) != std::string::npos);
    }
  }
  CHECK_THROWS_AS(parsed({"--version"}), HelpWanted);
  CHECK_THROWS_AS(parsed({"x.wav", "-h"}), HelpWanted);
}

TEST_CASE("stream command: live options") {
  const OpenOptions defaults = stream_of({}).open;
  CHECK_FALSE(defaults.live.reconnect.max_attempts);
  CHECK_FALSE(defaults.live.is_reconnect_asked);
  CHECK_FALSE(defaults.live.wait);
  CHECK_FALSE(defaults.live.on_lag);
  CHECK(stream_of({}).on_gap == OnGap::skip);

  using std::chrono::milliseconds;
  const StreamOptions stream =
      stream_of({"--reconnect", "3", "--reconnect-delay", "0.5..2m", "--wait=5s", "--transport", "udp", "--on-lag",
                 "drop-newest", "--buffer", "250ms", "--on-gap", "fill"});
  const LiveOptions& live = stream.open.live;
  CHECK(live.reconnect.max_attempts == 3);
  CHECK(live.is_reconnect_asked);
  CHECK(live.reconnect.min_delay == milliseconds(500));
  CHECK(live.reconnect.max_delay == milliseconds(120'000));
  CHECK(live.wait == milliseconds(5000));
  CHECK(live.transport == Transport::udp);
  CHECK(live.on_lag == OnLag::drop_newest);
  CHECK(live.buffer == milliseconds(250));
  CHECK(stream.on_gap == OnGap::fill);

  CHECK_FALSE(stream_of({"--reconnect", "forever"}).open.live.reconnect.max_attempts);
  CHECK(parsed({"--wait", "x.wav"})->inputs.names == Args{"x.wav"});
  CHECK(parsed({"--wait", "x.wav"})->generator.stream.open.live.wait == LiveOptions::kForever);
  for (const Args& args :
       {Args{"--reconnect", "-1"}, Args{"--reconnect-delay", "5..1"}, Args{"--wait=x"}, Args{"--transport", "ip"},
        Args{"--on-lag", "drop"}, Args{"--buffer", "0"}, Args{"--on-gap", "x"}}) {
    CAPTURE(args.front());
    CHECK_FALSE(error_of({args.front(), args.back(), "x.wav"}).empty());
  }
}
