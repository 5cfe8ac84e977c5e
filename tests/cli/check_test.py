"""astream check: one line an input - what it is, or why it gives no sound and what to do."""
import json

from support import media
from support.cli import CliTest, fixture, main


class Check(CliTest):

    def test_one_line_an_input(self):
        result = self.ok("check", fixture("s16.flac"), fixture("cbr.mp3"), fixture("opus.webm"))
        lines = result.lines()
        self.assertEqual(len(lines), 3)
        for line, words in zip(lines, (("s16.flac", "flac", "44100", "Chirp"), ("cbr.mp3", "mp3", "44100"), ("opus.webm", "opus", "48000"))):
            for word in words:
                self.assertIn(word, line.replace(" ", "").replace(",", "") if word.isdigit() else line)

    def test_reasons(self):
        for name, word in (("bad/empty.wav", "empty"), ("bad/no_moov.m4a", "moov"), ("no_audio.mp4", "no audio"), ("cover_only.m4a", "no audio")):
            with self.subTest(name):
                result = self.fails(1, "check", fixture(name))
                self.assertEqual(len((result.text() + result.stderr).splitlines()), 1, result)
                self.assertIn(word, (result.text() + result.stderr).lower())

    def test_good_and_bad(self):
        result = self.fails(3, "check", fixture("tiny.wav"), self.tmp / "none.wav")
        self.assertIn("tiny.wav", result.text())
        self.assertIn("none.wav", result.text() + result.stderr)

    def test_two_tracks_are_named(self):
        text = self.ok("check", fixture("two_tracks.mp4"), quiet=False).text()
        self.assertIn("eng", text)
        self.assertIn("deu", text)

    def test_json(self):
        names = ["s16.flac", "cbr.mp3", "two_tracks.mp4", "mono_16k.wav", "opus.opus"]
        result = self.ok("check", "--json", *map(fixture, names), quiet=False)
        found = [json.loads(line) for line in result.lines()]
        self.assertEqual(len(found), len(names))
        for name, item in zip(names, found):
            with self.subTest(name):
                entry = media.entry(name)
                self.assertTrue(item["uri"].endswith(name))
                text = json.dumps(item)
                for word in (entry["codec"], str(entry["rate"])):
                    self.assertIn(word, text)
        self.assertAlmostEqual(found[0]["duration"], 5, delta=0.01)
        self.assertEqual(len(found[2]["tracks"]), 2)
        self.assertEqual({k.lower(): v for k, v in found[0]["tags"].items()}["title"], "Chirp")

    def test_json_of_a_failure(self):
        result = self.fails(3, "check", "--json", fixture("tiny.wav"), fixture("bad/empty.wav"))
        found = [json.loads(line) for line in result.lines()]
        self.assertEqual(len(found), 2)
        self.assertIn("empty", json.dumps(found[1]).lower())
        self.assertEqual([item["ok"] for item in found], [True, False])
        self.assertTrue(found[1]["message"])

    def test_globs_folders_and_playlists(self):
        self.assertEqual(len(self.ok("check", fixture("tree")).lines()), 7)

    def test_stdin_and_signals(self):
        with open(fixture("vorbis.ogg"), "rb") as stdin:
            self.assertIn("vorbis", self.ok("check", "-", stdin=stdin.read()).text())
        self.assertIn("tone", self.ok("check", "tone:440?duration=1").text())


if __name__ == "__main__":
    main()
