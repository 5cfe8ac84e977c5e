"""`astream features`: the table as CSV, JSON lines, records and NumPy arrays; which rows there are; who is refused."""
import io
import json
import shlex
import signal
import subprocess
import threading
from pathlib import Path

import numpy as np

from support.cli import CliTest, TIME_SCALE, astream, check_grammar, finish, fixture, main, run, slow_writer, start
from support.features import Table, feature_records, json_rows, rows_of, sine, write_float_wav
from support.http_server import HttpServer


class FeaturesTest(CliTest):

    def wav(self, samples, rate=16000, name="a.wav"):
        return write_float_wav(self.tmp / name, samples, rate)

    def noise(self, seconds=1.0, rate=16000, channels=1, name="noise.wav", seed=1):
        values = np.random.default_rng(seed).uniform(-0.5, 0.5, (round(seconds * rate), channels)).astype("<f4")
        return self.wav(values, rate, name), values

    def table(self, *arguments, separator=",", **options):
        return Table(self.ok("features", *arguments, **options).text(), separator)

    def npy(self, *arguments):
        path = self.tmp / "out.npy"
        self.ok("features", "-f", "npy", "-y", "-o", path, *arguments)
        return np.load(path)


class Csv(FeaturesTest):

    def test_columns_and_positions(self):
        path, _ = self.noise()
        table = self.table("-F", "level,zcr,spectral", path)
        self.assertEqual(table.header, ["index", "time", "duration", "rms", "rms_dbfs", "peak", "peak_dbfs", "crest_db", "dc", "zcr",
                                        "centroid_hz", "bandwidth_hz", "rolloff_hz", "flatness", "entropy", "flux", "spec_crest", "slope"])
        self.assertEqual(len(table.rows), 1 + (16000 - 2048) // 512)
        self.assertEqual(table.text("index"), [str(k) for k in range(len(table.rows))])
        self.assertEqual(table.text("time"), ["%.6f" % (512 * k / 16000) for k in range(len(table.rows))])
        self.assertEqual(set(table.text("duration")), {"0.128000"})

    def test_defaults_are_level_zcr_and_spectral(self):
        path, _ = self.noise()
        self.assertEqual(self.ok("features", path).stdout, self.ok("features", "-F", "level,zcr,spectral", path).stdout)

    def test_order_is_the_order_asked_for(self):
        path, _ = self.noise()
        self.assertEqual(self.table("-F", "zcr,logmel_3,rms,logmel_1", path).names, ["zcr", "logmel_3", "logmel_1", "rms"])

    def test_every_format_has_the_same_floats(self):
        path, _ = self.noise(2.5)
        wanted = ("-F", "level,spectral,logmel,chroma,pitch", "--n-mels", "40", path)
        csv = self.table(*wanted)
        array = np.loadtxt(io.BytesIO(self.ok("features", *wanted).stdout), delimiter=",", skiprows=1)[:, 3:].astype("<f4")
        records = np.concatenate([rows_of(r) for r in feature_records(self.ok("features", "-f", "records", *wanted))])
        bits = csv.values().view("<u4")
        for other in (array, records, self.npy(*wanted)):
            self.assertEqual(other.dtype, np.dtype("<f4"))
            finite = np.isfinite(csv.values())
            self.assertTrue(np.array_equal(np.isfinite(other), finite))
            self.assertTrue(np.array_equal(np.ascontiguousarray(other).view("<u4")[finite], bits[finite]))
        rows = json_rows(self.ok("features", "-f", "jsonl", *wanted))
        found = np.array([[np.nan if row[name] is None else row[name] for name in csv.names] for row in rows], "<f4")
        np.testing.assert_array_equal(found, np.where(np.isfinite(csv.values()), csv.values(), np.nan))
        self.assertEqual([row["index"] for row in rows], list(range(len(rows))))

    def test_double(self):
        path, values = self.noise()
        frames = np.lib.stride_tricks.sliding_window_view(values[:, 0].astype(float), 2048)[::512]
        wanted = np.sqrt((frames**2).mean(axis=1))
        np.testing.assert_allclose(self.table("--double", "-F", "rms", path)["rms"], wanted, rtol=1e-13)
        np.testing.assert_array_equal(self.table("-F", "rms", path)["rms"].astype("<f4"), wanted.astype("<f4"))
        self.assertEqual(self.npy("--double", "-F", "rms", path).dtype, np.dtype("<f8"))

    def test_separators_line_ends_and_na(self):
        path = self.wav(np.zeros(4096))
        plain = self.ok("features", "-F", "rms,crest_db,f0_hz", path).text()
        self.assertIn(",nan,nan\n", plain)
        self.assertEqual(self.ok("features", "-F", "rms,crest_db,f0_hz", "--sep", ";", path).text(), plain.replace(",", ";"))
        self.assertEqual(self.ok("features", "-F", "rms,crest_db,f0_hz", "--sep", "tab", path).text(), plain.replace(",", "\t"))
        self.assertEqual(self.ok("features", "-F", "rms,crest_db,f0_hz", "--crlf", path).text(), plain.replace("\n", "\r\n"))
        self.assertEqual(self.ok("features", "-F", "rms,crest_db,f0_hz", "--na", "", path).text(), plain.replace("nan", ""))
        self.assertEqual(self.ok("features", "-F", "rms,crest_db,f0_hz", "--na", "NA", path).text(), plain.replace("nan", "NA"))

    def test_na_that_needs_quotes_keeps_the_columns(self):
        path = self.wav(np.zeros(4096))
        self.assertEqual(set(self.table("-F", "crest_db,f0_hz,rms", "--na", "not, there", path).text("f0_hz")), {"not, there"})

    def test_separators_that_numbers_are_made_of_are_refused(self):
        for bad in (".", "-", "5", "e", "", "ab", '"', "\n", "\r"):
            with self.subTest(bad):
                self.fails(2, "features", "--sep=" + bad, "tone:?duration=1", stderr="--sep")

    def test_options_that_would_change_nothing_are_refused(self):
        for idle, arguments in (("--sep", ("-f", "jsonl", "--sep", "tab")), ("--crlf", ("-f", "jsonl", "--crlf")),
                                ("--na", ("-f", "records", "--na", "x")), ("--double", ("-f", "records", "--double")),
                                ("--time", ("-f", "records", "--time", "end")), ("--threshold", ("--threshold", "-30")),
                                ("--calibrator", ("--calibrator", "114"))):
            with self.subTest(idle):
                self.fails(2, "features", *arguments, "tone:?duration=1", stderr="astream: " + idle)

    def test_times_of_rows(self):
        path, _ = self.noise()
        for anchor, shift in (("start", 0), ("center", 0.064), ("end", 0.128)):
            times = self.table("-F", "rms", "--time", anchor, path)["time"]
            np.testing.assert_allclose(times, 0.032 * np.arange(len(times)) + shift, atol=1e-9)
        times = self.table("-F", "rms", "--center", path)["time"]
        np.testing.assert_allclose(times, 0.032 * np.arange(32), atol=1e-9)

    def test_file_names_are_quoted(self):
        names = ['a,b.wav', 'say "hi".wav', "plain.wav"]
        for name in names:
            self.wav(np.zeros(4096), name=name)
        result = self.ok("features", "-F", "rms", *names, cwd=self.tmp)
        table = Table(result.text())
        self.assertEqual(table.header, ["index", "time", "duration", "stream", "file", "rms"])
        self.assertEqual(sorted(set(table.text("file"))), sorted(names))
        self.assertEqual(table.text("stream"), [str(k) for k in range(3) for _ in range(5)])

    def test_the_locale_changes_nothing(self):
        path, _ = self.noise()
        for form in ("csv", "jsonl"):
            wanted = ("features", "-f", form, "-F", "level,logmel,truepeak_dbtp", path)
            self.assertEqual(self.ok(*wanted, env={"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}).stdout, self.ok(*wanted).stdout)


class Rows(FeaturesTest):

    def test_statistics_are_those_of_the_frames(self):
        path, values = self.noise(3.2)
        stats = ("mean", "std", "min", "max", "median", "p10", "p95")
        table = self.table("-F", "rms,centroid_hz", "--stats", ",".join(stats), "--double", "-w", "0.5", "--hop", "0.3", path)
        self.assertEqual(table.names, [f"{name}_{stat}" for name in ("rms", "centroid_hz") for stat in stats])
        self.assertEqual(len(table.rows), 1 + (51200 - 8000) // 4800)
        functions = (np.mean, np.std, np.min, np.max, np.median, lambda x: np.percentile(x, 10), lambda x: np.percentile(x, 95))
        for k in range(len(table.rows)):
            part = self.wav(values[4800 * k:4800 * k + 8000], name="part.wav")
            frames = self.table("-F", "rms,centroid_hz", "--double", part)
            for name in ("rms", "centroid_hz"):
                for stat, function in zip(stats, functions):
                    np.testing.assert_allclose(table[f"{name}_{stat}"][k], function(frames[name]), rtol=1e-12)
        np.testing.assert_allclose(table["time"], 0.3 * np.arange(len(table.rows)), atol=1e-9)
        self.assertEqual(set(table.text("duration")), {"0.500000"})

    def test_statistics_know_no_nan(self):
        voiced = self.wav(np.concatenate([sine(200), np.zeros(16000)]))
        table = self.table("-F", "f0_hz", "--stats", "mean,median", "-w", "1", voiced)
        self.assertAlmostEqual(table["f0_hz_mean"][0], 200, delta=0.5)
        self.assertTrue(np.isnan(table["f0_hz_mean"][1]))

    def test_features_of_windows_need_no_statistics(self):
        table = self.table("-F", "laeq_dbfs,lufs_m", "-w", "0.5", self.wav(sine(seconds=2)))
        self.assertEqual((table.names, len(table.rows)), (["laeq_dbfs", "lufs_m"], 4))
        np.testing.assert_allclose(table["laeq_dbfs"][1:], -9.031, atol=0.03)

    def test_tails(self):
        path, _ = self.noise(1.3)
        for tail, durations in (("drop", ["0.500000"] * 2), ("pad", ["0.500000"] * 2 + ["0.300000"]), ("crop", ["0.500000"] * 2 + ["0.300000"])):
            with self.subTest(tail):
                table = self.table("-F", "rms", "--stats", "mean", "-w", "0.5", "--tail", tail, path)
                self.assertEqual(len(table.rows), len(durations))
                self.assertEqual(table.text("duration"), durations)

    def test_start_and_duration(self):
        path, values = self.noise(3)
        part = self.wav(values[8000:24000], name="part.wav")
        cut = self.table("-F", "rms,logmel", "--start", "0.5", "-t", "1", path)
        np.testing.assert_array_equal(cut.values(), self.table("-F", "rms,logmel", part).values())
        self.assertEqual(cut.text("time")[:2], ["0.500000", "0.532000"])
        self.assertEqual(cut.text("index")[0], "0")

    def test_deltas(self):
        path, _ = self.noise(2)
        table = self.table("-F", "rms", "--deltas", "2", "--double", path)
        self.assertEqual(table.names, ["rms", "rms_d", "rms_dd"])
        x = np.pad(table["rms"], 2, mode="edge")
        slope = sum(n * (x[2 + n:len(x) - 2 + n] - x[2 - n:len(x) - 2 - n]) for n in (1, 2)) / 10
        np.testing.assert_allclose(table["rms_d"], slope, atol=1e-12)

    def test_channels(self):
        path, values = self.noise(1, channels=3)
        table = self.table("-c", "each", "-F", "peak", path)
        self.assertEqual(table.header, ["index", "time", "duration", "channel", "peak"])
        for channel in range(3):
            alone = self.wav(values[:, channel], name=f"{channel}.wav")
            found = [float(v) for v, c in zip(table.text("peak"), table.text("channel")) if c == str(channel)]
            np.testing.assert_array_equal(found, self.table("-F", "peak", alone)["peak"])
        mean = self.wav(values.astype(float).mean(axis=1), name="mean.wav")
        np.testing.assert_allclose(self.table("-F", "rms", path)["rms"], self.table("-F", "rms", mean)["rms"], rtol=1e-6)
        records = feature_records(self.ok("features", "-f", "records", "-c", "each", "-F", "peak", path))
        self.assertEqual([r.data["channel"] for r in records], [0, 1, 2])

    def test_windows_of_frames_are_records(self):
        path, _ = self.noise(2)
        parts = [rows_of(r) for r in feature_records(self.ok("features", "-f", "records", "-F", "logmel", "-w", "10240smp", path))]
        self.assertEqual([len(part) for part in parts], [20, 20, 19])
        csv = self.table("-F", "logmel", path).values()
        np.testing.assert_array_equal(np.concatenate(parts), csv)
        seconds = feature_records(self.ok("features", "-f", "records", "-F", "logmel", path))
        self.assertEqual([(r.data["row"], r.data["sample"], r.data["time"], r.data["shape"]) for r in seconds],
                         [(0, 0, 0.0, [31, 128]), (31, 31 * 512, 0.992, [28, 128])])
        self.assertEqual(seconds[0].data["columns"], [f"logmel_{k}" for k in range(128)])
        self.assertEqual((seconds[0].data["hop"], seconds[0].data["rate"], seconds[0].data["stream"]), (512, 16000, 0))

    def test_a_longer_record_of_windows(self):
        """-w with --stats is the window of a row, and each row a record."""
        path, _ = self.noise(2)
        records = feature_records(self.ok("features", "-f", "records", "-F", "rms", "--stats", "mean", "-w", "0.5", path))
        self.assertEqual([(r.data["shape"], r.data["hop"], r.data["sample"]) for r in records],
                         [([1, 1], 8000, 8000 * k) for k in range(4)])


class Patches(FeaturesTest):

    def test_shapes(self):
        path, _ = self.noise(31)
        for style, shape, starts in (("yamnet", [96, 64], [7680 * k for k in range(64)]), ("vggish", [96, 64], [15360 * k for k in range(32)]),
                                     ("whisper", [3000, 80], [0, 480000])):
            with self.subTest(style):
                found = feature_records(self.ok("features", "-f", "records", "-F", "logmel", "--mel-style", style, "--patches", path))
                self.assertEqual({tuple(r.data["shape"]) for r in found}, {tuple(shape)})
                self.assertEqual([r.data["sample"] for r in found], starts[:len(found)])
                self.assertGreaterEqual(len(found), len(starts) - 1)

    def test_whisper_is_patches_by_itself(self):
        path, _ = self.noise(2)
        found = feature_records(self.ok("features", "-f", "records", "-F", "logmel", "--mel-style", "whisper", path))
        self.assertEqual([r.data["shape"] for r in found], [[3000, 80]])
        found = feature_records(self.ok("features", "-f", "records", "-F", "logmel", "--mel-style", "whisper", "-w", "1", path))
        self.assertEqual([r.data["shape"] for r in found], [[100, 80]] * 2)

    def test_csv_tells_the_frame(self):
        path, _ = self.noise(2)
        wanted = ("-F", "logmel", "--mel-style", "yamnet", "--patches", path)
        table = self.table(*wanted)
        self.assertEqual(table.header[:5], ["index", "time", "duration", "frame", "logmel_0"])
        self.assertEqual(table.text("frame")[:97], [str(k) for k in range(96)] + ["0"])
        array = self.npy(*wanted)
        self.assertEqual(array.shape[1:], (96, 64))
        np.testing.assert_array_equal(array.reshape(-1, 64), table.values())
        rows = json_rows(self.ok("features", "-f", "jsonl", *wanted))
        np.testing.assert_array_equal(np.array([row["values"] for row in rows], "<f4"), array)
        self.assertEqual(rows[0]["columns"], table.names)

    def test_a_cropped_patch_does_not_fit_into_an_array(self):
        path, _ = self.noise(1.5)
        result = self.fails(1, "features", "-f", "npy", "-o", self.tmp / "x.npy", "-F", "logmel", "--patches", "--tail", "crop", path,
                            stderr="one length.*--tail")
        self.assertFalse((self.tmp / "x.npy").exists(), result)

    def test_patches_and_statistics_exclude_each_other(self):
        self.fails(2, "features", "-F", "logmel", "--patches", "--stats", "mean", "tone:?duration=1", stderr="exclude")


class Listed(FeaturesTest):

    def test_text_names_every_column(self):
        groups = json_rows(self.ok("features", "--list", "-f", "jsonl"))
        text = self.ok("features", "--list").text()
        self.assertGreaterEqual(len(groups), 18)
        for group in groups:
            self.assertRegex(text, rf"(?m)^{group['group']}: ")
            for column in group["columns"]:
                self.assertRegex(text, rf"(?m)^  {column['name']} ")
                for key in ("meaning", "unit", "range", "source"):
                    self.assertTrue(column[key], (column, key))

    def test_meta_describes_every_column_of_every_group(self):
        path, _ = self.noise(2, rate=44100)
        for group in json_rows(self.ok("features", "--list", "-f", "jsonl")):
            with self.subTest(group["group"]):
                self.ok("features", "-F", group["group"], "--meta", self.tmp / "meta", "-y", "-w", "1", path, quiet=False)
                meta = json.loads((self.tmp / "meta").read_text())
                for column in meta["columns"]:
                    self.assertIn("unit", column)
                    known = [c for c in group["columns"] if c["meaning"] == column["meaning"]]
                    self.assertTrue(known, f"{column} has what another group means")
                self.assertEqual(meta["rate"], 44100)
        self.assertIn("astream", meta["generator"])

    def test_meta_tells_lengths(self):
        path, _ = self.noise(2)
        self.ok("features", "-F", "logmel", "--stats", "mean", "-w", "0.5", "--hop", "0.25", "--meta", self.tmp / "m", path)
        meta = json.loads((self.tmp / "m").read_text())
        self.assertEqual((meta["rows"], meta["length"], meta["hop"], meta["frame_hop"]), ("windows", 8000, 4000, 512))
        self.assertEqual(len(meta["columns"]), 128)
        self.fails(1, "features", "--meta", self.tmp / "m", path, stderr="exists")


class Refused(FeaturesTest):

    def test_unknown_names_with_a_suggestion(self):
        for arguments, words in ((("-F", "logmal", "tone:?duration=1"), "logmel"), (("-F", "centroid", "tone:?duration=1"), "centroid_hz"),
                                 (("-F", "rms,pitsch", "tone:?duration=1"), "pitch"), (("--n-mel", "3", "tone:?duration=1"), "--n-mels"),
                                 (("--mel-style", "wisper", "tone:?duration=1"), "whisper"), (("--stats", "meen", "tone:?duration=1"), "mean"),
                                 (("-f", "parquet", "tone:?duration=1"), "csv"), (("--taper", "hanning7", "tone:?duration=1"), "hann"), ((), "no input"),
                                 (("--frame-hop", "0", "tone:?duration=1"), "frame-hop|hop"), (("--hop", "1", "--overlap", "50%", "tone:?duration=1"), "exclude"),
                                 (("-F", "rms", "--hop", "1", "tone:?duration=1"), "--frame-hop"), (("-F", "rms", "-w", "0", "tone:?duration=1"), "window"),
                                 (("-o", self.tmp / "x.wav", "tone:?duration=1"), "no audio"),
                                 (("-f", "npy", "tone:?duration=1"), "-o FILE"), (("-F", "", "tone:?duration=1"), "name|feature|-F")):
            with self.subTest(arguments):
                result = self.fails(2, "features", *arguments, stderr=words)
                self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_options_that_only_some_rates_allow(self):
        """What a rate makes impossible is told when it is known, not before."""
        path, _ = self.noise(1, rate=16000)
        self.table("-F", "logmel", "--frame", "25ms", "--frame-hop", "10ms", "--n-fft", "512", "--n-mels", "40", path)
        high, _ = self.noise(1, rate=192000, name="bat.wav")
        self.table("-F", "logmel", "--fmin", "20k", "--fmax", "90k", "--n-mels", "20", high)
        result = self.ok("features", "-F", "logmel", "--fmin", "20k", "--fmax", "90k", "--n-mels", "20", path, quiet=False)
        self.assertRegex(result.stderr, "mel bands 0 1 2")
        self.fails(2, "features", "-F", "logmel", "-r", "48000", "--frame", "25ms", "--n-fft", "512", path, stderr="512 points")

    def test_a_stream_with_other_columns_is_refused_alone(self):
        low, _ = self.noise(1, rate=16000, name="low.wav")
        high, _ = self.noise(1, rate=48000, name="high.wav")
        last, _ = self.noise(1, rate=16000, name="tail.wav")
        result = self.fails(3, "features", "-F", "thirdoctave", high, low, high, stderr="-r")
        table = Table(result.text())
        self.assertEqual(sorted(set(table.text("stream"))), ["0", "2"])
        self.ok("features", "-F", "thirdoctave", "-r", "16000", high, low, last, quiet=False)
        parsed = self.fails(3, "features", "-f", "records", "-F", "thirdoctave", high, low, high).records()
        check_grammar(parsed)
        self.assertEqual([r.type for r in parsed].count("stream-error"), 1)

    def test_one_bad_file_among_good_ones(self):
        good, _ = self.noise()
        bad = self.tmp / "bad.wav"
        bad.write_bytes(b"no audio at all")
        for form in ("csv", "jsonl", "records"):
            result = self.fails(3, "features", "-f", form, "-F", "rms", good, bad, good, stderr="bad.wav")
            if form == "csv":
                self.assertEqual([Table(result.text()).text("stream").count(k) for k in "012"], [28, 0, 28])
            elif form == "records":
                self.assertEqual([r.type for r in result.records() if r.type.startswith("stream")],
                                 ["stream-start", "stream-end", "stream-error", "stream-start", "stream-end"])
        self.fails(1, "features", bad, stderr="bad.wav")


class Calibration(FeaturesTest):

    def test_a_number(self):
        table = self.table("-F", "laeq_db,lzeq_db", "-w", "1", "--calibration", "120", self.wav(sine(seconds=2)))
        self.assertEqual(table.names, ["laeq_db", "lzeq_db"])
        np.testing.assert_allclose(table["lzeq_db"], 120 - 9.0309, atol=1e-3)

    def test_parameters_of_what_is_not_asked_for_are_refused(self):
        tone = self.wav(sine(), name="t.wav")
        for arguments, words in ((("-F", "level", "--pcen-gain", "1", tone), "--pcen-gain means nothing here: it is of -F pcen"),
                                 (("-F", "rms", "--calibration", "100", tone), "--calibration means nothing here: it is of -F spl"),
                                 (("-F", "rms", "--stats", "mean,mean", tone), "the column 'rms_mean' is asked for twice"),
                                 (("--list", "-o", "x"), "--output means nothing to --list"), (("--list", tone), "--list takes no inputs")):
            with self.subTest(arguments[:4]):
                self.fails(2, "features", *arguments, stderr=words)

    def test_frames_of_kaldi_for_all_columns_are_told(self):
        result = self.ok("features", "-F", "rms,fbank_0", self.wav(sine(), name="t.wav"), quiet=False)
        self.assertIn("Kaldi's frames, 25 ms every 10 ms, are those of all columns", result.stderr)

    def test_a_recording_of_a_calibrator(self):
        tone = self.wav(sine(amplitude=0.1, seconds=3), name="calibrator.wav")
        for level, options in ((94, ()), (114, ("--calibrator", "114"))):
            table = self.table("-F", "lzeq_db", "--calibrate", tone, *options, "-w", "1", tone)
            np.testing.assert_allclose(table["lzeq_db"], level, atol=1e-3)
        self.fails(2, "features", "-F", "laeq_db", "--calibrate", self.wav(np.zeros(16000), name="s.wav"), tone, stderr="no tone")
        self.fails(2, "features", "--calibrate", tone, "--calibration", "3", tone, stderr="exclude")
        self.fails(1, "features", "-F", "laeq_db", "--calibrate", self.tmp / "none.wav", tone, stderr="none.wav")

    def test_without_it_levels_are_dbfs(self):
        self.assertEqual(self.table("-F", "laeq_db,la90_db", "-w", "1", self.wav(sine())).names, ["laeq_dbfs", "la90_dbfs"])


class Routes(FeaturesTest):

    FEATURES = ("-F", "level,logmel,lufs_i,laeq_db,vad", "--stats", "mean,p90", "-w", "0.3", "--tail", "pad")

    def test_file_pipe_and_server_give_the_same_bytes(self):
        path = fixture("s16.flac")
        wanted = self.ok("features", *self.FEATURES, path).stdout
        self.assertGreater(len(wanted), 1000)
        data = Path(path).read_bytes()
        self.assertEqual(self.ok("features", *self.FEATURES, "-", stdin=data).stdout, wanted)
        with HttpServer() as server:
            self.assertEqual(self.ok("features", *self.FEATURES, server.add("/a.flac", data)).stdout, wanted)
        chained = run(path, env={}).stdout
        self.assertEqual(self.ok("features", *self.FEATURES, "-", stdin=chained).stdout, wanted)

    def test_jobs(self):
        one = self.ok("features", *self.FEATURES, "-j", "1", fixture("long.flac")).stdout
        self.assertEqual(self.ok("features", *self.FEATURES, "-j", "2", fixture("long.flac")).stdout, one)

    def test_writes_of_one_byte(self):
        data = np.random.default_rng(3).integers(-9999, 9999, 6000).astype("<i2").tobytes()
        wanted = ("features", *self.FEATURES, "-?format=s16le&rate=8000&channels=1")
        process = start(*wanted)
        slow_writer(process.stdin, data, 1)
        self.assertEqual(finish(process).stdout, self.ok(*wanted, stdin=data).stdout)

    def test_a_folder_with_a_label_tells_its_files(self):
        (self.tmp / "clips").mkdir()
        for name in "ab":
            self.noise(name=f"clips/{name}.wav")
        for names in ([self.tmp / "clips"], [f"dog={self.tmp}/clips"], [f"dog={self.tmp}/clips/*.wav"], [f"file:{self.tmp}/clips"]):
            with self.subTest(names):
                self.assertEqual(len(set(self.table("-F", "rms", *names).text("file"))), 2)

    def test_records_of_features_are_no_audio(self):
        path, _ = self.noise()
        rows = self.ok("features", "-f", "records", path).stdout
        result = self.ok("-", stdin=rows, quiet=False)
        self.assertEqual([r.type for r in result.records()], ["set-start", "stream-start", "stream-end", "set-end"])
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertIn("not audio", result.stderr)

    def test_output_file_and_command(self):
        path, _ = self.noise()
        wanted = self.ok("features", path).stdout
        self.ok("features", "-o", self.tmp / "x.csv", path)
        self.assertEqual((self.tmp / "x.csv").read_bytes(), wanted)
        self.fails(2, "features", "-o", self.tmp / "x.csv", path, stderr="exists")
        self.ok("features", "-o", self.tmp / "x.jsonl", path)
        self.assertEqual(len((self.tmp / "x.jsonl").read_text().splitlines()), 28)
        self.assertEqual(self.ok("features", path, "--", "cat").stdout, wanted)


class Live(FeaturesTest):

    def interrupted(self, number, until, *arguments):
        """All that a run writes that gets signal `number` once `until` was written, and how it ends."""
        process = start("features", "--pace", *arguments, stdin=subprocess.DEVNULL)
        watchdog = threading.Timer(30 * TIME_SCALE, process.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)
        out = b""
        while until not in out and (part := process.stdout.read1()):
            out += part
        process.send_signal(number)
        out += process.stdout.read()
        return finish(process)._replace(stdout=out)

    def test_rows_come_as_they_exist(self):
        """The first rows are there while the rest of the input is still to come; an interruption leaves whole ones."""
        path, _ = self.noise(600, rate=8000)
        result = self.interrupted(signal.SIGINT, b"\n20,", "-F", "rms", path)
        self.assertEqual((result.status, result.stderr), (-signal.SIGINT, ""))
        self.assertTrue(result.text().endswith("\n"))
        table = Table(result.text())
        self.assertEqual(table.text("index"), [str(k) for k in range(len(table.rows))])
        self.assertLess(len(table.rows), 10000)

    def test_an_interruption_leaves_whole_records(self):
        result = self.interrupted(signal.SIGTERM, b'"features"', "-f", "records", "-F", "rms", "tone:440")
        self.assertEqual(result.status, -signal.SIGTERM)
        self.assertGreater(len(rows_of(feature_records(result)[0])), 0)

    def test_a_slow_pipe_gets_its_rows(self):
        process = start("features", "-F", "rms", "-?format=s16le&rate=8000&channels=1")
        self.addCleanup(process.kill)
        process.stdin.write(bytes(2 * 3000))
        process.stdin.flush()
        self.assertTrue(process.stdout.readline().startswith(b"index"))
        self.assertTrue(process.stdout.readline().startswith(b"0,0.000000"))
        process.stdin.close()
        process.stdin = None
        self.assertEqual(finish(process).status, 0)

    def test_head_is_success(self):
        quoted = shlex.quote(astream())
        for form in ("csv", "jsonl", "records"):
            result = self.ok("-c", f"set -o pipefail; {quoted} features -f {form} -t 2h tone:440 | head -n 1", program="/bin/bash")
            self.assertEqual(len(result.stdout.splitlines()), 1)


if __name__ == "__main__":
    main()
