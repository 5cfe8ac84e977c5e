"""Files over HTTP: the same bytes as from the disk, by ranges where that saves time, exact after a break."""
import unittest

from support import media, nginx
from support.cli import CliTest, fixture, main
from support.http_server import HttpServer

ONE_OF_EACH = ["s16.wav", "s16.flac", "cbr.mp3", "vbr.mp3", "picture.mp3", "aac.aac", "aac.m4a", "aac_faststart.m4a", "alac.m4a", "vorbis.ogg",
               "opus.opus", "opus.webm", "wmav2.wma", "ac3.ac3", "s16.caf", "s16.au", "s16.aiff", "rf64.wav", "flac.mka", "video.mp4",
               "video.ts", "video.avi", "fragmented.mp4", "tagged.mp3", "mono_22k.mp3"]


class HttpTest(CliTest):

    def setUp(self):
        super().setUp()
        self.server = HttpServer()
        self.addCleanup(self.server.close)

    def local(self, name, *options):
        return self.ok("-f", "f32le", *options, fixture(name)).stdout

    def remote(self, url, *options):
        return self.ok("-f", "f32le", *options, url).stdout


class SameBytes(HttpTest):

    def test_by_range(self):
        for name in ONE_OF_EACH:
            with self.subTest(name):
                url = self.server.add("/" + name, fixture(name))
                self.assertTrue(self.remote(url) == self.local(name))

    def test_where_ranges_are_unknown(self):
        for name in ONE_OF_EACH:
            if "pipe" in media.entry(name)["flags"]:
                with self.subTest(name):
                    url = self.server.add("/n/" + name, fixture(name), ranges=False)
                    self.assertTrue(self.remote(url) == self.local(name))

    def test_chunked_and_without_length(self):
        for name in ("s16.wav", "s16.flac", "cbr.mp3", "vbr.mp3", "vorbis.ogg", "aac.aac", "opus.webm"):
            with self.subTest(name):
                self.assertTrue(self.remote(self.server.add("/c/" + name, fixture(name), ranges=False, chunked=True)) == self.local(name))
                self.assertTrue(self.remote(self.server.add("/l/" + name, fixture(name), ranges=False, has_length=False)) == self.local(name))

    def test_whatever_the_content_type(self):
        for kind in ("text/plain", "text/html", "application/octet-stream", "audio/mpeg"):
            with self.subTest(kind):
                self.assertTrue(self.remote(self.server.add("/x", fixture("s16.flac"), content_type=kind)) == self.local("s16.flac"))

    def test_redirects(self):
        self.server.add("/real.flac", fixture("s16.flac"))
        for location in ("/real.flac", self.server.url("/real.flac")):
            with self.subTest(location):
                self.assertTrue(self.remote(self.server.add("/moved", redirect=location)) == self.local("s16.flac"))

    def test_names_that_are_encoded(self):
        self.server.add("/with%20space%26more.wav", fixture("tiny.wav"))
        self.assertTrue(self.remote(self.server.url("/with%20space%26more.wav")) == self.local("tiny.wav"))

    def test_a_late_start_is_exact(self):
        for name in ONE_OF_EACH:
            with self.subTest(name):
                url = self.server.add("/s/" + name, fixture(name))
                options = ("--start", "70001smp", "-t", "5000smp")
                self.assertTrue(self.remote(url, *options) == self.local(name, *options))

    def test_a_late_start_without_ranges_is_exact(self):
        for name in ("s16.wav", "cbr.mp3", "s16.flac", "vorbis.ogg"):
            with self.subTest(name):
                url = self.server.add("/sn/" + name, fixture(name), ranges=False)
                options = ("--start", "70001smp", "-t", "5000smp")
                self.assertTrue(self.remote(url, *options) == self.local(name, *options))

    def test_a_late_start_does_not_fetch_what_is_before(self):
        for name in ("long.wav", "long.flac"):
            with self.subTest(name):
                url = self.server.add("/" + name, fixture(name))
                whole = self.local(name)
                self.assertTrue(self.remote(url, "--start", "25", "-t", "1") == whole[25 * 44100 * 8:26 * 44100 * 8])
                requests = self.server.requests("/" + name)
                self.assertTrue(any(r.range_header and not r.range_header.startswith("bytes=0-") for r in requests), requests)
                size = len(open(fixture(name), "rb").read())
                # What is in flight when a connection is dropped counts as sent.
                self.assertLess(sum(r.sent_bytes for r in requests), 0.75 * size)

    def test_a_short_piece_does_not_fetch_what_is_behind(self):
        url = self.server.add("/long.wav", fixture("long.wav"))
        self.remote(url, "-t", "1")
        self.assertLess(sum(r.sent_bytes for r in self.server.requests("/long.wav")), 3_000_000)

    def test_sub_sampling_fetches_pieces(self):
        url = self.server.add("/long.wav", fixture("long.wav"))
        options = ("-w", "100smp", "--hop", "10", "-f", "f32le")
        self.assertTrue(self.ok(*options, url).stdout == self.ok(*options, fixture("long.wav")).stdout)
        requests = self.server.requests("/long.wav")
        self.assertGreater(len([r for r in requests if r.range_header]), 1, "it seeks")

    def test_many_clips_from_one_server(self):
        urls = [self.server.add(f"/clip{k}.wav", fixture("tiny.wav")) for k in range(40)]
        self.assertTrue(self.ok("-f", "f32le", *urls).stdout == self.local("tiny.wav") * 40)

    def test_the_header_names_the_url(self):
        url = self.server.add("/dir/tiny.wav", fixture("tiny.wav"))
        data = self.ok(url).records()[1].data
        self.assertEqual((data["uri"], data["label"], data["live"]), (url, url, False))


class RealServer(CliTest):
    """The same against nginx, so that our own server's view of HTTP is not the only one."""

    @classmethod
    def setUpClass(cls):
        if not nginx.program():
            raise unittest.SkipTest("nginx is not installed")
        cls.server = nginx.Nginx(media.FIXTURES)
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def same(self, url, name, *options):
        self.assertTrue(self.ok("-f", "f32le", *options, url).stdout == self.ok("-f", "f32le", fixture(name)).stdout)

    def test_ranges(self):
        for name in ("s16.flac", "cbr.mp3", "aac.m4a", "s16.wav", "vorbis.ogg"):
            with self.subTest(name):
                self.same(self.server.url("/plain/" + name), name)
        got = self.ok("-f", "f32le", "--start", "20", "-t", "2", self.server.url("/plain/long.flac")).stdout
        self.assertTrue(got == media.reference("long.flac")[20 * 44100 * 8:22 * 44100 * 8])

    def test_other_ways(self):
        for place in ("noranges", "slow", "moved"):
            with self.subTest(place):
                self.same(self.server.url(f"/{place}/s16.flac"), "s16.flac")

    def test_basic_auth(self):
        self.same(self.server.url("/auth/s16.flac", user="user:secret"), "s16.flac")
        result = self.fails(1, self.server.url("/auth/s16.flac", user="user:wrong-one"), stderr="401")
        self.assertNotIn("wrong-one", result.stderr)
        self.fails(1, self.server.url("/closed/x.wav"), stderr="403")

    def test_https(self):
        url = self.server.url("/plain/s16.flac", tls=True)
        self.fails(1, url, stderr="(?i)certificate")
        self.same(url, "s16.flac", "--insecure")
        self.same(url, "s16.flac", "--ca-file", self.server.certificate)


if __name__ == "__main__":
    main()
