"""Windows beside a live recording (--pass) whose reader is slow: the recording has every sample, the reader is told what it lost."""
import contextlib
import fcntl
import os
import signal
import socket
import struct
import subprocess
import threading

import numpy as np

from support import media
from support.cli import TIME_SCALE, CliTest, check_grammar, finish, fixture, main, records, run, samples, start, wait_for
from support.recordings import of_kind, read_log

RATE = 48000
WINDOW, HOP = RATE // 10, RATE // 20
ARGS = ("--pass", "records", "-w", f"{WINDOW}smp", "--hop", f"{HOP}smp", "--tail", "crop", "--buffer", "1s", "--reconnect", "0")


class RampServer:
    """Sends one client an endless wav of a ramp, as fast as it takes it: so many seconds whenever it is told, until close()."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(60 * TIME_SCALE)
        self.uri = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.sent = 0
        self.client = None

    def send(self, seconds):
        if self.client is None:
            self.client, _ = self.listener.accept()
            self.client.settimeout(60 * TIME_SCALE)
            endless = 0xFFFFFFFF
            self.client.sendall(b"RIFF" + struct.pack("<I", endless) + b"WAVEfmt " +
                                struct.pack("<IHHIIHH", 16, 3, 1, RATE, RATE * 4, 4, 32) + b"data" + struct.pack("<I", endless))
        count = int(seconds * RATE)
        self.client.sendall(ramp(self.sent, count).tobytes())
        self.sent += count

    def close(self):
        for opened in (self.client, self.listener):
            if opened is not None:
                opened.close()
        self.client = None


def ramp(first, count):
    return (np.arange(first, first + count) / 2**22).astype("<f4")  # exact


class PassLive(CliTest):

    def setUp(self):
        super().setUp()
        self.server = RampServer()
        self.addCleanup(self.server.close)
        self.file = self.tmp / "live.wav"
        self.log = self.tmp / "log.jsonl"

    def start(self, *args, inputs=(), **options):
        process = start("record", "live=" + self.server.uri, *inputs, "-o", self.tmp / "{label}.wav", "--log", self.log, *ARGS, *args,
                        **options)
        process.stdin.close()
        process.stdin = None
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def send_unread(self, process, seconds):
        """Sends while nobody reads, until the files have it all."""
        self.server.send(seconds)
        self.server.close()
        wait_for(lambda: self.file.exists() or process.poll() is not None, timeout=60, what="the whole recording")
        self.assertIsNone(process.poll())

    def check_file(self):
        recorded = np.frombuffer(media.ffmpeg("-i", self.file, "-f", "f32le", "-"), "<f4")
        np.testing.assert_array_equal(recorded, ramp(0, len(recorded)))
        return len(recorded)

    def check_windows(self, windows, end, offered):
        """All that was offered is in a window or was told as dropped in front of one, to the sample."""
        at = 0
        for number, window in enumerate(windows):
            first, valid = window.data["sample"], window.data["valid"]
            np.testing.assert_array_equal(samples(window)[:, 0], ramp(first, valid))
            self.assertEqual(window.data["window"], number)
            self.assertEqual(window.data.get("dropped", 0), max(0, first - at))
            at = max(at, first + valid)
        self.assertEqual(end["windows"], len(windows))
        self.assertEqual(end["dropped"], sum(window.data.get("dropped", 0) for window in windows) + offered - at)
        self.assertEqual(end["samples"] + end["dropped"], offered)

    def check_passed(self, parsed, offered, stream=0):
        check_grammar(parsed)
        own = [record for record in parsed if record.data.get("stream") == stream]
        self.check_windows([record for record in own if record.type == "window"], own[-1].data, offered)
        return own[-1].data

    def check_log(self, end):
        log = read_log(self.log)
        self.assertEqual(sum(line["dropped"] for line in of_kind(log, "pass-lag")), end["dropped"])
        self.assertEqual(of_kind(log, "stream-end")[0]["dropped"], 0)
        self.assertEqual(of_kind(log, "gap"), [])

    def test_a_reader_that_takes_nothing_until_the_recording_is_whole(self):
        process = self.start()
        self.send_unread(process, 30)
        self.assertEqual(self.check_file(), 30 * RATE)
        result = finish(process)
        self.assertEqual(result.status, 0, result)
        self.assertRegex(result.stderr, r"tcp://.*: the reader of --pass is too slow, \d+ samples dropped")
        parsed = result.records()
        end = self.check_passed(parsed, 30 * RATE)
        self.assertGreater(end["dropped"], 10 * RATE)
        self.check_log(end)
        windows = [record for record in parsed if record.type == "window"]
        self.assertEqual(windows[-1].data["sample"], 30 * RATE - WINDOW)  # what is oldest was dropped

    def test_a_reader_that_is_stopped_and_comes_back(self):
        passed = self.tmp / "passed"
        process = self.start(stderr=subprocess.DEVNULL)
        with open(passed, "wb") as output, subprocess.Popen(["cat"], stdin=process.stdout, stdout=output) as reader:
            process.stdout.close()
            self.server.send(1)
            wait_for(lambda: b'"window"' in passed.read_bytes(), what="the first window")
            reader.send_signal(signal.SIGSTOP)
            self.server.send(20)
            wait_for(lambda: of_kind(read_log(self.log), "pass-lag"), what="a drop")
            reader.send_signal(signal.SIGCONT)
            wait_for(lambda: b'"dropped"' in passed.read_bytes(), what="the window that tells of it")
            self.server.send(1)
            self.server.close()
            self.assertEqual(process.wait(60 * TIME_SCALE), 0)
        self.assertEqual(self.check_file(), 22 * RATE)
        end = self.check_passed(records(passed.read_bytes()), 22 * RATE)
        self.assertGreater(end["dropped"], 0)
        self.check_log(end)

    def full_pipe(self):
        """One that takes nothing, as long as nobody reads."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        with contextlib.suppress(PermissionError):
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 1 << 20)  # as large as astream would make it
        os.set_blocking(writer, False)
        for chunk in (bytes(4096), b"x"):
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(writer, chunk)
        os.set_blocking(writer, True)
        return writer

    def test_an_interrupted_recording_does_not_wait_for_a_stuck_reader(self):
        stuck = self.full_pipe()
        process = self.start(stdout=stuck)
        os.close(stuck)
        self.server.send(20)
        wait_for(lambda: of_kind(read_log(self.log), "pass-lag"), what="a drop")
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(60 * TIME_SCALE), -signal.SIGINT)
        self.assertRegex(process.stderr.read().decode(), r"--pass: its reader takes nothing any more, it does not get the last \d+ windows")
        self.assertGreater(self.check_file(), RATE)
        self.assertEqual(list(self.tmp.glob("*.part")), [])

    def test_who_asks_for_it_gets_back_pressure(self):
        process = self.start("--on-lag", "block")
        sender = threading.Thread(target=lambda: (self.server.send(20), self.server.close()))
        sender.start()
        wait_for(lambda: (self.tmp / "live.wav.part").exists(), what="the recording")
        result = finish(process)
        sender.join()
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertEqual(self.check_file(), 20 * RATE)
        self.assertEqual(self.check_passed(result.records(), 20 * RATE)["dropped"], 0)

    def test_a_stored_input_beside_it_waits_and_is_passed_whole(self):
        process = self.start("-t", "20", inputs=["stored=" + fixture("long.wav")])
        self.send_unread(process, 20)
        result = finish(process)
        self.assertEqual(result.status, 0, result)
        self.assertEqual(self.check_file(), 20 * RATE)
        parsed = result.records()
        self.assertGreater(self.check_passed(parsed, 20 * RATE)["dropped"], 0)
        alone = run(fixture("long.wav"), "-t", "20", *ARGS[2:8]).records()

        def windows_of(stream, all_records):
            return [(r.data["sample"], r.payload) for r in all_records if r.type == "window" and r.data["stream"] == stream]

        self.assertEqual(len(windows_of(1, parsed)), len(windows_of(0, alone)))
        self.assertTrue(windows_of(1, parsed) == windows_of(0, alone))
        self.assertEqual([r.data["dropped"] for r in parsed if r.type == "stream-end" and r.data["stream"] == 1], [0])


if __name__ == "__main__":
    main()
