"""astream levels in a pipe: rows, channels, totals, bands, alarms and their exit status."""
import csv
import io
import json
import math
import subprocess

from support.cli import CliTest, finish, main, run, start
from support.media import ffmpeg, write_wav

FIXED = ["index", "time", "duration", "channel", "is_total", "peak_dbfs", "rms_dbfs", "clipped_samples", "truepeak_dbtp",
         "lufs_m", "lufs_s", "lufs_i", "lra_lu", "lufs_m_max", "lufs_s_max"]


class Levels(CliTest):

    def rows(self, *args, **options):
        return list(csv.DictReader(io.StringIO(self.ok("levels", *args, **options).text())))

    def test_a_row_an_interval_and_channel_and_totals_behind_them(self):
        rows = self.rows("--interval", "0.5", "-t", "1.2", "tone:1000?rate=48000&channels=2")
        self.assertEqual(list(rows[0]), FIXED)
        self.assertEqual([row["channel"] for row in rows], ["0", "1"] * 4)
        self.assertEqual([row["is_total"] for row in rows], ["0"] * 6 + ["1"] * 2)
        self.assertEqual([float(row["duration"]) for row in rows[::2]], [0.5, 0.5, 0.2, 1.2])
        self.assertEqual([float(row["time"]) for row in rows[::2]], [0, 0.5, 1, 0])
        for row in rows:
            self.assertAlmostEqual(float(row["rms_dbfs"]), -9.01, places=2)
            self.assertAlmostEqual(float(row["lufs_i"]), -5.993, places=2)  # -23 dBFS reads -22.9933, this is 17 dB more
            self.assertEqual((row["lufs_s"], row["clipped_samples"]), ("nan", "0"))

    def test_levels_agree_with_ffmpeg_on_1_2_and_6_channels(self):
        for channels, layout in ((1, "mono"), (2, "stereo"), (6, "5.1")):
            with self.subTest(layout):
                path = self.tmp / f"{channels}.wav"
                noises = ";".join(f"anoisesrc=r=48000:d=5:a=0.{c + 1}:s={c + 1}:c=pink,aformat=sample_fmts=s16:channel_layouts=mono[n{c}]"
                                  for c in range(channels))
                inputs = "".join(f"[n{c}]" for c in range(channels))
                ffmpeg("-filter_complex", f"{noises};{inputs}amerge=inputs={channels},aformat=channel_layouts={layout}", path)
                rows = self.rows(path)
                total = [row for row in rows if row["is_total"] == "1"]
                self.assertEqual(len(total), channels)
                said = subprocess.run(["ffmpeg", "-hide_banner", "-nostats", "-i", path, "-af",
                                       "astats=measure_overall=none,ebur128=peak=true", "-f", "null", "-"],
                                      capture_output=True, text=True).stderr

                def figures(name):
                    return [float(line.split(":")[1].split()[0]) for line in said.splitlines() if f" {name}:" in line]

                for name, column in (("Peak level dB", "peak_dbfs"), ("RMS level dB", "rms_dbfs")):
                    for theirs, row in zip(figures(name), total, strict=True):
                        self.assertAlmostEqual(float(row[column]), theirs, delta=0.001)
                self.assertAlmostEqual(float(total[0]["lufs_i"]), figures("I")[-1], delta=0.06)  # theirs has one decimal
                self.assertAlmostEqual(float(total[0]["lra_lu"]), figures("LRA")[-1], delta=0.11)
                loudest = max(float(row["truepeak_dbtp"]) for row in total)
                self.assertAlmostEqual(loudest, figures("Peak")[-1], delta=0.16)

    def test_bands_percentiles_and_json(self):
        result = self.ok("levels", "-f", "jsonl", "--bands", "octave", "--percentiles", "L10,90", "--calibration", "100", "-t", "2", "tone:1000")
        rows = [json.loads(line) for line in result.lines()]
        self.assertEqual([row["is_total"] for row in rows], [0, 0, 1])
        self.assertEqual([key for key in rows[0] if key.startswith("l") and key[1] in "ae"],
                         ["la10_db", "la90_db", *(f"leq1_{f}" for f in (31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000))])
        self.assertAlmostEqual(rows[1]["leq1_1000"], 90.97, delta=0.05)
        self.assertAlmostEqual(rows[1]["la10_db"], 90.97, delta=0.05)
        self.assertLess(rows[1]["leq1_125"], 40)

    def test_several_inputs_other_formats_and_nothing(self):
        names = []
        for name, rate in (("a", 8000), ("b", 48000)):
            names.append(self.tmp / f"{name}.wav")
            write_wav(names[-1], [8192, 0] * (rate // 2), rate)
        rows = self.rows("--bands", "third", *names)
        self.assertEqual([(row["stream"], row["is_total"]) for row in rows], [("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")])
        self.assertEqual((rows[0]["leq3_10000"], rows[0]["file"]), ("nan", str(names[0])))
        self.assertNotEqual(rows[2]["leq3_10000"], "nan")
        self.assertEqual(self.ok("levels", "-t", "0", "tone:440").lines(), [",".join(FIXED)])
        records = self.ok("levels", "-f", "records", "-t", "1", "tone:440?channels=2").records()
        self.assertEqual([r.type for r in records], ["set-start", "stream-start", *["features"] * 4, "stream-end", "set-end"])
        result = self.fails(3, "levels", names[0], self.tmp / "none.wav", stderr="no such file")
        self.assertEqual(len(result.lines()), 3)

    def alarms(self, status, *args):
        result = self.fails(status, "levels", "--threshold", "-40dBFS", *args)
        return [[float(cell) for cell in line.split(",")] for line in result.lines()[1:]]

    def test_silence_and_noise_alarms(self):
        path = self.tmp / "show.wav"
        loud, silent = [8192, -8192] * 4000, [16, -16] * 4000
        write_wav(path, loud + silent * 3 + loud + silent, 8000)
        self.assertEqual([row[:4] for row in self.alarms(6, path)], [[0, 1, 2, 1], [1, 1, 3, 0]])
        self.assertEqual(self.alarms(0, "--hold", "4s", path), [])
        self.assertEqual([row[:4] for row in self.alarms(6, "--hold", "0.5", "--once", path)], [[0, 1, 0.5, 1], [1, 1, 0.5, 0]])
        self.assertEqual([row[1:4] for row in self.alarms(6, "--alarm", "over", path)],
                         [[0, 0.1, 1], [0, 1, 0], [4, 0.1, 1], [4, 1, 0]])
        self.assertAlmostEqual(self.alarms(6, path)[0][4], 20 * math.log10(16 / 32768), places=2)
        self.assertEqual(run("levels", "--threshold", "-40", self.tmp / "none.wav").status, 1)

    def test_what_makes_no_sense_is_refused(self):
        for args, words in ((["--hold", "1"], "is for --threshold"), (["--threshold", "5"], "nothing is louder"),
                            (["--threshold", "-40", "--bands", "third"], "means nothing to --threshold"),
                            (["--threshold", "loud"], "is no level"), (["--interval", "0"], "longer than 0"),
                            (["--percentiles", "10,101"], "is no percentile"), (["--calibration", "94"], "is for --bands"),
                            (["-f", "wav"], "no format for levels"), (["-f", "jsonl", "--sep", ";"], "means nothing to the format"),
                            (["--view", "meter"], "on a terminal")):
            with self.subTest(args):
                self.fails(2, "levels", *args, "tone:440", stderr=words)
        self.fails(2, "levels", stderr="no input")

    def test_rows_of_what_comes_slowly_leave_at_once(self):
        process = start("levels", "--interval", "0.1", "--pace", "tone:440")
        for _ in range(4):
            self.assertIn(b",", process.stdout.readline())
        process.terminate()
        result = finish(process)
        self.assertEqual(result.status, -15, result)
        self.assertEqual(result.lines()[-1].split(",")[4], "1")  # the total, also then


main()
