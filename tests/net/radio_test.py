"""Web radio from a real Icecast: formats, titles, and what becomes of sources and servers that go away."""
import time

from support.cli import CliTest, main, run, samples
from support.icecast import AAC, MP3, OPUS, VORBIS, Feed, Icecast
from support.live_run import LiveRun, check_timeline, clock_error_s

QUICK = ("--reconnect-delay", "0.1..0.3")
BURST_S = 16384 * 8 / 128_000


class Radio(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.radio = cls.enterClassContext(Icecast()) if hasattr(cls, "enterClassContext") else Icecast().__enter__()
        if not hasattr(cls, "enterClassContext"):
            cls.addClassCleanup(cls.radio.__exit__, None, None, None)

    def feed(self, mount, encoding, **more):
        feed = Feed(self.radio.source_url(mount), *encoding, wait=lambda: self.radio.status(mount) == 200, **more)
        self.addCleanup(feed.stop)
        return feed

    def live(self, *args):
        live = LiveRun(*args)
        self.addCleanup(live.close)
        return live

    def test_formats_are_live_and_sound(self):
        for mount, encoding, codec in (("/f.mp3", MP3, "mp3"), ("/f.ogg", VORBIS, "vorbis"), ("/f.opus", OPUS, "opus"),
                                       ("/f.aac", AAC, "aac")):
            with self.subTest(codec):
                feed = self.feed(mount, encoding)
                result = self.ok("-c", "1", "-w", "0.5", "-t", "1.5", self.radio.url(mount))
                feed.stop()
                parsed = result.records()
                start = parsed[1].data
                self.assertTrue(start["live"])
                self.assertEqual(start["source"]["codec"], codec)
                windows = [r for r in parsed if r.type == "window"]
                self.assertEqual(len(windows), 3)
                check_timeline(self, windows)
                self.assertGreater(abs(samples(windows[-1])).max(), 0.05)

    def test_the_first_window_comes_soon(self):
        self.feed("/soon.mp3", MP3)
        begin = time.monotonic()
        with LiveRun("-w", "0.1", self.radio.url("/soon.mp3")) as live:
            live.wait_windows(1)
            self.assertLess(time.monotonic() - begin, 2.5)  # probing takes more than 4 s

    def test_titles_become_stream_info(self):
        self.feed("/title.mp3", MP3)
        live = self.live("-w", "0.25", self.radio.url("/title.mp3"))
        live.wait_windows(2)
        self.radio.set_title("/title.mp3", "Bj\u00f6rk - J\u00f3ga")  # Icecast sends it on in ISO-8859-1
        live.wait_until(lambda: live.of_type("stream-info"), "a title")
        self.assertEqual(live.of_type("stream-info")[0].data["tags"], {"title": "Bj\u00f6rk - J\u00f3ga"})
        self.radio.set_title("/title.mp3", "Next")
        live.wait_until(lambda: len(live.of_type("stream-info")) == 2, "another title")
        live.interrupt()
        self.assertEqual(live.of_type("stream-info")[1].data["tags"], {"title": "Next"})

    def test_a_source_that_drops_and_comes_back(self):
        feed = self.feed("/drop.mp3", MP3)
        live = self.live("-w", "0.25", *QUICK, self.radio.url("/drop.mp3"))
        live.wait_windows(8)
        feed.stop()
        time.sleep(2)  # the outage
        self.feed("/drop.mp3", MP3)
        live.wait_reconnect()
        live.interrupt()
        self.check_gap(live, least_s=2 - 2 * BURST_S)

    def test_a_server_that_is_killed_and_restarted(self):
        with Icecast() as radio:
            url = radio.url("/live.ogg")
            with Feed(radio.source_url("/live.ogg"), *VORBIS, wait=lambda: radio.status("/live.ogg") == 200):
                live = self.live("-w", "0.25", *QUICK, url)
                live.wait_windows(8)
                radio.kill()
            time.sleep(3)
            radio.start()
            with Feed(radio.source_url("/live.ogg"), *VORBIS, wait=lambda: radio.status("/live.ogg") == 200):
                live.wait_reconnect()
                live.interrupt()
        self.check_gap(live, least_s=3 - 2 * BURST_S)

    def check_gap(self, live, least_s):
        check_timeline(self, live.windows)
        self.assertEqual(live.end["reconnects"], 1)
        self.assertGreater(live.end["gap"], least_s * 44100)
        self.assertEqual(sum(w.data.get("gap", 0) for w in live.windows), live.end["gap"])
        self.assertLess(abs(clock_error_s(live.windows)), BURST_S + 1.5)  # pages of Ogg are a second long
        self.assertIn("connecting again", live.stderr)

    def test_retries_that_run_out_lose_it(self):
        with Icecast() as radio, Feed(radio.source_url("/l.mp3"), *MP3, wait=lambda: radio.status("/l.mp3") == 200):
            live = self.live("-w", "0.25", "--reconnect", "2", *QUICK, radio.url("/l.mp3"))
            live.wait_windows(3)
            radio.kill()
            self.assertEqual(live.finish(), 5)
        self.assertEqual(live.end["reason"], "lost")
        self.assertEqual(live.of_type("stream-error")[0].data["kind"], "network")

    def test_filled_gaps_leave_no_hole(self):
        feed = self.feed("/fill.mp3", MP3)
        live = self.live("-w", "0.25", "--on-gap", "fill", *QUICK, self.radio.url("/fill.mp3"))
        live.wait_windows(4)
        feed.stop()
        time.sleep(2)
        self.feed("/fill.mp3", MP3)
        live.wait_reconnect()
        live.interrupt()
        steps = {b.data["sample"] - a.data["sample"] for a, b in zip(live.windows, live.windows[1:])}
        self.assertEqual(steps, {11025})
        self.assertGreater(live.end["gap"], 0)

    def test_a_gap_may_be_the_end(self):
        feed = self.feed("/end.mp3", MP3)
        live = self.live("-w", "0.25", "--on-gap", "end", *QUICK, self.radio.url("/end.mp3"))
        live.wait_windows(4)
        feed.stop()
        time.sleep(2)
        self.feed("/end.mp3", MP3)
        self.assertEqual(live.finish(), 0)
        self.assertEqual(live.end["reason"], "end")

    def test_waits_for_what_is_not_there_yet(self):
        live = self.live("-w", "0.25", "--wait", *QUICK, self.radio.url("/later.mp3"))
        live.wait_until(lambda: "waiting for it" in live.stderr, "the word that it waits")
        self.feed("/later.mp3", MP3)
        live.wait_windows(2)
        live.interrupt()
        self.assertEqual(live.end["reconnects"], 0)

    def test_without_waiting_the_first_failure_counts(self):
        result = run(self.radio.url("/never.mp3"))
        self.assertEqual(result.status, 1)
        self.assertIn("404", result.stderr)
        begin = time.monotonic()
        self.assertEqual(run("--wait=0.5", *QUICK, self.radio.url("/never.mp3")).status, 1)
        self.assertGreater(time.monotonic() - begin, 0.4)

    def test_a_reader_that_is_too_slow_loses_nothing_in_silence(self):
        self.feed("/slow.mp3", MP3)
        live = self.live("-w", "0.25", "--on-lag", "drop-oldest", "--buffer", "0.5", self.radio.url("/slow.mp3"), "--",
                         "sh", "-c", "sleep 4; exec cat")
        live.wait_until(lambda: any(w.data.get("dropped") for w in live.windows), "a drop")
        live.wait_more_windows(2)
        live.interrupt()
        check_timeline(self, live.windows)
        self.assertEqual(live.end["dropped"], sum(w.data.get("dropped", 0) for w in live.windows))
        self.assertIn("the reader is too slow", live.stderr)


if __name__ == "__main__":
    main()
