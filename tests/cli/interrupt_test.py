"""Ends that others choose: readers that go away, full disks, signals. Always whole records, always the right status."""
import json
import os
import signal
import subprocess
import threading
import unittest

from support.cli import CliTest, TIME_SCALE, astream, check_grammar, clean_env, finish, fixture, main, records, start, wait_for


class Readers(CliTest):

    def test_a_reader_that_goes_away_is_success_and_silent(self):
        for arguments in ((fixture("long.wav"),), ("-f", "f32le", fixture("long.wav")), ("-f", "wav", "tone:440"), ("silence:",),
                          ("-f", "text", "tone:440")):
            with self.subTest(arguments):
                process = start(*arguments, stdin=subprocess.DEVNULL)
                self.assertEqual(len(process.stdout.read(1000)), 1000)
                process.stdout.close()
                process.stdout = None
                result = finish(process)
                self.assertEqual((result.status, result.stderr), (0, ""))

    def test_head_in_a_shell(self):
        quoted = astream().replace("'", "'\\''")
        result = self.ok("-c", f"set -o pipefail; '{quoted}' '{fixture('long.wav')}' | head -c 1000", program="/bin/bash")
        self.assertEqual(len(result.stdout), 1000)

    def test_a_reader_that_was_never_there(self):
        reader, writer = os.pipe()
        os.close(reader)
        process = start(fixture("tiny.wav"), stdin=subprocess.DEVNULL, stdout=writer)
        os.close(writer)
        result = finish(process)
        self.assertEqual((result.status, result.stderr), (0, ""))

    def test_stdout_that_is_closed(self):
        result = self.fails(1, "-c", 'exec "$0" "$@" >&-', astream(), fixture("tiny.wav"), program="/bin/sh")
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_a_full_disk(self):
        for arguments in ((), ("-f", "f32le"), ("-f", "wav")):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                result = finish(start(*arguments, fixture("tiny.wav"), stdin=subprocess.DEVNULL, stdout=full))
                self.assertEqual(result.status, 1, result)
                self.assertEqual(len(result.stderr.splitlines()), 1, result)
                self.assertIn("space", result.stderr)

    def test_a_full_disk_under_a_file(self):
        """A limit on the file size stands for a full disk."""
        command = 'ulimit -f 100; trap "" XFSZ; exec "$0" "$@"'
        result = self.fails(1, "-c", command, astream(), "-f", "f32le", "-o", self.tmp / "x", fixture("long.wav"), program="/bin/sh")
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertEqual(os.listdir(self.tmp), [])


class StdinEnds(CliTest):

    def test_closed_at_once(self):
        result = self.fails(1, "-", stdin=b"")
        self.assertEqual([r.type for r in result.records()], ["set-start", "stream-error", "set-end"])
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_no_stdin_at_all(self):
        result = self.fails(1, "-c", 'exec "$0" "$@" <&-', astream(), "-", program="/bin/sh")
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_empty_raw_input_is_an_empty_stream(self):
        ends = [r for r in self.ok("-?format=s16le&rate=8000&channels=1", stdin=b"").records() if r.type == "stream-end"]
        self.assertEqual((ends[0].data["windows"], ends[0].data["samples"]), (0, 0))

    def test_windows_come_before_the_input_ends(self):
        """What is complete is handed on at once, however long the writer takes for the rest."""
        process = start("-w", "0.1", "-?format=s16le&rate=8000&channels=1")
        watchdog = threading.Timer(10 * TIME_SCALE, process.kill)
        watchdog.start()
        try:
            process.stdin.write(bytes(1600 * 3))
            process.stdin.flush()
            seen = []
            while seen.count("window") < 3:
                line = process.stdout.readline()
                self.assertTrue(line, "it ended, or waits for more input")
                head = json.loads(line)
                process.stdout.read(head.get("payload_length", 0))
                seen.append(head["type"])
        finally:
            watchdog.cancel()
            result = finish(process, b"")
        self.assertEqual(result.status, 0)


class Signals(CliTest):

    def interrupt(self, number, *arguments, ignore_output=False):
        """Runs until output flows, sends the signal, reads the rest. Returns (status, whole output, stderr)."""
        process = start(*arguments, stdin=subprocess.PIPE)
        head = process.stdout.read(100_000)
        os.kill(process.pid, number)
        rest = process.stdout.read()
        result = finish(process)
        return result.status, head + rest, result.stderr

    def check_ended(self, data):
        parsed = records(data)
        check_grammar(parsed)
        ends = [r.data for r in parsed if r.type == "stream-end"]
        self.assertEqual(ends[-1]["reason"], "interrupted")
        count = len([r for r in parsed if r.type == "window"])
        self.assertEqual(parsed[-1].data["windows"], count)

    def test_int_and_term(self):
        """The signal is raised again after a clean end, so a shell sees 130 and 143."""
        for number in (signal.SIGINT, signal.SIGTERM):
            for arguments in (("silence:",), ("-w", "0.01", "noise:pink"), ("--pace", "-w", "0.01", "silence:?channels=2"),
                              (fixture("long.wav"),) * 300):
                with self.subTest(number=number, arguments=arguments[:3]):
                    status, data, stderr = self.interrupt(number, *arguments)
                    self.assertEqual(status, -number, stderr)
                    self.check_ended(data)

    def test_statuses_in_a_shell(self):
        for name, status in (("INT", 130), ("TERM", 143)):
            with self.subTest(name):
                script = '"$0" "$@" > out & pid=$!; until [ -s out ]; do :; done; kill -%s $pid; wait $pid; echo $?' % name
                # A background child of a shell ignores SIGINT, unless job control is on.
                done = subprocess.run(["/bin/bash", "-m", "-c", script, astream(), "--pace", "-w", "0.01", "silence:"], cwd=self.tmp,
                                      env=clean_env(), capture_output=True, text=True, timeout=60 * TIME_SCALE)
                self.assertEqual(done.stdout.strip().splitlines()[-1], str(status), done)
                self.check_ended((self.tmp / "out").read_bytes())

    def test_waiting_for_stdin(self):
        process = start("-w", "0.1", "-?format=s16le&rate=8000&channels=1")
        process.stdin.write(bytes(1600))
        process.stdin.flush()
        first = process.stdout.read(1)
        os.kill(process.pid, signal.SIGTERM)
        rest = process.stdout.read()
        self.assertEqual(finish(process).status, -signal.SIGTERM)
        self.check_ended(first + rest)

    def test_opening_stdin(self):
        """Nothing has come yet: the open itself can be interrupted."""
        process = start("-")
        self.addCleanup(process.stdin.close)
        wait_for(lambda: signal_is_caught(process.pid, signal.SIGTERM), what="the signal handler")
        os.kill(process.pid, signal.SIGTERM)
        out = process.stdout.read()
        process.wait(30 * TIME_SCALE)
        self.assertEqual(process.returncode, -signal.SIGTERM)
        check_grammar(records(out))
        process.stdout.close()
        process.stderr.close()

    def test_a_writer_that_is_blocked(self):
        """The reader has stopped reading: a second signal ends it in any case, the first as soon as the reader goes on."""
        process = start("-f", "f32le", "silence:")
        process.stdout.read(1)
        os.kill(process.pid, signal.SIGTERM)
        process.stdout.read()
        self.assertEqual(finish(process).status, -signal.SIGTERM)

    def test_a_file_keeps_what_there_was_or_nothing(self):
        path = self.tmp / "x"
        process = start("--pace", "-w", "0.01", "-o", path, "silence:?rate=8000", stdin=subprocess.DEVNULL)
        wait_for(lambda: list(self.tmp.iterdir()), what="the .part file")
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(finish(process).status, -signal.SIGINT)
        for left in self.tmp.iterdir():
            check_grammar(records(left.read_bytes()))

    def test_commands_are_ended_too(self):
        process = start("--pace", "-w", "0.01", "silence:", "--", "sh", "-c", "echo $$; exec cat > /dev/null", stdin=subprocess.DEVNULL)
        child = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGTERM)
        self.assertEqual(finish(process).status, -signal.SIGTERM)
        wait_for(lambda: not os.path.exists(f"/proc/{child}"), what="the end of the command")

    def test_programs_are_ended_too(self):
        process = start("-f", "f32le", f"exec:echo $$ > {self.tmp}/pid; exec cat {fixture('bad/length_max.wav')} /dev/zero",
                        stdin=subprocess.DEVNULL)
        process.stdout.read(16000)
        child = int((self.tmp / "pid").read_text())
        os.kill(process.pid, signal.SIGTERM)
        process.stdout.read()
        finish(process)
        wait_for(lambda: not os.path.exists(f"/proc/{child}"), what="the end of the program")


def signal_is_caught(pid, number):
    with open(f"/proc/{pid}/status") as f:
        mask = next(line for line in f if line.startswith("SigCgt:")).split()[1]
    return bool(int(mask, 16) >> (number - 1) & 1)


if __name__ == "__main__":
    main()
