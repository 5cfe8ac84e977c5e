// ncurses (wide), which knows every terminal and asks none: notcurses needs terminals that answer, and Debian 12 has no
// package of it. Loaded when a display is wanted.
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>

#include <array>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "base/shared_library.hpp"
#include "cli/display_terminal.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_guard.hpp"
#include "cli/truecolor_terminfo.hpp"

namespace astream::cli {

namespace {

struct Curses {
  decltype(&::newterm) newterm;
  decltype(&::endwin) endwin;
  decltype(&::delscreen) delscreen;
  decltype(&::start_color) start_color;
  decltype(&::use_default_colors) use_default_colors;
  decltype(&::alloc_pair) alloc_pair;
  decltype(&::cbreak) cbreak;
  decltype(&::noecho) noecho;
  decltype(&::nodelay) nodelay;
  decltype(&::keypad) keypad;
  decltype(&::leaveok) leaveok;
  decltype(&::intrflush) intrflush;
  decltype(&::curs_set) curs_set;
  decltype(&::set_escdelay) set_escdelay;
  decltype(&::wgetch) wgetch;
  decltype(&::wmove) wmove;
  decltype(&::wadd_wch) wadd_wch;
  decltype(&::setcchar) setcchar;
  decltype(&::wrefresh) wrefresh;
  decltype(&::wclear) wclear;
  decltype(&::getmaxx) getmaxx;
  decltype(&::getmaxy) getmaxy;
  int (*tigetnum)(const char*);
  char* (*tigetstr)(const char*);
  WINDOW** screen;  ///< stdscr
};

template <typename Symbol>
bool find(void* library, const char* name, Symbol& symbol) {
  symbol = reinterpret_cast<Symbol>(find_symbol(library, name));
  return symbol != nullptr;
}

bool load(Curses& c) {
  void* library = nullptr;
  for (const char* name : {"ncursesw", "ncurses"}) {
    if (library == nullptr) library = load_shared_library(shared_library_file(name, 6));
  }
  return library != nullptr && find(library, "newterm", c.newterm) && find(library, "endwin", c.endwin) &&
         find(library, "delscreen", c.delscreen) && find(library, "start_color", c.start_color) &&
         find(library, "use_default_colors", c.use_default_colors) && find(library, "alloc_pair", c.alloc_pair) &&
         find(library, "cbreak", c.cbreak) && find(library, "noecho", c.noecho) &&
         find(library, "nodelay", c.nodelay) && find(library, "keypad", c.keypad) &&
         find(library, "leaveok", c.leaveok) && find(library, "intrflush", c.intrflush) &&
         find(library, "curs_set", c.curs_set) && find(library, "wgetch", c.wgetch) &&
         find(library, "set_escdelay", c.set_escdelay) && find(library, "wmove", c.wmove) &&
         find(library, "wadd_wch", c.wadd_wch) && find(library, "setcchar", c.setcchar) &&
         find(library, "wrefresh", c.wrefresh) && find(library, "wclear", c.wclear) &&
         find(library, "getmaxx", c.getmaxx) && find(library, "getmaxy", c.getmaxy) &&
         find(library, "tigetnum", c.tigetnum) && find(library, "tigetstr", c.tigetstr) &&
         find(library, "stdscr", c.screen);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): there is one thread yet
  return value == nullptr ? "" : value;
}

/// The terminal's description as the system has it.
std::string read_description(const std::string& term) {
  if (term.empty() || term.find('/') != std::string::npos) return {};
  std::array<char, 8> hex{};
  std::snprintf(hex.data(), hex.size(), "%02x", static_cast<unsigned char>(term[0]));
  std::vector<std::string> folders{environment("TERMINFO"), environment("HOME") + "/.terminfo"};
  for (const char* folder : {"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/local/share/terminfo"})
    folders.emplace_back(folder);
  for (const std::string& folder : folders) {
    for (const std::string& sub : {term.substr(0, 1), std::string(hex.data())}) {
      std::ifstream file(std::filesystem::path(folder) / sub / term, std::ios::binary);
      if (file) return {std::istreambuf_iterator<char>(file), {}};
    }
  }
  return {};
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned value = 0;
    for (size_t k = 0; k < 3; ++k)
      value = value << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (int k = 3; k >= 0; --k) text += kLetters[(value >> 6 * k) & 63];
  }
  const size_t padding = (3 - bytes.size() % 3) % 3;
  text.replace(text.size() - padding, padding, padding, '=');
  return text;
}

/// Whether characters outside ASCII can be shown: the C library must know the locale too.
bool set_locale() {
  if (!is_utf8_locale()) return false;
  return std::setlocale(LC_CTYPE, "") != nullptr || std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
}

class NcursesTerminal final : public DisplayTerminal {
 public:
  explicit NcursesTerminal(const Curses& curses) : curses_(curses), guard_(kStdout) {}
  ~NcursesTerminal() override {
    if (screen_ != nullptr) {
      curses_.endwin();
      curses_.delscreen(screen_);
    }
    if (keys_ != nullptr && keys_ != stdin) std::fclose(keys_);
  }
  NcursesTerminal(const NcursesTerminal&) = delete;
  NcursesTerminal& operator=(const NcursesTerminal&) = delete;

  bool open(std::string& why) {
    keys_ = is_terminal(kStdin) ? stdin : std::fopen("/dev/tty", "re");
    if (keys_ == nullptr) return why = "there is no terminal to take keys from", false;
    look_.is_utf8 = set_locale();
    constexpr int kEscape_ms = 25;  // the bytes of a key come together; a lone Esc must not hold the display up
    curses_.set_escdelay(kEscape_ms);
    start_screen();
    if (screen_ == nullptr) return why = "TERM=" + environment("TERM") + " is not known here", false;
    choose_colors();
    curses_.cbreak();
    curses_.noecho();
    WINDOW* const window = *curses_.screen;
    curses_.nodelay(window, true);
    curses_.keypad(window, true);
    curses_.leaveok(window, true);
    curses_.intrflush(window, false);
    curses_.curs_set(0);
    guard_.arm(restoring());
    curses_.wclear(window);
    curses_.wrefresh(window);
    return true;
  }

  DisplayLook look() const override { return look_; }
  int columns() const override { return curses_.getmaxx(*curses_.screen); }
  int rows() const override { return curses_.getmaxy(*curses_.screen); }

  void show(const Canvas& canvas) override {
    WINDOW* const window = *curses_.screen;
    const bool is_new = canvas.columns() != shown_.columns() || canvas.rows() != shown_.rows();
    if (is_new) curses_.wclear(window);
    for (int row = 0; row < canvas.rows(); ++row) {
      for (int column = 0; column < canvas.columns(); ++column) {
        const Cell& cell = canvas.at(column, row);
        if (cell.glyph == 0 || (!is_new && cell == shown_.at(column, row))) continue;
        curses_.wmove(window, row, column);
        const cchar_t character = character_of(cell);
        curses_.wadd_wch(window, &character);
      }
    }
    curses_.wrefresh(window);
    shown_ = canvas;
  }

  Key read_key() override {
    switch (curses_.wgetch(*curses_.screen)) {
      case ERR:
        return Key::none;
      case 'q':
      case 'Q':
        return Key::quit;
      case 'p':
      case ' ':
        return Key::pause;
      case 'm':
        return Key::meter;
      case 's':
        return Key::spectrum;
      case 'g':
        return Key::spectrogram;
      case 'a':
        return Key::all;
      case '+':
      case '=':
        return Key::more;
      case '-':
        return Key::less;
      case 'r':
        return Key::reset;
      case '\t':
      case KEY_DOWN:
        return Key::next;
      case KEY_BTAB:
      case KEY_UP:
        return Key::previous;
      case 12:  // Ctrl-L: all anew
        shown_ = Canvas(0, 0);
        return Key::other;
      default:
        return Key::other;
    }
  }

 private:
  /// With 24-bit colours where the environment says that the terminal has them.
  void start_screen() {
    const std::string term = environment("TERM"), colors = environment("COLORTERM");
    const bool is_asked = environment("NO_COLOR").empty() && (colors == "truecolor" || colors == "24bit");
    const auto patched = is_asked ? with_truecolor(read_description(term)) : std::nullopt;
    if (patched) {
      const std::string saved = environment("TERMINFO");
      // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread yet
      setenv("TERMINFO", ("b64:" + base64(*patched)).c_str(), 1);
      screen_ = curses_.newterm(nullptr, stdout, keys_);
      saved.empty() ? unsetenv("TERMINFO") : setenv("TERMINFO", saved.c_str(), 1);
      // NOLINTEND(concurrency-mt-unsafe)
    }
    if (screen_ == nullptr) screen_ = curses_.newterm(term.c_str(), stdout, keys_);
  }

  void choose_colors() {
    constexpr int kFewColors = 8, kPalette = 256, kManyColors = 1 << 24;
    const int colors = environment("NO_COLOR").empty() ? curses_.tigetnum("colors") : 0;
    look_.depth = colors >= kManyColors  ? ColorDepth::truecolor
                  : colors >= kPalette   ? ColorDepth::palette256
                  : colors >= kFewColors ? ColorDepth::eight
                                         : ColorDepth::none;
    if (look_.depth == ColorDepth::none) return;
    curses_.start_color();
    curses_.use_default_colors();
  }

  /// What brings the terminal back by itself: keys, cursor, colours, the screen from before.
  std::string restoring() const {
    std::string bytes;
    for (const char* name : {"rmkx", "cnorm", "sgr0", "op", "rmcup"}) {
      const char* text = curses_.tigetstr(name);
      if (text == nullptr || reinterpret_cast<intptr_t>(text) == -1) continue;
      std::string_view rest(text);
      while (!rest.empty()) {  // without "$<5>", which means to wait
        const size_t delay = rest.find("$<");
        bytes += rest.substr(0, delay);
        const size_t end = delay == std::string_view::npos ? delay : rest.find('>', delay);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      }
    }
    return bytes;
  }

  int number_of(Color color) const {
    if (color == kOwnColor) return -1;
    if (look_.depth == ColorDepth::truecolor) return color < kFirstRgb ? kFirstRgb : color;
    if (look_.depth == ColorDepth::palette256) return nearest_in_256(color);
    return color == kFaint ? -1 : nearest_in_8(color);
  }

  int pair_of(const Style& style) {
    const auto known = pairs_.find({style.ink, style.paper});
    if (known != pairs_.end()) return known->second;
    if (pairs_.size() > kMostPairs) pairs_.clear();
    return pairs_[{style.ink, style.paper}] = curses_.alloc_pair(number_of(style.ink), number_of(style.paper));
  }

  cchar_t character_of(const Cell& cell) {
    const wchar_t text[] = {static_cast<wchar_t>(cell.glyph), L'\0'};
    attr_t attributes = cell.style.is_bold ? A_BOLD : A_NORMAL;
    int pair = 0;
    if (look_.depth != ColorDepth::none) pair = pair_of(cell.style);
    cchar_t character;
    curses_.setcchar(&character, text, attributes, static_cast<short>(pair), &pair);
    return character;
  }

  static constexpr Color kFirstRgb = 8;         ///< the numbers below are the old colours
  static constexpr size_t kMostPairs = 30'000;  ///< half of those that there are

  Curses curses_;
  TerminalGuard guard_;
  FILE* keys_ = nullptr;
  SCREEN* screen_ = nullptr;
  DisplayLook look_;
  Canvas shown_{0, 0};
  std::map<std::pair<Color, Color>, int> pairs_;
};

}  // namespace

std::unique_ptr<DisplayTerminal> open_display_terminal(std::string& why) {
  Curses curses{};
  if (!load(curses)) {
    why = "the library ncursesw is not installed";
    return nullptr;
  }
  auto terminal = std::make_unique<NcursesTerminal>(curses);
  if (!terminal->open(why)) return nullptr;
  return terminal;
}

}  // namespace astream::cli
