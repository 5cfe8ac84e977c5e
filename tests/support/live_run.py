"""A run of the real binary on live input, whose records are seen while it runs.

    with LiveRun("-w", "0.25", radio.url("/live.mp3")) as live:
        live.wait_windows(4)
        ...
        result = live.interrupt()      # SIGINT; or live.finish() for a run that ends by itself
"""
import datetime
import json
import os
import signal
import threading

from support.cli import Record, TIME_SCALE, _kill_group, check_grammar, start, wait_for


class LiveRun:
    def __init__(self, *args, env=None):
        self.records = []
        self.errors = []
        self.process = start(*args, env=env)
        self.process.stdin.close()
        self.threads = [threading.Thread(target=self._read_records), threading.Thread(target=self._read_errors)]
        for thread in self.threads:
            thread.start()

    def _read_records(self):
        pipe = self.process.stdout
        while line := pipe.readline():
            head = json.loads(line)
            self.records.append(Record(head["type"], head.get("data", {}), pipe.read(head.get("payload_length", 0))))

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.decode(errors="replace"))

    @property
    def stderr(self):
        return "".join(self.errors)

    def of_type(self, kind):
        return [record for record in list(self.records) if record.type == kind]

    @property
    def windows(self):
        return self.of_type("window")

    def windows_of(self, stream):
        return [window for window in self.windows if window.data["stream"] == stream]

    def wait_until(self, condition, what="the condition", timeout=30):
        wait_for(lambda: condition() or self.process.poll() is not None, timeout=timeout * TIME_SCALE, what=what)
        assert condition(), f"it ended without {what}: {self.stderr}"

    def wait_windows(self, count):
        self.wait_until(lambda: len(self.windows) >= count, f"{count} windows")

    def wait_more_windows(self, count):
        self.wait_windows(len(self.windows) + count)

    def wait_reconnect(self, count=1, windows=3):
        """Until so many windows came after the count-th reconnect."""
        self.wait_until(lambda: len([w for w in self.windows if w.data.get("reconnects", 0) >= count]) >= windows,
                        f"{windows} windows after reconnect {count}")

    def interrupt(self):
        os.kill(self.process.pid, signal.SIGINT)
        return self.finish()

    def finish(self, timeout=30):
        """Waits for the end; the exit status. The records must be a whole run."""
        try:
            status = self.process.wait(timeout * TIME_SCALE)
        finally:
            self.close()
        check_grammar(self.records)
        return status

    def close(self):
        if self.process.poll() is None:
            _kill_group(self.process)
        for thread in self.threads:
            thread.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def end(self):
        return self.of_type("stream-end")[-1].data


def wallclock(record):
    """Seconds since 1970 of a window."""
    return datetime.datetime.strptime(record.data["wallclock"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(
        tzinfo=datetime.timezone.utc).timestamp()


def check_timeline(test, windows):
    """Positions and clocks never run backwards; what a window tells as missing is what its position jumps by."""
    for before, after in zip(windows, windows[1:]):
        step = after.data["sample"] - before.data["sample"]
        missing = after.data.get("gap", 0) + after.data.get("dropped", 0)
        test.assertGreater(step, 0)
        test.assertGreaterEqual(after.data["wallclock"], before.data["wallclock"])
        test.assertEqual(step, before.data["valid"] + missing)


def clock_error_s(windows):
    """How much longer the time line became than the wall clock, from the first window to the last."""
    return (windows[-1].data["time"] - windows[0].data["time"]) - (wallclock(windows[-1]) - wallclock(windows[0]))
