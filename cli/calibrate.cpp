#include "cli/calibrate.hpp"

#include <cmath>
#include <optional>

#include "base/byte_input.hpp"
#include "base/cancel.hpp"
#include "base/error.hpp"
#include "stream/generator.hpp"

namespace astream::cli {

namespace {

class LevelReceiver : public Receiver {
 public:
  Flow window(const Window& window) override {
    for (const float value : window.samples) sum_ += static_cast<double>(value) * static_cast<double>(value);
    count_ += static_cast<int64_t>(window.samples.size());
    return Flow::proceed;
  }
  void stream_error(const StreamError& event) override {
    failure_.emplace(event.kind, event.message, event.uri, event.hint);
  }

  double level_dbfs() const {
    if (failure_) throw *failure_;
    const double mean = count_ > 0 ? sum_ / static_cast<double>(count_) : 0;
    if (!(mean > 0) || !std::isfinite(mean)) {
      throw Error(ErrorKind::usage, "--calibrate: there is no tone in the recording", {},
                  "it should hold nothing else");
    }
    return 10 * std::log10(mean);
  }

 private:
  double sum_ = 0;
  int64_t count_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

double level_of_input_dbfs(const std::string& name, const OpenOptions& open) {
  GeneratorOptions options;
  options.stream.open = open;
  options.stream.window.seconds = 1;
  options.stream.tail = Tail::crop;
  LevelReceiver level;
  Generator(Resolver({name}, {}, nullptr), options, level).run();
  if (open.cancel.is_requested()) throw Cancelled{};
  return level.level_dbfs();
}

}  // namespace astream::cli
