// The other side of a live source in tests: connections that do what they are told, step by step, some of it in real
// time.
//
//     LivePeer peer({{data(100), silence()}, {data(100)}});   // the second connection is made after the first was lost
//     auto source = open_live(input, options, traits, peer.opener());
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "source/live_source.hpp"
#include "support/script.hpp"

namespace astream::test {

/// Gives nothing until the connection is given up.
inline ScriptStep silence() {
  ScriptStep step;
  step.kind = ReadKind::would_block;
  step.samples = -1;
  return step;
}

/// One connection: what its opening does, then what its reads give.
struct Connection {
  AudioFormat format{1000, 1};
  std::vector<ScriptStep> steps;
  std::function<void(const OpenOptions&)> at_open{};
  Tags tags{};
  bool is_live = false;
  std::function<void()> before_read{};
  int64_t overflows = 0;
  std::optional<int64_t> missed_samples{};
};

class LivePeer {
 public:
  /// After the last connection all others are refused.
  explicit LivePeer(std::vector<Connection> connections) : state_(std::make_shared<State>()) {
    state_->connections = std::move(connections);
  }

  LiveOpener opener() {
    return [state = state_](const OpenOptions& options) -> std::unique_ptr<Source> {
      const size_t number = state->opened++;
      if (number >= state->connections.size()) throw Error(ErrorKind::network, "refused");
      const Connection& connection = state->connections[number];
      if (connection.at_open) connection.at_open(options);
      return std::make_unique<Inner>(state, connection, *options.abort);
    };
  }

  /// How often it was tried to connect.
  size_t opened() const { return state_->opened; }
  /// Samples that all connections gave.
  int64_t given_samples() const { return state_->given_samples; }

 private:
  struct State {
    std::vector<Connection> connections;
    std::atomic<size_t> opened = 0;
    std::atomic<int64_t> given_samples = 0;
  };

  class Inner : public Source {
   public:
    Inner(std::shared_ptr<State> state, const Connection& connection, CancelToken abort)
        : state_(std::move(state)), connection_(connection), abort_(std::move(abort)) {
      info_.format = connection_.format;
      info_.tags = connection_.tags;
      info_.is_live = connection_.is_live;
      info_.missed_samples = connection_.missed_samples;
    }
    const SourceInfo& info() const override { return info_; }
    int64_t overflows() const override { return connection_.overflows; }
    ReadResult read(Clock::time_point deadline) override {
      if (connection_.before_read) connection_.before_read();
      ReadResult result;
      if (step_ == connection_.steps.size()) return result;
      const ScriptStep& step = connection_.steps[step_];
      result.kind = step.kind;
      if (step.kind == ReadKind::would_block && step.samples < 0) {
        if (abort_.wait_until(deadline)) throw Cancelled{};
        return result;
      }
      ++step_;
      if (step.raise) step.raise();
      if (step.kind == ReadKind::data) {
        const int64_t first = state_->given_samples.fetch_add(step.samples);
        block_.clear();
        for (int64_t i = 0; i < step.samples; ++i) {
          for (int c = 0; c < info_.format.channels; ++c) block_.push_back(ramp_signal(first + i, c));
        }
        result.samples = block_;
      }
      if (step.kind == ReadKind::gap) result.gap_samples = step.samples;
      if (step.kind == ReadKind::format_changed) info_.format = result.format = step.format;
      if (step.kind == ReadKind::tags) result.tags = step.tags;
      return result;
    }

   private:
    std::shared_ptr<State> state_;
    Connection connection_;
    CancelToken abort_;
    SourceInfo info_;
    std::vector<float> block_;
    size_t step_ = 0;
  };

  std::shared_ptr<State> state_;
};

}  // namespace astream::test
