"""Playlists and HLS over HTTP: they work, and they reach no further than the network."""
import os

from support import media
from support.cli import CliTest, fixture, main, run
from support.http_server import HttpServer


class PlaylistTest(CliTest):

    def setUp(self):
        super().setUp()
        self.server = HttpServer()
        self.addCleanup(self.server.close)
        self.server.add("/music/a.wav", fixture("tiny.wav"))
        self.server.add("/music/b.flac", fixture("mono_16k.flac"))


class Playlists(PlaylistTest):

    def labels(self, url):
        return [r.data["label"] for r in self.ok(url).records() if r.type == "stream-start"]

    def test_kinds(self):
        m3u = b"#EXTM3U\n#EXTINF:1,First\na.wav\n/music/b.flac\n"
        pls = b"[playlist]\nFile1=a.wav\nTitle1=First\nFile2=" + self.server.url("/music/b.flac").encode() + b"\nNumberOfEntries=2\n"
        xspf = (b'<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>a.wav</location>'
                b"<title>First</title></track><track><location>b.flac</location></track></trackList></playlist>")
        for name, text, kind in (("l.m3u", m3u, "audio/x-mpegurl"), ("l.m3u8", m3u, "application/vnd.apple.mpegurl"),
                                 ("l.pls", pls, "audio/x-scpls"), ("l.xspf", xspf, "application/xspf+xml")):
            with self.subTest(name):
                url = self.server.add("/music/" + name, text, content_type=kind)
                self.assertEqual(self.labels(url), ["First", self.server.url("/music/b.flac")])

    def test_a_station_is_recorded_by_a_plain_name(self):
        one = self.server.add("/music/one.pls", b"[playlist]\nFile1=a.wav\n")
        self.assertEqual(self.ok("record", one, "-o", self.tmp / "one.flac").stderr, "")
        self.assertGreater((self.tmp / "one.flac").stat().st_size, 100)
        two = self.server.add("/music/two.m3u", b"a.wav\nb.flac\n")
        told = run("record", two, "-o", self.tmp / "two.flac").stderr
        self.assertRegex(told, r"^astream: warning: .*two\.flac exists already, recording to .*two-2\.flac\n$")
        self.ok("check", self.tmp / "two-2.flac")
        self.assertRegex(self.fails(3, "record", two, "-o", "-", "--encoder", "wav").stderr, "one input")

    def test_they_name_nothing_on_this_machine(self):
        made = self.tmp / "made"
        for number, entry in enumerate(("file://" + fixture("tiny.wav"), fixture("tiny.wav"), f"exec:touch {made}", "file:" + fixture("tiny.wav"),
                                        f"x=exec:touch {made}", "-", "concat:" + fixture("tiny.wav"), "FILE://" + fixture("tiny.wav"),
                                        "mic:", fixture("tree") + "/*.wav", fixture("tree"), "x=" + fixture("tiny.wav"))):
            for name, text in (("m3u", f"{entry}\n/music/a.wav\n"), ("pls", f"[playlist]\nFile1={entry}\nFile2=/music/a.wav\n")):
                with self.subTest(entry, kind=name):
                    url = self.server.add(f"/{number}.{name}", text.encode())
                    result = self.fails(3, url, stdin=b"")
                    records = result.records()
                    self.assertEqual([r.type for r in records].count("stream-error"), 1)
                    self.assertEqual([r.type for r in records].count("stream-start"), 1)
                    self.assertEqual(len(result.stderr.splitlines()), 1, result)
                    self.assertFalse(made.exists())

    def test_a_local_playlist_may_name_the_network(self):
        (self.tmp / "l.m3u").write_text(self.server.url("/music/a.wav") + "\n")
        self.assertEqual(self.labels(self.tmp / "l.m3u"), [self.server.url("/music/a.wav")])

    def test_a_loop_over_the_network_ends(self):
        url = self.server.add("/loop.m3u", b"/loop.m3u\n/music/a.wav\n")
        self.fails(3, url)
        self.assertLess(len(self.server.requests("/loop.m3u")), 30)

    def test_a_playlist_that_is_missing(self):
        result = self.fails(1, self.server.url("/none.m3u"), stderr="404")
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_an_endless_playlist_is_refused(self):
        url = self.server.add("/huge.m3u", b"# " + b"x" * (20 << 20))
        self.assertIn(run(url).status, (1, 3, 4))


class Hls(PlaylistTest):

    def make(self, *options, name="v.m3u8"):
        media.ffmpeg("-i", fixture("aac_faststart.m4a"), "-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0",
                     "-hls_playlist_type", "vod", *options, self.tmp / name)
        for file in os.listdir(self.tmp):
            self.server.add("/hls/" + file, str(self.tmp / file))
        return self.server.url("/hls/" + name)

    def test_vod(self):
        for options in ((), ("-hls_segment_type", "fmp4")):
            with self.subTest(options):
                url = self.make(*options)
                wanted = media.ffmpeg("-i", self.tmp / "v.m3u8", "-f", "f32le", "-")
                self.assertGreater(len(wanted), 4 * 44100 * 8)
                self.assertTrue(self.ok("-f", "f32le", url).stdout == wanted)

    def test_vod_from_a_file(self):
        self.make()
        wanted = media.ffmpeg("-i", self.tmp / "v.m3u8", "-f", "f32le", "-")
        self.assertTrue(self.ok("-f", "f32le", self.tmp / "v.m3u8").stdout == wanted)

    def test_segments_on_this_machine_are_refused(self):
        self.make()
        good = (self.tmp / "v.m3u8").read_text()
        for number, place in enumerate((f"file://{self.tmp}/v0.ts", f"{self.tmp}/v0.ts", f"file:{self.tmp}/v0.ts",
                                        f"concat:{self.tmp}/v0.ts", f"crypto:file:{self.tmp}/v0.ts")):
            with self.subTest(place):
                url = self.server.add(f"/evil{number}.m3u8", good.replace("v0.ts", place).encode())
                result = run("-f", "f32le", url)
                whole = media.ffmpeg("-i", self.tmp / "v.m3u8", "-f", "f32le", "-")
                self.assertFalse(whole[:44100 * 4] in result.stdout, "the file's sound came out")
                self.assertLess(len(result.stdout), len(whole))

    def test_a_segment_that_is_missing_is_told(self):
        url = self.make()
        del self.server.paths["/hls/v2.ts"]
        result = run("-f", "f32le", url)
        self.assertTrue(result.status in (1, 3) or result.stderr, result)


if __name__ == "__main__":
    main()
