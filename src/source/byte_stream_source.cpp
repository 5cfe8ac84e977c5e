#include "source/byte_stream_source.hpp"

#include <algorithm>
#include <string_view>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "base/record_reader.hpp"
#include "base/subprocess.hpp"
#include "base/uri.hpp"
#include "source/media_source.hpp"
#include "source/raw_source.hpp"
#include "source/record_source.hpp"

namespace astream {

namespace {

/// A program may think as long as it likes.
constexpr std::chrono::milliseconds kNoStall{0};

/// How every record stream begins: the type comes first in a record's header.
constexpr std::string_view kRecordStart = "{\"type\":";

bool is_record_stream(PeekInput& bytes) {
  const auto head = bytes.peek(kRecordStart.size());
  return head.size() == kRecordStart.size() &&
         std::equal(head.begin(), head.end(), kRecordStart.begin(),
                    [](std::byte byte, char letter) { return static_cast<char>(byte) == letter; });
}

std::unique_ptr<Source> open_bytes(const std::shared_ptr<PeekInput>& bytes, const Input& input,
                                   const OpenOptions& options, const std::map<std::string, std::string>& query) {
  av::MediaTarget target = make_target(input.uri, options);
  if (!query.empty()) return open_raw(bytes, query, input);
  if (bytes->peek(1).empty()) {
    throw Error(ErrorKind::open, "nothing came: the input is empty");
  }
  if (is_record_stream(*bytes)) {
    RecordReader reader([bytes](std::byte* to, size_t size) { return bytes->read({to, size}); });
    return open_record_stream(std::move(reader), input, options);
  }
  target.bytes = bytes;
  return open_media(std::move(target), input, !bytes->size_bytes().has_value());
}

/// Keeps the child alive as long as its output is read, and looks at how it ended behind the last stream of it.
class ExecSource : public Source {
 public:
  ExecSource(std::shared_ptr<Subprocess> child, std::unique_ptr<Source> inner)
      : child_(std::move(child)), inner_(std::move(inner)) {}
  const SourceInfo& info() const override { return inner_->info(); }
  ReadResult read(Clock::time_point deadline) override {
    ReadResult result = inner_->read(deadline);
    if (result.kind != ReadKind::end || is_ended_) return result;
    is_ended_ = true;
    following_ = inner_->next_stream();
    if (!following_) check_exit(*child_);
    return result;
  }
  std::optional<MixMatrix> layout_mix(int out_channels) const override { return inner_->layout_mix(out_channels); }
  std::unique_ptr<Source> next_stream() override {
    auto next = following_ ? std::move(following_) : inner_->next_stream();
    return next ? std::make_unique<ExecSource>(child_, std::move(next)) : nullptr;
  }
  int64_t corrupt_packets() const override { return inner_->corrupt_packets(); }

  static void check_exit(Subprocess& child) {
    child.close_pipe();
    const ChildExit exit = child.wait();
    if (exit.signal != 0)
      throw Error(ErrorKind::open, "the program was ended by signal " + std::to_string(exit.signal));
    if (exit.code != 0) throw Error(ErrorKind::open, "the program ended with status " + std::to_string(exit.code));
  }

 private:
  std::shared_ptr<Subprocess> child_;  // outlives inner_, which reads its pipe; shared by the streams that come of it
  std::unique_ptr<Source> inner_;
  std::unique_ptr<Source> following_;  ///< found at the end of inner_
  bool is_ended_ = false;
};

}  // namespace

std::unique_ptr<Source> open_stdin(const Input& input, const OpenOptions& options) {
  constexpr int kStdin = 0;
  const std::string_view text = input.uri;
  // "-?a=b" has no scheme of its own: borrow one for the parser.
  const auto query = split_scheme("stdin:" + std::string(text.substr(1))).query;
  const auto bytes = std::make_shared<PeekInput>(make_fd_input(kStdin, options.cancel, kNoStall));
  return open_bytes(bytes, input, options, query);
}

std::unique_ptr<Source> open_exec(const Input& input, const OpenOptions& options) {
  const std::string command = input.uri.substr(std::string_view("exec:").size());
  if (command.empty()) throw Error(ErrorKind::usage, "exec: needs a command", {}, "try 'exec:cat song.mp3'");
  auto child =
      std::make_shared<Subprocess>(std::vector<std::string>{"/bin/sh", "-c", command}, ChildPipe::child_stdout);
  const auto bytes = std::make_shared<PeekInput>(make_fd_input(child->fd(), options.cancel, kNoStall));
  if (bytes->peek(1).empty()) {
    ExecSource::check_exit(*child);  // a program that failed is the better reason
    throw Error(ErrorKind::open, "the program wrote nothing");
  }
  std::unique_ptr<Source> inner = open_bytes(bytes, input, options, {});
  return std::make_unique<ExecSource>(std::move(child), std::move(inner));
}

}  // namespace astream
