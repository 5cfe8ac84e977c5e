"""The test signals: tone, sweep, noise, silence. Deterministic, as long as asked, and what they say they are."""
import numpy as np

from support import media
from support.cli import CliTest, main


class Signals(CliTest):

    def sound(self, uri, *arguments):
        return media.floats(self.ok("-f", "f32le", *arguments, uri).stdout)[:, 0].astype(float)

    def test_lengths_rates_and_channels(self):
        for scheme in ("tone:440", "noise:white", "noise:pink", "noise:brown", "silence:", "sweep:20..8000"):
            with self.subTest(scheme):
                records = self.ok(f"{scheme}?rate=22050&channels=3&duration=1.5").records()
                data = records[1].data
                self.assertEqual((data["rate"], data["channels"], data["live"]), (22050, 3, False))
                self.assertEqual(sum(r.data["valid"] for r in records if r.type == "window"), 33075)

    def test_deterministic(self):
        for uri in ("tone:440?duration=0.5", "noise:pink?duration=0.5", "noise:white?duration=0.5&seed=5", "sweep:20..20000?duration=0.5"):
            with self.subTest(uri):
                self.assertEqual(self.ok("-f", "f32le", uri).stdout, self.ok("-f", "f32le", uri).stdout)

    def test_tone_is_a_sine_of_its_frequency(self):
        x = self.sound("tone:1000?rate=48000&duration=1")
        spectrum = np.abs(np.fft.rfft(x))
        self.assertEqual(int(spectrum.argmax()), 1000)
        self.assertGreater(spectrum[1000], 1e4 * np.sort(spectrum)[-2])
        self.assertLessEqual(np.abs(x).max(), 1.0)

    def test_sweep_rises(self):
        x = self.sound("sweep:100..8000?rate=48000&duration=2")

        def frequency(part):
            return np.abs(np.fft.rfft(part * np.hanning(len(part)))).argmax() * 48000 / len(part)

        found = [frequency(x[at:at + 4800]) for at in range(0, 96000 - 4800, 9600)]
        self.assertEqual(found, sorted(found))
        self.assertLess(found[0], 400)
        self.assertGreater(found[-1], 5000)

    def test_noise_has_its_slope_and_its_seed(self):
        slopes = {"white": 0, "pink": -3, "brown": -6}
        for colour, slope in slopes.items():
            with self.subTest(colour):
                x = self.sound(f"noise:{colour}?rate=48000&duration=20")
                power = np.mean(np.abs(np.fft.rfft(x.reshape(-1, 4800) * np.hanning(4800), axis=1))**2, axis=0)
                octaves = [10 * np.log10(power[k:2 * k].mean()) for k in (20, 40, 80, 160, 320)]
                self.assertAlmostEqual(np.polyfit(range(5), octaves, 1)[0], slope, delta=0.7)
                self.assertLessEqual(np.abs(x).max(), 1.0)
        self.assertFalse(np.array_equal(self.sound("noise:white?duration=0.1&seed=1"), self.sound("noise:white?duration=0.1&seed=2")))

    def test_noise_channels_are_not_alike(self):
        stereo = media.floats(self.ok("-f", "f32le", "noise:white?channels=2&duration=1").stdout, 2)
        self.assertLess(abs(np.corrcoef(stereo.T)[0, 1]), 0.05)

    def test_silence_is_zeros(self):
        self.assertFalse(self.sound("silence:?duration=1").any())

    def test_late_starts_are_exact(self):
        for scheme in ("tone:441.7", "noise:pink", "noise:brown", "sweep:20..8000"):
            with self.subTest(scheme):
                uri = f"{scheme}?rate=16000&duration=3"
                whole = self.ok("-f", "f32le", uri).stdout
                part = self.ok("-f", "f32le", "--start", "31234smp", "-t", "777smp", uri).stdout
                self.assertTrue(part == whole[31234 * 4:(31234 + 777) * 4])

    def test_an_endless_signal_can_be_limited(self):
        self.assertEqual(len(self.sound("tone:440?rate=8000", "-t", "2")), 16000)

    def test_wrong_parameters_are_explained(self):
        for uri, word in (("tone:loud", "loud"), ("tone:440?rate=0", "rate"), ("noise:purple", "purple"), ("sweep:20", "sweep"),
                          ("tone:440?colour=red", "colour"), ("tone:440?duration=long", "duration")):
            with self.subTest(uri):
                result = self.fails(1, uri, stderr=word)
                self.assertEqual(len(result.stderr.splitlines()), 1, result)


if __name__ == "__main__":
    main()
