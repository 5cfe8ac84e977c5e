"""astream levels in a real terminal: what it shows, keys, resizing, colours, and that the terminal is given back."""
import os
import re
import signal

from support.cli import CliTest, astream, main
from support.tmux import Terminal

TONE = "tone:1000?channels=2"


class Display(CliTest):

    def shown(self, *options, source=TONE, **terminal):
        screen = Terminal(self, **terminal)
        screen.run(astream(), "levels", *options, source)
        screen.wait_for("LUFS")
        return screen

    def check_given_back(self, screen):
        """Main screen, cursor, modes as they were; the shell answers."""
        screen.wait_until(lambda: screen.value("alternate_on") == "0", "the main screen")
        screen.wait_until(lambda: screen.value("cursor_flag") == "1", "the cursor")
        screen.keys("echo ans''wer", "Enter")
        screen.wait_for("answer")
        screen.wait_until(lambda: screen.value("keypad_flag") == "0", "the keypad")

    def test_views_keys_and_sizes(self):
        screen = self.shown(env={"COLORTERM": None})
        self.assertEqual(screen.value("alternate_on"), "1")
        screen.wait_for("tone:1000", "playing", "-9.0", "-6.0", "true peak", "dB|Hz", "Hz|s", "1k", "now", "quit")
        screen.keys("m")
        screen.wait_until(lambda: "dB|Hz" not in screen.text() and "Hz|s" not in screen.text(), "the meter alone")
        screen.keys("s")
        screen.wait_until(lambda: "LUFS" not in screen.text() and "dB|Hz" in screen.text(), "the spectrum")
        screen.keys("g")
        screen.wait_until(lambda: "dB|Hz" not in screen.text() and "Hz|s" in screen.text(), "the spectrogram")
        screen.keys("a")
        screen.wait_for("LUFS", "dB|Hz", "Hz|s")
        screen.wait_for(" -48 ")
        screen.keys("+", "+")
        screen.wait_for(" -60 ")
        screen.keys("p")
        screen.wait_for("paused")
        still = screen.text()
        screen.keys("x")
        self.assertEqual(screen.text(), still)
        screen.keys("p")
        screen.wait_for("playing")
        for columns, rows in ((120, 40), (50, 12), (30, 5), (80, 24)):
            screen.tmux("resize-window", "-x", columns, "-y", rows)
            if columns < 40:
                screen.wait_for("too small")
                continue
            screen.wait_until(lambda: "LUFS" in screen.text() and len(screen.text().splitlines()[0]) > columns - 4,
                              f"the display at {columns} x {rows}")
        screen.keys("q")
        self.check_given_back(screen)
        self.assertIn("I -", screen.text())  # the summary

    def test_the_terminal_is_given_back_however_it_ends(self):
        screen = self.shown("--view", "meter")
        for number in (None, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL, signal.SIGINT):
            with self.subTest(number):
                if number is not None:
                    if not self.is_on(screen):
                        screen.run(astream(), "levels", "--view", "meter", TONE)
                    screen.wait_until(lambda: self.is_on(screen) and "LUFS" in screen.text(), "the display")
                    os.kill(screen.children()[0], number)
                else:
                    screen.keys("C-c")
                self.check_given_back(screen)
                screen.keys("clear", "Enter")
                screen.wait_until(lambda: "answer" not in screen.text(), "a clear screen")

    @staticmethod
    def is_on(screen):
        return screen.value("alternate_on") == "1"

    def test_colours_by_what_the_terminal_can(self):
        truecolor, palette, eight = r"\x1b\[[0-9;]*38;2;\d+;\d+;\d+", r"\x1b\[[0-9;]*38;5;\d+", r"\x1b\[3[1-6]m"
        for env, term, wanted in (({"COLORTERM": "truecolor"}, "tmux-256color", truecolor),
                                  ({"COLORTERM": None}, "tmux-256color", palette),
                                  ({"COLORTERM": None}, "screen", eight),
                                  ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, "tmux-256color", None)):
            with self.subTest(term, **env):
                screen = self.shown(env=env, term=term)
                screen.wait_for("playing")
                used = [form for form in (truecolor, palette, eight) if re.search(form, screen.colored())]
                self.assertEqual(used, [wanted] if wanted else [])
                screen.end()

    def test_letters_where_the_locale_has_no_more(self):
        screen = self.shown(env={"LC_ALL": "C"}, term="vt100")
        screen.wait_for("#####", "playing")
        self.assertTrue(screen.text().isascii())

    def test_a_file_ends_by_itself_and_several_inputs_have_a_row_each(self):
        screen = Terminal(self)
        screen.run(astream(), "levels", "one=tone:440?duration=1", "none.wav", "two=noise:white?duration=8")
        screen.wait_for("one", "two", "ended", "none.wav", "failed")
        screen.wait_until(lambda: screen.value("alternate_on") == "0", "the end")
        screen.wait_for("one  0:01", "two  0:08", "none.wav: no such file")

    def test_stored_inputs_are_shown_side_by_side(self):
        screen = Terminal(self)
        screen.run(astream(), "levels", "one=tone:440", "two=noise:white?seed=3", "three=silence:")
        screen.wait_until(lambda: screen.value("alternate_on") == "1", "the display")
        screen.wait_until(lambda: len(re.findall("one|two|three", screen.text())) >= 3 and "failed" not in screen.text(), "all of them")
        screen.keys("q")
        self.check_given_back(screen)

    def test_rows_where_no_display_is_possible(self):
        screen = Terminal(self, columns=30, rows=6)
        screen.run(astream(), "levels", "-t", "1", "--interval", "1", TONE)
        screen.wait_for("1,0.000000")
        self.assertEqual(screen.value("alternate_on"), "0")
        self.fails(2, "levels", "--view", "meter", TONE, stderr="--view is for the display")


main()
