"""The way in must not matter: file, pipe, redirected file, file:, exec:, any chunking, any locale give the same bytes."""
import pathlib
import shlex
import subprocess

from support import media
from support.cli import CliTest, finish, fixture, main, slow_writer, start


class Routes(CliTest):

    def through_pipe(self, name, chunk):
        process = start("-f", "f32le", "-")
        slow_writer(process.stdin, pathlib.Path(fixture(name)).read_bytes(), chunk)
        result = finish(process)
        self.assertEqual((result.status, result.stderr), (0, ""), name)
        return result.stdout

    def test_every_format_that_a_pipe_can_carry(self):
        for entry in media.entries("pipe", without=("tracks2",)):
            with self.subTest(entry["name"]):
                whole = self.ok("-f", "f32le", media.path_of(entry)).stdout
                self.assertGreater(len(whole), 0)
                self.assertEqual(len(self.through_pipe(entry["name"], 1 << 20)), len(whole))
                self.assertTrue(self.through_pipe(entry["name"], 1 << 20) == whole)

    def test_small_chunks(self):
        for name in ("tiny.wav", "mulaw.au", "vorbis_mono_16k.ogg", "opus_mono_short.opus"):
            whole = self.ok("-f", "f32le", fixture(name)).stdout
            for chunk in (1, 7):
                with self.subTest(name, chunk=chunk):
                    self.assertTrue(self.through_pipe(name, chunk) == whole)

    def test_chunks_of_seven(self):
        for name in ("mono_22k.mp3", "mono_16k.flac", "aac.aac", "aac_pns.m4a"):
            with self.subTest(name):
                whole = self.ok("-f", "f32le", fixture(name)).stdout
                self.assertTrue(self.through_pipe(name, 7) == whole)

    def test_redirected_file(self):
        for name in ("s16.wav", "cbr.mp3", "aac.m4a", "alac.m4a", "vorbis.ogg", "s16.flac"):
            with self.subTest(name), open(fixture(name), "rb") as stdin:
                whole = self.ok("-f", "f32le", fixture(name)).stdout
                self.assertTrue(self.ok("-f", "f32le", "-", stdin=stdin).stdout == whole)

    def test_file_uri(self):
        for name in ("s16.wav", "cbr.mp3", "aac.m4a"):
            whole = self.ok("-f", "f32le", fixture(name)).stdout
            for uri in ("file:" + fixture(name), "file://" + fixture(name)):
                with self.subTest(uri):
                    self.assertTrue(self.ok("-f", "f32le", uri).stdout == whole)

    def test_exec(self):
        for name in ("s16.wav", "cbr.mp3", "vorbis.ogg"):
            with self.subTest(name):
                whole = self.ok("-f", "f32le", fixture(name)).stdout
                self.assertTrue(self.ok("-f", "f32le", "exec:cat " + shlex.quote(fixture(name))).stdout == whole)

    def test_records_carry_the_same_samples(self):
        for name in ("s16.flac", "cbr.mp3"):
            with self.subTest(name):
                whole = self.ok("-f", "f32le", fixture(name)).stdout
                windows = self.windows("--tail", "crop", "-w", "0.3", fixture(name))
                self.assertTrue(b"".join(w.payload for w in windows) == whole)

    def test_a_locale_with_a_decimal_comma(self):
        known = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.lower()
        locale = "de_DE.UTF-8" if "de_de.utf8" in known or "de_de.utf-8" in known else "C.UTF-8"
        arguments = ("-w", "0.25", "--hop", "0.125", "-t", "1.5", fixture("s16.flac"))
        plain = self.ok(*arguments).stdout.splitlines()[:-1]  # the last line tells the elapsed time
        self.assertEqual(self.ok(*arguments, env={"LC_ALL": locale}).stdout.splitlines()[:-1], plain)


if __name__ == "__main__":
    main()
