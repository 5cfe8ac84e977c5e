"""Windows on the record stream: how many, where, how long, and that they are the sound itself."""
import json
import re

import numpy as np

from support import media
from support.cli import CliTest, check_grammar, fixture, main, samples


def plan(total, window, hop, tail):
    """(start, valid, samples) of each window, straight from the definition."""
    found, covered = [], 0
    for start in range(0, total, hop):
        if start + window <= total:
            found.append((start, window, window))
            covered = start + window
            continue
        if tail != "drop" and covered < total:
            found.append((start, total - start, window if tail == "pad" else total - start))
        break
    return found


class Windows(CliTest):

    def check(self, sound, total, window, hop, tail, *arguments):
        windows = self.windows("-w", f"{window}smp", "--hop", f"{hop}smp", "--tail", tail, *arguments)
        wanted = plan(total, window, hop, tail)
        self.assertEqual([(w.data["sample"], w.data["valid"], w.data["samples"]) for w in windows], wanted)
        for number, (record, (start, valid, length)) in enumerate(zip(windows, wanted)):
            self.assertEqual(record.data["window"], number)
            block = samples(record)
            self.assertEqual(len(block), length)
            np.testing.assert_array_equal(block[:valid], sound[start:start + valid])
            self.assertFalse(block[valid:].any(), "padding is zeros")

    def test_every_plan(self):
        sound = media.floats(media.reference("tiny.wav"), 2)
        self.assertEqual(len(sound), 2000)
        for tail in ("pad", "crop", "drop"):
            for window, hop in ((500, 500), (700, 700), (512, 256), (400, 160), (2000, 2000), (1999, 1), (2001, 2001), (5000, 100),
                                (100, 333), (1, 1), (1, 700), (3, 2), (300, 1900), (300, 1701)):
                with self.subTest(window=window, hop=hop, tail=tail):
                    self.check(sound, 2000, window, hop, tail, fixture("tiny.wav"))

    def test_sub_sampling_seeks_to_the_same_samples(self):
        for name in ("long.wav", "long.flac"):
            with self.subTest(name):
                sound = media.floats(media.reference(name), 2)
                self.check(sound, len(sound), 1000, 200000, "pad", fixture(name))
        for name in ("cbr.mp3", "vorbis.ogg", "opus.opus"):
            with self.subTest(name):
                sound = media.floats(media.reference(name), 2)
                self.check(sound, len(sound), 700, 70001, "crop", fixture(name))

    def test_sub_sampling_a_pipe(self):
        sound = media.floats(media.reference("s16.flac"), 2)
        with open(fixture("s16.flac"), "rb") as f:
            data = f.read()
        windows = self.windows("-w", "1000smp", "--hop", "50000smp", "-", stdin=data)
        self.assertEqual([w.data["sample"] for w in windows], [s for s, _, _ in plan(len(sound), 1000, 50000, "pad")])
        for record in windows:
            at, valid = record.data["sample"], record.data["valid"]
            np.testing.assert_array_equal(samples(record)[:valid], sound[at:at + valid])

    def test_overlap_is_another_way_to_say_hop(self):
        arguments = ("-w", "0.5", fixture("mono_16k.wav"))
        by_hop = [w.data for w in self.windows("--hop", "0.125", *arguments)]
        for overlap in ("75%", "0.375", "375ms"):
            with self.subTest(overlap):
                self.assertEqual([w.data for w in self.windows("--overlap", overlap, *arguments)], by_hop)

    def test_default_is_one_second_padded(self):
        windows = self.windows("--start", "0.5", fixture("video.mp4"))
        self.assertEqual([w.data["samples"] for w in windows], [44100] * 3)
        self.assertLess(windows[-1].data["valid"], 44100)

    def test_a_model_s_preset(self):
        start = self.ok("--for", "yamnet", "tone:440?duration=2").records()[1].data
        self.assertEqual([start[key] for key in ("rate", "channels", "window", "hop", "tail", "preset")],
                         [16000, 1, 15600, 7680, "pad", "yamnet"])
        start = self.ok("--for", "vggish", "-c", "2", "-w", "0.5", "--tail", "crop", "tone:440?duration=2").records()[1].data
        self.assertEqual([start[key] for key in ("rate", "channels", "window", "hop", "tail")], [16000, 2, 8000, 8000, "crop"])
        start = self.ok("--for", "birdnet", "-r", "24000", "--overlap", "1s", "tone:440?duration=9").records()[1].data
        self.assertEqual((start["window"], start["hop"]), (72000, 48000))
        text = self.ok("--for", "whisper", "--explain").text()
        self.assertIn("--rate 16000 --channels 1 --window 480000smp --hop 480000smp --tail pad", text)
        self.fails(2, "--for", "yamet", "tone:", stderr="no preset for 'yamet'.*yamnet")
        self.fails(2, "--explain", stderr="--for MODEL")

    def test_inexact_times_are_rounded_and_told(self):
        records = self.ok("-w", "10.01ms", "--hop", "3.33ms", fixture("s16.wav")).records()
        data = records[1].data
        self.assertEqual((data["window"], data["hop"]), (round(0.01001 * 44100), round(0.00333 * 44100)))
        starts = [r.data["sample"] for r in records if r.type == "window"]
        self.assertEqual(starts, list(range(0, starts[-1] + 1, data["hop"])))

    def test_units(self):
        def header(*arguments):
            return self.ok("-t", "0.1", "--tail", "crop", *arguments, fixture("s16.wav")).records()[1].data

        for text in ("0.5", "500ms", "22050smp", "0.5s", "00:00:00.5"):
            with self.subTest(text):
                self.assertEqual(header("-w", text)["window"], 22050)
        self.assertEqual(header("-w", "2m")["window"], 2 * 60 * 44100)
        self.assertEqual(header("-w", "1h")["window"], 3600 * 44100)
        self.assertEqual(header("-w", "1", "-r", "16000")["window"], 16000)
        self.assertEqual(header("-w", "400smp", "-r", "16000")["window"], 400)


class Records(CliTest):

    def test_the_whole_stream(self):
        result = self.ok("-w", "1", fixture("s16.wav"), fixture("mono_16k.wav"))
        records = result.records()
        check_grammar(records)
        first, last = records[0], records[-1]
        self.assertEqual((first.type, first.data["version"]), ("set-start", 1))
        self.assertRegex(first.data["generator"], r"^astream \d+\.\d+\.\d+")
        starts = [r.data for r in records if r.type == "stream-start"]
        self.assertEqual([(s["stream"], s["rate"], s["channels"], s["window"], s["hop"], s["tail"], s["live"]) for s in starts],
                         [(0, 44100, 2, 44100, 44100, "pad", False), (1, 16000, 1, 16000, 16000, "pad", False)])
        self.assertEqual([s["label"] for s in starts], ["s16.wav", "mono_16k.wav"])
        self.assertEqual(starts[0]["uri"], fixture("s16.wav"))
        ends = [r.data for r in records if r.type == "stream-end"]
        self.assertEqual([(e["stream"], e["reason"], e["windows"], e["samples"]) for e in ends],
                         [(0, "end", 3, 132300), (1, "end", 3, 48000)])
        for key in ("gap", "dropped", "reconnects"):
            self.assertEqual(ends[0][key], 0)
        self.assertEqual((last.data["streams"], last.data["failed"], last.data["windows"], last.data["samples"]), (2, 0, 6, 180300))
        self.assertGreaterEqual(last.data["elapsed"], 0)

    def test_a_window_header_is_as_specified(self):
        stdout = self.ok("-w", "0.5", "--hop", "0.25", fixture("mono_16k.wav")).stdout
        at = stdout.index(b'{"type":"window","data":{"stream":0,"window":3,')
        line = stdout[at:stdout.index(b"\n", at) + 1]
        self.assertRegex(line, re.escape(b'{"type":"window","data":{"stream":0,"window":3,"sample":12000,"time":0.75,"samples":8000,'
                                         b'"channels":1,"rate":16000,"valid":8000},"payload_length":32000}') + rb" *\n$")
        self.assertEqual(json.loads(line)["payload_length"], 32000)

    def test_payloads_are_float_aligned_in_a_file(self):
        self.ok("-w", "777smp", "-o", self.tmp / "x", fixture("tiny.wav"))
        data = (self.tmp / "x").read_bytes()
        at = 0
        while at < len(data):
            end = data.index(b"\n", at) + 1
            self.assertEqual(end % 4, 0)
            at = end + json.loads(data[at:end]).get("payload_length", 0)

    def test_time_is_sample_over_rate(self):
        for w in self.windows("-w", "100smp", "--hop", "77smp", fixture("tiny.wav")):
            self.assertAlmostEqual(w.data["time"], w.data["sample"] / 8000, places=9)

    def test_a_limited_stream_says_so(self):
        end = [r for r in self.ok("-t", "1", fixture("s16.wav")).records() if r.type == "stream-end"][0]
        self.assertEqual((end.data["reason"], end.data["samples"]), ("limit", 44100))

    def test_tail_keys(self):
        for tail in ("pad", "crop", "drop"):
            self.assertEqual(self.ok("--tail", tail, fixture("tiny.wav")).records()[1].data["tail"], tail)


if __name__ == "__main__":
    main()
