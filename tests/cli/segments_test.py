"""`features --segments`: where something is heard and where nothing is, against ffmpeg's silencedetect."""
import csv
import io
import re
import subprocess

import numpy as np

from support import media
from support.cli import CliTest, main, run

RATE = 16000


def tone(seconds, level=0.3):
    return np.round(level * 32767 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype("<i2")


class Segments(CliTest):
    def write(self, *parts):
        path = self.tmp / "sound.wav"
        media.write_wav(path, np.concatenate(parts), RATE)
        return path

    def rows(self, *arguments, **options):
        text = self.ok("features", *arguments, **options).stdout.decode()
        return list(csv.DictReader(io.StringIO(text)))

    def test_silences_are_those_of_ffmpeg(self):
        quiet = np.zeros(RATE, "<i2")
        path = self.write(tone(1), quiet, tone(0.5), quiet[:4000], tone(0.5), quiet, quiet)
        told = subprocess.run(["ffmpeg", "-nostdin", "-i", path, "-af", "silencedetect=noise=-60dB:d=0.5", "-f", "null", "-"],
                              capture_output=True, text=True).stderr
        starts = [float(x) for x in re.findall(r"silence_start: ([-\d.]+)", told)]
        ends = [float(x) for x in re.findall(r"silence_end: ([-\d.]+)", told)]
        rows = self.rows("--segments", "silence", path)
        self.assertEqual(len(rows), len(starts))
        np.testing.assert_allclose([float(row["time"]) for row in rows], starts, atol=2 / RATE)
        np.testing.assert_allclose([float(row["end"]) for row in rows][:len(ends)], ends, atol=2 / RATE)

    def test_threshold_and_shortest_silence(self):
        path = self.write(tone(1), tone(0.3, 0.01), tone(1), tone(0.2, 0.01), tone(1))
        self.assertEqual(self.rows("--segments", "silence", path), [])
        rows = self.rows("--segments", "silence", "--threshold", "-30", "--min-silence", "0.25", path)
        self.assertEqual(len(rows), 1)
        self.assertAlmostEqual(float(rows[0]["duration"]), 0.3, delta=0.002)

    def test_voice_is_found_padded_and_split(self):
        noise = (np.random.default_rng(1).normal(0, 30, 8 * RATE)).astype("<i2")
        noise[3 * RATE:5 * RATE] += tone(2)
        path = self.write(noise)
        rows = self.rows("--segments", "voice", path)
        self.assertEqual(len(rows), 1)
        self.assertAlmostEqual(float(rows[0]["time"]), 2.9, delta=0.0205)
        self.assertAlmostEqual(float(rows[0]["end"]), 5.1, delta=0.0205)
        self.assertAlmostEqual(float(self.rows("--segments", "voice", "--vad-pad", "0", path)[0]["time"]), 3, delta=0.0205)
        self.assertEqual(self.rows("--segments", "voice", "--min-speech", "3s", path), [])
        self.assertGreater(len(self.rows("--segments", "voice", "--max-speech", "0.5", path)), 3)
        self.assertEqual(self.rows("--segments", "voice", "-", stdin=open(path, "rb").read()), rows)

    def test_json_lines_and_what_does_not_go_together(self):
        path = self.write(tone(0.5), np.zeros(RATE, "<i2"))
        line = self.ok("features", "--segments", "silence", "-f", "jsonl", path).stdout.decode()
        self.assertEqual(line.count("\n"), 1)
        self.assertIn('"end":1.5', line)
        for arguments in (("-F", "rms"), ("-c", "each"), ("--stats", "mean"), ("-w", "1"), ("--threshold", "-30"), ("-f", "records")):
            result = run("features", "--segments", "voice", *arguments, path)
            self.assertEqual(result.status, 2)
            self.assertEqual(result.stderr.count("\n"), 1)


if __name__ == "__main__":
    main()
