// What PulseAudio (or PipeWire, in its protocol) does not tell those who capture through RtAudio, asked by libpulse,
// which is loaded at the first call. Without libpulse or a server all is taken to be well.
#pragma once

#include <memory>
#include <string>

namespace astream {

/// Whether the server has a default sink and a default source: RtAudio 5.2 and 6 crash while they list the devices of a
/// server that lacks either. May wait for ever.
bool has_pulse_defaults();

/// Tells when a source has gone: PulseAudio then moves those who listen to it to another one without a word. Used from
/// one thread at a time.
class PulseWatch {
 public:
  /// `description`: the source's name for people, UTF-8, as RtAudio has it.
  explicit PulseWatch(std::string description);
  ~PulseWatch();
  PulseWatch(const PulseWatch&) = delete;
  PulseWatch& operator=(const PulseWatch&) = delete;

  /// Whether a source of that description was taken away, or there is none. Never waits: what happened is known some
  /// calls later.
  bool has_gone() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace astream
