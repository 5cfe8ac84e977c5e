// Times, rates, sizes and percentages as typed: a value within its promised range, or Error(usage).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/audio.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

namespace {

using namespace astream;

void demand(bool is_so) {
  if (!is_so) std::abort();
}

template <typename Call>
void try_usage(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    demand(error.kind() == ErrorKind::usage);
  }
}

void check_time(const TimeSpec& time) {
  demand(time.seconds >= 0);
  demand(!time.samples || *time.samples >= 0);
  for (const int rate_hz : {1, 8000, 44100, kMaxRateHz}) demand(time.samples_at(rate_hz) >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_usage([&] { check_time(parse_time(text, "--x")); });
  try_usage([&] {
    const OverlapSpec overlap = parse_overlap(text, "--x");
    if (overlap.percent) demand(*overlap.percent >= 0 && *overlap.percent < 100);
    if (!overlap.percent) check_time(overlap.time);
  });
  try_usage([&] {
    const int rate_hz = parse_rate_hz(text, "--x");
    demand(rate_hz >= 1 && rate_hz <= kMaxRateHz);
  });
  try_usage([&] { demand(parse_bytes(text, "--x") >= 0); });
  return 0;
}
