"""Chained Ogg: each link is heard as if it stood alone, to the sample and bit for bit, on every way in.

The oracle is ffmpeg on the links one by one; of a chain as a whole it (5.1) makes up 128 samples at each joint of Vorbis,
which the reference decoders (oggdec, opusdec) don't.
"""
import shutil
import subprocess
import unittest

import numpy as np

from support import media
from support.cli import CliTest, main
from support.http_server import HttpServer

RATES = {"ogg": 44100, "opus": 48000}
# The second kind of each is long enough for several threads; SILK, at low rates, has a delay of its own.
KINDS = {"vorbis": ("ogg", ("-c:a", "libvorbis", "-q:a", "5"), 1), "long vorbis": ("ogg", ("-c:a", "libvorbis", "-q:a", "9"), 12),
         "opus": ("opus", ("-c:a", "libopus", "-b:a", "128k"), 1), "long opus": ("opus", ("-c:a", "libopus", "-b:a", "320k"), 12),
         "speech": ("opus", ("-c:a", "libopus", "-b:a", "12k", "-application", "voip"), 1)}


class Chain(CliTest):

    def make(self, kind):
        """A chain's path, the floats of its links one by one, and the lengths they were made with."""
        suffix, coding, scale = KINDS[kind]
        lengths = [scale * count for count in (70001, 100000, 44444)]
        chain, parts = b"", []
        for seed, length in enumerate(lengths):
            raw = media.raw_signal(length, 2, seed).astype("<f4") * 0.3
            link = self.tmp / f"{seed}.{suffix}"
            media.ffmpeg("-f", "f32le", "-ar", RATES[suffix], "-ac", 2, "-i", "-", *coding, "-page_duration", 500000, "-y", link,
                         stdin=raw.tobytes())
            parts.append(media.floats(media.ffmpeg("-i", link, "-f", "f32le", "-"), 2))
            chain += link.read_bytes()
        path = self.tmp / f"chain.{suffix}"
        path.write_bytes(chain)
        return path, np.concatenate(parts), lengths

    def sound(self, *args, **more):
        return media.floats(self.ok("-q", "-f", "f32le", *args, **more).stdout, 2)

    def test_the_links_follow_each_other_on_every_way_in(self):
        with HttpServer() as server:
            for kind in KINDS:
                path, wanted, lengths = self.make(kind)
                self.assertEqual(len(wanted), sum(lengths))
                behind_joint = lengths[0] + 1234
                ways = {"one thread": lambda: self.sound("-j", "1", path), "two threads": lambda: self.sound("-j", "2", path),
                        "stdin": lambda: self.sound("-", stdin=path.read_bytes()),
                        "http": lambda: self.sound(server.add(f"/{path.name}", path))}
                for way, read in ways.items():
                    with self.subTest(kind, way=way):
                        np.testing.assert_array_equal(read(), wanted)
                for start in (100, lengths[0] - 1, lengths[0], behind_joint):
                    with self.subTest(kind, start=start):
                        got = self.sound("--start", f"{start}smp", "-t", "1000smp", path)
                        np.testing.assert_array_equal(got, wanted[start:start + 1000])

    @unittest.skipUnless(shutil.which("oggdec") and shutil.which("opusdec"), "needs vorbis-tools and opus-tools")
    def test_the_reference_decoders_agree(self):
        for kind, command in (("vorbis", ("oggdec", "-Q", "-R", "-o", "-")), ("opus", ("opusdec", "--quiet", "--rate", "48000", "--no-dither"))):
            with self.subTest(kind):
                path, _, lengths = self.make(kind)
                command = (*command, path) if kind == "vorbis" else (*command, path, "-")
                theirs = np.frombuffer(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout, "<i2").reshape(-1, 2)
                ours = np.frombuffer(self.ok("-f", "s16le", path).stdout, "<i2").reshape(-1, 2)
                self.assertEqual((len(theirs), len(ours)), (sum(lengths),) * 2)
                self.assertLessEqual(np.abs(theirs.astype(int) - ours).max(), 30)  # of 10000: other decoders round otherwise


if __name__ == "__main__":
    main()
