"""One bad input costs one line on stderr, one stream-error record and the exit status; the rest is delivered."""
import json
import os
import unittest

import numpy as np

from support import media
from support.cli import CliTest, check_grammar, fixture, main, run


def line_count(result):
    return len(result.stderr.splitlines())


class BadInputs(CliTest):

    def broken(self, path, *words, options=(), status=1):
        """An input that gives nothing: alone status 1, among good ones status 3."""
        result = self.fails(status, *options, path)
        self.assertEqual([r.type for r in result.records()], ["set-start", "stream-error", "set-end"])
        self.assertEqual(line_count(result), 1, result)
        for word in words:
            self.assertIn(word, result.stderr.lower())
        error = result.records()[1].data
        self.assertTrue(error["message"])
        self.assertIn(os.path.basename(str(path)), error["uri"])
        good = fixture("tiny.wav")
        mixed = self.fails(3, *options, good, path, good)
        check_grammar(mixed.records())
        self.assertEqual(line_count(mixed), 1, mixed)
        ends = [r.data for r in mixed.records() if r.type == "stream-end"]
        self.assertEqual([(e["stream"], e["samples"]) for e in ends], [(0, 2000), (2, 2000)])
        last = mixed.records()[-1].data
        self.assertEqual((last["streams"], last["failed"]), (3, 1))
        return error

    def test_missing(self):
        self.assertIn(self.broken(self.tmp / "none.wav", "no such")["kind"], ("open", "resolve"))

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_unreadable(self):
        path = self.tmp / "closed.wav"
        path.write_bytes(b"x")
        path.chmod(0)
        self.broken(path, "permission")

    def test_unreadable_for_others_too(self):
        """A folder in place of a file's folder fails for root as well."""
        self.broken(fixture("tiny.wav") + "/x.wav", "director")

    def test_empty(self):
        self.broken(fixture("bad/empty.wav"), "empty")

    def test_text_with_a_sound_name(self):
        self.broken(fixture("bad/text.mp3"))

    def test_only_a_header(self):
        self.broken(fixture("bad/header_only.wav"))

    def test_m4a_without_moov(self):
        self.broken(fixture("bad/no_moov.m4a"), "moov")

    def test_no_audio_track(self):
        self.broken(fixture("no_audio.mp4"), "no audio")

    def test_cover_only(self):
        self.broken(fixture("cover_only.m4a"), "no audio")
        self.broken(fixture("cover.png"), "no audio")

    def test_only_an_id3_tag(self):
        self.broken(fixture("bad/id3_only.mp3"))

    def test_a_device_or_folder_in_a_list(self):
        (self.tmp / "list").write_text(f"{self.tmp}/gone.wav\n{fixture('tiny.wav')}\n")
        result = self.fails(3, "--files-from", self.tmp / "list", stderr="gone.wav")
        self.assertEqual(line_count(result), 1)

    def test_unknown_scheme(self):
        self.broken("nosuch:thing", "nosuch")

    def test_stop_at_the_first(self):
        result = self.fails(3, "--on-error", "stop", fixture("tiny.wav"), self.tmp / "none.wav", fixture("mono_16k.wav"))
        check_grammar(result.records())
        self.assertEqual([r.type for r in result.records() if r.type.startswith("stream")],
                         ["stream-start", "stream-end", "stream-error"])
        self.fails(1, "--on-error", "stop", self.tmp / "none.wav", fixture("mono_16k.wav"))

    def test_all_bad_is_status_1(self):
        result = self.fails(1, fixture("bad/empty.wav"), self.tmp / "none.wav")
        self.assertEqual(line_count(result), 2)

    def test_plain_formats_report_on_stderr_only(self):
        result = self.fails(3, "-f", "f32le", fixture("tiny.wav"), self.tmp / "none.wav")
        self.assertEqual(len(result.stdout), 16000)

    def test_quiet(self):
        result = self.fails(3, "-q", fixture("tiny.wav"), self.tmp / "none.wav")
        self.assertLessEqual(line_count(result), 1)
        self.assertEqual([r.type for r in result.records()].count("stream-error"), 1)

    def test_log_lines_as_json(self):

        line = json.loads(self.fails(1, "--log-format", "json", self.tmp / "none.wav").stderr)
        self.assertIn("none.wav", json.dumps(line))

    def test_a_damaged_name_does_not_break_the_line(self):
        result = self.fails(1, str(self.tmp / "new\nline\x1b[31m.wav"))
        self.assertEqual(line_count(result), 1, result)
        self.assertNotIn("\x1b", result.stderr)


class Truncated(CliTest):

    def test_what_was_decoded_is_delivered_then_the_error(self):
        for name, whole in (("truncated.flac", "s16.flac"), ("truncated.mp3", "cbr.mp3"), ("truncated.m4a", "aac_faststart.m4a"),
                            ):
            with self.subTest(name):
                result = self.fails(3, "--tail", "crop", fixture("bad/" + name))
                records = result.records()
                check_grammar(records)
                self.assertEqual([r.type for r in records if r.type != "window"],
                                 ["set-start", "stream-start", "stream-error", "stream-end", "set-end"])
                self.assertEqual(records[-2].data["reason"], "error")
                self.assertEqual(line_count(result), 1, result)
                sound = b"".join(r.payload for r in records if r.type == "window")
                full = media.reference(whole)
                self.assertGreater(len(sound), 0.5 * len(full))
                # The last packet may be damaged: all before it is the sound itself.
                solid = len(sound) - 4608 * 8
                self.assertTrue(sound[:solid] == full[:solid])

    def test_a_cut_ogg_gives_what_there_is(self):
        """Ogg has no promise of its length: the end is where the pages end."""
        result = run("-f", "f32le", fixture("bad/truncated.ogg"))
        self.assertIn(result.status, (0, 3))
        full = media.reference("vorbis.ogg")
        self.assertGreater(len(result.stdout), 0.3 * len(full))
        self.assertTrue(full.startswith(result.stdout[:-8192 * 8]))

    def test_corrupt_packets_are_skipped_and_counted(self):
        for name, whole in (("corrupt.flac", "s16.flac"), ("corrupt.mp3", "cbr.mp3"), ("corrupt.ogg", "vorbis.ogg")):
            with self.subTest(name):
                result = run("-f", "records", "-w", "0.1", fixture("bad/" + name))
                self.assertIn(result.status, (0, 3), result)
                records = result.records()
                check_grammar(records)
                sound = b"".join(r.payload for r in records if r.type == "window")
                full = media.reference(whole)
                self.assertGreater(len(sound), 0.5 * len(full))
                self.assertTrue(sound[:len(full) // 8] == full[:len(full) // 8])
                self.assertLessEqual(line_count(result), 1)

    def test_a_corrupt_file_is_said_to_be(self):
        result = run("-f", "f32le", fixture("bad/corrupt.mp3"))
        self.assertRegex(result.stderr, "corrupt|damaged|decode|skipped")


class LyingWav(CliTest):

    def sound(self, name, status=0, **options):
        result = self.fails(status, "-f", "f32le", fixture("bad/" + name), **options)
        return media.floats(result.stdout)[:, 0], result

    ramp = (np.arange(4000) * 8 - 16000) / 32768

    def test_longer_than_the_file(self):
        """All there is, and a line that says that it is not all that was promised."""
        result = run("-f", "f32le", fixture("bad/length_too_long.wav"))
        np.testing.assert_array_equal(media.floats(result.stdout)[:, 0], self.ramp)
        self.assertIn(result.status, (0, 3))
        self.assertEqual(line_count(result), 1)
        result = run("-f", "f32le", fixture("bad/truncated.wav"))
        self.assertTrue(media.reference("s16.wav").startswith(result.stdout))
        self.assertEqual(line_count(result), 1)

    def test_shorter_than_the_file(self):
        got, _ = self.sound("length_too_short.wav")
        np.testing.assert_array_equal(got, self.ramp[:2000])

    def test_unknown(self):
        """0 and 0xFFFFFFFF are what streaming writers put: up to the end."""
        for name in ("length_zero.wav", "length_max.wav"):
            with self.subTest(name):
                got, result = self.sound(name)
                np.testing.assert_array_equal(got, self.ramp)
                self.assertEqual(result.stderr, "")

    def test_lengths_that_streaming_writers_put(self):
        """sox writes 0x7FFFF000 (+36) to a pipe, others 0x7FFFFFFF or 0x80000000: no promise of so much sound."""
        data = bytearray(open(fixture("bad/length_max.wav"), "rb").read())
        for claimed in (0, 0x7FFFF000, 0x7FFFEFDC, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFDB):
            with self.subTest(hex(claimed)):
                data[40:44] = claimed.to_bytes(4, "little")
                np.testing.assert_array_equal(media.floats(self.ok("-f", "f32le", "-", stdin=bytes(data)).stdout)[:, 0], self.ramp)

    def test_a_wav_cut_short_in_a_pipe(self):
        with open(fixture("bad/truncated.wav"), "rb") as f:
            data = f.read()
        result = run("-f", "f32le", "-", stdin=data)
        self.assertEqual(result.status, 3)
        self.assertEqual(result.stdout, run("-f", "f32le", fixture("bad/truncated.wav")).stdout)
        self.assertEqual(result.stderr.count("\n"), 1)
        self.assertIn("cut short", result.stderr)

    def test_cut_in_a_sample(self):
        for name, frame, whole in (("odd_length.wav", 4, 3999), ("odd_length_stereo.wav", 8, 1999)):
            with self.subTest(name):
                result = run("-f", "f32le", fixture("bad/" + name))
                self.assertIn(result.status, (0, 3))
                self.assertEqual(len(result.stdout), whole * frame)
                self.assertTrue(self.ramp.astype("<f4").tobytes().startswith(result.stdout))
                self.assertEqual(line_count(result), 1)

    def test_tiny_sizes(self):
        self.assertEqual(len(self.sound("zero_samples.wav")[0]), 0)
        np.testing.assert_array_equal(self.sound("one_sample.wav")[0], [12345 / 32768])
        windows = self.windows(fixture("bad/zero_samples.wav"))
        self.assertEqual(windows, [])
        windows = self.windows(fixture("bad/one_sample.wav"))
        self.assertEqual([(w.data["samples"], w.data["valid"]) for w in windows], [(8000, 1)])


if __name__ == "__main__":
    main()
