"""Where the sound goes and as what: formats on pipe and file, -o, terminals, and a command behind --."""
import io
import os
import shutil
import stat
import subprocess
import wave

import numpy as np

from support import media
from support.cli import CliTest, check_grammar, finish, fixture, main, records, run, run_pty, start, wait_for


class Formats(CliTest):

    def test_s16le_is_rounded_and_clamped(self):
        values = np.array([0, 1, -1, 0.5, -0.5, 0.25 / 32768, 0.5 / 32768, 0.75 / 32768, 1.5 / 32768, 2.5 / 32768, -0.75 / 32768, 1.7, -1.7,
                           32767.4 / 32768, 32766.6 / 32768, 1e10, -1e10], dtype="<f4")
        got = np.frombuffer(self.ok("-f", "s16le", "-?format=f32le&rate=8000&channels=1", stdin=values.tobytes()).stdout, "<i2")
        wanted = np.clip(np.rint(values.astype(float) * 32768), -32768, 32767)
        np.testing.assert_array_equal(got, wanted)

    def test_s16le_of_16_bit_sound_is_the_sound(self):
        for name in ("s16.wav", "s16.flac", "mono_16k.wav", "alac.m4a", "s16.aiff"):
            with self.subTest(name):
                wanted = media.ffmpeg("-i", fixture(name), "-map", "0:a:0", "-f", "s16le", "-")
                self.assertTrue(self.ok("-f", "s16le", fixture(name)).stdout == wanted)

    def test_s16le_of_lossy_sound_is_as_ffmpeg_has_it(self):
        for name in ("cbr.mp3", "vorbis.ogg", "opus.opus"):
            with self.subTest(name):
                wanted = np.frombuffer(media.ffmpeg("-i", fixture(name), "-f", "s16le", "-"), "<i2").astype(int)
                got = np.frombuffer(self.ok("-f", "s16le", fixture(name)).stdout, "<i2")
                self.assertEqual(len(got), len(wanted))
                self.assertLessEqual(np.abs(got - wanted).max(), 1)

    def test_windows_overlap_in_plain_formats_too(self):
        whole = media.floats(media.reference("tiny.wav"), 2)
        got = media.floats(self.ok("-f", "f32le", "-w", "1000smp", "--hop", "500smp", fixture("tiny.wav")).stdout, 2)
        np.testing.assert_array_equal(got, np.concatenate([whole[0:1000], whole[500:1500], whole[1000:2000]]))

    def test_wav_on_a_pipe_can_be_read_by_others(self):
        data = self.ok("-f", "wav", fixture("s16.flac")).stdout
        for reader in (["ffmpeg", "-nostdin", "-v", "error", "-i", "-", "-f", "f32le", "-"],
                       ["sox", "-t", "wav", "-", "-t", "f32", "-"]):
            with self.subTest(reader[0]):
                got = subprocess.run(reader, input=data, capture_output=True).stdout
                self.assertTrue(got == media.reference("s16.flac"))

    def test_wav_on_a_file_is_exact(self):
        path = self.tmp / "x.wav"
        self.ok("-f", "wav", "-o", path, fixture("s16.flac"))
        probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=duration_ts,sample_rate,channels", "-of", "csv=p=0", path],
                               capture_output=True, text=True)
        self.assertEqual(probe.stdout.strip().split(","), ["44100", "2", "220500"])
        self.assertEqual(int.from_bytes(path.read_bytes()[4:8], "little"), path.stat().st_size - 8)
        self.assertTrue(media.ffmpeg("-i", path, "-f", "f32le", "-") == media.reference("s16.flac"))
        self.assertTrue(self.ok("-f", "f32le", path).stdout == media.reference("s16.flac"))

    def test_wav_keeps_rate_and_channels_of_the_request(self):
        path = self.tmp / "x.wav"
        self.ok("-f", "wav", "-r", "16000", "-c", "1", "-o", path, fixture("s16.flac"))
        soxi = [subprocess.run(["soxi", flag, path], capture_output=True, text=True).stdout.strip() for flag in ("-r", "-c", "-s")]
        self.assertEqual(soxi, ["16000", "1", "80000"])

    def test_two_formats_in_one_wav_are_refused_or_converted(self):
        """One wav has one format: with -r and -c any mix fits; without, the second stream can't."""
        both = (fixture("mono_16k.wav"), fixture("stereo_48k.wav"))
        data = self.ok("-f", "wav", "-r", "16000", "-c", "1", *both).stdout
        got = subprocess.run(["sox", "-t", "wav", "-", "-t", "f32", "-"], input=data, capture_output=True).stdout
        self.assertEqual(len(got), 2 * 48000 * 4)
        result = run("-f", "wav", *both)
        self.assertIn(result.status, (1, 3))
        self.assertRegex(result.stderr, "--rate|--channels|-r|-c")

    def test_text_by_name_in_a_pipe(self):
        result = self.ok("-f", "text", "-w", "1", fixture("s16.flac"))
        lines = [line for line in result.lines() if "dB" in line]
        self.assertEqual(len(lines), 5, result)
        self.assertIn("s16.flac", result.text())


class Terminal(CliTest):

    def test_the_default_is_readable(self):
        result = run_pty("-w", "1", fixture("s16.flac"))
        self.assertEqual(result.status, 0)
        self.assertNotIn(b'"type"', result.stdout)
        self.assertIn(b"s16.flac", result.stdout)
        self.assertIn(b"dB", result.stdout)

    def test_sound_in_db(self):
        result = run_pty("-w", "1", "-t", "1", "tone:1000?rate=48000")
        self.assertRegex(result.stdout.decode(), r"-?\d+\.\d")

    def test_binary_is_refused_with_a_hint(self):
        for name in ("records", "f32le", "s16le", "wav"):
            with self.subTest(name):
                result = run_pty("-f", name, fixture("tiny.wav"), on=("stdin", "stdout"))
                self.assertEqual((result.status, result.stdout), (2, b""))
                self.assertIn("terminal", result.stderr)
                self.assertRegex(result.stderr, r"-o|\||>")

    def test_a_file_is_no_terminal(self):
        path = self.tmp / "x"
        result = run_pty("-o", path, fixture("tiny.wav"))
        self.assertEqual(result.status, 0)
        check_grammar(records(path.read_bytes()))


class Files(CliTest):

    def test_the_file_is_what_stdout_would_be(self):
        self.ok("-f", "f32le", "-o", self.tmp / "x.f32", fixture("s16.flac"))
        self.assertTrue((self.tmp / "x.f32").read_bytes() == media.reference("s16.flac"))
        self.assertEqual(os.listdir(self.tmp), ["x.f32"], "no .part is left")

    def test_an_existing_file_is_kept(self):
        path = self.tmp / "x"
        path.write_text("mine")
        result = self.fails(2, "-o", path, fixture("tiny.wav"), stderr="exist")
        self.assertIn("-y", result.stderr)
        self.assertEqual(path.read_text(), "mine")
        self.assertEqual(os.listdir(self.tmp), ["x"])

    def test_overwrite(self):
        path = self.tmp / "x"
        path.write_text("mine")
        for flag in ("-y", "--overwrite"):
            self.ok(flag, "-f", "f32le", "-o", path, fixture("tiny.wav"))
            self.assertEqual(path.read_bytes(), media.reference("tiny.wav"))

    def test_it_grows_beside_and_is_renamed(self):
        path = self.tmp / "x"
        process = start("-f", "f32le", "-o", path, "-?format=s16le&rate=8000&channels=1")
        try:
            process.stdin.write(bytes(100000))
            process.stdin.flush()
            wait_for(lambda: (self.tmp / "x.part").exists(), what="x.part")
            self.assertFalse(path.exists())
        finally:
            result = finish(process, b"")
        self.assertEqual(result.status, 0, result)
        self.assertEqual(os.listdir(self.tmp), ["x"])
        self.assertEqual(path.stat().st_size, 200000)

    def test_a_failed_run_leaves_no_file_under_the_name(self):
        self.fails(1, "-o", self.tmp / "x", self.tmp / "none.wav")
        self.assertFalse((self.tmp / "x").exists())

    def test_a_folder_that_is_missing(self):
        result = self.fails(1, "-o", self.tmp / "none" / "x", fixture("tiny.wav"))
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_permissions_follow_the_umask(self):
        self.ok("-c", 'umask 027; exec "$0" "$@"', os.environ["ASTREAM"], "-o", self.tmp / "x", fixture("tiny.wav"), program="/bin/sh")
        self.assertEqual(stat.S_IMODE((self.tmp / "x").stat().st_mode), 0o640)


class Commands(CliTest):

    def test_the_command_gets_the_records(self):
        result = self.ok("-w", "0.1", fixture("tiny.wav"), "--", "cat")
        check_grammar(result.records())
        self.assertEqual(len([r for r in result.records() if r.type == "window"]), 3)

    def test_its_arguments_are_left_alone(self):
        result = self.ok(fixture("tiny.wav"), "--", "sh", "-c", 'cat > /dev/null; printf "%s|" "$@"', "x", "-f", "a b", "--", "*")
        self.assertEqual(result.text(), "-f|a b|--|*|")

    def test_another_format(self):
        self.assertTrue(self.ok("-f", "f32le", fixture("s16.flac"), "--", "cat").stdout == media.reference("s16.flac"))

    def test_its_exit_status_is_ours(self):
        self.assertEqual(self.fails(7, fixture("tiny.wav"), "--", "sh", "-c", "cat > /dev/null; exit 7").status, 7)

    def test_a_command_that_stops_reading_is_success(self):
        self.ok(fixture("long.wav"), "--", "true")
        self.assertEqual(len(self.ok("-f", "f32le", fixture("long.wav"), "--", "head", "-c", "1000").stdout), 1000)

    def test_an_unknown_command(self):
        result = self.fails(1, fixture("tiny.wav"), "--", "no-such-program-here", stderr="no-such-program-here")
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_a_dash_name_as_input_goes_by_its_folder(self):
        folder = shutil.copytree(os.fsencode(fixture("names")), os.fsencode(self.tmp / "names"))
        self.assertEqual(len(self.ok("-f", "f32le", "./-dash.wav", "--", "cat", cwd=folder).stdout), 800)


class WavHeaders(CliTest):

    def test_python_reads_16_bit(self):
        """The header of a float wav is beyond Python's wave module; sox and ffmpeg read it, and so do we."""
        data = self.ok("-f", "wav", "-t", "0.5", fixture("tiny.wav")).stdout
        try:
            with wave.open(io.BytesIO(data)) as f:
                self.assertEqual((f.getframerate(), f.getnchannels()), (8000, 2))
        except wave.Error as error:
            self.assertIn("unknown format: 3", str(error))


if __name__ == "__main__":
    main()
