"""`astream features` at the edges: golden values, silence, NaN, odd lengths, every group at every rate and channel count."""
import math

import numpy as np

from support.cli import CliTest, main
from support.features import Table, feature_records, json_rows, rows_of, sine, write_float_wav

FRAME, HOP = 2048, 512


class EdgesTest(CliTest):

    def wav(self, samples, rate=16000, name="a.wav"):
        return write_float_wav(self.tmp / name, samples, rate)

    def table(self, *arguments, **options):
        return Table(self.ok("features", *arguments, **options).text())


class Golden(EdgesTest):
    """What the reference implementations give for one second of 0.5 * sin(2 pi 1000 t) at 16 kHz."""

    def setUp(self):
        super().setUp()
        self.tone = self.wav(sine())

    def check(self, table, shape, row, argmax, maximum, first=(), tolerance=5e-5):
        values = table.values("<f8") if isinstance(table, Table) else table
        self.assertEqual(values.shape, shape)
        self.assertEqual(int(values[row].argmax()), argmax)
        self.assertAlmostEqual(values[row].max(), maximum, delta=tolerance)
        np.testing.assert_allclose(values[row][:len(first)], first, atol=tolerance)

    def test_whisper(self):
        patch = feature_records(self.ok("features", "-f", "records", "-F", "logmel", "--mel-style", "whisper", "-w", "1", self.tone))[0]
        self.check(rows_of(patch), (100, 80), 50, 26, 1.439652, (-0.560348,) * 3)

    def test_yamnet(self):
        self.check(self.table("-F", "logmel", "--mel-style", "yamnet", self.tone), (98, 64), 49, 19, 4.117905,
                   (-6.407596, -5.814134, -5.593718))

    def test_the_rate_of_a_model_holds_for_all_that_goes_by_its_frames(self):
        for group in ("logmel", "pcen", "onset"):
            table = self.table("-F", group, "--mel-style", "yamnet", "-t", "0.5", "tone:1000?rate=44100")
            self.assertEqual(set(table.text("duration")), {"0.025000"}, group)

    def test_vggish(self):
        self.check(self.table("-F", "logmel", "--mel-style", "vggish", self.tone), (98, 64), 49, 19, 4.118052,
                   (-4.542291, -4.424094, -4.364488))

    def test_kaldi_fbank(self):
        self.check(self.table("-F", "fbank", self.tone), (98, 80), 49, 27, 6.259535, tolerance=2e-3)

    def test_torchaudio(self):
        result = self.ok("features", "-F", "logmel", "--mel-style", "torchaudio", self.tone, quiet=False)
        self.assertEqual(len(result.stderr.splitlines()), 1, "one warning, of empty mel bands")
        self.check(Table(result.text()), (81, 128), 40, 44, 31.98062, tolerance=1e-3)

    def test_librosa_mfcc(self):
        table = self.table("-F", "mfcc", "--center", self.tone)
        self.assertEqual(table.values().shape, (32, 20))
        np.testing.assert_allclose(table.values()[15][:4], (-1097.5462, 24.1157, -23.4921, -47.7463), atol=5e-3)

    def test_spectral(self):
        table = self.table("-F", "rms,spectral", self.tone)
        for name, value in (("rms", 0.353553), ("centroid_hz", 1000.0), ("bandwidth_hz", 5.524273), ("rolloff_hz", 1007.8125),
                            ("entropy", 0.125145), ("spec_crest", 512.5)):
            # The bandwidth of a sine is made of what float32 rounds away.
            self.assertAlmostEqual(table[name][5] / value, 1, delta=0.02 if name == "bandwidth_hz" else 1e-5, msg=name)

    def test_counts_of_frames(self):
        for count, frame, hop, drop, centred, mirrored in ((16000, 400, 160, 98, 101, 100), (16000, 1024, 512, 30, 32, 31),
                                                           (1000, 400, 160, 4, 7, 6), (399, 400, 160, 0, 3, 2), (400, 400, 160, 1, 3, 3),
                                                           (401, 400, 160, 1, 3, 3), (22050, 2048, 512, 40, 44, 43)):
            path = self.wav(np.full(count, 0.25), name="n.wav")
            for align, rows in (("start", drop), ("center", centred), ("kaldi", mirrored)):
                with self.subTest(count=count, frame=frame, align=align):
                    found = self.table("-F", "rms", "--frame", f"{frame}smp", "--frame-hop", f"{hop}smp", "--align", align, path,
                                       quiet=rows > 0)
                    self.assertEqual(len(found.rows), rows)


class Silence(EdgesTest):

    WANTED = {"rms": 0, "rms_dbfs": -math.inf, "crest_db": math.nan, "zcr": 0, "centroid_hz": 0, "bandwidth_hz": 0, "rolloff_hz": 0,
              "flatness": 1, "entropy": 0, "flux": 0, "contrast_0": 0, "contrast_6": 0, "logmel_0": -100, "logmel_127": -100,
              "mfcc_1": 0, "pcen_0": 0, "chroma_c": 0, "f0_hz": math.nan, "onset": 0}
    OF_WINDOWS = {"lufs_m": -math.inf, "lufs_i": -math.inf, "laeq_dbfs": -math.inf, "aci": 0, "ndsi": math.nan, "adi": 0, "ht": math.nan,
                  "vad": 0, "truepeak_dbtp": -math.inf}

    def test_frames(self):
        table = self.table("-F", "level,zcr,spectral,contrast,logmel,mfcc,pcen,chroma,pitch,onset", "silence:?rate=44100&duration=2")
        for name, value in self.WANTED.items():
            with self.subTest(name):
                np.testing.assert_allclose(table[name], np.full(len(table.rows), value), atol=1e-9)
        np.testing.assert_allclose(table["mfcc_0"], -1131.371, atol=1e-3)

    def test_windows(self):
        table = self.table("-F", ",".join(self.OF_WINDOWS), "-w", "5", "silence:?rate=44100&duration=10", quiet=False)
        for name, value in self.OF_WINDOWS.items():
            with self.subTest(name):
                np.testing.assert_array_equal(table[name], np.full(2, value))

    def test_floors_of_the_styles(self):
        for style, value in (("whisper", -1.5), ("yamnet", -6.907755), ("vggish", -4.605170), ("kaldi", -15.942385)):
            with self.subTest(style):
                table = self.table("-F", "logmel", "--mel-style", style, "-w", "1", "silence:?rate=16000&duration=1")
                np.testing.assert_allclose(table.values(), value, atol=1e-5)

    def test_a_floor_for_levels(self):
        table = self.table("-F", "rms_dbfs,peak_dbfs", "--db-floor", "-120", "silence:?rate=16000&duration=1")
        self.assertEqual(set(table.values().flat), {-120.0})


class Lengths(EdgesTest):

    def test_no_sample(self):
        path = self.wav([])
        for arguments in (("-F", "level"), ("-F", "level,logmel", "--center"), ("-F", "rms", "--stats", "mean", "--tail", "pad"),
                          ("-F", "spl", "-w", "1", "--tail", "crop"), ("-F", "logmel", "--mel-style", "whisper")):
            with self.subTest(arguments):
                table = self.table(*arguments, path)
                self.assertGreaterEqual(len(table.header), 4)
                self.assertEqual(table.rows, [])
        self.assertEqual(self.ok("features", "-f", "jsonl", path).stdout, b"")
        self.assertEqual(feature_records(self.ok("features", "-f", "records", path)), [])
        self.ok("features", "-f", "npy", "-F", "level", "-o", self.tmp / "x.npy", path)
        self.assertEqual(np.load(self.tmp / "x.npy").shape, (0, 6))

    def test_around_one_frame(self):
        for count in (1, FRAME - 1, FRAME, FRAME + 1, FRAME + HOP - 1, FRAME + HOP):
            with self.subTest(count=count):
                path = self.wav(np.full(count, 0.5))
                rows = max(0, 1 + (count - FRAME) // HOP)
                result = self.ok("features", "-F", "rms,logmel", path, quiet=rows > 0)
                self.assertEqual(len(Table(result.text()).rows), rows)
                self.assertEqual("no rows: the signal is shorter" in result.stderr, rows == 0)
                self.assertEqual(len(self.table("-F", "rms,logmel", "--center", path).rows), 1 + count // HOP)
                result = self.ok("features", "-F", "rms,logmel", "--stats", "mean", "-w", "1", "--tail", "pad", path, quiet=False)
                self.assertEqual(len(Table(result.text()).rows), 1)

    def test_an_odd_last_byte(self):
        result = self.ok("features", "-F", "rms", "-?format=s16le&rate=8000&channels=1", stdin=bytes(2 * FRAME + 1), quiet=False)
        self.assertEqual(len(Table(result.text()).rows), 1)
        self.assertEqual(len(result.stderr.splitlines()), 1, "it is dropped with a warning")


class NotFinite(EdgesTest):

    GROUPS = "level,zcr,spectral,logmel,mfcc,pcen,chroma,pitch,onset"

    def test_rows_with_such_samples_are_nan(self):
        for value in (math.nan, math.inf, -math.inf):
            with self.subTest(value):
                values = np.random.default_rng(2).uniform(-0.5, 0.5, 16000)
                values[3000] = value
                result = self.ok("features", "-F", self.GROUPS, self.wav(values), quiet=False)
                self.assertEqual(len(result.stderr.splitlines()), 1, result)
                self.assertIn("3000", result.stderr)
                table = Table(result.text())
                hit = [k * HOP <= 3000 < k * HOP + FRAME for k in range(len(table.rows))]
                np.testing.assert_array_equal(np.isnan(table.values()).all(axis=1), hit)
                np.testing.assert_array_equal(np.isnan(table["centroid_hz"]), hit)

    def test_filters_are_not_poisoned(self):
        values = np.random.default_rng(2).uniform(-0.5, 0.5, 48000)
        clean = self.wav(values, name="clean.wav")
        values[3000:3005] = math.nan
        result = self.ok("features", "-F", "lufs_m,laeq_dbfs,leq3_1000,vad_energy_db", "-w", "1", self.wav(values), quiet=False)
        told = [line for line in result.stderr.splitlines() if "finite" in line]
        self.assertEqual(len(told), 2, "where the first was, and how many in all")
        found = Table(result.text()).values()
        self.assertTrue(np.isnan(found[0]).all())
        wanted = Table(self.ok("features", "-F", "lufs_m,laeq_dbfs,leq3_1000,vad_energy_db", "-w", "1", clean, quiet=False).text()).values()
        np.testing.assert_allclose(found[1:], wanted[1:], atol=0.05)

    def test_json_has_null(self):
        rows = json_rows(self.ok("features", "-f", "jsonl", "-F", "rms_dbfs,crest_db", "silence:?rate=8000&duration=1"))
        self.assertEqual((rows[0]["rms_dbfs"], rows[0]["crest_db"]), (None, None))


class Matrix(EdgesTest):
    """Every group on every kind of signal, rate and number of channels: rows as many as asked for, none of them short."""

    SECONDS = 0.76
    FRAMES = "level,zcr,spectral,mel,logmel,mfcc,pcen,pitch,chroma,onset,spectrum"
    WINDOWS = "loudness,spl,thirdoctave,octave,vad,indices"

    def signals(self, rate):
        count = round(self.SECONDS * rate)
        t = np.arange(count) / rate
        impulse = np.zeros(count)
        impulse[1024] = 1
        return {"silence": np.zeros(count), "dc": np.full(count, 0.5), "dc1": np.ones(count), "square": np.sign(np.sin(2 * np.pi * 100 * t) + 1e-9),
                "impulse": impulse, "overs": 10 * np.sin(2 * np.pi * 440 * t), "1 Hz": np.sin(2 * np.pi * t), "fs/2": np.cos(np.pi * np.arange(count)),
                "noise": np.random.default_rng(1).uniform(-1, 1, count)}

    def check(self, path, rate):
        frames = self.ok("features", "-F", self.FRAMES, "-f", "records", "--n-mels", "40", "--pitch-fmin", "100", path, quiet=False)
        rows = np.concatenate([rows_of(record) for record in feature_records(frames)])
        count = round(self.SECONDS * rate)
        self.assertEqual(len(rows), 1 + (count - FRAME) // HOP)
        windows = self.ok("features", "-F", self.WINDOWS, "-f", "records", "-w", "0.25", path, quiet=False)
        self.assertEqual(sum(len(rows_of(record)) for record in feature_records(windows)), 3)
        for result in (frames, windows):
            self.assertNotRegex(result.stderr, "error|not finite")
        return rows, windows

    def test_signals(self):
        for name, values in self.signals(16000).items():
            with self.subTest(name):
                self.check(self.wav(values), 16000)
                kaldi = self.table("-F", "fbank,mfcc", "--mel-style", "kaldi", self.wav(values))
                self.assertTrue(np.isfinite(kaldi.values()).all())
                self.assertEqual(len(kaldi.rows), 1 + (12160 - 400) // 160)

    def test_rates(self):
        for rate in (8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000):
            with self.subTest(rate=rate):
                rows, _ = self.check(self.wav(self.signals(rate)["noise"], rate), rate)
                self.assertTrue(np.isfinite(rows[:, :14]).all())

    def test_contrast_takes_the_bands_that_fit(self):
        for rate in (8000, 16000, 44100):
            with self.subTest(rate=rate):
                result = self.ok("features", "-F", "contrast", self.wav(self.signals(rate)["noise"], rate), quiet=False)
                self.assertTrue(np.isfinite(Table(result.text()).values()).all())

    def test_channels(self):
        for channels in (1, 2, 6, 8):
            values = np.random.default_rng(channels).uniform(-1, 1, (12160, channels))
            path = self.wav(values)
            with self.subTest(channels=channels):
                self.check(path, 16000)
                each = self.table("-c", "each", "-F", "rms,laeq_dbfs", "--stats", "mean", "-w", "0.25", path)
                self.assertEqual(each.text("channel"), [str(c) for c in range(channels)] * 3)


if __name__ == "__main__":
    main()
