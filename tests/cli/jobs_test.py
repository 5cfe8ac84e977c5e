"""--jobs: threads decode one long file, and nobody can tell from the output."""
import os
import subprocess
import tempfile
import unittest

from support import media
from support.cli import CliTest, main


class Jobs(CliTest):
    def test_any_number_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            wav = os.path.join(folder, "noise.wav")
            self.ok("-f", "wav", "-o", wav, "noise:pink?channels=2&rate=44100&duration=40s")
            for suffix, codec in (("flac", "flac"), ("mp3", "libmp3lame"), ("ogg", "libvorbis"), ("opus", "libopus")):
                with self.subTest(codec):
                    path = os.path.join(folder, "noise." + suffix)
                    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", wav, "-c:a", codec, "-b:a", "192k", path], check=True)
                    self.assertGreater(os.path.getsize(path), 512 * 1024, "long enough for threads")
                    one = self.ok("-j", "1", "-f", "f32le", path).stdout
                    self.assertTrue(one == media.ffmpeg("-i", path, "-map", "0:a:0", "-f", "f32le", "-"))
                    for jobs in ("2", "3"):
                        self.assertTrue(self.ok("-j", jobs, "-f", "f32le", path).stdout == one, jobs)
                        part = self.ok("-j", jobs, "-f", "f32le", "--start", "777777smp", "-t", "200000smp", path).stdout
                        self.assertTrue(part == one[777777 * 8:977777 * 8], jobs)

    def test_wrong_numbers(self):
        for jobs in ("0", "-1", "x", "1.5"):
            with self.subTest(jobs):
                self.fails(2, "--jobs=" + jobs, "tone:", stderr="--jobs")


if __name__ == "__main__":
    main()
