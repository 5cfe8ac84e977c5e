"""For tests of `astream features`: wavs of float samples, and rows read back as numpy has them."""
import csv
import io
import json
import os
import struct

import numpy as np

from support.cli import check_grammar

POSITION = ("index", "time", "duration", "time_utc", "gap", "frame", "channel", "stream", "file")


def write_float_wav(path, samples, rate=16000):
    """A wav of float32: `samples` of any shape (n,) or (n, channels), NaN and infinities included."""
    array = np.asarray(samples, "<f4")
    channels = 1 if array.ndim == 1 else array.shape[1]
    data = array.tobytes()
    form = struct.pack("<HHIIHH", 3, channels, rate, rate * channels * 4, channels * 4, 32)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", len(body)) + body)
    return os.fspath(path)


def sine(hz=1000, rate=16000, seconds=1.0, amplitude=0.5):
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


class Table:
    """A CSV as this program writes it: every line must have as many cells as the header."""

    def __init__(self, text, separator=","):
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        self.header, self.rows = lines[0], lines[1:]
        assert all(len(row) == len(self.header) for row in self.rows), "rows of other lengths than the header"
        self.names = [name for name in self.header if name not in POSITION]
        self.at = {name: i for i, name in enumerate(self.header)}
        assert len(self.at) == len(self.header), "a column stands twice"

    def text(self, name):
        return [row[self.at[name]] for row in self.rows]

    def __getitem__(self, name):
        return np.array([float(row[self.at[name]]) for row in self.rows])

    def values(self, dtype="<f4"):
        """The features alone, rows by columns."""
        first = len(self.header) - len(self.names)
        return np.array([[float(cell) for cell in row[first:]] for row in self.rows], float).astype(dtype).reshape(-1, len(self.names))


def feature_records(result):
    """The features records of a result, whose records are whole and in order."""
    parsed = result.records()
    check_grammar(parsed)
    return [record for record in parsed if record.type == "features"]


def rows_of(record):
    return np.frombuffer(record.payload, "<f4").reshape(record.data["shape"])


def json_rows(result):
    return [json.loads(line) for line in result.lines()]
