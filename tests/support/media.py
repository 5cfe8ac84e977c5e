"""The media of scripts/make_fixtures.py, and what ffmpeg makes of them: the reference of the sound tests."""
import functools
import json
import os
import pathlib
import subprocess

import numpy as np

FIXTURES = pathlib.Path(os.environ.get("ASTREAM_FIXTURES", "fixtures"))


@functools.lru_cache(None)
def manifest():
    return json.loads((FIXTURES / "manifest.json").read_text())


def entries(*flags, without=()):
    """The manifest's entries that have all of `flags` and none of `without`."""
    return [e for e in manifest() if set(flags) <= set(e["flags"]) and not set(without) & set(e["flags"])]


def entry(name):
    return next(e for e in manifest() if e["name"] == name)


def path_of(e):
    return str(FIXTURES / (e if isinstance(e, str) else e["name"]))


def ffmpeg(*args, stdin=None):
    """ffmpeg's stdout; its messages are dropped (it warns about files that it reads well)."""
    argv = ["ffmpeg", "-nostdin", "-v", "error", *map(str, args)]
    done = subprocess.run(argv, input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout


def ffprobe(*args):
    return subprocess.run(["ffprobe", "-v", "error", *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True).stdout


@functools.lru_cache(None)
def reference(name, *after):
    """What ffmpeg decodes `name` to, as float32 bytes; `after` are output options."""
    return ffmpeg("-i", path_of(name), "-map", "0:a:0", *after, "-f", "f32le", "-")


def acceptable(e):
    """The byte strings that are right for `e`: ffmpeg's, but for two that are better. Where the file says how many samples
    it holds and ffmpeg gives more (5.1 leaves the encoder's padding at the end of mp4 files): without that padding. MP2: by
    libavcodec's float decoder (ffmpeg takes the one that computes in 16 bits)."""
    whole = reference(e["name"])
    exact = whole[:e["samples"] * e["channels"] * 4] if e["samples"] else whole
    if e["codec"] == "mp2":
        return {whole, ffmpeg("-c:a", "mp2float", "-i", path_of(e), "-map", "0:a:0", "-f", "f32le", "-")}
    return {exact}


def floats(data, channels=1):
    return np.frombuffer(data, "<f4").reshape(-1, channels)


def raw_signal(count, channels=1, seed=7):
    """Noise in ±0.9 of float64, for raw inputs."""
    return np.random.default_rng(seed).uniform(-0.9, 0.9, (count, channels))


def write_wav(path, samples, rate=8000):
    """A 16-bit wav of int16 `samples` (1-d, or one column a channel), without any program."""
    import wave
    array = np.asarray(samples, dtype="<i2")
    with wave.open(os.fspath(path) if not isinstance(path, bytes) else open(path, "wb"), "wb") as f:
        f.setnchannels(1 if array.ndim == 1 else array.shape[1])
        f.setsampwidth(2)
        f.setframerate(rate)
        f.writeframes(array.tobytes())
