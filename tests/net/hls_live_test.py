"""Live HLS from nginx: what a window holds, where it stands and when it was captured, across restarts of the server. libav begins three
segments before the end of the list."""
import pathlib
import tempfile
import time

import numpy as np

from support import media
from support.cli import CliTest, main
from support.hls import master
from support.live_hls import FRAME, RATE, Broadcast
from support.live_run import LiveRun, check_timeline, wallclock
from support.nginx import Nginx

QUICK = ("--reconnect-delay", "0.1..0.3")


class HlsLive(CliTest):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="astream-hls-live-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.ts = Broadcast(cls.folder / "ts", seconds=24)
        cls.mp4 = Broadcast(cls.folder / "mp4", seconds=24, is_mp4=True)
        cls.other = Broadcast(cls.folder / "other", seconds=8, low_hz=9000)
        cls.server = Nginx(cls.folder).__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        self.list = self.folder / (self.id().rsplit(".", 1)[1] + ".m3u8")
        self.url = self.server.url("/plain/" + self.list.name)

    def live(self, *args):
        live = LiveRun("-w", "0.25", *QUICK, *args, self.url)
        self.addCleanup(live.close)
        return live

    def wait_delivered(self, live, sender, begin, end):
        """Until all of segments [begin, end) but the last window has come."""
        live.wait_until(lambda: live.windows and live.windows[-1].data["time"] > sender.start_s(end) - sender.start_s(begin) - 0.5,
                        f"segments {begin} to {end}")

    def restart(self, live, air):
        """The server is gone until that was noticed, and comes back with another list."""
        losses = live.stderr.count("connecting again")
        self.server.kill()
        live.wait_until(lambda: live.stderr.count("connecting again") > losses, "the loss")
        air()
        self.server.start()

    def places(self, live, sender):
        """Where the windows stand in the broadcast, but for those that begin before what a new decoder gives exactly."""
        found = [(w, sender.place(np.frombuffer(w.payload, "<f4")[:w.data["valid"]])) for w in live.windows]
        return [(window, place) for window, place in found if place is not None]

    def check_places(self, live, sender, least):
        """All windows stand where their position says."""
        check_timeline(self, live.windows)
        placed = self.places(live, sender)
        self.assertGreaterEqual(len(placed), least)
        self.assertEqual({place - window.data["sample"] for window, place in placed}, {placed[0][1] - placed[0][0].data["sample"]})
        return placed

    def test_what_was_given_already_is_left_out(self):
        for sender in (self.ts, self.mp4):
            with self.subTest(sender.name):
                sender.air(self.list, 0, 6)
                live = self.live()
                self.wait_delivered(live, sender, 3, 6)
                self.restart(live, lambda: sender.air(self.list, 2, 7))
                self.wait_delivered(live, sender, 3, 7)
                live.interrupt()
                placed = self.check_places(live, sender, len(live.windows) - 1)
                self.assertEqual(live.end["reconnects"], 1)
                self.assertEqual(live.end["gap"], 0)
                self.assertGreater(len(placed), 12)

    def test_what_is_missing_is_a_gap_of_that_length(self):
        for sender in (self.ts, self.mp4):
            with self.subTest(sender.name):
                sender.air(self.list, 0, 6)
                live = self.live()
                self.wait_delivered(live, sender, 3, 6)
                self.restart(live, lambda: sender.air(self.list, 12, 18))
                self.wait_delivered(live, sender, 3, 18)
                live.interrupt()
                self.check_places(live, sender, len(live.windows) - 3)
                missing_s = sender.start_s(15) - sender.start_s(6)
                self.assertAlmostEqual(live.end["gap"] / RATE, missing_s, delta=2 * FRAME / RATE)
                self.assertEqual(live.end["gap"] % FRAME, 0)

    def test_segments_that_were_gone_before_they_were_read_are_a_gap(self):
        for sender in (self.ts, self.mp4):
            with self.subTest(sender.name):
                sender.air(self.list, 0, 6)
                live = self.live()
                self.wait_delivered(live, sender, 3, 6)
                sender.air(self.list, 12, 18)
                self.wait_delivered(live, sender, 3, 18)
                live.interrupt()
                self.check_places(live, sender, len(live.windows) - 3)
                self.assertEqual(live.end["reconnects"], 0)
                missing_s = sender.start_s(12) - sender.start_s(6)
                self.assertAlmostEqual(live.end["gap"] / RATE, missing_s, delta=2 * FRAME / RATE)

    def test_a_sender_that_begins_anew_is_measured_by_the_clock(self):
        self.ts.air(self.list, 0, 6)
        live = self.live()
        self.wait_delivered(live, self.ts, 3, 6)
        self.restart(live, lambda: self.other.air(self.list, 0, 6))
        live.wait_reconnect(windows=8)
        live.interrupt()
        check_timeline(self, live.windows)
        placed = self.places(live, self.other)
        self.assertLess(placed[0][1], self.other.start_s(4) * RATE, "sound of the new broadcast was left out")
        self.assertEqual(len({place - window.data["sample"] for window, place in placed}), 1)

    def test_the_copied_packets_go_on_too(self):
        self.ts.air(self.list, 0, 6)
        log = self.tmp / "log.jsonl"
        length_s = self.ts.start_s(7) - self.ts.start_s(3) - 0.1
        live = LiveRun("record", "--copy", *QUICK, "-o", self.tmp / "{index}.mka", "--log", log, "-t", f"{length_s:.3f}", self.url)
        self.addCleanup(live.close)
        live.wait_until(lambda: log.exists() and "file-open" in log.read_text(), "the recording")
        self.restart(live, lambda: self.ts.air(self.list, 2, 7))
        self.assertEqual(live.process.wait(60), 0)
        sound = media.floats(media.ffmpeg("-i", next(self.tmp.glob("*.mka")), "-f", "f32le", "-"))[:, 0]
        self.assertAlmostEqual(len(sound) / RATE, length_s, delta=2 * FRAME / RATE)
        begin = 2 * FRAME  # from where on a new decoder is exact
        place = self.ts.place(sound[begin:begin + RATE])
        np.testing.assert_allclose(sound[begin:], self.ts.sound[place:place + len(sound) - begin], rtol=0, atol=1e-6)

    def test_the_date_in_the_list_is_the_wall_clock(self):
        begun = round(time.time()) - 3600
        for sender in (self.ts, self.mp4):
            with self.subTest(sender.name):
                sender.air(self.list, 0, 6, dates=begun)
                live = self.live()
                self.wait_delivered(live, sender, 3, 6)
                self.restart(live, lambda: sender.air(self.list, 2, 7, dates=begun))
                self.wait_delivered(live, sender, 3, 7)
                self.restart(live, lambda: sender.air(self.list, 12, 18, dates=begun))
                self.wait_delivered(live, sender, 3, 18)
                live.interrupt()
                check_timeline(self, live.windows)
                priming_s = 0 if sender is self.mp4 else FRAME / RATE
                for window, place in self.places(live, sender):
                    self.assertAlmostEqual(wallclock(window), begun + place / RATE, delta=0.003 + priming_s)

    def test_each_variant_has_its_own_dates(self):
        begun = round(time.time()) - 3600
        variants = ((self.ts, begun, 90_000), (self.other, begun + 1000, 140_000))
        for sender, dates, _ in variants:
            sender.air(self.list.with_name(f"variant-{sender.name}.m3u8"), 0, 6, dates=dates)
        master(self.folder, *((f"variant-{sender.name}.m3u8", bits_per_s, "") for sender, _, bits_per_s in variants), name=self.list.name)
        for track, (sender, dates, _) in enumerate(variants, 1):
            with self.subTest(sender.name):
                live = self.live("--track", track)
                self.wait_delivered(live, sender, 3, 6)
                sender.air(self.list.with_name(f"variant-{sender.name}.m3u8"), 0, 8, dates=dates)
                self.wait_delivered(live, sender, 3, 8)
                live.interrupt()
                check_timeline(self, live.windows)
                placed = self.places(live, sender)
                self.assertGreater(len(placed), 15)
                for window, place in placed:
                    self.assertAlmostEqual(wallclock(window), dates + place / RATE, delta=0.003 + FRAME / RATE)

    def test_a_date_that_is_nonsense_is_not_believed(self):
        for begun in (0, time.time() - 30 * 86400):
            with self.subTest(begun):
                before = time.time()
                self.ts.air(self.list, 0, 6, dates=begun)
                live = self.live()
                self.wait_delivered(live, self.ts, 3, 6)
                live.interrupt()
                check_timeline(self, live.windows)
                for window in live.windows:
                    self.assertGreater(wallclock(window), before - 10)
                    self.assertLess(wallclock(window), time.time())


if __name__ == "__main__":
    main()
