"""HLS and DASH on demand, made by ffmpeg: the same samples as from disk, encrypted or cut together too; of several qualities the one that
fits; certificates of all they consist of are verified; a list that stands still is live."""

import json
import pathlib
import tempfile

import numpy as np

from support import media
from support.cli import CliTest, main, run
from support.hls import ffmpeg, key_info, make_hls, master, serve_folder
from support.http_server import HttpServer

RATE = 44100
SECONDS = 4


class Lists(CliTest):
    """Two tones, 440 Hz and 880 Hz."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="astream-hls-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        time = np.arange(SECONDS * RATE) / RATE
        for name, tone_hz in (("low", 440), ("high", 880)):
            media.write_wav(cls.folder / f"{name}.wav", np.round(8000 * np.sin(2 * np.pi * tone_hz * time)).astype(np.int16), RATE)
        cls.server = HttpServer()
        cls.addClassCleanup(cls.server.close)
        for name in ("low", "high"):
            make_hls(cls.folder, cls.folder / f"{name}.wav", name=name)
        make_hls(cls.folder / "secret", cls.folder / "low.wav", "-hls_key_info_file", key_info(cls.folder / "secret"))
        make_hls(cls.folder, cls.folder / "low.wav", "-ar", "22050", name="small")
        serve_folder(cls.server, cls.folder)

    def samples(self, path, *args):
        return media.floats(self.ok("-f", "f32le", *args, self.server.url(path)).stdout)[:, 0]

    def source(self, path, *args):
        records = self.ok("-w", "1", "-t", "2", *args, self.server.url(path)).records()
        return next(r.data["source"] for r in records if r.type == "stream-start")

    def test_encrypted(self):
        plain = self.samples("/low.m3u8")
        self.assertGreater(len(plain), SECONDS * RATE)
        np.testing.assert_array_equal(plain, self.samples("/secret/v.m3u8"))
        self.assertNotIn(b"\x47", (self.folder / "secret/v0.ts").read_bytes()[:1])

    def test_cut_together_with_a_discontinuity(self):
        parts = [(self.folder / f"{name}.m3u8").read_text().splitlines() for name in ("low", "high")]
        segments = [[line for line in part if line.startswith("#EXTINF") or line.endswith(".ts")] for part in parts]
        head = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:2", "#EXT-X-MEDIA-SEQUENCE:0"]
        self.server.add("/both.m3u8", "\n".join([*head, *segments[0], "#EXT-X-DISCONTINUITY", *segments[1], "#EXT-X-ENDLIST", ""]).encode())
        both, low, high = self.samples("/both.m3u8"), self.samples("/low.m3u8"), self.samples("/high.m3u8")
        frame = 1024
        self.assertEqual(len(both), len(low) + len(high))
        np.testing.assert_array_equal(both[:len(low)], low)
        np.testing.assert_allclose(both[len(low) + 2 * frame:], high[2 * frame:], atol=0.01)  # its noise is drawn anew

    def test_a_discontinuity_is_no_gap_when_copied(self):
        """Behind it the times begin anew, here half a minute further on."""
        make_hls(self.folder, self.folder / "high.wav", "-output_ts_offset", "30", name="later")
        serve_folder(self.server, self.folder)
        parts = [(self.folder / f"{name}.m3u8").read_text().splitlines() for name in ("low", "later")]
        segments = [[line for line in part if line.startswith("#EXTINF") or line.endswith(".ts")] for part in parts]
        head = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:2", "#EXT-X-MEDIA-SEQUENCE:0"]
        # Read from three segments before its end.
        self.server.add("/cut.m3u8", "\n".join([*head, *segments[0], "#EXT-X-DISCONTINUITY", *segments[1][:4], ""]).encode())
        log = self.tmp / "log.jsonl"
        self.ok("record", "--copy", "-t", "1.5", "-o", self.tmp / "copy.mka", "--log", log, self.server.url("/cut.m3u8"))
        events = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual([e for e in events if e["event"] == "gap"], [])
        self.assertEqual(next(e["gap"] for e in events if e["event"] == "stream-end"), 0)

    def test_packed_audio(self):
        """Segments of bare AAC, each behind an ID3 tag with its time stamp (RFC 8216, section 3.4)."""
        ffmpeg("-i", self.folder / "low.wav", "-c:a", "aac", "-b:a", "96k", self.folder / "whole.aac")
        frames, rest = [], (self.folder / "whole.aac").read_bytes()
        while rest:
            length = (rest[3] & 3) << 11 | rest[4] << 3 | rest[5] >> 5
            frames.append(rest[:length])
            rest = rest[length:]
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1", "#EXT-X-PLAYLIST-TYPE:VOD"]
        per_segment = 40
        for first in range(0, len(frames), per_segment):
            segment = frames[first:first + per_segment]
            owner = b"com.apple.streaming.transportStreamTimestamp\0" + (900_000 + first * 1024 * 90_000 // RATE).to_bytes(8, "big")
            frame = b"PRIV" + len(owner).to_bytes(4, "big") + b"\0\0" + owner
            self.server.add(f"/packed{first}.aac", b"ID3\4\0\0\0\0\0" + bytes([len(frame)]) + frame + b"".join(segment))
            lines += [f"#EXTINF:{len(segment) * 1024 / RATE:.5f},", f"packed{first}.aac"]
        self.server.add("/packed.m3u8", "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode())
        whole = media.floats(self.ok("-f", "f32le", self.folder / "whole.aac").stdout)[:, 0]
        packed = self.samples("/packed.m3u8")
        self.assertEqual(len(packed), len(frames) * 1024)
        np.testing.assert_array_equal(packed[:len(whole)], whole)
        told = self.ok("check", "--json", self.server.url("/packed.m3u8")).stdout
        self.assertNotIn(b"priv", told)
        self.assertNotIn(b"variant_bitrate", told)

    def test_the_variant_that_fits(self):
        ffmpeg("-i", self.folder / "low.wav", "-f", "lavfi", "-i", "color=s=64x48:r=5", "-t", SECONDS, "-c:a", "aac", "-c:v", "libx264",
               "-g", "5", "-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod", self.folder / "film.m3u8")
        list_path = master(self.folder, ("film.m3u8", 40_000, ""), ("low.m3u8", 110_000, ""), ("small.m3u8", 60_000, ""))
        serve_folder(self.server, self.folder)
        for args, rate in (((), RATE), (("-r", "16000"), 22050), (("-r", "44100"), RATE), (("-r", "96000"), RATE)):
            with self.subTest(args):
                self.assertEqual(self.source("/" + list_path.name, *args)["rate"], rate)
        self.assertFalse(self.server.requests("/film2.ts"), "pictures were read")
        self.assertEqual(run("check", "--track", "4", self.server.url("/master.m3u8")).status, 1)

    def test_of_renditions_the_first_and_any_other(self):
        list_path = master(self.folder, ("", 0, '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="one",LANGUAGE="de",DEFAULT=YES,URI="low.m3u8"'),
                           ("", 0, '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="two",LANGUAGE="fr",URI="high.m3u8"'),
                           ("small.m3u8", 200_000, 'AUDIO="a",CODECS="mp4a.40.2"'), name="languages.m3u8")
        self.server.add("/languages.m3u8", list_path.read_bytes())
        result = self.ok("check", self.server.url("/languages.m3u8"), quiet=False)
        self.assertRegex(result.text(), r"audio \d \(aac de\).*audio \d \(aac fr\)")

    def test_certificates_of_segments_are_verified(self):
        with HttpServer(tls=True) as other:
            serve_folder(other, self.folder)
            text = (self.folder / "low.m3u8").read_text().replace("low", other.url("/low"))
            self.server.add("/elsewhere.m3u8", text.encode())
            (self.tmp / "here.m3u8").write_text(text)
            for where in (self.server.url("/elsewhere.m3u8"), self.tmp / "here.m3u8"):
                result = run("-f", "f32le", where)
                self.assertEqual(result.stdout, b"", result.stderr)
                self.assertNotEqual(result.status, 0)
                self.assertEqual(self.ok("--insecure", "-f", "f32le", where).stdout, self.samples("/low.m3u8").tobytes())

    def test_dash_on_demand(self):
        folder = self.folder / "dash"
        folder.mkdir()
        ffmpeg("-i", self.folder / "low.wav", "-map", "0:a", "-map", "0:a", "-c:a", "aac", "-b:a:0", "96k", "-b:a:1", "48k", "-ar:a:1", "22050",
               "-f", "dash", "-seg_duration", "1", "-adaptation_sets", "id=0,streams=0,1", folder / "v.mpd")
        serve_folder(self.server, self.folder)
        wanted = media.ffmpeg("-i", folder / "v.mpd", "-map", "0:a:0", "-f", "f32le", "-")
        self.assertGreaterEqual(len(wanted), SECONDS * RATE * 4)
        self.assertEqual(self.samples("/dash/v.mpd").tobytes(), wanted)
        part = self.samples("/dash/v.mpd", "--start", "2.5", "-t", "1")
        np.testing.assert_array_equal(part, np.frombuffer(wanted, "<f4")[int(2.5 * RATE):int(3.5 * RATE)])
        self.assertEqual(self.source("/dash/v.mpd", "-r", "16000")["rate"], 22050)
        live = (folder / "v.mpd").read_bytes().replace(b'type="static"', b'type="dynamic"')
        self.fails(1, self.server.add("/dash/live.mpd", live), stderr="live DASH")


if __name__ == "__main__":
    main()
