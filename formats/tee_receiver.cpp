#include "formats/tee_receiver.hpp"

#include "base/log.hpp"
#include "formats/byte_sink.hpp"

namespace astream {

template <typename Call>
void TeeReceiver::beside(Call&& call) {
  if (is_second_gone_) return;
  if (name_.empty()) return call();
  try {
    call();
  } catch (const PipeClosed&) {
    is_second_gone_ = true;
    log(LogLevel::verbose, name_ + ": its reader has gone; the rest goes on without it");
  } catch (const Error& error) {
    is_second_gone_ = has_failed_ = true;
    log(LogLevel::error, name_ + ": " + error.message() + "; the rest goes on without it");
  }
}

void TeeReceiver::set_start(const SetStart& event) {
  first_.set_start(event);
  beside([&] { second_.set_start(event); });
}

void TeeReceiver::stream_start(const StreamStart& event) {
  try {
    first_.stream_start(event);
  } catch (...) {
    refused_.insert(event.stream);  // to the second it is one that could not be opened
    throw;
  }
  beside([&] { second_.stream_start(event); });
}

Flow TeeReceiver::window(const Window& window) {
  const Flow flow = first_.window(window);
  Flow second_flow = Flow::proceed;
  beside([&] { second_flow = second_.window(window); });
  return name_.empty() && second_flow == Flow::stop ? Flow::stop : flow;
}

void TeeReceiver::stream_info(const StreamInfo& event) {
  first_.stream_info(event);
  beside([&] { second_.stream_info(event); });
}

void TeeReceiver::stream_link(const StreamLink& event) {
  first_.stream_link(event);
  beside([&] { second_.stream_link(event); });
}

void TeeReceiver::stream_error(const StreamError& event) {
  first_.stream_error(event);
  beside([&] { second_.stream_error(event); });
}

void TeeReceiver::stream_end(const StreamEnd& event) {
  const auto end_second = [&] {
    if (refused_.erase(event.stream) == 0) beside([&] { second_.stream_end(event); });
  };
  try {
    first_.stream_end(event);
  } catch (const StreamRefused&) {
    end_second();
    throw;
  }
  end_second();
}

void TeeReceiver::set_end(const SetEnd& event) {
  first_.set_end(event);
  beside([&] { second_.set_end(event); });
}

}  // namespace astream
