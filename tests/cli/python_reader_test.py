"""formats/python/astream.py: fed by hand with odd chunks, and running the real binary ($ASTREAM)."""

import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from array import array
from pathlib import Path

READER = Path(__file__).resolve().parents[2] / "formats" / "python"
sys.path.insert(0, str(READER))

import astream  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None


class OddChunks(io.RawIOBase):
    """Gives its bytes in pieces of the sizes 1, 2, 3, 5, 1 ..."""

    def __init__(self, data):
        super().__init__()
        self._data = data
        self._turn = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        size = min(len(buffer), (1, 2, 3, 5)[self._turn % 4])
        self._turn += 1
        chunk, self._data = self._data[:size], self._data[size:]
        buffer[:len(chunk)] = chunk
        return len(chunk)


class ReadOnly:
    """Has nothing of a file but read()."""

    def __init__(self, data):
        self._file = io.BytesIO(data)

    def read(self, size):
        return self._file.read(min(size, 7))


def record(kind, data=None, payload=b"", padding=b""):
    head = {"type": kind}
    if data is not None:
        head["data"] = data
    if payload:
        head["payload_length"] = len(payload)
    return json.dumps(head).encode() + padding + b"\n" + payload


def window_record(number, samples, channels=1, **extra):
    data = {"stream": 0, "window": number, "sample": number * 4, "time": number * 0.5, "rate": 8,
            "samples": len(samples) // channels, "channels": channels, "valid": len(samples) // channels}
    return record("window", {**data, **extra}, array("f", samples).tobytes(), b"  ")


STREAM = (record("set-start", {"version": 1}) +
          record("stream-start", {"stream": 0, "label": "böll", "uri": "x.wav", "tags": {}}) +
          window_record(0, [1, -1, 0.5, 0, 0, 0], channels=2) +
          record("later-type", {"new": [1]}, b"abc") +
          window_record(1, [2, 3], gap=4, dropped=5, reconnects=6, wallclock="2026-11-22T07:46:35.000001Z", epoch=0) +
          record("stream-end", {"stream": 0, "reason": "end"}) + record("set-end"))


def values(window):
    return window.samples.ravel().tolist() if numpy else window.samples.tolist()


class Records(unittest.TestCase):
    def check_stream(self, stream):
        types = [head["type"] for head, _ in astream.records(stream)]
        self.assertEqual(types, ["set-start", "stream-start", "window", "later-type", "window", "stream-end", "set-end"])

    def test_any_kind_of_stream(self):
        self.check_stream(io.BytesIO(STREAM))
        self.check_stream(OddChunks(STREAM))
        self.check_stream(ReadOnly(STREAM))
        self.check_stream(io.TextIOWrapper(io.BytesIO(STREAM)))

    def test_payloads(self):
        payloads = [bytes(payload) for _, payload in astream.records(OddChunks(STREAM))]
        self.assertEqual(payloads[2], array("f", [1, -1, 0.5, 0, 0, 0]).tobytes())
        self.assertEqual(payloads[3], b"abc")
        self.assertEqual(payloads[0], b"")

    def test_blank_lines_crlf_and_data_behind_the_line(self):
        data = (b'\r\n \n{"type":"a","data":null}\r\n'
                b'{"type":"b","data":{"x":1},"data_length":7,"payload_length":2}\n{"y":2}hi{"type":"c"}\n')
        found = [(head["type"], head["data"], bytes(payload)) for head, payload in astream.records(io.BytesIO(data))]
        self.assertEqual(found, [("a", {}, b""), ("b", {"x": 1, "y": 2}, b"hi"), ("c", {}, b"")])

    def test_every_truncation(self):
        data = record("a") + window_record(0, [1, 2]) + record("b")
        ends = {0, len(record("a")), len(data) - len(record("b")), len(data)}
        for length in range(len(data) + 1):
            with self.subTest(length=length):
                if length in ends:
                    list(astream.records(io.BytesIO(data[:length])))
                else:
                    with self.assertRaises(astream.AstreamError):
                        list(astream.records(io.BytesIO(data[:length])))

    def test_damage_is_told_with_its_place(self):
        for bad in (b"RIFF\n", b"[1]\n", b"{}\n", b'{"type":1}\n', b'{"type":"a","data":[]}\n', b"\xff\xfe\n",
                    b'{"type":"a","payload_length":-1}\n', b'{"type":"a","payload_length":"1"}\na',
                    b'{"type":"a","payload_length":1.5}\nab', b'{"type":"a","payload_length":2147483649}\n',
                    b'{"type":"a","data_length":2}\n[]', b"{" * (2 << 20)):
            with self.subTest(bad=bad[:40]):
                with self.assertRaisesRegex(astream.AstreamError, "byte %d" % len(record("a"))):
                    list(astream.records(io.BytesIO(record("a") + bad)))


class Windows(unittest.TestCase):
    def test_fields(self):
        others = []
        first, second = astream.windows(OddChunks(STREAM), lambda kind, data: others.append(kind))
        self.assertEqual((first.label, first.uri, first.stream, first.window), ("böll", "x.wav", 0, 0))
        self.assertEqual((first.sample, first.time, first.rate, first.channels, first.valid), (0, 0.0, 8, 2, 3))
        self.assertEqual((first.gap, first.dropped, first.reconnects, first.wallclock, first.epoch), (0, 0, 0, None, None))
        self.assertEqual((second.gap, second.dropped, second.reconnects, second.epoch), (4, 5, 6, 0))
        self.assertEqual(second.wallclock, "2026-11-22T07:46:35.000001Z")
        self.assertEqual(values(first), [1, -1, 0.5, 0, 0, 0])
        self.assertEqual(values(second), [2, 3])
        self.assertIn("böll", repr(first))
        self.assertEqual(others, ["set-start", "stream-start", "later-type", "stream-end", "set-end"])

    @unittest.skipUnless(numpy, "without numpy")
    def test_numpy_shape_and_type(self):
        first, second = astream.windows(io.BytesIO(STREAM))
        self.assertEqual((first.samples.shape, second.samples.shape), ((3, 2), (2, 1)))
        self.assertEqual(first.samples.dtype, numpy.float32)
        first.samples *= 2  # owns its memory
        self.assertEqual(first.samples[0].tolist(), [2, -2])

    def run_python(self, code, data):
        environment = {**os.environ, "PYTHONPATH": str(READER), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([sys.executable, "-c", code], input=data, env=environment, stdout=subprocess.PIPE,
                              check=True, timeout=60).stdout.decode()

    def test_from_standard_input_without_numpy(self):
        code = ("import sys; sys.modules['numpy'] = None\n"
                "import astream\n"
                "for w in astream.windows(): print(w.window, type(w.samples).__name__, list(w.samples))")
        self.assertEqual(self.run_python(code, STREAM),
                         "0 array [1.0, -1.0, 0.5, 0.0, 0.0, 0.0]\n1 array [2.0, 3.0]\n")

    @unittest.skipUnless(numpy, "without numpy")
    def test_the_reader_of_the_specification(self):
        """The few lines that RECORDS.md gives to copy."""
        text = (READER.parent / "RECORDS.md").read_text(encoding="utf-8")
        code = text.split("```python\n", 1)[1].split("```", 1)[0]
        self.assertEqual(self.run_python(code, STREAM), "0.0 1.0\n0.5 3.0\n")


FEATURES = (record("stream-start", {"stream": 1, "label": "bird", "uri": "b.wav"}) +
            record("features", {"stream": 1, "row": 3, "sample": 480, "time": 0.03, "rate": 16000, "hop": 160, "shape": [2, 3],
                                "columns": ["a", "b", "c"], "channel": 1, "gap": 7}, array("f", [1, 2, 3, 4, 5, 6]).tobytes()) +
            record("stream-end", {"stream": 1}))


class FeatureRows(unittest.TestCase):
    def test_fields(self):
        others = []
        rows, = astream.features(OddChunks(STREAM + FEATURES), lambda kind, data: others.append(kind))
        self.assertEqual((rows.label, rows.uri, rows.stream, rows.row, rows.sample, rows.time), ("bird", "b.wav", 1, 3, 480, 0.03))
        self.assertEqual((rows.rate, rows.hop, rows.columns, rows.channel, rows.gap), (16000, 160, ["a", "b", "c"], 1, 7))
        self.assertIsNone(rows.wallclock)
        self.assertEqual(list(rows.values.ravel() if numpy else rows.values), [1, 2, 3, 4, 5, 6])
        if numpy:
            self.assertEqual((rows.values.shape, rows.values.dtype), ((2, 3), numpy.float32))
        self.assertIn("2 rows of 3 columns", repr(rows))
        self.assertEqual(others.count("window"), 2)

    def test_windows_pass_them_over(self):
        self.assertEqual(len(list(astream.windows(io.BytesIO(FEATURES + STREAM)))), 2)

    @unittest.skipUnless("ASTREAM" in os.environ, "needs $ASTREAM")
    def test_the_real_binary(self):
        with astream.open_features("demo=tone:440?rate=8000", features=["rms", "zcr"], frame="400smp", frame_hop="160smp",
                                   duration=2) as run:
            found = list(run)
        self.assertEqual((run.status, run.summary["streams"]), (0, 1))
        self.assertEqual({(rows.label, tuple(rows.columns), rows.hop, rows.channel) for rows in found}, {("demo", ("rms", "zcr"), 160, None)})
        self.assertEqual([rows.row for rows in found], [0, 50])
        self.assertEqual(sum(rows.data["shape"][0] for rows in found), 98)
        with self.assertRaisesRegex(astream.AstreamError, "nonsense"):
            list(astream.open_features("tone:440", features="nonsense"))


class Arguments(unittest.TestCase):
    def test_options(self):
        self.assertEqual(
            astream._option_arguments({"window": 0.25, "rate": 16000, "for_": "m", "insecure": True, "quiet": False,
                                       "hop": None, "channel": [1, 2], "on_error": "skip", "start": 1e-5}),
            ["--window", "0.25", "--rate", "16000", "--for", "m", "--insecure", "--channel", "1,2", "--on-error", "skip",
             "--start", "0.00001"])

    def test_names_that_look_like_options(self):
        self.assertEqual(astream._input_argument("-x.wav"), os.path.join(".", "-x.wav"))
        self.assertEqual(astream._input_argument("-"), "-")
        self.assertEqual(astream._input_argument(Path("a/b.wav")), "a/b.wav")

    def test_no_program(self):
        with self.assertRaisesRegex(astream.AstreamError, "could not be started"):
            astream.open("tone:", program="/nonexistent/astream")


def script(text):
    """A program= that stands in for astream: Python code that gets the arguments."""
    return [sys.executable, "-c", "import sys\nout = sys.stdout.buffer\n" + text]


class Program(unittest.TestCase):
    """How `open` deals with a program that ends in all possible ways."""

    def test_failure_has_the_last_line_and_the_status(self):
        program = script("print('first', file=sys.stderr); print('no such file', file=sys.stderr); sys.exit(1)")
        with self.assertRaisesRegex(astream.AstreamError, "^no such file$") as caught:
            list(astream.open("x", program=program))
        self.assertEqual(caught.exception.status, 1)

    def test_partial_is_no_exception_unless_strict(self):
        error = record("stream-error", {"stream": 0, "message": "m"})
        program = script("out.write(%r); out.flush(); print('1 failed', file=sys.stderr); sys.exit(3)" % (error + STREAM))
        with astream.open("x", program=program) as run:
            self.assertEqual(len(list(run)), 2)
        self.assertTrue(run.is_partial)
        self.assertEqual((run.status, run.errors[0]["message"], run.summary), (3, "m", {}))
        with self.assertRaisesRegex(astream.AstreamError, "1 failed"):
            list(astream.open("x", program=program, strict=True))

    def test_death_inside_a_record(self):
        program = script("import os; out.write(%r); out.flush(); os.kill(os.getpid(), 9)" % STREAM[:-25])
        with self.assertRaisesRegex(astream.AstreamError, "signal 9") as caught:
            list(astream.open("x", program=program))
        self.assertEqual(caught.exception.status, -9)

    def test_half_a_record_of_a_program_that_succeeds(self):
        with self.assertRaisesRegex(astream.AstreamError, "inside a header"):
            list(astream.open("x", program=script("out.write(%r)" % STREAM[:-5])))

    def test_much_on_stderr_does_not_block(self):
        program = script("print('x' * 1000000, file=sys.stderr); out.write(%r)" % STREAM)
        self.assertEqual(len(list(astream.open("x", program=program))), 2)

    def test_leaving_early_ends_and_reaps_the_program(self):
        program = script("out.write(%r); out.flush(); sys.stdin.close()\nimport signal; signal.pause()" % STREAM)
        with astream.open("x", program=program) as run:
            next(run)
        self.assertEqual(run.status, -15)
        self.assertEqual(list(run), [])

    def test_many_inputs_go_through_a_list(self):
        program = script("path = sys.argv[sys.argv.index('--files-from') + 1]\n"
                         "assert sys.argv[-1] == '-0'\n"
                         "names = open(path, 'rb').read().split(b'\\0')\n"
                         "print(len(names), names[0].decode(), path, file=sys.stderr); sys.exit(1)")
        with self.assertRaises(astream.AstreamError) as caught:
            list(astream.open(*["name%d" % i for i in range(20000)], program=program))
        count, first, path = str(caught.exception).split()
        self.assertEqual((count, first), ("20001", "name0"))
        self.assertFalse(os.path.exists(path))


@unittest.skipUnless("ASTREAM" in os.environ, "needs $ASTREAM")
class RealBinary(unittest.TestCase):
    def test_tone(self):
        with astream.open("demo=tone:440?rate=8000", rate=8000, channels=1, window=0.5, duration=1.75) as run:
            found = list(run)
        self.assertEqual([w.window for w in found], [0, 1, 2, 3])
        self.assertEqual([w.sample for w in found], [0, 4000, 8000, 12000])
        self.assertEqual([w.time for w in found], [0, 0.5, 1, 1.5])
        self.assertEqual([w.valid for w in found], [4000, 4000, 4000, 2000])
        self.assertEqual({(w.label, w.rate, w.channels, w.stream) for w in found}, {("demo", 8000, 1, 0)})
        self.assertTrue(all(len(w.samples) == 4000 for w in found))
        self.assertGreater(max(values(found[0])), 0)
        self.assertEqual(values(found[3])[2000:], [0] * 2000)
        self.assertEqual((run.status, run.summary["windows"], run.summary["streams"]), (0, 4, 1))

    def test_overlap_and_two_inputs(self):
        with astream.open("a=tone:440?rate=8000", "b=silence:?rate=8000", rate=8000, channels=2, window=1, overlap="50%",
                          duration=2, tail="drop") as run:
            found = [(w.label, w.sample) for w in run]
        self.assertEqual(found, [(label, sample) for label in "ab" for sample in (0, 4000, 8000)])

    def test_endless_input_left_early(self):
        with astream.open("tone:440", window=0.1) as run:
            for window in run:
                if window.window == 20:
                    break
        self.assertIsNotNone(run.status)

    def test_as_a_filter(self):
        environment = {**os.environ, "PYTHONPATH": str(READER), "PYTHONDONTWRITEBYTECODE": "1"}
        code = "import astream\nfor w in astream.windows(): print(w.window, len(w.samples))"
        producer = subprocess.Popen([os.environ["ASTREAM"], "-r", "8000", "-c", "1", "-w", "1s", "-t", "3", "tone:100"],
                                    stdout=subprocess.PIPE)
        consumer = subprocess.run([sys.executable, "-c", code], stdin=producer.stdout, stdout=subprocess.PIPE,
                                  env=environment, check=True, timeout=60)
        producer.stdout.close()
        self.assertEqual(producer.wait(timeout=60), 0)
        self.assertEqual(consumer.stdout.decode(), "0 8000\n1 8000\n2 8000\n")

    def test_failures(self):
        with self.assertRaises(astream.AstreamError) as caught:
            list(astream.open("/nonexistent/x.wav"))
        self.assertIn("/nonexistent/x.wav", str(caught.exception))
        self.assertIn(caught.exception.status, (1, 4))
        with self.assertRaises(astream.AstreamError) as caught:
            list(astream.open("tone:440", no_such_option=True))
        self.assertEqual(caught.exception.status, 2)

    def test_partial(self):
        with tempfile.NamedTemporaryFile(suffix=".wav") as broken:
            broken.write(b"this is no audio")
            broken.flush()
            with astream.open(broken.name, "tone:440", window=1, duration=1) as run:
                self.assertEqual(len(list(run)), 1)
        self.assertTrue(run.is_partial)
        self.assertEqual(run.status, 3)
        self.assertEqual(len(run.errors), 1)


if __name__ == "__main__":
    unittest.main()
