"""Radios whose source or server goes away, and readers that are too slow: what is missing is told, by the wall clock."""
import signal
import time

from support.cli import main
from support.icecast import MP3, VORBIS, Feed, Icecast, RadioTest
from support.live_run import LiveRun, check_timeline, clock_error_s

QUICK = ("--reconnect-delay", "0.1..0.3")
BURST_S = 16384 * 8 / 128_000


class RadioFaults(RadioTest):

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

    def test_a_server_that_freezes_is_left_after_the_stall_time(self):
        with Icecast() as radio, Feed(radio.source_url("/z.mp3"), *MP3, wait=lambda: radio.status("/z.mp3") == 200):
            live = self.live("-w", "0.25", "--stall", "1", "--connect-timeout", "1", *QUICK, radio.url("/z.mp3"))
            live.wait_windows(4)
            radio.process.send_signal(signal.SIGSTOP)
            live.wait_until(lambda: "nothing came" in live.stderr, "the stall")
            radio.process.send_signal(signal.SIGCONT)
            live.wait_reconnect()
            live.interrupt()
        check_timeline(self, live.windows)
        self.assertGreaterEqual(live.end["reconnects"], 1)
        self.assertLess(abs(clock_error_s(live.windows)), 2 * BURST_S)

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
