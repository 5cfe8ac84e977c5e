"""astream record: what is recorded is what came, in files that begin and end where they should and survive what happens."""
import ctypes
import json
import os
import random
import signal
import time

import numpy as np

from support import media
from support.cli import CliTest, check_grammar, fixture, main, run, run_pty, start, wait_for
from support.recordings import floats, of_kind, read_log

EXACT = {"s16.wav": "wav flac mka", "s24.wav": "wav flac", "f32.wav": "wav", "s16.flac": "wav flac", "s24.flac": "wav flac",
         "u8.wav": "wav flac", "surround.wav": "wav flac", "cbr.mp3": "wav"}


class Sound(CliTest):

    def test_lossless_recordings_are_the_decode_bit_for_bit(self):
        for name, formats in EXACT.items():
            for suffix in formats.split():
                with self.subTest(name, format=suffix):
                    path = self.tmp / f"{name}.{suffix}"
                    self.ok("record", fixture(name), "-o", path)
                    self.assertTrue(floats(path) == media.reference(name))

    def test_bits_that_are_asked_for(self):
        wanted = self.ok("-f", "s16le", fixture("cbr.mp3")).stdout
        for suffix in ("flac", "wav", "s16"):
            self.ok("record", fixture("cbr.mp3"), "--bits", "16", "-o", self.tmp / f"x.{suffix}")
        self.assertTrue((self.tmp / "x.s16").read_bytes() == wanted)
        self.assertTrue(media.ffmpeg("-i", self.tmp / "x.flac", "-f", "s16le", "-") == wanted)
        self.assertTrue(media.ffmpeg("-i", self.tmp / "x.wav", "-f", "s16le", "-") == wanted)
        self.ok("record", fixture("s24.wav"), "-o", self.tmp / "x.s24")
        self.assertTrue((self.tmp / "x.s24").read_bytes() == media.ffmpeg("-i", fixture("s24.wav"), "-f", "s24le", "-"))

    def test_coded_recordings_are_whole_and_tagged(self):
        for suffix, codec, rate in (("mp3", "mp3", 44100), ("ogg", "vorbis", 44100), ("opus", "opus", 48000), ("m4a", "aac", 44100),
                                    ("aac", "aac", 44100)):
            with self.subTest(suffix):
                path = self.tmp / f"x.{suffix}"
                self.ok("record", fixture("s16.flac"), "-o", path)
                described = json.loads(self.ok("check", "--json", path).text())
                self.assertEqual(described["codec"] if "codec" in described else described["source"]["codec"], codec)
                got = np.frombuffer(self.ok("-f", "f32le", "-r", "44100", path).stdout, "<f4").reshape(-1, 2)
                wanted = media.floats(media.reference("s16.flac"), 2)
                slack = 2048 if codec == "aac" else 0  # its padding is not told by fragments and ADTS
                self.assertLessEqual(abs(len(got) - len(wanted)), slack)
                late = 1024 if codec == "aac" else 0  # FFmpeg does not pass over the encoder's delay in fragments
                error = got[late + 44100:late + 88200] - wanted[44100:88200]
                self.assertLess(np.sqrt((error ** 2).mean()), 0.5 * np.sqrt((wanted[44100:88200] ** 2).mean()))
                if suffix != "aac":
                    self.assertEqual(described["tags"]["title"], "Chirp")

    def test_samples_that_are_no_numbers(self):
        """One of them stops no encoder, and no other input."""
        sound = np.sin(np.arange(44100) / 20).astype("<f4") * 0.25
        sound[20000:20003] = np.nan, np.inf, -np.inf
        odd = self.tmp / "odd.wav"
        media.ffmpeg("-f", "f32le", "-ar", "44100", "-ac", "1", "-i", "-", "-c:a", "pcm_f32le", odd, stdin=sound.tobytes())
        for suffix in ("mp3", "m4a", "aac", "ogg", "opus", "flac", "mka", "s16", "s24"):
            with self.subTest(suffix):
                result = self.ok("record", odd, fixture("tiny.wav"), "-o", self.tmp / ("{name}." + suffix), quiet=False)
                self.assertRegex(result.stderr, r"\A[^\n]*odd\.wav: [^\n]*NaN[^\n]*\n\Z")
                self.assertEqual(len(list(self.tmp.glob("*." + suffix))), 2)
        got = np.frombuffer((self.tmp / "odd.s16").read_bytes(), "<i2")
        self.assertEqual(got[20000:20003].tolist(), [0, 32767, -32768])
        self.ok("record", odd, "-o", self.tmp / "odd.f32")
        self.assertTrue((self.tmp / "odd.f32").read_bytes() == sound.tobytes())

    def test_what_is_above_full_scale_is_told(self):
        sound = np.full(1000, 0.5, "<f4")
        sound[100:107] = 2
        loud = self.tmp / "loud.wav"
        media.ffmpeg("-f", "f32le", "-ar", "44100", "-ac", "1", "-i", "-", "-c:a", "pcm_f32le", loud, stdin=sound.tobytes())
        for suffix, how in (("flac", "clipped"), ("s16", "clipped"), ("mp3", "players clip")):
            with self.subTest(suffix):
                result = self.ok("record", loud, "-o", self.tmp / f"x.{suffix}", quiet=False)
                self.assertRegex(result.stderr, r"\A[^\n]*loud\.wav: 7 samples above full scale, up to \+6\.0 dBFS: [^\n]*" + how + r"[^\n]*\n\Z")
        self.ok("record", loud, "-o", self.tmp / "x.wav")

    def test_bits_that_floats_do_not_hold_are_told(self):
        for name, bits in (("s32.wav", 32), ("f64.wav", 64)):
            with self.subTest(name):
                result = self.ok("record", fixture(name), "-o", self.tmp / "{name}.wav", quiet=False)
                self.assertRegex(result.stderr, rf"\A[^\n]*{name}: has samples of {bits} bits[^\n]*\n\Z")
                self.assertTrue(floats(self.tmp / name) == media.reference(name))
        self.ok("record", fixture("s32.wav"), "-o", self.tmp / "x.wav", "--bits", "24")
        self.ok("record", fixture("f32.wav"), "-o", self.tmp / "y.wav")

    def test_stdout(self):
        wav = self.ok("record", fixture("s16.flac"), "-o", "-", "--encoder", "wav").stdout
        self.assertTrue(media.ffmpeg("-i", "-", "-f", "f32le", "-", stdin=wav) == media.reference("s16.flac"))
        result = run_pty("record", fixture("s16.flac"), "-o", "-", "--encoder", "wav")
        self.assertEqual(result.status, 2)

    def test_pass_gives_the_windows_of_a_plain_run(self):
        for options in (("f32le", "-w", "0.5", "--hop", "0.3"), ("records", "-w", "0.4", "--overlap", "50%", "--tail", "drop"),
                        ("records", "-w", "0.1", "--hop", "0.7", "--start", "1")):
            with self.subTest(options):
                name, *windows = options
                path = self.tmp / "x.flac"
                passed = self.ok("record", "-y", fixture("s16.flac"), "-o", path, "--pass", name, *windows)
                plain = self.ok("-f", name, *windows, fixture("s16.flac"))
                if name == "records":
                    self.assertEqual([r for r in passed.records()[:-1]], [r for r in plain.records()[:-1]])
                    self.assertEqual(passed.records()[-1].data["windows"], plain.records()[-1].data["windows"])
                else:
                    self.assertTrue(passed.stdout == plain.stdout)
                first = 44100 * 8 if "--start" in options else 0
                self.assertTrue(floats(path) == media.reference("s16.flac")[first:])

    def test_a_reader_of_windows_that_goes_does_not_end_the_recording(self):
        path = self.tmp / "x.wav"
        self.ok("-c", '"$0" "$@" | head -c 10 > /dev/null', os.environ["ASTREAM"], "record", fixture("long.wav"), "-o", path, "--pass",
                "f32le", program="/bin/sh")
        self.assertTrue(floats(path) == media.reference("long.wav"))


class Files(CliTest):

    def test_split_files_joined_are_the_unsplit_recording(self):
        wanted = media.reference("long.wav")
        for suffix, split in (("flac", "7.77s"), ("wav", "1M"), ("wav", "234567smp")):
            with self.subTest(suffix, split=split):
                log = self.tmp / "log.jsonl"
                log.unlink(missing_ok=True)
                self.ok("record", "-y", fixture("long.wav"), "-o", self.tmp / ("{index:3}." + suffix), "--split", split, "--log", log)
                closed = of_kind(read_log(log), "file-close")
                self.assertGreater(len(closed), 3)
                self.assertTrue(b"".join(floats(line["file"]) for line in closed) == wanted)
                self.assertEqual([line["sample"] for line in closed[1:]], [c["sample"] + c["samples"] for c in closed[:-1]])
                if split == "1M":
                    self.assertTrue(all(line["bytes"] <= 1 << 20 for line in closed))

    def test_names(self):
        self.ok("record", "one=" + fixture("tiny.wav"), fixture("s16.wav"), "-o", self.tmp / "{label}" / "%Y" / "{name}-{stream}-{index:2}.wav")
        year = time.strftime("%Y")
        self.assertEqual(sorted(str(p.relative_to(self.tmp)) for p in self.tmp.rglob("*.wav") if p.is_file()),
                         [f"one/{year}/tiny-0-01.wav", f"s16.wav/{year}/s16-1-01.wav"])
        result = run("record", "same=" + fixture("tiny.wav"), "same=" + fixture("tiny.wav"), "-y", "-o", self.tmp / "{label}.wav")
        self.assertEqual(result.status, 0)
        self.assertRegex(result.stderr, "same-2.wav")
        self.assertTrue((self.tmp / "same.wav").read_bytes() == (self.tmp / "same-2.wav").read_bytes())

    def test_nothing_is_overwritten_unasked(self):
        path = self.tmp / "x.wav"
        for name in (path, self.tmp / "x.wav.part"):
            name.write_text("mine")
            self.fails(2, "record", fixture("tiny.wav"), "-o", path, stderr="-y")
            self.assertEqual(name.read_text(), "mine")
            name.unlink()
        path.write_text("mine")
        self.ok("record", "-y", fixture("tiny.wav"), "-o", path)
        self.assertTrue(floats(path) == media.reference("tiny.wav"))
        self.assertEqual(os.listdir(self.tmp), ["x.wav"])

    def test_keep_and_on_split(self):
        other = self.tmp / "t-1-x.wav"
        other.write_text("not ours")
        done = self.tmp / "done"
        result = self.ok("record", fixture("long.wav"), "-o", self.tmp / "t-{index}.wav", "--split", "2s", "--keep", "3", "--on-split",
                         f"sh -c 'echo \"$1\" >> {done}; echo said' \"a b\"", quiet=False)
        self.assertEqual(result.stdout, b"")
        self.assertEqual(result.stderr, "said\n" * 15)
        self.assertEqual(done.read_text().split(), [str(self.tmp / f"t-{i}.wav") for i in range(1, 16)])
        self.assertEqual({p.name for p in self.tmp.glob("*.wav")}, {"t-13.wav", "t-14.wav", "t-15.wav", "t-1-x.wav"})
        failed = self.ok("record", fixture("tiny.wav"), "-o", self.tmp / "f.wav", "--on-split", "false", quiet=False)
        self.assertRegex(failed.stderr, r"false ended with status 1 for .*f\.wav")

    def test_no_file_is_deleted_before_its_command_has_ended(self):
        result = self.ok("record", fixture("long.wav"), "-o", self.tmp / "{index}.wav", "--split", "10s", "--keep", "1", "--on-split",
                         f"sh -c 'until [ -e {self.tmp}/3.wav ]; do sleep 0.01; done; cat \"$1\" > /dev/null' x")
        self.assertEqual((result.stderr, os.listdir(self.tmp)), ("", ["3.wav"]))

    def test_trigger(self):
        rate, bursts = 8000, ((5, 6), (9, 10), (30, 31.5), (58, 60))
        sound = np.random.default_rng(1).normal(0, 0.0005, rate * 60)
        for begin, end in bursts:
            sound[int(begin * rate):int(end * rate)] = 0.3
        media.write_wav(self.tmp / "in.wav", sound * 32767, rate)
        log = self.tmp / "log"
        self.ok("record", self.tmp / "in.wav", "-o", self.tmp / "e-{index}.wav", "--trigger", "-40dBFS", "--pre", "2s", "--post", "5s",
                "--log", log)
        whole = floats(self.tmp / "in.wav")
        closed = of_kind(read_log(log), "file-close")
        self.assertEqual([(line["sample"], line["sample"] + line["samples"]) for line in closed],
                         [(3 * rate, 15 * rate), (28 * rate, int(36.5 * rate)), (56 * rate, 60 * rate)])
        for line in closed:
            self.assertTrue(floats(line["file"]) == whole[line["sample"] * 4:(line["sample"] + line["samples"]) * 4])

    def test_a_tone_is_one_event(self):
        self.ok("record", "tone:100?duration=2", "-o", self.tmp / "{index}.wav", "--trigger", "-20dBFS", "--pre", "0", "--post", "0")
        self.assertEqual(os.listdir(self.tmp), ["1.wav"])

    def test_what_makes_no_sense_is_refused(self):
        sound = fixture("tiny.wav")
        for args, message in ((("-o", "x"), "format"), (("-o", "x.wma"), "wma"), ((), "-o FILE"), (("-o", "x.mp3", "--encoder", "wav"), "mp3"),
                              (("-o", "x.mp3", "--bitrate", "999k"), "320k"), (("-o", "x.wav", "--bitrate", "99k"), "bit rate"),
                              (("-o", "x.flac", "--bits", "32f"), "16, 24"), (("-o", "x.wav", "--split", "1h"), "index"),
                              ((sound, "-o", "x.wav"), "name"), (("-o", "{x}.wav"), "label"), (("-o", "%q.wav"), "%Y"),
                              (("-o", "{index}.wav", "--split", "7m", "--split-at", "clock"), "divide"),
                              (("-o", "x.wav", "--pre", "1s"), "--trigger"), (("-o", "x.wav", "-w", "1"), "--pass"),
                              (("-o", "x.wav", "--log", "./x.wav"), "same file"), (("-o", "x.wav", "--log", "-"), "jsonl"),
                              ((sound, "-o", "-", "--encoder", "wav"), "one input.*name"), (("-o", "{index}.wav", "--keep", "10g"), "10G"),
                              (("-o", "x.wav", "--keep", "3"), "index"), (("-o", "x.wav", "--copy"), "wav"),
                              (("-o", "x.mka", "--copy", "-r", "8000"), "--copy")):
            with self.subTest(args):
                result = self.fails(2, "record", sound, *args, stderr=message, cwd=self.tmp)
                self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertEqual(os.listdir(self.tmp), [])
        result = run("record", fixture("surround.wav"), sound, "-o", self.tmp / "{name}.mp3", "--pass", "records")
        self.assertEqual(result.status, 3)
        check_grammar(result.records())
        self.assertRegex(result.stderr, "6 channels.*-c 2")
        self.assertEqual(os.listdir(self.tmp), ["tiny.mp3"])


class Safety(CliTest):

    def test_a_kill_leaves_all_but_the_last_second(self):
        formats = ("wav", "flac", "mp3", "m4a", "ogg", "opus", "mka")
        runs = {suffix: start("record", "--pace", "noise:pink?rate=44100&channels=2&duration=60s", "-o", self.tmp / f"x.{suffix}", "--pass",
                              "s16le", "-w", "0.1") for suffix in formats}
        passed = {}
        try:  # the windows that were passed tell how much was recorded
            for suffix, process in runs.items():
                passed[suffix] = len(process.stdout.read(int(random.uniform(0.6, 1.6) * 44100) * 4))
                process.send_signal(signal.SIGKILL)
        finally:
            for process in runs.values():
                process.kill()
                process.communicate()
        for suffix in formats:
            with self.subTest(suffix):
                self.assertFalse((self.tmp / f"x.{suffix}").exists())
                got = media.ffmpeg("-i", self.tmp / f"x.{suffix}.part", "-ar", "44100", "-f", "s16le", "-")
                self.assertGreater(len(got) / 44100 / 4, passed[suffix] / 44100 / 4 - 1)
                self.assertGreater(len(got), 0)

    def test_an_interrupted_recording_is_whole(self):
        path, log = self.tmp / "x.flac", self.tmp / "log"
        process = start("record", "--pace", "tone:440?duration=60s", "-o", path, "--log", log)
        wait_for(lambda: of_kind(read_log(log), "file-open"), what="the file")
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGINT)
        closed = of_kind(read_log(log), "file-close")
        self.assertEqual(closed[0]["reason"], "interrupted")
        self.assertEqual(len(floats(path)), closed[0]["samples"] * 4)
        self.assertEqual(read_log(log)[-1]["event"], "end")

    def waiting_recording(self):
        """One whose only file is whole once it is interrupted, but whose end waits for a reader of the pipe `gate`."""
        os.mkfifo(self.tmp / "gate")
        path, log = self.tmp / "x.flac", self.tmp / "log"
        process = start("record", "--pace", "tone:440?duration=600s", "-o", path, "--log", log, "--on-split",
                        f"sh -c ': > {self.tmp}/gate'")
        wait_for(lambda: of_kind(read_log(log), "file-open"), what="the file")
        return process, log

    def open_gate(self, process):
        gate = os.open(self.tmp / "gate", os.O_RDONLY | os.O_NONBLOCK)
        process.communicate()
        os.close(gate)

    def test_a_signal_that_comes_twice_at_once_is_one(self):
        """As `timeout -s INT` sends it: to its child, and to the child's group."""
        process, log = self.waiting_recording()
        os.kill(process.pid, signal.SIGSTOP)
        libc = ctypes.CDLL(None)  # one for the process and one for its thread: neither hides the other
        self.assertEqual(libc.tgkill(process.pid, process.pid, signal.SIGINT), 0)
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGCONT)
        self.open_gate(process)
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertEqual(read_log(log)[-1]["event"], "end")
        self.assertEqual(list(self.tmp.glob("*.part")), [])

    def test_a_later_signal_ends_it_at_once(self):
        process, log = self.waiting_recording()
        process.send_signal(signal.SIGINT)
        wait_for(lambda: of_kind(read_log(log), "file-close"), what="the end of the file")
        wait_for(lambda: process.send_signal(signal.SIGINT) or process.poll() is not None, what="the end")
        self.open_gate(process)
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertNotEqual(read_log(log)[-1]["event"], "end")

    def test_a_terminal_that_is_closed_ends_it_in_good_order(self):
        for ignored in (False, True):
            with self.subTest(ignored=ignored):
                log = self.tmp / f"log{ignored}"
                before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
                try:
                    process = start("record", "--pace", "tone:440?duration=600s", "-o", self.tmp / f"{ignored}.wav", "--log", log)
                finally:
                    signal.signal(signal.SIGHUP, before)
                wait_for(lambda: of_kind(read_log(log), "file-open"), what="the file")
                process.send_signal(signal.SIGHUP)
                if ignored:
                    process.send_signal(signal.SIGTERM)
                process.communicate()
                self.assertEqual(process.returncode, -signal.SIGTERM if ignored else -signal.SIGHUP)
                self.assertEqual(read_log(log)[-1]["event"], "end")
                self.assertEqual(list(self.tmp.glob("*.part")), [])

    def test_a_full_disk_keeps_what_is_whole(self):
        """Files may not grow above a limit of the process: as on a full disk, writes fail in the middle."""
        for suffix in ("wav", "flac", "m4a", "ogg", "mka"):
            with self.subTest(suffix):
                path = self.tmp / f"x.{suffix}"
                result = run("-c", 'ulimit -f 200; trap "" XFSZ; exec "$0" "$@"', os.environ["ASTREAM"], "record", fixture("long.wav"), "-o",
                             path, program="/bin/bash")
                self.assertEqual(result.status, 1)
                self.assertEqual(len(result.stderr.splitlines()), 1, result)
                self.assertEqual(list(self.tmp.glob("*.part")), [])
                whole, got = media.reference("long.wav"), floats(path)
                self.assertGreater(len(got), 0.5 * 44100 * 8)
                if suffix in ("wav", "flac", "mka"):
                    self.assertTrue(whole.startswith(got))
        result = run("record", fixture("s16.wav"), "-o", "/dev/full", "--encoder", "wav")
        self.assertEqual((result.status, len(result.stderr.splitlines())), (1, 1), result)

    def test_a_file_that_fails_ends_its_own_stream_alone(self):
        """Of the limit of a process, only the long one becomes too large."""
        log = self.tmp / "log"
        result = run("-c", 'ulimit -f 200; trap "" XFSZ; exec "$0" "$@"', os.environ["ASTREAM"], "record", fixture("long.wav"),
                     fixture("tiny.wav"), "-o", self.tmp / "{name}.wav", "--log", log, program="/bin/bash")
        self.assertEqual(result.status, 3, result)
        self.assertRegex(result.stderr, r"\A[^\n]*fixtures/long\.wav: [^\n]*long\.wav[^\n]*: [^\n]*large[^\n]*\n\Z")
        self.assertTrue(floats(self.tmp / "tiny.wav") == media.reference("tiny.wav"))
        self.assertTrue(media.reference("long.wav").startswith(floats(self.tmp / "long.wav")))
        self.assertEqual([line["reason"] for line in of_kind(read_log(log), "stream-end")], ["error", "end"])
        self.assertEqual(len(of_kind(read_log(log), "stream-error")), 1)


if __name__ == "__main__":
    main()
