"""What pages play, by yt-dlp: the real one with pages of our own, recordings and broadcasts; links that expire; nothing that must not be
reached or shown."""
import json
import os
import signal
import subprocess
import unittest
from pathlib import Path

from support import media
from support.cli import CliTest, finish, fixture, main, run, start, wait_for
from support.http_server import HttpServer
from support.live_run import LiveRun, check_timeline
from support.nginx import Nginx
from support.sites import FakeYtdl, answer, has_ytdl, page, video_page

QUICK = ("--reconnect-delay", "0.1..0.3")


class SiteTest(CliTest):

    def setUp(self):
        super().setUp()
        self.server = HttpServer()
        self.addCleanup(self.server.close)

    def starts(self, *args):
        return [r.data for r in self.ok(*args).records() if r.type == "stream-start"]


@unittest.skipUnless(has_ytdl(), "there is no yt-dlp on PATH")
class RealPages(SiteTest):

    def test_a_recording_is_the_file_behind_its_page(self):
        self.server.add("/a.mp3", fixture("cbr.mp3"), content_type="audio/mpeg")
        url = self.server.add("/one.html", page("My page", "a.mp3"), content_type="text/html")
        result = self.ok("-vvv", "-f", "f32le", f"ytdl:{url}?token=s3cretT0ken", quiet=False)
        self.assertTrue(result.stdout == self.ok("-f", "f32le", fixture("cbr.mp3")).stdout)
        self.assertNotIn("s3cretT0ken", result.stderr)
        self.assertIn("one.html", self.server.requests("/a.mp3")[-1].headers["Referer"])

    def test_a_page_with_several_is_a_list(self):
        self.server.add("/a.mp3", fixture("cbr.mp3"), content_type="audio/mpeg")
        url = self.server.add("/two.html", page("Two", "a.mp3", "a.mp3?x=2"), content_type="text/html")
        self.assertEqual([start["label"] for start in self.starts(f"ytdl:{url}")], ["Two (1)", "Two (2)"])

    def test_a_page_without_sound(self):
        url = self.server.add("/none.html", page("None"), content_type="text/html")
        self.fails(1, f"ytdl:{url}", stderr=r"^astream: ytdl:http\S+: yt-dlp: Unsupported URL: [^\n]*\(.*yt-dlp 20[^\n]*\)\n$")
        self.fails(1, url, stderr=r"web page, not audio \(ytdl:URL")

    def test_a_broadcast_that_expires_and_goes_on(self):
        with Nginx(self.tmp) as server:
            writer = subprocess.Popen(["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", "sine=440:r=44100", "-c:a", "aac", "-f", "hls",
                                       "-hls_time", "1", "-hls_list_size", "4", "-hls_flags", "delete_segments", self.tmp / "live.m3u8"],
                                      stdin=subprocess.DEVNULL)
            self.addCleanup(writer.wait)
            self.addCleanup(writer.kill)
            (self.tmp / "live.html").write_bytes(video_page("On air", "live.m3u8"))
            wait_for(lambda: (self.tmp / "live1.ts").exists(), what="two segments")
            with LiveRun("-w", "0.25", *QUICK, "ytdl:" + server.url("/plain/live.html")) as live:
                live.wait_windows(6)
                start = live.of_type("stream-start")[0].data
                self.assertEqual((start["live"], start["label"]), (True, "On air (1)"))
                server.refuse(True)
                live.wait_until(lambda: "connecting again" in live.stderr, "the refusal")
                server.refuse(False)
                live.wait_reconnect()
                self.assertEqual(live.interrupt(), -2)
                check_timeline(self, live.windows)
                self.assertEqual(live.end["reason"], "interrupted")


class Expiry(SiteTest):

    def check_recording(self, name, status, *args):
        data = Path(fixture(name)).read_bytes()
        first = self.server.add("/1", data, cut_at=len(data) // 3, refuse_after=1, refuse_status=status)
        fake = FakeYtdl(self.tmp, [answer(first), answer(self.server.add("/2", data))])
        result = self.ok("-f", "f32le", "--ytdl", fake.path, *args, "ytdl:https://site.example/page")
        self.assertTrue(result.stdout == self.ok("-f", "f32le", *args, fixture(name)).stdout, name)
        self.assertEqual(len(fake.calls()), 2)
        self.assertEqual(fake.calls()[0][-2:], ["--", "https://site.example/page"])

    def test_recordings_go_on_at_the_next_sample(self):
        for name, status in (("cbr.mp3", 403), ("long.flac", 410)):
            with self.subTest(name):
                self.check_recording(name, status)

    def test_segments_of_hls_that_are_refused(self):
        media.ffmpeg("-i", fixture("aac_faststart.m4a"), "-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod", self.tmp / "v.m3u8")
        for folder in ("/1/", "/2/"):
            for path in self.tmp.glob("v*"):
                is_refused = folder == "/1/" and path.name == "v2.ts"
                self.server.add(folder + path.name, path.read_bytes(), refuse_after=0 if is_refused else None)
        fake = FakeYtdl(self.tmp, [answer(self.server.url("/1/v.m3u8")), answer(self.server.url("/2/v.m3u8"))])
        result = self.ok("-f", "f32le", "--ytdl", fake.path, "ytdl:https://site.example/page", quiet=False)
        self.assertTrue(result.stdout == self.ok("-f", "f32le", self.server.url("/2/v.m3u8")).stdout)

    def test_one_that_is_refused_for_good_fails(self):
        data = Path(fixture("long.flac")).read_bytes()
        fake = FakeYtdl(self.tmp, [answer(self.server.add("/1", data, cut_at=len(data) // 3, refuse_after=1))])
        self.fails(3, "-w", "0.1", "-f", "f32le", "--ytdl", fake.path, "ytdl:https://site.example/page", stderr="the server answered 403")
        self.assertLess(len(fake.calls()), 5)


class Answers(SiteTest):

    def test_they_reach_no_further_than_the_web(self):
        made = self.tmp / "made"
        local = "file://" + fixture("tiny.wav")
        for number, text in enumerate((answer(local), answer(fixture("tiny.wav")), answer(f"exec:touch {made}"), "null", "no json", "[]",
                                       answer("concat:" + fixture("tiny.wav")))):
            with self.subTest(text[:60]):
                fake = FakeYtdl(self.tmp, [text])
                self.assertIn(self.fails_at_all("--ytdl", fake.path, "ytdl:https://site.example/p").status, (1, 4))
        entries = [{"_type": "url", "url": url} for url in (local, f"exec:touch {made}", "mic:", fixture("tiny.wav"))]
        fake = FakeYtdl(self.tmp, [json.dumps({"_type": "playlist", "title": "L", "entries": entries})])
        result = self.fails_at_all("--ytdl", fake.path, "ytdl:https://site.example/p")
        self.assertEqual([r.type for r in result.records()].count("stream-error"), 4)
        self.assertEqual(len(fake.calls()), 1)
        self.assertFalse(made.exists())
        self.fails(4, "--ytdl", fake.path, f"ytdl:{local}", stderr="not for files")
        listed = self.server.add("/l.m3u", b"ytdl:https://site.example/p\n")
        self.fails_at_all("--ytdl", fake.path, listed)
        self.assertEqual(len(fake.calls()), 1)

    def fails_at_all(self, *args):
        result = run(*args)
        self.assertNotEqual(result.status, 0, result)
        return result

    def test_what_opens_doors_is_passed_on_and_never_shown(self):
        secrets = ("c00kieValue", "Bearer bearerT0ken", "qu3rySecret", "pathS3cretpathS3cretpathS3cretpathS3cret")
        path = f"/{secrets[3]}/a.mp3"
        url = self.server.add(path, fixture("cbr.mp3")) + f"?expire=1&sparams={secrets[2]}"
        fake = FakeYtdl(self.tmp, [answer(url, format={"http_headers": {"X-Wanted": "yes", "Authorization": secrets[1], "Cookie": "old=1"},
                                                       "cookies": f"id={secrets[0]}; Domain=127.0.0.1; Path=/; Secure; Expires=9"})])
        result = self.ok("-vvv", "--ytdl", fake.path, "https://www.youtube.com/watch?v=x", quiet=False)
        headers = self.server.requests(path)[0].headers
        self.assertEqual((headers["X-Wanted"], headers["Authorization"]), ("yes", secrets[1]))
        self.assertEqual(sorted(headers["Cookie"].split("; ")), ["id=" + secrets[0], "old=1"])
        for secret in secrets:
            self.assertNotIn(secret.removeprefix("Bearer "), result.stderr + result.stdout.decode(errors="replace"))
        self.assertEqual(result.records()[1].data["uri"], "ytdl:https://www.youtube.com/watch?v=x")
        self.ok("--ytdl", fake.path, "--expand-env", "ytdl:https://me:$PW@site.example/p", env={"PW": "s3cret"})
        self.assertEqual(fake.calls()[-1][-2:], ["--batch-file", "-"])
        self.assertEqual(fake.asked(), ["https://me:s3cret@site.example/p"])

    def test_missing_broken_and_old_programs(self):
        self.fails(1, "--ytdl", self.tmp / "nowhere", "https://youtu.be/x", stderr="needs yt-dlp.*install")
        old = FakeYtdl(self.tmp, [], version="2021.01.01", error="WARNING: x\nERROR: [youtube] x: nsig failed; please report this issue on ...")
        result = self.fails(1, "--ytdl", old.path, "ytdl:https://user:s3cret@site.example/p",
                            stderr=r"yt-dlp: \[youtube\] x: nsig failed \(yt-dlp 2021.01.01 is too old")
        self.assertNotIn("s3cret", result.stderr)
        new = FakeYtdl(self.tmp, [], version="2999.01.01", error="ERROR: https://site.example/?token=s3cret is private")
        result = self.fails(1, "--ytdl", new.path, "ytdl:https://site.example/p", stderr="is private .said by yt-dlp 2999")
        self.assertNotIn("s3cret", result.stderr)

    def test_a_slow_one_can_be_interrupted(self):
        fake = FakeYtdl(self.tmp, [answer("https://site.example/x")], delay_s=60)
        process = start("--ytdl", fake.path, "ytdl:https://site.example/p")
        wait_for(fake.calls, what="the question")
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(finish(process).status, -2)


if __name__ == "__main__":
    main()
