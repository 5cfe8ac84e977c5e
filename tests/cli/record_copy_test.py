"""astream record --copy: the packets as they are, in containers that fit, on one time line."""
import json
import os
import pathlib

import numpy as np

from support import media
from support.cli import CliTest, fixture, main, run
from support.recordings import floats, of_kind, read_log


def packets(path, *fields):
    """Of its sound: the fields of each packet, as numbers."""
    text = media.ffprobe("-select_streams", "a:0", "-show_entries", "packet=" + ",".join(fields), "-of", "csv=p=0", path)
    return [tuple(float(word) for word in line.split(",")[:len(fields)]) for line in text.split()]


def flv(frames, times_ms):
    """AAC-LC at 44.1 kHz in two channels, each frame at its time."""
    def tag(time_ms, data):
        body = b"\xaf" + data
        head = bytes([8]) + len(body).to_bytes(3, "big") + (time_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([time_ms >> 24]) + bytes(3)
        return head + body + (len(head + body)).to_bytes(4, "big")
    tags = [tag(0, b"\x00\x12\x10")] + [tag(time, b"\x01" + frame) for time, frame in zip(times_ms, frames)]
    return b"FLV\x01\x04" + (9).to_bytes(4, "big") + bytes(4) + b"".join(tags)


def adts_frames(path):
    data, frames = path.read_bytes(), []
    while len(data) > 7:
        size = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        frames.append(data[7 if data[1] & 1 else 9:size])
        data = data[size:]
    return frames


def packet_hashes(path):
    lines = media.ffmpeg("-i", path, "-map", "0:a:0", "-c", "copy", "-f", "framehash", "-").decode().splitlines()
    return [line.split(",")[5].strip() for line in lines if not line.startswith("#")]


class Copy(CliTest):

    def test_packets_are_those_of_the_source(self):
        for name, suffix in (("vbr.mp3", "mp3"), ("cbr.mp3", "mka"), ("aac.aac", "aac"), ("aac.m4a", "m4a"), ("vorbis.ogg", "ogg"),
                             ("opus.opus", "opus"), ("opus.webm", "ogg"), ("s16.flac", "flac"), ("flac.ogg", "flac"), ("video.mp4", "m4a"),
                             ("alac.m4a", "m4a"), ("ac3.ac3", "mka")):
            with self.subTest(name, suffix=suffix):
                path = self.tmp / f"{name}.{suffix}"
                self.ok("record", "--copy", fixture(name), "-o", path)
                self.assertEqual(packet_hashes(path), packet_hashes(fixture(name)))

    def test_adts_gets_one_header_for_all(self):
        for suffix in ("m4a", "mka"):
            path, reference = self.tmp / f"x.{suffix}", self.tmp / f"y.{suffix}"
            self.ok("record", "--copy", fixture("aac.aac"), "-o", path)
            media.ffmpeg("-i", fixture("aac.aac"), "-c", "copy", reference)
            self.assertEqual(packet_hashes(path), packet_hashes(reference))
            self.assertEqual(len(json.loads(self.ok("check", "--json", path).text())["tracks"]), 1)

    def test_split_copies_hold_each_packet_once(self):
        for name, suffix in (("cbr.mp3", "mp3"), ("s16.flac", "flac"), ("vorbis.ogg", "ogg"), ("aac.m4a", "m4a")):
            with self.subTest(name):
                log = self.tmp / f"{name}.jsonl"
                self.ok("record", "--copy", fixture(name), "-o", self.tmp / (name + "-{index}." + suffix), "--split", "1.3s", "--log", log)
                closed = of_kind(read_log(log), "file-close")
                self.assertGreater(len(closed), 2)
                self.assertEqual(sum((packet_hashes(line["file"]) for line in closed), []), packet_hashes(fixture(name)))

    def test_an_output_that_fails_ends_its_input_alone(self):
        log = self.tmp / "log"
        result = run("-c", 'ulimit -f 150; trap "" XFSZ; exec "$0" "$@"', os.environ["ASTREAM"], "record", "--copy", fixture("long.flac"),
                     fixture("tiny.wav"), fixture("aac.m4a"), "-o", self.tmp / "{name}.mka", "--log", log, program="/bin/bash")
        self.assertEqual(result.status, 3, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertRegex(result.stderr, r"long\.flac: .*long\.mka.*: ")
        errors = of_kind(read_log(log), "stream-error")
        self.assertEqual([(line["stream"], line["kind"]) for line in errors], [(0, "output")])
        self.assertEqual([line["reason"] for line in of_kind(read_log(log), "stream-end")], ["error", "end", "end"])
        self.assertEqual(read_log(log)[-1]["event"], "end")
        self.assertEqual(packet_hashes(self.tmp / "aac.mka"), packet_hashes(fixture("aac.m4a")))
        self.assertGreater(len(floats(self.tmp / "long.mka")), 4410 * 8)
        self.assertEqual(list(self.tmp.glob("*.part")), [])

    def test_the_links_of_a_chain_follow_each_other(self):
        """Each begins with headers, and counts its time from 0 again."""
        for suffix in ("ogg", "mka"):
            with self.subTest(suffix):
                path = self.tmp / f"x.{suffix}"
                self.ok("record", "--copy", fixture("chained_same.ogg"), "-o", path)
                self.assertEqual(list(self.tmp.glob("x-*")), [])
                chain = floats(fixture("chained_same.ogg"))
                self.assertAlmostEqual(len(floats(path)) / 8 / 44100, len(chain) / 8 / 44100, delta=0.05)
                headers = 3  # of the second link, which ffprobe shows as packets
                self.assertEqual(len(packets(path, "size")), len(packets(fixture("chained_same.ogg"), "size")) - headers)

    def test_a_link_with_another_header_gets_another_file(self):
        path, log = self.tmp / "x.ogg", self.tmp / "log"
        self.ok("record", "--copy", fixture("chained_rates.ogg"), "-o", path, "--log", log, quiet=False)
        closed = of_kind(read_log(log), "file-close")
        self.assertEqual([(line["file"], line["reason"]) for line in closed],
                         [(str(path), "format"), (str(self.tmp / "x-2.ogg"), "end")])
        for line, rate in zip(closed, (44100, 48000)):
            described = json.loads(self.ok("check", "--json", line["file"]).text())
            self.assertEqual(described["rate"] if "rate" in described else described["source"]["rate"], rate)
            self.assertAlmostEqual(len(media.ffmpeg("-i", line["file"], "-f", "s16le", "-")) / 4 / rate, line["samples"] / 44100, delta=0.02)
        result = self.fails(1, "record", "--copy", fixture("chained_rates.ogg"), "-o", "-", "--encoder", "ogg", stderr="chained_rates.*another format")
        self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_times_that_jump(self):
        """Back: a clock was set right, the sound goes on. Ahead: it is missing."""
        frames = adts_frames(pathlib.Path(fixture("aac.aac")))
        for step_ms, missing_s in ((0, 0), (-300, 0), (1000, 1)):
            times = [round(i * 1024000 / 44100) + 2000 + (step_ms if i >= 60 else 0) for i in range(120)]
            source = self.tmp / "x.flv"
            source.write_bytes(flv(frames[:120], times))
            for suffix in ("m4a", "mka"):
                with self.subTest(step_ms, suffix=suffix):
                    path = self.tmp / f"x.{suffix}"
                    self.ok("record", "-y", "--copy", source, "-o", path)
                    starts = [time for time, in packets(path, "pts_time")]
                    self.assertEqual(len(starts), 120)
                    self.assertAlmostEqual(starts[-1] - starts[0], 119 * 1024 / 44100 + missing_s, delta=0.002)
                    lengths = np.diff(starts)
                    self.assertAlmostEqual(lengths.min(), 1024 / 44100, delta=0.0011)  # Matroska counts in milliseconds
                    self.assertAlmostEqual(lengths.max(), 1024 / 44100 + missing_s, delta=0.002)

    def test_what_is_cut_short_is_told(self):
        for name, suffix in (("truncated.flac", "mka"), ("truncated.flac", "flac"), ("truncated.m4a", "m4a"), ("truncated.mp3", "mp3"),
                             ("truncated.wav", "mka")):
            with self.subTest(name, suffix=suffix):
                path = fixture("bad/" + name)
                decoded = run("record", "-y", path, "-o", self.tmp / "x.wav")
                copied = run("record", "-y", "--copy", path, "-o", self.tmp / f"x.{suffix}")
                self.assertEqual((decoded.status, copied.status), (3, 3), copied)
                self.assertRegex(copied.stderr, f"^astream: .*{name}: cut short: the last 0:.* are missing")
                self.assertEqual(len(copied.stderr.splitlines()), 1, copied)
        for path in (fixture("s16.flac"), fixture("aac.m4a"), fixture("vbr.mp3"), fixture("cbr.mp3"), fixture("s16.wav"), fixture("alac.m4a")):
            self.assertEqual(self.ok("record", "-y", "--copy", path, "-o", self.tmp / "y.mka").stderr, "")
            self.assertEqual(run("record", "-y", "--copy", "-t", "1", path, "-o", self.tmp / "y.mka").status, 0)

    def test_mp3_keeps_all_its_samples(self):
        """A whole copy says what the encoder added, parts have nothing that is to be dropped."""
        for name in ("vbr.mp3", "cbr.mp3", "noxing.mp3"):
            with self.subTest(name):
                self.ok("record", "-y", "--copy", fixture(name), "-o", self.tmp / name)
                self.assertTrue(floats(self.tmp / name) == floats(fixture(name)))
        log = self.tmp / "log"
        self.ok("record", "--copy", fixture("cbr.mp3"), "-o", self.tmp / "q{index}.mp3", "--split", "3s", "--log", log)
        closed = of_kind(read_log(log), "file-close")
        self.assertEqual(len(closed), 3)
        for line in closed[:2]:  # FFmpeg reads no MP3 of one frame, as the third
            self.assertEqual(len(floats(line["file"])) // 8, line["samples"], line)
            self.ok("check", line["file"])

    def test_what_does_not_fit_is_refused(self):
        for name, suffix in (("vorbis.ogg", "opus"), ("s16.flac", "opus"), ("mp2.ts", "mp3"), ("cbr.mp3", "ogg"), ("aac.m4a", "mp3"),
                             ("opus.opus", "m4a"), ("cbr.mp3", "m4a"), ("s16.flac", "m4a"), ("alac.m4a", "aac"), ("ac3.ac3", "ogg"),
                             ("wmav2.wma", "mp3"), ("opus.opus", "flac"), ("s16.wav", "flac"), ("cbr.mp3", "aac")):
            with self.subTest(name, suffix=suffix):
                result = self.fails(1, "record", "--copy", fixture(name), "-o", self.tmp / f"x.{suffix}", stderr=f"does not fit into {suffix}.*mka")
                self.assertEqual(len(result.stderr.splitlines()), 1)
        self.fails(1, "record", "--copy", fixture("s16.flac"), "-o", self.tmp / "x.mp3", stderr="flac does not fit into mp3.*mka")
        self.fails(1, "record", "--copy", "-", "-o", self.tmp / "x.mka", stderr="-.*--copy does not read stdin")
        self.fails(1, "record", "--copy", "tone:440", "-o", self.tmp / "x.mka", stderr="--copy")
        self.assertEqual(os.listdir(self.tmp), [])


if __name__ == "__main__":
    main()
