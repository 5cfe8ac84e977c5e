"""Support for tests of the real binary: run it, feed it, give it a terminal, parse what it wrote.

The binary comes from $ASTREAM, the media from $ASTREAM_FIXTURES, both set by ctest. Children get a clean environment
(LC_ALL=C, an empty HOME, no proxies or credentials) and a time limit that grows under sanitizers ($ASTREAM_SANITIZE).

    from support.cli import CliTest, main, run

    class Tone(CliTest):
        def test_two_windows(self):
            result = self.ok("-w", "1", "-t", "2", "tone:440")
            self.assertEqual([r.type for r in result.records()].count("window"), 2)

    main()
"""

import atexit
import fcntl
import json
import os
import pty
import random
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import time
import unittest
from collections import namedtuple
from pathlib import Path

SANITIZERS = os.environ.get("ASTREAM_SANITIZE", "")
TIME_SCALE = 8 if "thread" in SANITIZERS else 4 if SANITIZERS else 1
ROOT = Path(__file__).resolve().parents[2]

_home = tempfile.mkdtemp(prefix="astream-home-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)


def astream():
    """The path of the binary under test."""
    return os.environ.get("ASTREAM") or str(ROOT / "build/dev/astream")


def fixture(name):
    """The path of a media file made by scripts/make_fixtures.py."""
    path = Path(os.environ.get("ASTREAM_FIXTURES") or ROOT / "build/dev/fixtures") / name
    if not path.exists():
        raise FileNotFoundError(f"no fixture {path}; scripts/make_fixtures.py makes them")
    return str(path)


def clean_env(extra=None):
    """The environment of every child; `extra` adds variables, or removes those whose value is None."""
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS")
    env = {key: os.environ[key] for key in kept if key in os.environ}
    env.update(LC_ALL="C", TZ="UTC", HOME=_home, TERM="dumb")
    for key, value in (extra or {}).items():
        if value is None:
            env.pop(key, None)
        else:
            env[key] = str(value)
    return env


Record = namedtuple("Record", "type data payload")


def samples(record):
    """The payload of a window as an array of shape (samples, channels)."""
    import numpy

    return numpy.frombuffer(record.payload, "<f4").reshape(-1, record.data["channels"])


def records(data):
    """Parses a record stream strictly; AssertionError for anything that formats/RECORDS.md does not allow."""
    parsed, at = [], 0
    while at < len(data):
        end = data.find(b"\n", at)
        assert end >= 0, f"byte {at}: header line without an end: {data[at:at + 80]!r}"
        line = data[at:end + 1]
        head = json.loads(line)
        assert set(head) <= {"type", "data", "payload_length"}, f"byte {at}: unknown keys in {line!r}"
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", head["type"]), f"byte {at}: type {head['type']!r}"
        assert len(line) % 4 == 0, f"byte {at}: a header line of {len(line)} bytes is not padded to a multiple of 4"
        length = head.get("payload_length", 0)
        body = data[end + 1:end + 1 + length]
        assert len(body) == length, f"byte {at}: the payload has {len(body)} of {length} bytes"
        parsed.append(Record(head["type"], head.get("data", {}), body))
        at = end + 1 + length
    return parsed


_LETTERS = {"set-start": "S", "stream-start": "b", "window": "w", "features": "w", "stream-info": "i", "stream-error": "x", "stream-end": "e",
            "set-end": "E"}


def check_grammar(parsed):
    """AssertionError unless the records are a whole run: a set, in it each stream from its start (or its bare error) to its
    end, side by side if they are live."""
    word = "".join(_LETTERS.get(record.type, "") for record in parsed)
    assert re.fullmatch(r"S[bwixe]*E", word), f"the records break the grammar: {word}"
    streams = {}
    for record, letter in zip(parsed, word):
        streams[record.data.get("stream")] = streams.get(record.data.get("stream"), "") + letter
    del streams[None]
    for number, word in streams.items():
        assert re.fullmatch(r"b[wi]*x?e|x", word), f"the records of stream {number} break the grammar: {word}"


class Result(namedtuple("Result", "status stdout stderr")):
    """status: exit status, or -N for signal N; stdout: bytes; stderr: text."""

    def text(self):
        return self.stdout.decode()

    def lines(self):
        return self.text().splitlines()

    def records(self):
        return records(self.stdout)

    def __repr__(self):
        return f"Result(status={self.status}, stdout={self.stdout[:400]!r}, stderr={self.stderr!r})"


def start(*args, env=None, cwd=None, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, program=None):
    """Starts the binary in a process group of its own and returns the Popen; the caller ends it (see `finish`)."""
    command = [program or astream(), *map(str, args)]
    return subprocess.Popen(command, env=clean_env(env), cwd=cwd, stdin=stdin, stdout=stdout, stderr=stderr,
                            start_new_session=True)


def _kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def finish(process, stdin=None, timeout=60):
    """Feeds `stdin`, collects both outputs, waits. After the time limit the child is killed: AssertionError."""
    if process.stdin in _written_elsewhere:
        _written_elsewhere.discard(process.stdin)
        process.stdin = None
    try:
        out, err = process.communicate(stdin, timeout * TIME_SCALE)
    except subprocess.TimeoutExpired:
        _kill_group(process)
        out, err = process.communicate()
        raise AssertionError(f"still running after {timeout * TIME_SCALE} s: {process.args}; stderr: {err!r}") from None
    return Result(process.returncode, out or b"", (err or b"").decode(errors="replace"))


def run(*args, stdin=None, env=None, timeout=60, cwd=None, program=None):
    """Runs the binary to its end. `stdin`: bytes, a file object, or None for an empty input."""
    is_bytes = isinstance(stdin, (bytes, bytearray))
    source = subprocess.PIPE if is_bytes else stdin if stdin is not None else subprocess.DEVNULL
    process = start(*args, env=env, cwd=cwd, stdin=source, program=program)
    return finish(process, stdin if is_bytes else None, timeout)


def run_pty(*args, on=("stdin", "stdout", "stderr"), typed=b"", env=None, timeout=60, cwd=None, columns=80):
    """Runs the binary on a real terminal. Streams not named in `on` are pipes (stdin: empty). The terminal's bytes are
    `stdout` of the result when stdout is on it, else its text is `stderr`; `typed` is written to it at once."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def own_terminal():
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    streams = {name: slave if name in on else subprocess.PIPE for name in ("stdout", "stderr")}
    streams["stdin"] = slave if "stdin" in on else subprocess.DEVNULL
    process = subprocess.Popen([astream(), *map(str, args)], env=clean_env({"TERM": "xterm", **(env or {})}), cwd=cwd,
                               start_new_session=True, preexec_fn=own_terminal, **streams)
    os.close(slave)
    if typed:
        os.write(master, typed)
    captured = {fd: bytearray() for fd in [master] + [pipe.fileno() for pipe in (process.stdout, process.stderr) if pipe]}
    try:
        _read_all(captured, time.monotonic() + timeout * TIME_SCALE)
        process.wait(timeout * TIME_SCALE)
    except (TimeoutError, subprocess.TimeoutExpired):
        raise AssertionError(f"still running: {process.args}; terminal: {bytes(captured[master])!r}") from None
    finally:
        _kill_group(process)
        os.close(master)
    terminal = bytes(captured[master])
    out = bytes(captured[process.stdout.fileno()]) if process.stdout else terminal
    err = bytes(captured[process.stderr.fileno()]) if process.stderr else b"" if not process.stdout else terminal
    for pipe in filter(None, (process.stdout, process.stderr)):
        pipe.close()
    return Result(process.returncode, out, err.decode(errors="replace"))


def _read_all(captured, deadline):
    """Reads every descriptor to its end; a terminal whose other side is closed ends with EIO."""
    live = set(captured)
    while live:
        ready, _, _ = select.select(list(live), [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        for fd in ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            captured[fd] += data
            if not data:
                live.discard(fd)


_written_elsewhere = set()  # pipes that a slow_writer closes, so that finish() leaves them alone


def slow_writer(pipe, data, chunk, pause_s=0.0):
    """Writes `data` to `pipe` in pieces of `chunk` bytes from a thread of its own, then closes it. A reader that goes away
    early is fine. Returns the thread."""

    def write():
        try:
            for at in range(0, len(data), chunk):
                pipe.write(data[at:at + chunk])
                pipe.flush()
                if pause_s:
                    time.sleep(pause_s)
        except (BrokenPipeError, ValueError):
            pass
        finally:
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    _written_elsewhere.add(pipe)
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def free_port(kind=socket.SOCK_STREAM):
    """A port of the loopback that was free a moment ago, outside the range that clients are given: a server that is restarted must
    find it free again. Servers of the tests' own should bind port 0 themselves."""
    while True:
        port = random.SystemRandom().randrange(10000, 32000)
        if is_port_free(port, kind):
            return port


def is_port_free(port, kind=socket.SOCK_DGRAM):
    """Whether a port of the loopback can be bound."""
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def wait_for(condition, timeout=30, what="the condition"):
    """Polls until `condition()` is true and returns its value; AssertionError after the time limit."""
    deadline = time.monotonic() + timeout * TIME_SCALE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout * TIME_SCALE} s for {what}")
        time.sleep(0.01)


class CliTest(unittest.TestCase):
    """A test case with a temporary folder, `self.tmp` (a Path), that is removed afterwards."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="astream-test-")
        self.addCleanup(folder.cleanup)
        self.tmp = Path(folder.name)

    def ok(self, *args, quiet=True, **options):
        """Runs the binary, which must succeed (and, unless quiet=False, say nothing on stderr)."""
        result = run(*args, **options)
        self.assertEqual(result.status, 0, result)
        if quiet:
            self.assertEqual(result.stderr, "", result)
        return result

    def fails(self, status, *args, stderr=None, **options):
        """Runs the binary, which must end with `status`; `stderr` is a regular expression that its messages must match."""
        result = run(*args, **options)
        self.assertEqual(result.status, status, result)
        if stderr is not None:
            self.assertRegex(result.stderr, stderr)
        return result

    def windows(self, *args, **options):
        """The window records of a successful run, whose records were checked against the grammar."""
        parsed = self.ok(*args, **options).records()
        check_grammar(parsed)
        return [record for record in parsed if record.type == "window"]


def main():
    unittest.main(module="__main__", verbosity=2)
