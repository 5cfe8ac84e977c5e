"""What TAB does after `astream ...` in bash, fish and zsh: options, their values, inputs, the program behind "--"."""
import unittest

from support.cli import CliTest, main
from support.completion import SHELLS, Completer


class Completion:
    """The same for every shell; `self.complete` gives the set of candidates for the last of the words."""
    shell = ""

    def setUp(self):
        super().setUp()
        for name in ("song.mp3", "sonar.wav"):
            (self.tmp / name).touch()
        completer = Completer(self.shell, self.tmp)
        self.addCleanup(completer.close)
        self.complete = completer.complete

    def test_options_by_their_beginning(self):
        self.assertEqual(self.complete("--form"), {"--format"})
        self.assertEqual(self.complete("song.mp3", "--wi"), {"--window"})
        self.assertEqual(self.complete("--over"), {"--overlap", "--overwrite"})
        self.assertEqual(self.complete("check", "--js"), {"--json"})

    def test_commands_do_not_offer_the_options_of_others(self):
        self.assertEqual(self.complete("check", "--win"), set())
        self.assertEqual(self.complete("--js"), set())
        self.assertEqual(self.complete("devices", "--js"), {"--json"})
        self.assertEqual(self.complete("devices", "--files"), set())
        self.assertEqual(self.complete("devices", "so"), set())
        self.assertEqual(self.complete("song.mp3", "check", "--win"), {"--window"})

    def test_values_of_options(self):
        for option, values in (("-f", {"records", "f32le", "s16le", "wav", "text"}), ("--format", {"records", "f32le", "s16le", "wav", "text"}),
                               ("--tail", {"pad", "crop", "drop"}), ("--resample", {"hq", "fast"}), ("--on-error", {"skip", "stop"}),
                               ("--progress", {"auto", "always", "never"}), ("--log-format", {"text", "json"})):
            with self.subTest(option):
                self.assertEqual(self.complete(option, ""), values)
        self.assertEqual(self.complete("--tail", "c"), {"crop"})
        self.assertEqual(self.complete("check", "--log-format", "j"), {"json"})

    def test_files_are_inputs(self):
        self.assertEqual(self.complete("so"), {"song.mp3", "sonar.wav"})
        self.assertEqual(self.complete("-r", "16000", "son"), {"song.mp3", "sonar.wav"})
        self.assertEqual(self.complete("check", "song"), {"song.mp3"})

    def test_files_are_values_of_some_options(self):
        self.assertEqual(self.complete("--files-from", "song"), {"song.mp3"})
        self.assertEqual(self.complete("-o", "song"), {"song.mp3"})

    def test_numbers_and_times_are_no_files(self):
        self.assertEqual(self.complete("--start", "so"), set())
        self.assertEqual(self.complete("-w", "so"), set())

    def test_schemes_are_inputs(self):
        self.assertEqual(self.complete("to"), {"tone:"})
        self.assertEqual(self.complete("song.mp3", "sw"), {"sweep:"})
        self.assertEqual(self.complete("check", "http"), {"http://", "https://"})

    def test_the_command(self):
        self.assertEqual(self.complete("ch"), {"check"})
        self.assertEqual(self.complete("dev"), {"devices"})
        self.assertEqual(self.complete("song.mp3", "che"), set())

    def test_features(self):
        self.assertEqual(self.complete("fe"), {"features"})
        self.assertEqual(self.complete("features", "--mel-st"), {"--mel-style"})
        self.assertEqual(self.complete("--mel-st"), set())
        self.assertEqual(self.complete("features", "-f", "j"), {"jsonl"})
        self.assertEqual(self.complete("features", "--meta", "song"), {"song.mp3"})
        self.assertEqual(self.complete("features", "--fmin", "so"), set())
        self.assertEqual(self.complete("features", "-F", "zcr", "son"), {"song.mp3", "sonar.wav"})
        self.assertIn("printf", self.complete("features", "--n-mels", "40", "song.mp3", "--", "print"))

    def test_lists_of_features(self):
        self.assertEqual(self.complete("features", "-F", "zc"), {"zcr"})
        self.assertEqual({word.rpartition(",")[2] for word in self.complete("features", "-F", "level,lo")}, {"logmel", "loudness"})

    def test_stats_are_names_in_features_and_times_elsewhere(self):
        self.assertEqual(self.complete("features", "--stats", "me"), {"mean", "median"})
        self.assertEqual(self.complete("levels", "--stats", ""), {"1s", "10s", "1m"})
        self.assertEqual(self.complete("mic:", "--stats", "1"), {"1s", "10s", "1m"})

    def test_behind_the_dashes_is_a_program(self):
        self.assertIn("printf", self.complete("song.mp3", "--", "print"))
        self.assertNotIn("--format", self.complete("song.mp3", "--", "env", "--fo"))
        self.assertEqual(self.complete("-r", "8000", "song.mp3", "--", "cat", "son"), {"song.mp3", "sonar.wav"})

    def test_dashes_before_inputs_are_followed_by_inputs(self):
        self.assertEqual(self.complete("-f", "wav", "--", "song"), {"song.mp3"})
        self.assertEqual(self.complete("--", "sona"), {"sonar.wav"})
        self.assertIn("printf", self.complete("--", "song.mp3", "--", "print"))


def tests_of(name):
    return type(name.capitalize(), (Completion, CliTest), {"shell": name, "__module__": __name__})


for found in SHELLS:
    globals()[found.capitalize()] = tests_of(found)


class Glued(CliTest):
    """--option=value and NAME=INPUT, where shells differ in what a word is."""

    def ask(self, shell, *words):
        if shell not in SHELLS:
            self.skipTest(f"no {shell} here")
        (self.tmp / "song.mp3").touch()
        completer = Completer(shell, self.tmp)
        self.addCleanup(completer.close)
        return completer.complete(*words)

    def test_bash(self):
        self.assertEqual(self.ask("bash", "--format", "=", "w"), {"wav"})
        self.assertEqual(self.ask("bash", "--tail", "="), {"pad", "crop", "drop"})
        self.assertEqual(self.ask("bash", "kitchen", "=", "so"), {"song.mp3"})

    def test_fish(self):
        self.assertEqual(self.ask("fish", "--format=w"), {"--format=wav"})

    def test_zsh(self):
        self.assertEqual(self.ask("zsh", "--format=w"), {"wav"})
        self.assertEqual(self.ask("zsh", "kitchen=so"), {"song.mp3"})


class Shells(unittest.TestCase):

    def test_there_is_one_at_least(self):
        """Shells that are not installed are not tested; bash always is."""
        self.assertIn("bash", SHELLS)


if __name__ == "__main__":
    main()
