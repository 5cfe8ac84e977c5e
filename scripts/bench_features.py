#!/usr/bin/env python3
"""Speed of `astream features` against whatever peers are installed: scripts/bench.sh features.

    bench_features.py ASTREAM WAV RUNS      the table: medians of interleaved runs, end to end, from the file into a pipe
    bench_features.py --peer TOOL CASE WAV  one run of a Python library: its features to stdout, its seconds to stderr

The Python libraries are those of $PEER_PYTHON (default python3). Their time is given twice: that of the whole process, and that
of reading the file and computing alone, without the start of Python and the imports. One thread each.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time

LOGMEL = ["-F", "logmel", "--n-mels", "80", "--n-fft", "512", "--frame", "400smp", "--frame-hop", "160smp"]
# Name, what astream is asked for, and the peers that compute the same (or the nearest they have).
CASES = [
    ("logmel 80, records", [*LOGMEL, "-f", "records"], ["librosa:logmel", "kaldi_native_fbank:fbank"]),
    ("logmel 80, csv", [*LOGMEL, "-f", "csv"], ["librosa:logmel"]),
    ("fbank 80, records", ["-F", "fbank", "-f", "records"], ["kaldi_native_fbank:fbank"]),
    ("mfcc 20, records", ["-F", "mfcc", "-f", "records"], ["librosa:mfcc", "aubio:mfcc"]),
    ("mfcc kaldi, records", ["-F", "mfcc", "--mfcc-style", "kaldi", "-f", "records"], ["kaldi_native_fbank:mfcc"]),
    ("spectral, records", ["-F", "spectral", "-f", "records"], ["librosa:spectral", "ffmpeg:spectral"]),
    ("loudness, records", ["-F", "loudness", "-w", "1", "-f", "records"], ["ffmpeg:loudness"]),
]
PROGRAMS = {
    "ffmpeg:loudness": ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-i", "WAV", "-af", "ebur128=peak=true", "-f", "null", "-"],
    "ffmpeg:spectral": ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-i", "WAV", "-af", "aspectralstats=win_size=2048:overlap=0.75",
                        "-f", "null", "-"],
    "aubio:mfcc": ["aubio", "mfcc", "-i", "WAV", "-B", "2048", "-H", "512"],
}


def librosa_features(case, path):
    import librosa
    import numpy as np

    begin = time.perf_counter()
    samples, rate = librosa.load(path, sr=None)
    if case == "logmel":
        mel = librosa.feature.melspectrogram(y=samples, sr=rate, n_fft=512, win_length=400, hop_length=160, n_mels=80, center=False)
        values = librosa.power_to_db(mel, top_db=None)
    elif case == "mfcc":
        values = librosa.feature.mfcc(y=samples, sr=rate, n_mfcc=20, center=False)
    else:
        magnitude = np.abs(librosa.stft(samples, center=False))
        of = librosa.feature
        values = np.concatenate([of.spectral_centroid(S=magnitude, sr=rate), of.spectral_bandwidth(S=magnitude, sr=rate),
                                 of.spectral_rolloff(S=magnitude, sr=rate), of.spectral_flatness(S=magnitude),
                                 of.poly_features(S=magnitude, sr=rate)[:1]])
    return values.T, begin


def kaldi_features(case, path):
    import wave

    import kaldi_native_fbank as knf
    import numpy as np

    begin = time.perf_counter()
    with wave.open(path) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype("f4") / 32768
    options = knf.MfccOptions() if case == "mfcc" else knf.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = rate
    if case == "fbank":
        options.mel_opts.num_bins = 80
    computer = knf.OnlineMfcc(options) if case == "mfcc" else knf.OnlineFbank(options)
    computer.accept_waveform(rate, samples.tolist())
    computer.input_finished()
    return np.array([computer.get_frame(k) for k in range(computer.num_frames_ready)]), begin


def run_peer(tool, case, path):
    values, begin = (librosa_features if tool == "librosa" else kaldi_features)(case, path)
    sys.stdout.buffer.write(values.astype("<f4").tobytes())
    sys.stdout.buffer.flush()
    print(time.perf_counter() - begin, file=sys.stderr)


def timed(command):
    """Seconds of a run whose output goes through a pipe to nowhere, and the last number on stderr, if any."""
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **threads})
    sink = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
    process.stdout.close()
    errors = process.stderr.read().decode(errors="replace")
    status = process.wait()
    sink.wait()
    seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"bench: failed: {' '.join(command)}\n{errors}")
    try:
        return seconds, float(errors.split()[-1])
    except (IndexError, ValueError):
        return seconds, None


def installed(peer, python):
    tool = peer.split(":")[0]
    if peer in PROGRAMS:
        return shutil.which(tool) is not None
    return subprocess.run([python, "-c", f"import {tool}"], stderr=subprocess.DEVNULL).returncode == 0


def main():
    astream, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    python = os.environ.get("PEER_PYTHON", "python3")
    tools = {peer.split(":")[0]: installed(peer, python) for _, _, peers in CASES for peer in peers}
    for tool in sorted(name for name, is_there in tools.items() if not is_there):
        print(f"bench: {tool} is missing: no rows for it (Python libraries are looked for in {python}; PEER_PYTHON names another)", file=sys.stderr)
    print(f"\n{'10 min, 16 kHz mono':<20} {'astream':>9}   {'peer':<20} {'process':>9} {'ratio':>8} {'computing':>9} {'ratio':>8}")
    for name, arguments, peers in CASES:
        commands = {"astream": [astream, "features", "-q", "-j", "1", *arguments, path]}
        for peer in peers:
            if tools[peer.split(":")[0]]:
                own = [python, os.path.abspath(__file__), "--peer", *peer.split(":"), path]
                commands[peer] = [path if word == "WAV" else word for word in PROGRAMS[peer]] if peer in PROGRAMS else own
        found = {key: [] for key in commands}
        for key in commands:  # warms the caches
            timed(commands[key])
        for _ in range(runs):
            for key in commands:
                found[key].append(timed(commands[key]))
        ours = statistics.median(seconds for seconds, _ in found.pop("astream"))
        for peer, times in found.items() or [("-", [])]:
            line = f"{name:<20} {ours:9.3f}   {peer.split(':')[0]:<20}"
            if times:
                whole = statistics.median(seconds for seconds, _ in times)
                line += f" {whole:9.3f} {whole / ours:7.2f}x"
                inside = [seconds for _, seconds in times if seconds is not None]
                line += f" {statistics.median(inside):9.3f} {statistics.median(inside) / ours:7.2f}x" if inside else ""
            print(line, flush=True)


if __name__ == "__main__":
    run_peer(*sys.argv[2:5]) if sys.argv[1:2] == ["--peer"] else main()
