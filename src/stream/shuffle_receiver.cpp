#include "stream/shuffle_receiver.hpp"

#include <utility>

#include "stream/random_draw.hpp"

namespace astream {

void ShuffleReceiver::stream_start(const StreamStart& event) {
  streams_[event.stream] = Stream{};
  next_.stream_start(event);
}

/// To the receiver behind; its place in the buffer may be used again.
Flow ShuffleReceiver::give(Held& held) {
  const int64_t number = held.window.stream;
  held.window.samples = held.samples;
  is_stopped_ = true;  // should it throw
  is_stopped_ = next_.window(held.window) == Flow::stop;
  Stream& stream = streams_.at(number);
  --stream.held;
  ++stream.given;
  ++given_;
  tell_end(number);
  return is_stopped_ ? Flow::stop : Flow::proceed;
}

Flow ShuffleReceiver::window(const Window& window) {
  if (is_stopped_) return Flow::stop;
  if (window.epoch != std::exchange(epoch_, window.epoch) && empty() == Flow::stop) return Flow::stop;
  ++streams_.at(window.stream).held;
  if (buffer_.size() < capacity_) {
    buffer_.push_back({window, {window.samples.begin(), window.samples.end()}});
    return Flow::proceed;
  }
  Held& held = buffer_[draw(random_, buffer_.size())];
  const Flow flow = give(held);
  held.window = window;
  held.samples.assign(window.samples.begin(), window.samples.end());
  return flow;
}

Flow ShuffleReceiver::empty() {
  while (!buffer_.empty()) {
    std::swap(buffer_[draw(random_, buffer_.size())], buffer_.back());
    Held held = std::move(buffer_.back());
    buffer_.pop_back();
    if (give(held) == Flow::stop) return Flow::stop;
  }
  return Flow::proceed;
}

void ShuffleReceiver::give_up() {
  buffer_.clear();
  for (auto& [number, stream] : streams_) stream.held = 0;
}

void ShuffleReceiver::tell_end(int64_t number) {
  const auto found = streams_.find(number);
  if (found == streams_.end() || found->second.held > 0 || !found->second.end) return;
  const Stream stream = std::move(found->second);
  streams_.erase(found);
  if (stream.error) next_.stream_error(*stream.error);
  StreamEnd event = *stream.end;
  event.windows = stream.given;
  next_.stream_end(event);
}

void ShuffleReceiver::stream_error(const StreamError& event) {
  const auto stream = streams_.find(event.stream);
  if (stream == streams_.end()) return next_.stream_error(event);  // an input that could not be opened
  stream->second.error = event;
}

void ShuffleReceiver::stream_end(const StreamEnd& event) {
  const auto stream = streams_.find(event.stream);
  if (stream == streams_.end()) return next_.stream_end(event);
  stream->second.end = event;
  is_stopped_ |= event.reason == EndReason::stop || event.reason == EndReason::interrupted;
  if (is_stopped_) give_up();
  tell_end(event.stream);
}

void ShuffleReceiver::set_end(const SetEnd& event) {
  if (is_stopped_ || empty() == Flow::stop) give_up();
  std::vector<int64_t> numbers;
  for (const auto& [number, stream] : streams_) numbers.push_back(number);
  for (const int64_t number : numbers) tell_end(number);
  SetEnd told = event;
  told.windows = given_;
  next_.set_end(told);
}

}  // namespace astream
