// The terminal as a screen: shows a canvas, gives keys. One implementation a library: display_terminal_ncurses.cpp.
//
// Whatever happens, the terminal is given back as it was (terminal_guard.hpp). One object at a time; to be made while
// there is one thread, used from that thread.
#pragma once

#include <memory>
#include <string>

#include "cli/canvas.hpp"
#include "cli/display_look.hpp"

namespace astream::cli {

enum class Key { none, quit, pause, meter, spectrum, spectrogram, all, more, less, reset, next, previous, other };

class DisplayTerminal {
 public:
  virtual ~DisplayTerminal() = default;
  virtual DisplayLook look() const = 0;
  /// As it is now: it may change at any time.
  virtual int columns() const = 0;
  virtual int rows() const = 0;
  /// Draws what is new of `canvas`, which has the terminal's size.
  virtual void show(const Canvas& canvas) = 0;
  /// The next key that was pressed, or none. Does not wait. A new size is taken up here.
  virtual Key read_key() = 0;
};

/// Takes stdout's terminal over. `why` tells what is missing where the result is nullptr: it is left alone then.
std::unique_ptr<DisplayTerminal> open_display_terminal(std::string& why);

}  // namespace astream::cli
