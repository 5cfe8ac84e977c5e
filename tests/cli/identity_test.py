"""Every codec and container decodes to the floats of ffmpeg, bit for bit, with as many samples as the file states."""
import unittest

import numpy as np

from support import media
from support.cli import CliTest, fixture, main


class Identity(CliTest):

    def test_every_codec_is_bit_identical_to_ffmpeg(self):
        for entry in media.entries(without=("chained", "tracks2")):
            with self.subTest(entry["name"]):
                result = self.ok("-f", "f32le", media.path_of(entry))
                self.assertGreater(len(result.stdout), 0)
                self.assertTrue(result.stdout in media.acceptable(entry), difference(result.stdout, entry))

    def test_stated_lengths_are_delivered(self):
        for entry in media.entries():
            # ffmpeg 5.1 leaves the encoder's padding at the end of mp4 files, see media.acceptable().
            if entry["samples"] and entry["codec"] != "aac":
                with self.subTest(entry["name"]):
                    self.assertEqual(len(media.reference(entry["name"])), entry["samples"] * entry["channels"] * 4)

    def test_the_header_tells_what_the_file_is(self):
        for entry in media.entries(without=("tracks2",)):
            with self.subTest(entry["name"]):
                start = self.ok("-t", "0.1", media.path_of(entry)).records()[1]
                self.assertEqual(start.type, "stream-start")
                source = start.data["source"]
                self.assertEqual((start.data["rate"], start.data["channels"]), (entry["rate"], entry["channels"]))
                self.assertEqual((source["rate"], source["channels"]), (entry["rate"], entry["channels"]))
                self.assertEqual(source["codec"], entry["codec"])
                self.assertTrue(source["container"])

    def test_tags_reach_the_header(self):
        for name in ("s16.flac", "tagged.mp3", "vorbis.ogg"):
            with self.subTest(name):
                tags = self.ok("-t", "0.1", fixture(name)).records()[1].data["tags"]
                self.assertEqual({key.lower(): value for key, value in tags.items()}.get("title"), "Chirp")

    def test_duration_is_that_of_the_sound(self):
        for name, seconds in (("s16.flac", 5), ("cbr.mp3", 6), ("s16.wav", 3), ("vorbis.ogg", 5)):
            with self.subTest(name):
                start = self.ok("-t", "60", "-w", "10", fixture(name)).records()[1]
                self.assertAlmostEqual(start.data["duration"], seconds, delta=0.1)


class Chained(CliTest):
    """Ogg files with two links: the sound of both, one behind the other."""

    def links(self, name):
        with open(fixture(name), "rb") as f:
            data = f.read()
        starts, at = [], data.find(b"OggS")
        while at >= 0:
            if data[at + 5] & 2:  # begins a logical stream
                starts.append(at)
            at = data.find(b"OggS", at + 4)
        self.assertEqual(len(starts), 2)
        parts = []
        for number, part in enumerate((data[:starts[1]], data[starts[1]:])):
            path = self.tmp / f"{number}.ogg"
            path.write_bytes(part)
            parts.append(media.floats(media.ffmpeg("-i", path, "-f", "f32le", "-"), 2))
        return parts

    def test_same_format(self):
        first, second = self.links("chained_same.ogg")
        both = media.floats(self.ok("-f", "f32le", fixture("chained_same.ogg")).stdout, 2)
        # Of the file as a whole ffmpeg (5.1) gives 128 samples more at the joint, where it overlaps the links.
        np.testing.assert_array_equal(both, np.concatenate([first, second]))

    def test_another_rate_keeps_the_first_rate_and_the_time_line(self):
        first, second = self.links("chained_rates.ogg")
        both = media.floats(self.ok("-f", "f32le", fixture("chained_rates.ogg")).stdout, 2)
        np.testing.assert_array_equal(both[:len(first)], first)
        uri = "-?format=f32le&rate=48000&channels=2"
        resampled = media.floats(self.ok("-f", "f32le", "-r", "44100", uri, stdin=second.tobytes()).stdout, 2)
        np.testing.assert_allclose(both[len(first):], resampled, atol=1e-6)


def difference(got, entry):
    want = media.reference(entry["name"])
    a, b = media.floats(got[:len(got) // 4 * 4]), media.floats(want)
    n = min(len(a), len(b))
    unlike = np.flatnonzero(a[:n] != b[:n])
    where = f"first at sample {unlike[0] // entry['channels']}" if len(unlike) else "only in length"
    return f"{entry['name']}: {len(got)} bytes, ffmpeg {len(want)}; {len(unlike)} values differ, {where}"


if __name__ == "__main__":
    main()
