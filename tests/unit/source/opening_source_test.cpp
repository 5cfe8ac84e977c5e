#include "source/opening_source.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "base/byte_input.hpp"
#include "base/error.hpp"
#include "source/scheme_table.hpp"

using namespace astream;
using namespace std::chrono_literals;

namespace {

/// Opens a tone as soon as it may.
struct Gate {
  std::atomic<bool> is_open = false;
  std::atomic<bool> saw_abort = false;
};

auto opener(const std::shared_ptr<Gate>& gate) {
  return [gate](const OpenOptions& options) {
    while (!gate->is_open) {
      if (options.abort->wait_until(Clock::now() + 1ms)) {
        gate->saw_abort = true;
        throw Cancelled{};
      }
    }
    return open_source({"tone:440?rate=8000&duration=1s", false, {}, Origin::user}, options);
  };
}

}  // namespace

TEST_CASE("nobody waits for a source that is opened by a thread of its own; then it is that source") {
  const auto gate = std::make_shared<Gate>();
  const auto source = open_in_thread({}, opener(gate));
  CHECK(!source->wait_open(Clock::now()));
  CHECK(!source->wait_open(Clock::now() + 5ms));
  gate->is_open = true;
  while (!source->wait_open(Clock::now() + 1s)) {
  }
  CHECK(source->info().format.rate_hz == 8000);
  CHECK(source->seek(4000));
  CHECK(source->read(Clock::now()).kind == ReadKind::data);
}

TEST_CASE("one that goes before it is open gives up; failures and cancellation come out of the wait") {
  const auto gate = std::make_shared<Gate>();
  open_in_thread({}, opener(gate)).reset();
  CHECK(gate->saw_abort);

  const auto failing =
      open_in_thread({}, [](const OpenOptions&) -> std::unique_ptr<Source> { throw Error(ErrorKind::open, "no"); });
  CHECK_THROWS_AS(failing->wait_open(Clock::now() + 60s), Error);

  OpenOptions options;
  const auto cancelled = open_in_thread(options, opener(std::make_shared<Gate>()));
  options.cancel.request();
  CHECK_THROWS_AS(cancelled->wait_open(Clock::now() + 60s), Cancelled);
}
