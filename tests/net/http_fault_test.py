"""HTTP that goes wrong: refusals, loops, breaks, stalls, certificates. One clear line, and never wrong sound."""
import pathlib
import time

from support import media
from support.cli import CliTest, TIME_SCALE, check_grammar, fixture, main, run
from support.http_server import HttpServer


class FaultTest(CliTest):
    tls = False

    def setUp(self):
        super().setUp()
        self.server = HttpServer(tls=self.tls)
        self.addCleanup(self.server.close)

    def one_error(self, url, *options, status=1, words=()):
        result = self.fails(status, *options, url)
        records = result.records()
        check_grammar(records)
        errors = [r.data for r in records if r.type == "stream-error"]
        self.assertEqual(len(errors), 1)
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        for word in words:
            self.assertIn(word, result.stderr)
        return errors[0]


class Refusals(FaultTest):

    def test_statuses(self):
        for status in (401, 403, 404, 410, 500, 503):
            with self.subTest(status):
                error = self.one_error(self.server.add(f"/{status}.mp3", status=status), words=(str(status),))
                self.assertIn(error["kind"], ("network", "open"))
        self.assertLessEqual(len(self.server.requests("/404.mp3")), 2, "no use in asking again and again")

    def test_wrong_password(self):
        url = self.server.add("/x.wav", fixture("tiny.wav"), auth="me:right-password")
        self.one_error(url, words=("401",))
        self.ok(self.server.url("/x.wav", user="me:right-password"))

    def test_redirect_loop(self):
        self.server.add("/a", redirect="/b")
        self.one_error(self.server.add("/b", redirect="/a"), words=("redirect",))
        self.assertLess(len(self.server.log), 60)

    def test_a_redirect_may_not_leave_the_network(self):
        for number, target in enumerate(("file://" + fixture("tiny.wav"), fixture("tiny.wav"), "exec:id", "concat:" + fixture("tiny.wav"))):
            with self.subTest(target):
                self.one_error(self.server.add(f"/{number}", redirect=target))

    def test_nobody_listens(self):
        port = self.server.port
        self.server.listener.server_close()
        error = self.one_error(f"http://127.0.0.1:{port}/x.wav", words=("refused",))
        self.assertEqual(error["kind"], "network")

    def test_an_unknown_host(self):
        self.one_error("http://no-such-host.invalid/x.wav", words=("no-such-host.invalid",))

    def test_a_page_instead_of_sound(self):
        page = b"<!DOCTYPE html><html><body>Please log in</body></html>" * 20
        self.one_error(self.server.add("/song.mp3", page, content_type="text/html"))

    def test_nothing_at_all(self):
        self.one_error(self.server.add("/empty.mp3", b""))

    def test_one_of_three(self):
        good = self.server.add("/good.wav", fixture("tiny.wav"))
        result = self.fails(3, good, self.server.url("/gone.wav"), good, stderr="404")
        self.assertEqual([r.data["samples"] for r in result.records() if r.type == "stream-end"], [2000, 2000])


class Breaks(FaultTest):

    def test_cut_once_is_resumed_by_range(self):
        for name in ("s16.wav", "s16.flac", "cbr.mp3", "aac_faststart.m4a", "vorbis.ogg"):
            for reset in (False, True):
                with self.subTest(name, reset=reset):
                    data = pathlib.Path(fixture(name)).read_bytes()
                    path = f"/{reset}/{name}"
                    url = self.server.add(path, data, cut_at=len(data) // 2, cut_times=1, reset=reset)
                    self.assertTrue(self.ok("-f", "f32le", url, quiet=False).stdout == self.ok("-f", "f32le", fixture(name)).stdout)
                    self.assertTrue(any(r.range_header and not r.range_header.startswith("bytes=0-") for r in self.server.requests(path)))

    def test_cut_several_times(self):
        data = pathlib.Path(fixture("long.wav")).read_bytes()
        url = self.server.add("/x.wav", data, cut_at=1_500_000, cut_times=3)
        self.assertTrue(self.ok("-f", "f32le", url, quiet=False).stdout == media.reference("long.wav"))

    def test_cut_for_ever_ends_with_an_error(self):
        for name in ("long.wav", "long.flac"):
            with self.subTest(name):
                url = self.server.add("/" + name, fixture(name), cut_at=0, cut_times=10**9)
                self.one_error(url)
                data = pathlib.Path(fixture(name)).read_bytes()
                # Each answer breaks off after a little: some progress each time is still progress.
                url = self.server.add("/p/" + name, data, cut_at=len(data) // 4)
                self.assertTrue(self.ok("-f", "f32le", url, quiet=False).stdout == media.reference(name))

    def never_wrong(self, name, url):
        """The exact sound, or a part from its beginning and an error: never anything else, never the beginning again."""
        result = run("-f", "f32le", url)
        whole = self.ok("-f", "f32le", fixture(name)).stdout
        if result.status == 0:
            self.assertTrue(result.stdout == whole, f"{len(result.stdout)} of {len(whole)} bytes")
        else:
            self.assertIn(result.status, (1, 3))
            self.assertEqual(len(result.stderr.splitlines()), 1, result)
            solid = max(0, len(result.stdout) - 4608 * 8)  # the last packet may be a piece
            self.assertLessEqual(len(result.stdout), len(whole))
            self.assertTrue(result.stdout[:solid] == whole[:solid])

    def test_cut_where_ranges_are_ignored(self):
        for name in ("s16.wav", "s16.flac", "cbr.mp3", "vorbis.ogg", "aac.aac", "aac_faststart.m4a"):
            for options in ({}, {"has_length": False}, {"chunked": True, "says_close": False}):
                with self.subTest(name, **options):
                    data = pathlib.Path(fixture(name)).read_bytes()
                    url = self.server.add("/x/" + name, data, ranges=False, cut_at=len(data) // 2, cut_times=10**9, **options)
                    before = len(self.server.log)
                    if options.get("has_length") is False:
                        run("-f", "f32le", url)  # the end of the connection is the end of the file: nothing can tell
                    else:
                        self.never_wrong(name, url)
                    self.assertLess(len(self.server.log) - before, 30)

    def test_cut_once_where_ranges_are_ignored(self):
        for name in ("s16.wav", "s16.flac", "cbr.mp3", "vorbis.ogg"):
            with self.subTest(name):
                data = pathlib.Path(fixture(name)).read_bytes()
                self.never_wrong(name, self.server.add("/y/" + name, data, ranges=False, cut_at=len(data) // 2, cut_times=1))

    def test_a_stall_ends_in_bounded_time(self):
        for place in (0, 100_000):
            with self.subTest(place):
                url = self.server.add(f"/{place}.wav", fixture("s16.wav"), stall_at=place, ranges=False)
                began = time.monotonic()
                result = self.fails(1 if place == 0 else 3, "--stall", "1s", "--connect-timeout", "2s", url)
                self.assertLess(time.monotonic() - began, 40 * TIME_SCALE)
                error = [r.data for r in result.records() if r.type == "stream-error"][0]
                self.assertEqual(error["kind"], "network")
                self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_a_stall_that_passes_is_resumed(self):
        url = self.server.add("/x.wav", fixture("s16.wav"), stall_at=100_000, stall_times=1)
        self.assertTrue(self.ok("--stall", "1s", "-f", "f32le", url, quiet=False).stdout == media.reference("s16.wav"))


class Certificates(FaultTest):
    tls = True

    def test_self_signed_is_refused(self):
        url = self.server.add("/x.flac", fixture("s16.flac"))
        self.one_error(url, words=("ertificate", "--insecure"))

    def test_insecure_takes_it(self):
        url = self.server.add("/x.flac", fixture("s16.flac"))
        self.assertTrue(self.ok("--insecure", "-f", "f32le", url).stdout == media.reference("s16.flac"))
        options = ("--start", "70001smp", "-t", "5000smp")
        self.assertTrue(self.ok("--insecure", "-f", "f32le", *options, url).stdout ==
                        media.reference("s16.flac")[70001 * 8:75001 * 8])

    def test_a_redirect_to_it_is_refused_too(self):
        with HttpServer() as plain:
            self.server.add("/x.flac", fixture("s16.flac"))
            self.one_error(plain.add("/moved", redirect=self.server.url("/x.flac")), words=("ertificate",))

    def test_a_playlist_from_it_is_refused_too(self):
        url = self.server.add("/x.m3u", self.server.add("/x.flac", fixture("s16.flac")).encode())
        self.one_error(url, words=("ertificate",))


class Secrets(FaultTest):

    def test_never_in_any_output(self):
        self.server.add("/ok.wav", fixture("tiny.wav"), auth="joe:Hunter2secret")
        self.server.add("/cut.wav", fixture("s16.wav"), ranges=False, cut_at=100_000)
        self.server.add("/moved.wav", redirect=self.server.url("/gone.wav", query="token=Hunter2secret"))
        query = "token=Hunter2secret&X-Amz-Signature=Hunter2secret&a=b"
        urls = [self.server.url(path, user="joe:Hunter2secret", query=query)
                for path in ("/ok.wav", "/none.wav", "/cut.wav", "/moved.wav", "/list.m3u", "/list.m3u8")]
        self.server.add("/list.m3u", "\n".join(urls[:2]).encode())
        self.server.add("/list.m3u8", f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{urls[1]}\n#EXT-X-ENDLIST\n".encode())
        for url in urls:
            for options in ((), ("-vvv",), ("-v", "--log-format", "json"), ("-f", "text")):
                with self.subTest(url=url, options=options):
                    result = run(*options, url)
                    self.assertNotIn(b"Hunter2secret", result.stdout)
                    self.assertNotIn("Hunter2secret", result.stderr)
            result = run("check", "--json", url)
            self.assertNotIn("Hunter2secret", result.text() + result.stderr)
        self.assertTrue(any("Hunter2secret" in r.path for r in self.server.log), "they did reach the server")

    def test_encoded_secrets(self):
        url = self.server.url("/none.wav", user="joe:p%40ss%2Fword1")
        result = run("-vvv", url)
        for secret in ("p%40ss%2Fword1", "p@ss/word1"):
            self.assertNotIn(secret, result.stderr)
            self.assertNotIn(secret.encode(), result.stdout)


if __name__ == "__main__":
    main()
