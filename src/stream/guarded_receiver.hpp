// Tells a receiver's own exceptions from those of the sources: what the receiver throws is kept and comes out as
// ReceiverFailed, but for what concerns one stream (StreamRefused).
#pragma once

#include <exception>
#include <utility>

#include "stream/receiver.hpp"

namespace astream {

/// Thrown in place of what the receiver threw; the original is in GuardedReceiver::failure().
struct ReceiverFailed {};

class GuardedReceiver : public Receiver {
 public:
  explicit GuardedReceiver(Receiver& receiver) : receiver_(receiver) {}

  std::exception_ptr failure() const { return failure_; }

  void set_start(const SetStart& event) override {
    guard([&] { receiver_.set_start(event); });
  }
  /// Lets Error(usage) pass: the receiver refuses this stream alone.
  void stream_start(const StreamStart& event) override {
    guard([&] {
      try {
        receiver_.stream_start(event);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::usage) throw;
        refusal_ = std::current_exception();
      }
    });
    if (refusal_) std::rethrow_exception(std::exchange(refusal_, nullptr));
  }
  Flow window(const Window& window) override {
    Flow flow = Flow::proceed;
    guard([&] { flow = receiver_.window(window); });
    return flow;
  }
  void stream_info(const StreamInfo& event) override {
    guard([&] { receiver_.stream_info(event); });
  }
  void stream_link(const StreamLink& event) override {
    guard([&] { receiver_.stream_link(event); });
  }
  void stream_error(const StreamError& event) override {
    guard([&] { receiver_.stream_error(event); });
  }
  void stream_end(const StreamEnd& event) override {
    guard([&] { receiver_.stream_end(event); });
  }
  void set_end(const SetEnd& event) override {
    guard([&] { receiver_.set_end(event); });
  }

 private:
  /// After a failure the grammar is still completed, but what the receiver throws then is of no more interest.
  template <typename Call>
  void guard(Call&& call) {
    try {
      call();
    } catch (const StreamRefused&) {
      throw;
    } catch (...) {
      if (failure_) return;
      failure_ = std::current_exception();
      throw ReceiverFailed{};
    }
  }

  Receiver& receiver_;
  std::exception_ptr failure_;
  std::exception_ptr refusal_;
};

}  // namespace astream
