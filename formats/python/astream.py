"""Reads audio windows from astream: one file, standard library only, Python 3.8 or later.

Copy this file next to your program. With numpy installed, samples are float32 arrays of shape (samples, channels);
without it, array.array('f') with the channels interleaved.

As a filter, `astream -r 16000 -c 1 mic: | python3 detect.py`:

    import astream
    for window in astream.windows():
        print(window.label, window.time, abs(window.samples).max())

Or starting astream itself:

    import astream
    with astream.open("mic:", rate=16000, channels=1, window=1.0, overlap="50%") as windows:
        for window in windows:
            ...

Features, `astream features -F logmel --n-mels 80 -f records mic: | python3 detect.py`, or started from here:

    for rows in astream.features():
        print(rows.label, rows.time, rows.columns, rows.values)
    with astream.open_features("song.mp3", features="logmel", n_mels=80) as run:
        for rows in run:
            ...

The format that is read here is specified in RECORDS.md of astream.
"""

import array
import collections
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

try:
    import numpy
except ImportError:
    numpy = None

__all__ = ["AstreamError", "Features", "Window", "features", "open", "open_features", "records", "windows"]

_MAX_HEADER_BYTES = 1 << 20  # more is damage
_MAX_PAYLOAD_BYTES = 1 << 31
_MAX_ARGUMENT_BYTES = 64 << 10  # longer lists of inputs go through a file


class AstreamError(Exception):
    """astream failed, or what was read is no record stream.

    status: the program's exit status (negative: killed by that signal), None when no program was run.
    """

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


class Window:
    """One window of audio.

    samples     float32, full scale 1.0: numpy array (samples, channels), or array('f') interleaved without numpy
    stream      number of the input in the run, from 0
    label, uri  of the input
    window      number of the window in its stream, from 0
    sample      position of the first sample in the stream; time: the same in seconds
    rate, channels
    valid       samples that are real; what is behind them is padding
    gap         samples missing before this window; dropped: of these and others, lost because the reader was slow
    reconnects  of this stream so far
    wallclock   of the first sample of a live input: text, RFC 3339 in UTC; else None
    epoch       number of the repetition, from 0, else None
    data        all of this as it stands in the record, with keys of later versions
    """

    __slots__ = ("samples", "stream", "label", "uri", "window", "sample", "time", "rate", "channels", "valid", "gap",
                 "dropped", "reconnects", "wallclock", "epoch", "data")

    def __init__(self, data, samples, label="", uri=""):
        self.data = data
        self.samples = samples
        self.label = label
        self.uri = uri
        for key in ("stream", "window", "sample", "time", "rate", "channels", "valid"):
            setattr(self, key, data[key])
        for key in ("gap", "dropped", "reconnects"):
            setattr(self, key, data.get(key, 0))
        self.wallclock = data.get("wallclock")
        self.epoch = data.get("epoch")

    def __repr__(self):
        return "<astream.Window %s %d at %.3f s, %d samples, %d Hz, %d channels>" % (
            self.label or self.stream, self.window, self.time, self.valid, self.rate, self.channels)


class Features:
    """Rows of features: frames one behind the other, one row window, or the frames of one patch.

    values      float32: numpy array (rows, columns), or array('f') row after row without numpy
    columns     names of the columns
    stream      number of the input in the run, from 0
    label, uri  of the input
    row         number of the first row (of the window, in patches) in its stream, from 0
    sample      position of the first row in the stream; time: the same in seconds
    rate        of the sound that was looked at
    hop         samples from one row to the next
    channel     from 0; None when channels were mixed
    gap         samples missing before it
    wallclock   of a live input: text, RFC 3339 in UTC; else None
    data        all of this as it stands in the record, with keys of later versions
    """

    __slots__ = ("values", "columns", "stream", "label", "uri", "row", "sample", "time", "rate", "hop", "channel", "gap",
                 "wallclock", "data")

    def __init__(self, data, values, label="", uri=""):
        self.data = data
        self.values = values
        self.label = label
        self.uri = uri
        for key in ("columns", "stream", "row", "sample", "time", "rate", "hop"):
            setattr(self, key, data[key])
        self.channel = data.get("channel")
        self.gap = data.get("gap", 0)
        self.wallclock = data.get("wallclock")

    def __repr__(self):
        return "<astream.Features %s %d at %.3f s, %d rows of %d columns>" % (
            self.label or self.stream, self.row, self.time, self.data["shape"][0], len(self.columns))


class _Unbuffered(io.RawIOBase):
    """Gives anything that has read(size) the interface that io.BufferedReader wants."""

    def __init__(self, stream):
        super().__init__()
        self._stream = stream

    def readable(self):
        return True

    def readinto(self, buffer):
        chunk = self._stream.read(len(buffer))
        if chunk is None:
            return None
        buffer[:len(chunk)] = chunk
        return len(chunk)


def _buffered(stream):
    """`stream` as a binary file that has readline() and readinto(); standard input when it is None."""
    if stream is None:
        stream = sys.stdin
    stream = getattr(stream, "buffer", stream)  # a text file's binary one
    if isinstance(stream, (io.BufferedReader, io.BytesIO)):
        return stream
    if isinstance(stream, io.RawIOBase):
        return io.BufferedReader(stream, 1 << 16)
    return io.BufferedReader(_Unbuffered(stream), 1 << 16)


def _read_exactly(stream, size, offset):
    payload = bytearray(size)
    view = memoryview(payload)
    taken = 0
    while taken < size:
        count = stream.readinto(view[taken:])
        if not count:
            raise AstreamError("the record stream ends inside a payload (record at byte %d)" % offset)
        taken += count
    return payload


def _parse_object(text, offset):
    try:
        parsed = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise AstreamError("this is no record stream, or it is damaged (record at byte %d)" % offset)
    return parsed


def _parse_header(line, offset):
    if not line.endswith(b"\n"):
        raise AstreamError("the record stream ends inside a header, or it is none (record at byte %d)" % offset)
    head = _parse_object(line, offset)
    if not isinstance(head.get("type"), str):
        raise AstreamError("a header has no type (record at byte %d)" % offset)
    if head.get("data") is None:
        head["data"] = {}
    if not isinstance(head["data"], dict):
        raise AstreamError("data is no JSON object (record at byte %d)" % offset)
    return head


def _length(head, key, offset):
    length = head.get(key) or 0
    if type(length) is not int or not 0 <= length <= _MAX_PAYLOAD_BYTES:
        raise AstreamError("%s is no length (record at byte %d)" % (key, offset))
    return length


def records(stream=None):
    """Yields (head, payload) for each record of a binary stream (default: standard input).

    head is a dict with "type" and "data"; payload is a bytearray, empty for most types. Records of every type come,
    those of later versions too. Raises AstreamError for anything else than whole records.
    """
    stream = _buffered(stream)
    offset = 0
    while True:
        line = stream.readline(_MAX_HEADER_BYTES)
        if not line:
            return
        if line.isspace() and line.endswith(b"\n"):
            offset += len(line)
            continue
        head = _parse_header(line, offset)
        extra_length = _length(head, "data_length", offset)
        if extra_length:  # as writers of the Wyoming protocol put it
            head["data"].update(_parse_object(_read_exactly(stream, extra_length, offset), offset))
        length = _length(head, "payload_length", offset)
        payload = _read_exactly(stream, length, offset)
        yield head, payload
        offset += len(line) + extra_length + length


def _samples(payload, channels):
    if numpy is not None:
        return numpy.frombuffer(payload, "<f4").reshape(-1, channels)
    samples = array.array("f")
    samples.frombytes(payload)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _of_kind(wanted, make, stream, on_record):
    """Yields make(data, payload, label, uri) for each record of the type `wanted`."""
    names = {}
    for head, payload in records(stream):
        kind, data = head["type"], head["data"]
        if kind == wanted:
            label, uri = names.get(data["stream"], ("", ""))
            yield make(data, payload, label, uri)
            continue
        if kind == "stream-start":
            names[data["stream"]] = (data.get("label", ""), data.get("uri", ""))
        elif kind == "stream-end":
            names.pop(data["stream"], None)
        if on_record is not None:
            on_record(kind, data)


def windows(stream=None, on_record=None):
    """Yields a Window for each window of a record stream (default: standard input).

    on_record(type, data) is called for all other records: "stream-start", "stream-info" (a new title, say),
    "stream-error", "stream-end", "set-end" ...
    """
    return _of_kind("window", lambda data, payload, label, uri: Window(
        data, _samples(payload, data["channels"]), label, uri), stream, on_record)


def features(stream=None, on_record=None):
    """Yields Features for each features record of a record stream (default: standard input), as
    `astream features -f records` writes it. on_record: as with windows()."""
    return _of_kind("features", lambda data, payload, label, uri: Features(
        data, _samples(payload, len(data["columns"])), label, uri), stream, on_record)


def _find_program(program):
    if program is not None:
        return [program] if isinstance(program, (str, os.PathLike)) else list(program)
    program = os.environ.get("ASTREAM") or shutil.which("astream")
    if not program:
        raise AstreamError("the program astream was not found: put it on PATH, set ASTREAM, or give program=")
    return [program]


def _option_arguments(options):
    """{"window": 1.5, "no_gap": True, "channel": [1, 2]} -> --window 1.5 --no-gap --channel 1,2"""
    arguments = []
    for key, value in options.items():
        if value is None or value is False:
            continue
        arguments.append("--" + key.rstrip("_").replace("_", "-"))
        if value is True:
            continue
        if isinstance(value, (list, tuple)):
            value = ",".join(str(item) for item in value)
        elif isinstance(value, float):
            value = ("%.9f" % value).rstrip("0").rstrip(".")
        arguments.append(str(value))
    return arguments


def _input_argument(name):
    name = os.fspath(name)
    # A file whose name looks like an option or a command.
    if name != "-" and (name.startswith("-") or (name.isalpha() and os.path.exists(name))):
        return os.path.join(os.curdir, name)
    return name


class open:
    """Runs astream on `inputs` and gives its windows; a context manager and an iterator.

    Inputs are whatever the command line takes: paths, folders, globs, URLs, "mic:", "NAME=INPUT". Options are those of
    the command line with underscores for dashes: rate=16000, channels=1, window=1.0, hop=0.5, overlap="50%", tail="drop",
    jobs=4, shuffle="streams", for_="yamnet", insecure=True. Times are seconds, or text such as "250ms".

    program:  the program, or a list with its first arguments; default: $ASTREAM, then astream on PATH
    strict:   whether an input that failed is an error at the end, though the others were complete
    show_log: whether what astream writes to stderr is passed on to sys.stderr

    At the end: `errors` has the data of each "stream-error", `is_partial` is True when inputs failed while others did
    not, `summary` is the data of "set-end", `status` the exit status. Any other failure raises AstreamError with the
    last line that astream wrote. Leaving the `with` block early ends the program quietly.
    """

    def __init__(self, *inputs, rate=None, channels=None, window=None, hop=None, overlap=None, program=None,
                 strict=False, show_log=False, **options):
        self._read = windows
        self._begin([], inputs, {"rate": rate, "channels": channels, "window": window, "hop": hop, "overlap": overlap,
                                 **options}, program, strict, show_log)

    def _begin(self, command, inputs, options, program, strict, show_log):
        self.errors = []
        self.tags = {}
        self.summary = {}
        self.status = None
        self.is_partial = False
        self.strict = strict
        self._list_path = None
        self._log_tail = collections.deque(maxlen=20)
        self._show_log = show_log
        arguments = _find_program(program) + command + ["--format", "records"] + _option_arguments(options)
        try:
            self._start(arguments + self._inputs([_input_argument(name) for name in inputs]), "-" in inputs)
        except BaseException:
            self._remove_list()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def __iter__(self):
        return self

    def __next__(self):
        if self._windows is None:
            raise StopIteration
        try:
            return next(self._windows)
        except StopIteration:
            self._finish(None)
            raise
        except AstreamError as error:
            # A program that died leaves half a record: its own last words say more than that.
            self._finish(error)
            raise

    def close(self):
        """Ends the program if it still runs, and reaps it. May be called again."""
        if self._windows is None:
            return
        self._windows = None
        if self._process.poll() is None:
            self._process.terminate()
        self._process.stdout.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reap()

    def _inputs(self, names):
        if sum(len(os.fsencode(name)) + 1 for name in names) <= _MAX_ARGUMENT_BYTES:
            return names
        with tempfile.NamedTemporaryFile(prefix="astream-inputs-", delete=False) as names_file:
            self._list_path = names_file.name
            names_file.write(b"".join(os.fsencode(name) + b"\0" for name in names))
        return ["--files-from", self._list_path, "-0"]

    def _start(self, arguments, reads_stdin):
        try:
            self._process = subprocess.Popen(arguments, stdin=None if reads_stdin else subprocess.DEVNULL,
                                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1 << 16)
        except OSError as error:
            raise AstreamError("the program could not be started: %s" % error) from error
        self._windows = self._read(self._process.stdout, self._note)
        # A thread, because a full stderr pipe would stop the program.
        self._log_thread = threading.Thread(target=self._read_log, daemon=True)
        self._log_thread.start()

    def _read_log(self):
        for line in self._process.stderr:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._log_tail.append(text)
            if self._show_log:
                print(text, file=sys.stderr, flush=True)

    def _note(self, kind, data):
        if kind == "stream-error":
            self.errors.append(data)
        elif kind == "stream-start":
            self.tags = dict(data.get("tags", {}))
        elif kind == "stream-info":
            self.tags.update(data.get("tags", {}))
        elif kind == "set-end":
            self.summary = data

    def _reap(self):
        self.status = self._process.wait()
        self._log_thread.join()
        self._process.stderr.close()
        self._remove_list()

    def _remove_list(self):
        if self._list_path is not None:
            path, self._list_path = self._list_path, None
            try:
                os.remove(path)
            except OSError:
                pass

    def _finish(self, stream_error):
        self._windows = None
        self._process.stdout.close()
        self._reap()
        self.is_partial = self.status == 3
        if self.status == 0 or (self.is_partial and not self.strict):
            return
        if self.status < 0:
            message = "astream was killed by signal %d" % -self.status
        else:
            message = "astream ended with status %d" % self.status
        raise AstreamError(self._log_tail[-1] if self._log_tail else message, self.status) from stream_error

    def __del__(self):
        if getattr(self, "_windows", None) is not None:
            self.close()


class open_features(open):
    """Runs `astream features` on `inputs` and gives Features; all else is as with `open`.

    features: groups and columns, "logmel" or ["level", "centroid_hz"]. Other options are those of the command line:
    mel_style="whisper", n_mels=80, stats=["mean", "std"], window=1.0, rate=16000, channels="each".
    """

    def __init__(self, *inputs, features=None, program=None, strict=False, show_log=False, **options):
        self._read = globals()["features"]
        self._begin(["features"], inputs, {"features": features, **options}, program, strict, show_log)
