"""Web radio from a real Icecast: formats, titles, the first window, and what is not there yet."""
import time

from support.cli import main, run, samples
from support.icecast import AAC, MP3, OPUS, VORBIS, RadioTest
from support.live_run import LiveRun, check_timeline

QUICK = ("--reconnect-delay", "0.1..0.3")


class Radio(RadioTest):

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

    def test_titles_of_ogg_are_those_of_its_new_link(self):
        self.feed("/title.ogg", VORBIS)
        live = self.live("-w", "0.25", self.radio.url("/title.ogg"))
        live.wait_windows(2)
        self.radio.set_title("/title.ogg", "New one")
        live.wait_until(lambda: live.of_type("stream-info"), "a title")
        live.wait_more_windows(2)
        live.interrupt()
        self.assertEqual(live.of_type("stream-info")[0].data["tags"]["title"], "New one")
        self.assertEqual(live.end["gap"], 0)

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


if __name__ == "__main__":
    main()
