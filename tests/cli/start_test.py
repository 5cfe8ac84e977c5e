"""--start and --duration: the same samples, bit for bit, as that part of a run from the beginning."""
import random

import numpy as np

from support import media
from support.cli import CliTest, fixture, main


class Start(CliTest):

    def full(self, *arguments):
        channels = 1 if "-c" in arguments else media.entry(arguments[-1].rsplit("/", 1)[1])["channels"]
        return self.ok("-f", "f32le", *arguments).stdout, channels * 4

    def check_slice(self, whole, width, start, count, *arguments):
        options = ["--start", f"{start}smp"] + (["-t", f"{count}smp"] if count is not None else [])
        part = self.ok("-f", "f32le", *options, *arguments).stdout
        want = whole[start * width:(start + count) * width if count is not None else None]
        self.assertEqual(len(part), len(want), f"start {start} count {count}: bytes")
        if part != want:
            unlike = np.flatnonzero(np.frombuffer(part, "<u4") != np.frombuffer(want, "<u4"))
            self.fail(f"start {start} count {count}: {len(unlike)} values differ, first at sample {unlike[0] * 4 // width}")

    def test_any_position_in_every_codec(self):
        for entry in media.entries(without=("pns", "chained", "tracks2")):
            with self.subTest(entry["name"]):
                path = media.path_of(entry)
                whole, width = self.full(path)
                count = len(whole) // width
                draw = random.Random(entry["name"])
                # 1 and 1153: inside the encoder's delay and the first packets; the last sample; a run to the end.
                for start in (1, 1153, draw.randrange(count), draw.randrange(count // 2, count)):
                    self.check_slice(whole, width, start, 1000, path)
                self.check_slice(whole, width, count - 1, None, path)

    def test_the_whole_rest(self):
        for name in ("s16.wav", "s16.flac", "cbr.mp3", "vbr.mp3", "vorbis.ogg", "opus.opus", "aac.m4a", "alac.m4a"):
            with self.subTest(name):
                whole, width = self.full(fixture(name))
                self.check_slice(whole, width, 0, None, fixture(name))
                self.check_slice(whole, width, len(whole) // width // 3, None, fixture(name))

    def test_beyond_the_end_gives_nothing(self):
        for name in ("s16.wav", "cbr.mp3", "s16.flac"):
            with self.subTest(name):
                whole, width = self.full(fixture(name))
                self.check_slice(whole, width, len(whole) // width, None, fixture(name))
                self.assertEqual(self.ok("-f", "f32le", "--start", "1h", fixture(name)).stdout, b"")

    def test_noise_substitution_is_near(self):
        """AAC's substituted noise hangs on the whole history: the place is right, the noise is another."""
        whole = media.floats(self.ok("-f", "f32le", fixture("aac_pns.m4a")).stdout)[:, 0]
        part = media.floats(self.ok("-f", "f32le", "--start", "60000smp", fixture("aac_pns.m4a")).stdout)[:, 0]
        self.assertEqual(len(part), len(whole) - 60000)
        self.assertGreater(np.corrcoef(part, whole[60000:])[0, 1], 0.8)

    def test_stdin_can_start_late_too(self):
        for name in ("s16.wav", "cbr.mp3"):
            with self.subTest(name):
                whole, width = self.full(fixture(name))
                data = open(fixture(name), "rb").read()
                part = self.ok("-f", "f32le", "--start", "12345smp", "-t", "1000smp", "-", stdin=data).stdout
                self.assertTrue(part == whole[12345 * width:13345 * width])

    def test_duration_alone(self):
        whole, width = self.full(fixture("s16.flac"))
        for text, count in (("0.5", 22050), ("250ms", 11025), ("1s", 44100), ("1smp", 1), ("00:00:01.5", 66150), ("1h", 220500)):
            with self.subTest(text):
                self.assertTrue(self.ok("-f", "f32le", "-t", text, fixture("s16.flac")).stdout == whole[:count * width])

    def test_with_resampling(self):
        """Resampled, too, a late window is that of the full run: positions are those of the output rate."""
        for name, rate in (("s16.flac", 16000), ("cbr.mp3", 48000), ("stereo_48k.wav", 44100), ("mono_16k.wav", 8000)):
            with self.subTest(name, rate=rate):
                arguments = ("-r", str(rate), fixture(name))
                whole, width = self.full(*arguments)
                for start in (1, rate, 3 * rate // 2 + 17):
                    self.check_slice(whole, width, start, 800, *arguments)

    def test_with_mixing(self):
        arguments = ("-c", "1", fixture("vorbis.ogg"))
        whole, width = self.full(*arguments)
        self.check_slice(whole, width, 100001, 5000, *arguments)

    def test_positions_stay_those_of_the_stream(self):
        """A window taken with --start is the window of the full run: same place, same time, same sound."""
        whole = self.windows("-w", "0.5", fixture("s16.flac"))
        late = self.windows("-w", "0.5", "--start", "2", "-t", "1", fixture("s16.flac"))
        self.assertEqual([(w.data["sample"], w.data["time"]) for w in late], [(88200, 2.0), (110250, 2.5)])
        self.assertEqual([w.payload for w in late], [w.payload for w in whole[4:6]])


if __name__ == "__main__":
    main()
