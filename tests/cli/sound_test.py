"""What may be done to the sound: mixing, picking channels and tracks, resampling, filters, pace."""
import time

import numpy as np

from support import media
from support.cli import CliTest, fixture, main


class Sound(CliTest):

    def sound(self, channels, *arguments, **options):
        return media.floats(self.ok("-f", "f32le", *arguments, **options).stdout, channels).astype(float)

    def test_mono_is_the_mean(self):
        stereo = media.floats(media.reference("s16.flac"), 2).astype(float)
        mono = self.sound(1, "-c", "1", fixture("s16.flac"))[:, 0]
        np.testing.assert_allclose(mono, stereo.mean(axis=1), atol=1e-7)

    def test_mono_to_stereo_is_the_same_twice(self):
        mono = media.floats(media.reference("mono_16k.flac"))[:, 0]
        stereo = self.sound(2, "-c", "2", fixture("mono_16k.flac"))
        np.testing.assert_allclose(stereo[:, 0], stereo[:, 1], atol=0)
        np.testing.assert_allclose(stereo[:, 0], mono, atol=1e-7)

    def test_surround_to_stereo_is_as_ffmpeg_mixes(self):
        wanted = media.floats(media.reference("surround.flac", "-af", "aresample=rematrix_maxval=1", "-ac", "2"), 2)
        np.testing.assert_allclose(self.sound(2, "-c", "2", fixture("surround.flac")), wanted, atol=1e-6)

    def test_surround_to_mono_is_as_ffmpeg_mixes(self):
        wanted = media.floats(media.reference("surround.flac", "-af", "aresample=rematrix_maxval=1", "-ac", "1"))
        np.testing.assert_allclose(self.sound(1, "-c", "1", fixture("surround.flac")), wanted, atol=1e-6)

    def test_picked_channels(self):
        whole = media.floats(media.reference("surround.flac"), 6)
        for picked in ("1", "6", "3,1", "2,2", "6,5,4,3,2,1"):
            with self.subTest(picked):
                columns = [int(k) - 1 for k in picked.split(",")]
                got = self.sound(len(columns), "--channel", picked, fixture("surround.flac"))
                np.testing.assert_array_equal(got, whole[:, columns])

    def test_a_channel_that_is_not_there(self):
        result = self.fails(1, "--channel", "3", fixture("s16.flac"), stderr="3")
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_tracks(self):
        def track(number):
            return media.ffmpeg("-i", fixture("two_tracks.mp4"), "-map", f"0:a:{number - 1}", "-f", "f32le", "-")

        for number, channels, seconds in ((1, 2, 3), (2, 1, 3)):
            with self.subTest(number):
                got = self.ok("-f", "f32le", "--track", str(number), fixture("two_tracks.mp4")).stdout
                want = track(number)
                self.assertIn(got, (want, want[:[0, 44100 * 8, 16000 * 4][number] * seconds]))
        result = self.fails(1, "--track", "3", fixture("two_tracks.mp4"), stderr="track")
        self.assertIn("3", result.stderr)

    def test_two_tracks_without_a_choice(self):
        """The default one is taken, and a line says that there are others."""
        result = self.ok("-f", "f32le", fixture("two_tracks.mp4"), quiet=False)
        self.assertIn(result.stdout, media.acceptable(media.entry("two_tracks.mp4")))
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertIn("--track", result.stderr)
        self.assertEqual(self.ok("-q", "-f", "f32le", fixture("two_tracks.mp4")).stderr, "")


class Rate(CliTest):
    sound = Sound.sound

    def test_lengths_are_exact(self):
        for name in ("s16.flac", "tiny.wav", "cbr.mp3", "mono_16k.wav"):
            total = len(media.floats(media.reference(name), media.entry(name)["channels"]))
            for rate in (8000, 16000, 22050, 44100, 48000, 11111):
                for quality in ("hq", "fast"):
                    with self.subTest(name, rate=rate, quality=quality):
                        got = self.sound(media.entry(name)["channels"], "-r", rate, "--resample", quality, fixture(name))
                        exact = total * rate / media.entry(name)["rate"]
                        self.assertLessEqual(abs(len(got) - exact), 0.5)

    def test_no_shift_and_no_loss(self):
        """A tone keeps its phase and level through a change of rate, also at the very ends."""
        t = np.arange(48000) / 44100
        media.write_wav(self.tmp / "t.wav", np.round(20000 * np.sin(2 * np.pi * 997 * t)).astype(int), 44100)
        for rate in (16000, 48000, 96000):
            for quality, tolerance in (("hq", 2e-4), ("fast", 2e-3)):
                with self.subTest(rate=rate, quality=quality):
                    got = self.sound(1, "-r", rate, "--resample", quality, self.tmp / "t.wav")[:, 0]
                    wanted = 20000 / 32768 * np.sin(2 * np.pi * 997 * np.arange(len(got)) / rate)
                    middle = slice(rate // 10, -rate // 10)
                    np.testing.assert_allclose(got[middle], wanted[middle], atol=tolerance)

    def test_aliases_are_gone(self):
        t = np.arange(88200) / 44100
        media.write_wav(self.tmp / "t.wav", np.round(16000 * np.sin(2 * np.pi * 9000 * t)).astype(int), 44100)
        got = self.sound(1, "-r", "16000", self.tmp / "t.wav")[2000:-2000, 0]
        self.assertLess(np.abs(got).max(), 1e-4, "9 kHz does not fit into 16 kHz")

    def test_mix_and_rate_together(self):
        both = self.sound(1, "-c", "1", "-r", "16000", fixture("s16.flac"))
        stereo = self.sound(2, "-r", "16000", fixture("s16.flac"))
        np.testing.assert_allclose(both[:, 0], stereo.mean(axis=1), atol=1e-5)

    def test_the_same_rate_changes_nothing(self):
        self.assertTrue(self.ok("-f", "f32le", "-r", "44100", fixture("s16.flac")).stdout == media.reference("s16.flac"))


class Filter(CliTest):
    sound = Sound.sound

    def test_volume(self):
        whole = media.floats(media.reference("s16.flac"), 2).astype(float)
        np.testing.assert_allclose(self.sound(2, "--filter", "volume=0.5", fixture("s16.flac")), whole / 2, atol=1e-7)

    def test_a_filter_with_memory_is_drained(self):
        whole = media.floats(media.reference("mono_16k.flac"))[:, 0]
        got = self.sound(1, "--filter", "adelay=100:all=1", fixture("mono_16k.flac"))[:, 0]
        np.testing.assert_array_equal(got[1600:1600 + len(whole)], whole)
        self.assertFalse(got[:1600].any())

    def test_a_filter_may_change_rate_and_channels(self):
        start = self.ok("--filter", "aresample=8000,pan=mono|c0=c1", fixture("s16.flac")).records()[1].data
        self.assertEqual((start["rate"], start["channels"]), (8000, 1))

    def test_a_wrong_filter_is_explained(self):
        for graph in ("nosuchfilter=1", "volume=loud", "anullsrc"):
            with self.subTest(graph):
                result = self.fails(1, "--filter", graph, fixture("s16.flac"))
                self.assertIn("filter", result.stderr)


class Pace(CliTest):

    def test_paced_sound_takes_its_time(self):
        began = time.monotonic()
        paced = self.ok("--pace", "-w", "0.1", "-t", "1.2", "-f", "f32le", fixture("s16.flac")).stdout
        self.assertGreaterEqual(time.monotonic() - began, 1.0)
        self.assertTrue(paced == media.reference("s16.flac")[:52920 * 8])


if __name__ == "__main__":
    main()
