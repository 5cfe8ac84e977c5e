#!/usr/bin/python3
"""Makes the media that the tests read, all of it from synthesised signals.

    scripts/make_fixtures.py OUTDIR

Every file is named by what it holds; OUTDIR/manifest.json lists the sound files with what is known of each:

    name, container, codec, rate, channels
    samples   per channel, where the file states them exactly (lossless, or delay and padding are in the file); else null
    flags     lossless, seekable (the container gives exact positions), pipe (readable without seeking), pns (AAC with
              noise substitution), video (has a moving picture), picture (has a cover), tracks2 (two audio tracks), chained

Beside them: bad/ (damaged, lying and odd-sized files), names/ (ordinary sound under difficult names), tree/ (folders for
globs) and pictures. The signal is a rising chirp with noise, different in each channel, so no two positions look alike.

Needs ffmpeg, sox and numpy. Nothing is done when OUTDIR was made by this same script; two runs at once are safe.
"""
import concurrent.futures
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

import numpy as np

EXACT = ["-fflags", "+bitexact", "-flags:a", "+bitexact"]
PICTURE = ["-f", "lavfi", "-i", "testsrc=size=32x32:rate=10:duration=3"]
SEEK = ["seekable", "pipe"]
LOSSLESS = ["lossless", "seekable", "pipe"]
MP4_END = ["seekable"]  # the index stands behind the sound: no pipe can read it
AAC = ["-c:a", "aac", "-aac_pns", "0", "-b:a", "128k"]
AAC_PNS = ["-c:a", "aac", "-aac_pns", "1", "-b:a", "24k"]
VORBIS = ["-c:a", "libvorbis", "-q:a", "3"]
OPUS = ["-c:a", "libopus", "-b:a", "64k"]
MP3 = ["-c:a", "libmp3lame", "-b:a", "128k"]


def signal(rate, channels, seconds):
    """float64, interleaved: per channel a chirp of its own and noise of its own seed."""
    count = round(rate * seconds)
    t = np.arange(count) / rate
    out = np.empty((count, channels))
    for c in range(channels):
        low, high = 60.0 * (c + 1), 0.38 * rate / (1 + 0.2 * c)
        phase = 2 * np.pi * (low * t + (high - low) * t * t / (2 * max(seconds, 1e-9)))
        noise = np.random.default_rng(1000 * channels + c).standard_normal(count)
        out[:, c] = 0.4 * np.sin(phase) * (0.6 + 0.4 * np.cos(2 * np.pi * 0.7 * t + c)) + 0.04 * noise
    return out


def row(name, codec, args, flags, rate=44100, channels=2, seconds=3.0, container=None, exact=True, video=False):
    """One sound file made by one ffmpeg call."""
    return dict(name=name, codec=codec, args=args, flags=list(flags) + (["video"] if video else []), rate=rate,
                channels=channels, seconds=seconds, exact=exact, video=video,
                container=container or name.rsplit(".", 1)[1])


def pcm_rows():
    rows = []
    for bits in ("u8", "s16", "s24", "s32", "f32", "f64"):
        codec = f"pcm_{bits}" + ("" if bits == "u8" else "le")
        rows.append(row(f"{bits}.wav", codec, ["-c:a", codec], LOSSLESS))
    for law in ("alaw", "mulaw"):
        rows.append(row(f"{law}.wav", f"pcm_{law}", ["-c:a", f"pcm_{law}"], LOSSLESS, rate=8000, channels=1))
    for kind in ("adpcm_ms", "adpcm_ima_wav"):
        rows.append(row(f"{kind}.wav", kind, ["-c:a", kind], SEEK, exact=False))
    rows += [
        row("mono_16k.wav", "pcm_s16le", ["-c:a", "pcm_s16le"], LOSSLESS, rate=16000, channels=1),
        row("stereo_48k.wav", "pcm_s16le", ["-c:a", "pcm_s16le"], LOSSLESS, rate=48000),
        row("tiny.wav", "pcm_s16le", ["-c:a", "pcm_s16le"], LOSSLESS, rate=8000, seconds=0.25),
        row("long.wav", "pcm_s16le", ["-c:a", "pcm_s16le"], LOSSLESS, seconds=30),
        row("surround.wav", "pcm_s16le", ["-c:a", "pcm_s16le"], LOSSLESS, channels=6, seconds=2),
        row("rf64.wav", "pcm_s16le", ["-c:a", "pcm_s16le", "-rf64", "always"], LOSSLESS),
        row("s16.w64", "pcm_s16le", ["-c:a", "pcm_s16le"], LOSSLESS),
        row("s16.aiff", "pcm_s16be", ["-c:a", "pcm_s16be"], LOSSLESS),
        row("s24.aiff", "pcm_s24be", ["-c:a", "pcm_s24be"], LOSSLESS),
        row("s16.caf", "pcm_s16le", ["-c:a", "pcm_s16le"], LOSSLESS),
        row("s16.au", "pcm_s16be", ["-c:a", "pcm_s16be"], LOSSLESS),
        row("mulaw.au", "pcm_mulaw", ["-c:a", "pcm_mulaw"], LOSSLESS, rate=8000, channels=1),
    ]
    return rows


def lossless_rows():
    return [
        row("s16.flac", "flac", ["-c:a", "flac", "-sample_fmt", "s16", "-metadata", "title=Chirp", "-metadata", "artist=Nobody"],
            LOSSLESS, seconds=5),
        row("s24.flac", "flac", ["-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24"], LOSSLESS),
        row("mono_16k.flac", "flac", ["-c:a", "flac", "-sample_fmt", "s16"], LOSSLESS, rate=16000, channels=1),
        row("surround.flac", "flac", ["-c:a", "flac", "-sample_fmt", "s16"], LOSSLESS, channels=6, seconds=2),
        row("long.flac", "flac", ["-c:a", "flac", "-sample_fmt", "s16"], LOSSLESS, seconds=30),
        row("flac.ogg", "flac", ["-c:a", "flac", "-sample_fmt", "s16"], ["lossless", "pipe"]),
        row("flac.mka", "flac", ["-c:a", "flac", "-sample_fmt", "s16"], LOSSLESS),
        row("alac.m4a", "alac", ["-c:a", "alac", "-sample_fmt", "s16p"], ["lossless", "seekable"]),
        row("alac.caf", "alac", ["-c:a", "alac"], ["lossless", "seekable"]),
    ]


def mp3_rows():
    plain = ["-write_xing", "0", "-id3v2_version", "0", "-write_id3v1", "0"]
    return [
        row("cbr.mp3", "mp3", MP3, SEEK, seconds=6),
        row("mono_22k.mp3", "mp3", ["-c:a", "libmp3lame", "-b:a", "64k"], SEEK, rate=22050, channels=1, seconds=5),
        row("vbr.mp3", "mp3", ["-c:a", "libmp3lame", "-q:a", "4"], SEEK, seconds=6),
        row("tagged.mp3", "mp3", MP3 + ["-metadata", "title=Chirp", "-metadata", "artist=Nobody"], SEEK, rate=48000, seconds=4),
        row("noxing.mp3", "mp3", MP3 + plain, SEEK, seconds=4, exact=False),
        row("mp3.mka", "mp3", MP3, SEEK, exact=False),
    ]


def aac_rows():
    fast = ["-movflags", "+faststart"]
    return [
        row("aac.aac", "aac", AAC + ["-f", "adts"], ["pipe"], seconds=4, exact=False),
        row("aac.m4a", "aac", AAC, MP4_END, seconds=5),
        row("aac_faststart.m4a", "aac", AAC + fast, SEEK, seconds=5),
        row("aac_pns.m4a", "aac", AAC_PNS + fast, ["pipe", "pns"], channels=1, seconds=4),
        row("aac.mka", "aac", AAC, ["pipe"], exact=False),
        row("fragmented.mp4", "aac", AAC + ["-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-frag_duration", "500000"],
            ["pipe"], seconds=4, exact=False),
        row("video.mp4", "aac", AAC + fast, SEEK, video=True),
        row("video.ts", "aac", AAC + ["-f", "mpegts"], ["pipe"], video=True, exact=False, container="mpegts"),
    ]


def other_rows():
    return [
        row("vorbis.ogg", "vorbis", VORBIS + ["-metadata", "title=Chirp"], SEEK, seconds=5),
        row("vorbis_mono_16k.ogg", "vorbis", VORBIS, SEEK, rate=16000, channels=1),
        row("vorbis.mka", "vorbis", VORBIS, ["pipe"], exact=False),
        row("opus.opus", "opus", OPUS, SEEK, rate=48000, seconds=5, container="ogg"),
        row("opus_mono_short.opus", "opus", OPUS + ["-frame_duration", "2.5"], SEEK, rate=48000, channels=1, container="ogg"),
        row("opus.webm", "opus", OPUS, ["pipe"], rate=48000, exact=False),
        row("wmav2.wma", "wmav2", ["-c:a", "wmav2", "-b:a", "96k"], ["pipe"], exact=False, container="asf"),
        row("ac3.ac3", "ac3", ["-c:a", "ac3", "-b:a", "192k"], ["pipe"], rate=48000, exact=False),
        row("surround.ac3", "ac3", ["-c:a", "ac3", "-b:a", "448k"], ["pipe"], rate=48000, channels=6, exact=False),
        row("mp2.ts", "mp2", ["-c:a", "mp2", "-b:a", "192k", "-f", "mpegts"], ["pipe"], exact=False, container="mpegts"),
        row("video.mkv", "vorbis", VORBIS, ["pipe"], video=True, exact=False, container="matroska"),
        row("video.avi", "mp3", MP3, ["pipe"], video=True, exact=False),
        row("video.webm", "opus", OPUS, ["pipe"], rate=48000, video=True, exact=False),
    ]


def run(argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        sys.exit(f"make_fixtures: failed ({done.returncode}): {' '.join(map(str, argv))}\n{done.stderr.decode(errors='replace')}")


def ffmpeg(*args):
    run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, args)])


class Masters:
    """Raw float64 files of the signals, one for each format and length, made once."""

    def __init__(self, folder):
        self.folder = folder
        self.made = {}

    def make(self, rate, channels, seconds):
        key = (rate, channels, seconds)
        if key not in self.made:
            path = self.folder / f"{rate}-{channels}-{seconds}.f64"
            path.write_bytes(signal(*key).astype("<f8").tobytes())
            layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
            self.made[key] = ["-f", "f64le", "-ar", rate, "-ac", channels, "-channel_layout", layout, "-i", path]
        return self.made[key]


def make_row(entry, master, out):
    maps, video = [], []
    if entry["video"]:
        maps = ["-map", "1:v", "-map", "0:a"]
        video = PICTURE
        codec = {"webm": "libvpx", "mpegts": "mpeg2video"}.get(entry["container"], "mpeg4")
        maps += ["-c:v", codec, "-threads", "1", "-flags:v", "+bitexact"] + (["-r", "25"] if codec == "mpeg2video" else [])
    ffmpeg(*master, *video, *maps, *entry["args"], *EXACT, out / entry["name"])


def manifest_entry(entry):
    samples = round(entry["rate"] * entry["seconds"]) if entry["exact"] else None
    return {"name": entry["name"], "container": entry["container"], "codec": entry["codec"], "rate": entry["rate"],
            "channels": entry["channels"], "samples": samples, "flags": entry["flags"]}


def extra(name, container, codec, flags, rate=44100, channels=2, samples=None):
    return {"name": name, "container": container, "codec": codec, "rate": rate, "channels": channels, "samples": samples,
            "flags": flags}


def make_combined(masters, work, out):
    """Files with more than one part: chains, two tracks, pictures. Returns their manifest entries."""
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x64:duration=1:rate=1", "-frames:v", 1, out / "cover.png")
    three, two = masters.make(44100, 2, 3.0), masters.make(48000, 2, 2.0)
    links = []
    for number, (master, rate) in enumerate([(three, 44100), (three, 44100), (two, 48000)]):
        link = work / f"link{number}.ogg"
        ffmpeg(*master, *VORBIS, *EXACT, "-serial_offset", 10 + number, "-metadata", f"title=Part {number + 1}", link)
        links.append(link.read_bytes())
    (out / "chained_same.ogg").write_bytes(links[0] + links[1])
    (out / "chained_rates.ogg").write_bytes(links[0] + links[2])
    ffmpeg("-i", out / "cbr.mp3", "-i", out / "cover.png", "-map", "0:a", "-map", "1:v", "-c", "copy", "-id3v2_version", 3,
           *EXACT, "-metadata", "title=With picture", "-disposition:v", "attached_pic", out / "picture.mp3")
    ffmpeg("-i", out / "aac.m4a", "-i", out / "cover.png", "-map", "0:a", "-map", "1:v", "-c", "copy", *EXACT,
           "-disposition:v", "attached_pic", out / "picture.m4a")
    mono = masters.make(16000, 1, 3.0)
    ffmpeg(*three, *mono, "-map", "0:a", "-map", "1:a", *AAC, *EXACT, "-movflags", "+faststart", "-metadata:s:a:0",
           "language=eng", "-metadata:s:a:1", "language=deu", "-disposition:a:0", "default", "-disposition:a:1", 0,
           out / "two_tracks.mp4")
    ffmpeg(*PICTURE, "-c:v", "mpeg4", "-threads", 1, *EXACT, "-flags:v", "+bitexact", out / "no_audio.mp4")
    ffmpeg("-i", out / "cover.png", "-c:v", "copy", "-disposition:v", "attached_pic", *EXACT, "-f", "mp4", out / "cover_only.m4a")
    run(["sox", "-D", "-R", "-n", "-r", "8000", "-c", "1", "-b", "16", out / "sox_sine.wav", "synth", "1", "sine", "440", "vol", "0.5"])
    # What a DTS CD holds: a coded stream that calls itself 16-bit samples.
    ffmpeg(*three, "-c:a", "dca", "-strict", "-2", *EXACT, "-f", "dts", work / "disguised.dts")
    ffmpeg("-f", "s16le", "-ar", 44100, "-ac", 2, "-i", work / "disguised.dts", *EXACT, out / "dts_disguised.wav")
    return [
        extra("dts_disguised.wav", "wav", "dts", ["pipe"]),
        extra("chained_same.ogg", "ogg", "vorbis", ["pipe", "chained"]),
        extra("chained_rates.ogg", "ogg", "vorbis", ["pipe", "chained"]),
        extra("picture.mp3", "mp3", "mp3", SEEK + ["picture"], samples=6 * 44100),
        extra("picture.m4a", "m4a", "aac", ["seekable", "picture"], samples=5 * 44100),
        extra("two_tracks.mp4", "mp4", "aac", SEEK + ["tracks2"], samples=3 * 44100),
        extra("sox_sine.wav", "wav", "pcm_s16le", LOSSLESS, rate=8000, channels=1, samples=8000),
    ]


def wav_bytes(samples, rate=8000, channels=1, data_bytes=None):
    """A 16-bit wav whose header claims `data_bytes` of sound, whatever it holds."""
    body = np.asarray(samples, dtype="<i2").tobytes()
    claimed = len(body) if data_bytes is None else data_bytes
    fmt = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    riff = min(4 + 8 + len(fmt) + 8 + claimed, 0xFFFFFFFF)
    return b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack(
        "<I", claimed) + body


def damage(data, seed):
    """`data` with three stretches of 40 bytes in its middle third overwritten."""
    out = bytearray(data)
    rng = np.random.default_rng(seed)
    for place in (0.4, 0.5, 0.6):
        at = int(len(out) * place)
        out[at:at + 40] = rng.integers(0, 256, 40, dtype=np.uint8).tobytes()
    return bytes(out)


def id3_tag(mp3):
    """The ID3v2 tag at the start of `mp3`, alone: its size stands in four bytes of seven bits."""
    size = sum((byte & 0x7F) << shift for byte, shift in zip(mp3[6:10], (21, 14, 7, 0)))
    return mp3[:10 + size]


def make_bad(out):
    bad = out / "bad"
    bad.mkdir()
    ramp = np.arange(4000) * 8 - 16000
    for name, data in {
            "empty.wav": b"",
            "text.mp3": b"This is a letter about music, not music.\n" * 40,
            "zero_samples.wav": wav_bytes([]),
            "one_sample.wav": wav_bytes([12345]),
            "length_too_long.wav": wav_bytes(ramp, data_bytes=16000),
            "length_too_short.wav": wav_bytes(ramp, data_bytes=4000),
            "length_zero.wav": wav_bytes(ramp, data_bytes=0),
            "length_max.wav": wav_bytes(ramp, data_bytes=0xFFFFFFFF),
            "odd_length.wav": wav_bytes(ramp)[:-1],
            "odd_length_stereo.wav": wav_bytes(ramp, channels=2)[:-3],
            "header_only.wav": wav_bytes(ramp)[:20],
            "id3_only.mp3": id3_tag((out / "picture.mp3").read_bytes()),
    }.items():
        (bad / name).write_bytes(data)
    for source, name in (("s16.flac", "truncated.flac"), ("cbr.mp3", "truncated.mp3"), ("aac_faststart.m4a", "truncated.m4a"),
                         ("vorbis.ogg", "truncated.ogg"), ("s16.wav", "truncated.wav")):
        data = (out / source).read_bytes()
        (bad / name).write_bytes(data[:int(len(data) * 0.6) + 7])
    for seed, (source, name) in enumerate((("s16.flac", "corrupt.flac"), ("cbr.mp3", "corrupt.mp3"),
                                           ("vorbis.ogg", "corrupt.ogg"))):
        (bad / name).write_bytes(damage((out / source).read_bytes(), seed))
    data = (out / "aac.m4a").read_bytes()
    (bad / "no_moov.m4a").write_bytes(data[:data.index(b"moov") - 4])


DIFFICULT_NAMES = [
    b"with space.wav", b"new\nline.wav", b"100%41.wav", b"a:b.wav", b"take=1.wav", b"brackets[1].wav", b"star*.wav", b"what?.wav",
    b"caf\xe9.wav", "gr\u00fc\u00dfe.wav".encode(), b"-dash.wav", b"#2.wav", b"quote\"'.wav", b"tab\there.wav", b"tone:440", b"back\\slash.wav",
    b"~tilde.wav", b"{a,b}.wav", b"http:x.wav",
]


def make_names(out):
    """The same short sound with another first sample in each, so that no two can be mixed up."""
    folder = os.fsencode(out / "names")
    os.mkdir(folder)
    for number, name in enumerate(DIFFICULT_NAMES):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(wav_bytes((np.arange(200) + 1000 * (number + 1)) % 32768))


def make_tree(out):
    """Folders for globs: sound at three depths, a hidden file, and things that are no sound."""
    places = ["b.wav", "a.wav", "c.flac", "deep/d.wav", "deep/deeper/e.wav", "deep/deeper/f.ogg", "other/g.mp3"]
    for number, place in enumerate(places):
        path = out / "tree" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        source = {"flac": "mono_16k.flac", "ogg": "vorbis_mono_16k.ogg", "mp3": "mono_22k.mp3"}.get(place.rsplit(".")[-1])
        if source:
            shutil.copyfile(out / source, path)
        else:
            path.write_bytes(wav_bytes((np.arange(300) + 1500 * (number + 1)) % 32768))
    (out / "tree/readme.txt").write_text("not sound\n")
    (out / "tree/other/notes.json").write_text("{}\n")
    (out / "no_sound").mkdir()
    (out / "no_sound/readme.txt").write_text("not sound\n")


def make_all(out):
    rows = pcm_rows() + lossless_rows() + mp3_rows() + aac_rows() + other_rows()
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        masters = Masters(work)
        jobs = [(entry, masters.make(entry["rate"], entry["channels"], entry["seconds"])) for entry in rows]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda job: make_row(*job, out), jobs))
        extras = make_combined(masters, work, out)
    make_bad(out)
    make_names(out)
    make_tree(out)
    manifest = [manifest_entry(entry) for entry in rows] + extras
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr if len(sys.argv) != 2 else sys.stdout)
        return 2 if len(sys.argv) != 2 else 0
    out = pathlib.Path(sys.argv[1]).absolute()
    stamp = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()
    out.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{out}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second run waits here, and then finds the work done
        stamp_file = out / "stamp"
        if stamp_file.exists() and stamp_file.read_text() == stamp:
            return 0
        fresh = pathlib.Path(tempfile.mkdtemp(prefix=out.name + ".", dir=out.parent))
        try:
            os.chmod(fresh, 0o755)
            make_all(fresh)
            (fresh / "stamp").write_text(stamp)
            old = fresh.with_name(fresh.name + ".old")
            if out.exists():
                out.rename(old)
            fresh.rename(out)
            shutil.rmtree(os.fsencode(old), ignore_errors=True)
        finally:
            shutil.rmtree(os.fsencode(fresh), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
