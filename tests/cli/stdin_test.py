"""stdin as input: raw samples of every format, our own record stream (so that tools chain), and programs' stdout."""
import shlex

import numpy as np

from support import media
from support.cli import CliTest, astream, check_grammar, finish, fixture, main, slow_writer, start


def encode(values, name):
    """float64 `values` as raw `name`, and as the floats that these bytes mean."""
    endian = ">" if name.endswith("be") else "<"
    if name.startswith("f"):
        data = values.astype(f"{endian}f{int(name[1:3]) // 8}")
        return data.tobytes(), data.astype("<f4")
    bits = int(name[1:].rstrip("lbe"))
    ints = np.round(values * (2**(bits - 1) - 1)).astype(np.int64)
    floats = (ints / 2**(bits - 1)).astype("<f4")
    if name == "u8":
        return (ints + 128).astype("u1").tobytes(), floats
    if bits == 24:
        quads = ints.astype("<i4").reshape(-1, 1).view("u1").reshape(-1, 4)[:, :3]
        return (quads[:, ::-1] if endian == ">" else quads).tobytes(), floats
    return ints.astype(f"{endian}i{bits // 8}").tobytes(), floats


class Raw(CliTest):

    def test_every_sample_format(self):
        values = media.raw_signal(1000, 2)
        for name in ("u8", "s8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be", "f64le", "f64be"):
            with self.subTest(name):
                data, floats = encode(values, name)
                result = self.ok("-f", "f32le", f"-?format={name}&rate=16000&channels=2", stdin=data)
                np.testing.assert_array_equal(media.floats(result.stdout, 2), floats.reshape(-1, 2))

    def test_companded_formats(self):
        data = bytes(range(256)) * 3
        for name in ("alaw", "mulaw"):
            with self.subTest(name):
                wanted = media.ffmpeg("-f", name, "-ar", 8000, "-ac", 1, "-i", "-", "-f", "f32le", "-", stdin=data)
                self.assertEqual(len(wanted), len(data) * 4)
                self.assertEqual(self.ok("-f", "f32le", f"-?format={name}&rate=8000&channels=1", stdin=data).stdout, wanted)

    def test_the_header_tells_rate_and_channels(self):
        data = self.ok("-?format=s16le&rate=16000&channels=2", stdin=bytes(64000)).records()[1].data
        self.assertEqual((data["rate"], data["channels"]), (16000, 2))

    def test_chunks_of_any_size(self):
        data, floats = encode(media.raw_signal(500, 3), "s24le")
        for chunk in (1, 7, 1000):
            with self.subTest(chunk=chunk):
                process = start("-f", "f32le", "-?format=s24le&rate=16000&channels=3")
                slow_writer(process.stdin, data, chunk)
                self.assertEqual(finish(process).stdout, floats.tobytes())

    def test_a_raw_stream_cut_in_a_sample_gives_the_whole_ones(self):
        result = self.ok("-f", "f32le", "-?format=s16le&rate=16000&channels=2", stdin=bytes(4003), quiet=False)
        self.assertEqual(len(result.stdout), 1000 * 8)

    def test_wrong_parameters_are_explained(self):
        for query, word in (("format=s17le&rate=16000&channels=1", "s17le"), ("format=s16le&rate=zero&channels=1", "rate"),
                            ("format=s16le&rate=16000&channels=0", "channels"), ("format=s16le&rate=-5&channels=1", "rate")):
            with self.subTest(query):
                result = self.fails(1, f"-?{query}", stdin=b"12345678", stderr=word)
                self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_a_late_start(self):
        data, floats = encode(media.raw_signal(5000), "s16le")
        result = self.ok("-f", "f32le", "--start", "1234smp", "-t", "99smp", "-?format=s16le&rate=16000&channels=1", stdin=data)
        np.testing.assert_array_equal(media.floats(result.stdout), floats[1234:1333])


class Chain(CliTest):

    def test_windows_can_be_cut_anew(self):
        first = self.ok("-w", "0.3", fixture("s16.flac"), fixture("mono_16k.wav")).stdout
        second = self.ok("-w", "1000smp", "--hop", "500smp", "-", stdin=first).stdout
        direct = self.ok("-w", "1000smp", "--hop", "500smp", fixture("s16.flac"), fixture("mono_16k.wav")).records()
        chained = self.ok("-w", "1000smp", "--hop", "500smp", "-", stdin=first).records()
        check_grammar(chained)
        self.assertGreater(len(second), 0)
        windows = [r for r in chained if r.type == "window" and r.data["stream"] == 0]
        wanted = [r for r in direct if r.type == "window" and r.data["stream"] == 0]
        self.assertEqual(len(windows), len(wanted))
        for got, want in zip(windows, wanted):
            self.assertEqual((got.data, got.payload), (want.data, want.payload))

    def test_overlapping_windows_become_the_plain_sound_again(self):
        whole = media.reference("s16.flac")
        for arguments in (("-w", "0.5", "--overlap", "50%"), ("-w", "0.3"), ("-w", "700smp", "--hop", "123smp")):
            with self.subTest(arguments):
                records = self.ok(*arguments, fixture("s16.flac")).stdout
                self.assertTrue(self.ok("-f", "f32le", "-", stdin=records).stdout == whole)

    def test_label_and_format_survive(self):
        first = self.ok("kitchen=" + fixture("mono_16k.wav")).stdout
        start_record = self.ok("-", stdin=first).records()[1].data
        self.assertEqual((start_record["label"], start_record["rate"], start_record["channels"]), ("kitchen", 16000, 1))

    def test_in_a_shell(self):
        quoted = shlex.quote(astream())
        script = f"{quoted} -w 0.1 {shlex.quote(fixture('cbr.mp3'))} | {quoted} -r 16000 -c 1 -f f32le -"
        through = self.ok("-c", script, program="/bin/sh").stdout
        self.assertTrue(through == self.ok("-r", "16000", "-c", "1", "-f", "f32le", fixture("cbr.mp3")).stdout)

    def test_sub_sampled_records_keep_their_places(self):
        """What lies between the windows is missing, not closed up."""
        first = self.ok("-w", "1000smp", "--hop", "3000smp", fixture("mono_16k.wav")).stdout
        windows = [r for r in self.ok("-w", "1000smp", "-", stdin=first, quiet=False).records() if r.type == "window"]
        sound = media.floats(media.reference("mono_16k.wav"))[:, 0]
        self.assertGreater(len(windows), 10)
        for w in windows:
            at, valid = w.data["sample"], w.data["valid"]
            np.testing.assert_array_equal(np.frombuffer(w.payload, "<f4")[:valid], sound[at:at + valid])

    def test_a_record_stream_that_breaks_off_is_an_error(self):
        whole = self.ok("-w", "0.5", fixture("mono_16k.wav")).stdout
        result = self.fails(3, "-", stdin=whole[:len(whole) // 2], stderr=".")
        check_grammar(result.records())
        self.assertGreater(len([r for r in result.records() if r.type == "window"]), 0)


class Programs(CliTest):

    def test_a_failing_program_is_an_error_with_its_status(self):
        result = self.fails(1, "exec:exit 7", stderr="7")
        self.assertEqual([r.type for r in result.records()], ["set-start", "stream-error", "set-end"])

    def test_a_program_that_fails_at_the_end(self):
        result = self.fails(3, f"exec:cat {shlex.quote(fixture('mono_16k.wav'))}; exit 9", stderr="9")
        self.assertEqual(sum(r.data["valid"] for r in result.records() if r.type == "window"), 48000)

    def test_an_unknown_program(self):
        result = self.fails(1, "exec:no-such-program-here")
        self.assertEqual([r.type for r in result.records()].count("stream-error"), 1)

    def test_a_program_that_goes_on_for_ever_can_be_limited(self):
        self.assertEqual(len(self.ok("-f", "f32le", "-t", "1000smp", "exec:yes | head -c 10000000000 | " + "ffmpeg -nostdin -v quiet "
                                     "-f s16le -ar 8000 -ac 1 -i - -f wav -").stdout), 4000)


if __name__ == "__main__":
    main()
