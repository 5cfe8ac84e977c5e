"""Titles that change while astream record runs: chapters of Matroska, links of chained Ogg; else the log and the next file."""
import json
import shutil
import subprocess
import unittest

import numpy as np

from support import media
from support.cli import CliTest, main
from support.recordings import chapters, floats, of_kind, ogg_links, read_log

RATE = 44100
DECODERS = {"ogg": ("oggdec", "-Q", "-R", "-o", "-"), "opus": ("opusdec", "--quiet", "--rate", "48000", "--no-dither")}


def record_stream(sound, titles, first=None, window=RATE // 100):
    """Stereo `sound` as a record stream; `titles` are (sample, tags), at the edges of windows, which are not those of the recording."""
    out, number = b"", 0

    def add(kind, data, body=b""):
        nonlocal out
        head = {"type": kind, "data": data} | ({"payload_length": len(body)} if body else {})
        line = json.dumps(head)
        out += (line + " " * (-(len(line) + 1) % 4) + "\n").encode() + body

    titles = list(titles)
    add("set-start", {"version": 1, "generator": "test"})
    add("stream-start", {"stream": 0, "uri": "x", "label": "x", "rate": RATE, "channels": 2, "window": window, "hop": window, "tail": "crop",
                         "live": False, "source": {"container": "wav", "codec": "pcm_s16le", "rate": RATE, "channels": 2, "bits": 16},
                         "tags": first or {"title": "First"}})
    for at in range(0, len(sound), window):
        part = sound[at:at + window]
        while titles and titles[0][0] <= at:
            sample, tags = titles.pop(0)
            add("stream-info", {"stream": 0, "time": sample / RATE, "tags": tags})
        add("window", {"stream": 0, "window": number, "sample": at, "time": at / RATE, "samples": len(part), "channels": 2,
                       "rate": RATE, "valid": len(part)}, part.astype("<f4").tobytes())
        number += 1
    add("stream-end", {"stream": 0, "reason": "end", "windows": number, "samples": len(sound), "gap": 0, "dropped": 0, "reconnects": 0})
    add("set-end", {"streams": 1, "failed": 0, "windows": number, "samples": len(sound), "elapsed": 1})
    return out


def tone(count):
    """What 16 bits hold exactly."""
    wave = np.round(8000 * np.sin(np.arange(count) * 0.05)) / 32768
    return np.stack([wave, wave], 1) + 0.0  # of no sign


class Titles(CliTest):

    def record(self, titles, name, *args, count=300000, first=None):
        path = self.tmp / name
        stream = record_stream(tone(count), titles, first)
        self.ok("record", "-y", "-", "-o", path, "--log", self.tmp / "log", *args, stdin=stream)
        self.assertEqual(list(self.tmp.glob("*.part")), [])
        return path

    def test_chapters_begin_at_the_sample(self):
        # One with an artist of its own; what changes nothing but other tags begins none.
        path = self.record([(49833, {"title": "Second - B"}), (61299, {"comment": "x"}), (RATE * 2, {"title": "Third"}),
                            (199773, {"artist": "C", "title": "Fourth"})], "x.mka")
        self.assertEqual(chapters(path), [("First", 0), ("Second - B", 49833), ("Third", RATE * 2), ("C - Fourth", 199773)])
        ends = json.loads(media.ffprobe("-show_chapters", "-of", "json", path))["chapters"]
        self.assertAlmostEqual(float(ends[-1]["end_time"]), 300000 / RATE, delta=0.002)
        self.assertTrue(floats(path) == tone(300000).astype("<f4").tobytes())
        self.assertEqual([line["sample"] for line in of_kind(read_log(self.tmp / "log"), "tags")], [49833, 61299, RATE * 2, 199773])

    def test_a_file_with_one_title_has_no_chapters(self):
        self.assertEqual(chapters(self.record([], "x.mka")), [])
        self.assertEqual(chapters(self.record([(4851, {"title": "First"})], "x.mka")), [])
        path = self.record([(4851, {"title": "B"}), (4851, {"title": "C"}), (299880, {"title": "D"})], "x.mka", first={"genre": "x"})
        self.assertEqual(chapters(path), [("C", 4851), ("D", 299880)])

    def test_each_file_of_a_split_has_its_own_chapters(self):
        titles = [(49833, {"title": "B"}), (119952, {"title": "C"}), (RATE * 5, {"title": "D"})]
        self.record(titles, "{index}.mka", "--split", "2s")
        self.assertEqual([chapters(self.tmp / f"{number}.mka") for number in (1, 2, 3, 4)],
                         [[("First", 0), ("B", 49833)], [("B", 0), ("C", 119952 - 2 * RATE)], [("C", 0), ("D", RATE)], []])
        self.assertTrue(b"".join(floats(self.tmp / f"{number}.mka") for number in (1, 2, 3, 4)) == tone(300000).astype("<f4").tobytes())

    def test_links_of_ogg_are_the_sound_cut_at_the_titles(self):
        titles = [(59976, {"title": "B"}), (149940, {"artist": "C", "title": "Third"})]
        for suffix, rate in (("ogg", RATE), ("opus", 48000)):
            with self.subTest(suffix):
                path = self.record(titles, f"x.{suffix}")
                edges = [round(sample * rate / RATE) for sample in (0, 59976, 149940, 300000)]
                self.assertEqual(ogg_links(path), list(zip(("First", "B", "Third"), np.diff(edges))))
                got = np.frombuffer(self.ok("-f", "f32le", path).stdout, "<f4").reshape(-1, 2)
                self.assertEqual(len(got), edges[-1])
                # The resampler goes on over the joints: no click, as the tone shows, whose steps are up to 0.0125.
                self.assertLess(np.abs(np.diff(got[:-500], axis=0)).max(), 0.06)

    def test_titles_in_a_row_are_one_link(self):
        """The last of them, a second behind the beginning of the link before at the soonest."""
        for suffix in ("ogg", "opus"):
            path = self.record([(441, {"title": "B"}), (8820, {"title": "C"}), (89964, {"title": "D"}), (110250, {"title": "C"}),
                                (299880, {"title": "E"})], f"x.{suffix}")
            links = ogg_links(path)
            self.assertEqual([title for title, _ in links], ["First", "C", "D", "C", "E"])
            self.assertEqual(links[0][1], {"ogg": RATE, "opus": 48000}[suffix])

    @unittest.skipUnless(all(shutil.which(command[0]) for command in DECODERS.values()), "needs vorbis-tools and opus-tools")
    def test_the_reference_decoders_give_every_sample(self):
        """Also of links that are shorter than a page, and than a packet."""
        for suffix, rate in (("ogg", RATE), ("opus", 48000)):
            for count, titles in ((300000, [59976, 149940]), (RATE + 1, [RATE]), (RATE + 100, [RATE]), (3 * RATE, [RATE, 2 * RATE]), (100, [])):
                with self.subTest(suffix, count=count):
                    path = self.record([(sample, {"title": str(sample)}) for sample in titles], f"x.{suffix}", count=count)
                    command = (*DECODERS[suffix], path) if suffix == "ogg" else (*DECODERS[suffix], path, "-")
                    sound = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
                    self.assertEqual(len(sound) // 4, round(count * rate / RATE))
                    told = subprocess.run(("ogginfo", path), stdout=subprocess.PIPE, text=True, check=True).stdout
                    self.assertNotRegex(told.lower(), "warning|buggy|corrupt|hole")

    def test_other_formats_have_it_in_the_log_and_the_next_file(self):
        for suffix in ("wav", "flac", "mp3", "m4a"):
            with self.subTest(suffix):
                self.record([(49833, {"title": "B"})], f"{{index}}.{suffix}", "--split", "3s")
                tags = [media.ffmpeg("-i", self.tmp / f"{number}.{suffix}", "-f", "ffmetadata", "-").decode().lower() for number in (1, 2)]
                self.assertIn("title=first", tags[0])
                self.assertIn("title=b", tags[1])
                self.assertEqual(chapters(self.tmp / f"1.{suffix}"), [])
                (self.tmp / "log").unlink()


if __name__ == "__main__":
    main()
