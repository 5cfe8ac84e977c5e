"""Several live inputs in one run: side by side, each with its own losses; one that is dead does not stop the rest."""
import array
import json
import math

from support.cli import free_port, main, run
from support.icecast import MP3, OPUS, RadioTest
from support.live_run import check_timeline
from support.rtsp_server import RtspServer
from support.sites import FakeYtdl, answer

QUICK = ("--reconnect-delay", "0.1..0.3")


def tone_hz(window):
    """The frequency of a sine, by its zero crossings."""
    samples = array.array("f", window.payload)
    rises = sum(1 for a, b in zip(samples, samples[1:]) if a < 0 <= b)
    return rises / (len(samples) / window.data["rate"])


class ManyAtOnce(RadioTest):

    def of_stream(self, live, label):
        number = next(s.data["stream"] for s in live.of_type("stream-start") if s.data["label"] == label)
        return [w for w in live.windows if w.data["stream"] == number]

    def states(self, live):
        """The newest state of each label."""
        lines = [json.loads(line)["stats"] for line in live.errors if line.startswith('{"stats"')]
        return {line["label"]: line for line in lines}

    def test_cameras_and_radios_side_by_side(self):
        low = self.feed("/low.mp3", MP3, source="sine=440:r=44100")
        self.feed("/high.opus", OPUS, source="sine=1760:r=48000")
        with RtspServer() as camera:
            live = self.live("-r", "16000", "-c", "1", "-w", "0.25", *QUICK, "--wait", "--stats", "0.2",
                             f"dead=rtsp://127.0.0.1:{free_port()}/none", "low=" + self.radio.url("/low.mp3"),
                             "camera=" + camera.url("/pcmu"), "high=" + self.radio.url("/high.opus"))
            live.wait_until(lambda: len(live.of_type("stream-start")) == 3, "three streams")
            for label in ("low", "camera", "high"):
                live.wait_until(lambda: len(self.of_stream(live, label)) >= 6, f"windows of {label}")
            low.stop()
            live.wait_until(lambda: self.states(live)["low"]["state"] == "reconnecting", "the loss of one of them")
            self.assertEqual(self.states(live)["dead"]["state"], "connecting")
            self.assertEqual(self.states(live)["camera"]["state"], "live")
            for label in ("camera", "high"):
                before = len(self.of_stream(live, label))
                live.wait_until(lambda: len(self.of_stream(live, label)) >= before + 4, f"more windows of {label}")
            self.feed("/low.mp3", MP3, source="sine=440:r=44100")
            live.wait_until(lambda: any(w.data.get("reconnects") for w in self.of_stream(live, "low")), "it to come back")
            live.wait_until(lambda: self.states(live)["low"]["reconnects"] == 1, "statistics of it")
            self.assertEqual(live.interrupt(), -2)
        for label, hz in (("low", 440), ("camera", 440), ("high", 1760)):
            tones = [tone_hz(w) for w in self.of_stream(live, label)[2:5]]
            self.assertTrue(all(math.isclose(tone, hz, rel_tol=0.03) for tone in tones), (label, tones))
        order = [w.data["stream"] for w in live.windows]
        self.assertGreater(sum(a != b for a, b in zip(order, order[1:])), 6)
        ends = {end.data["stream"]: end.data for end in live.of_type("stream-end")}
        self.assertEqual({end["reason"] for end in ends.values()}, {"interrupted"})
        self.assertEqual([number for number, end in ends.items() if end["reconnects"]], [1])
        final = self.states(live)["low"]
        self.assertEqual(final["reconnects"], 1)
        self.assertGreater(final["gap"], 0)

    def test_one_goes_on_while_yt_dlp_takes_its_time_over_the_next(self):
        self.feed("/on.mp3", MP3)
        fake = FakeYtdl(self.tmp, [answer("https://site.example/x")], delay_s=600)
        live = self.live("-w", "0.25", "--stats", "0.2", "--ytdl", fake.path, self.radio.url("/on.mp3"), "ytdl:https://site.example/page",
                         self.radio.url("/on.mp3"))
        live.wait_until(fake.calls, "yt-dlp to be asked")
        live.wait_more_windows(12)
        self.assertEqual(live.interrupt(), -2, live.stderr)
        self.assertEqual([start.data["stream"] for start in live.of_type("stream-start")], [0])
        check_timeline(self, live.windows)

    def test_a_format_without_stream_numbers_takes_one_at_a_time(self):
        self.feed("/one.mp3", MP3)
        url = self.radio.url("/one.mp3")
        result = run("-f", "f32le", "-t", "3", url, url)
        self.assertEqual(result.status, 3)
        self.assertIn("this format holds one at a time", result.stderr)
        self.assertEqual(len(result.stdout), 3 * 44100 * 2 * 4)

    def test_records_of_several_are_read_back_as_several(self):
        self.feed("/r.mp3", MP3)
        url = self.radio.url("/r.mp3")
        first = run("-w", "0.25", "-t", "2", "a=" + url, "b=" + url)
        again = run("-w", "0.1", "--tail", "crop", "-", stdin=first.stdout)
        self.assertEqual((first.status, again.status), (0, 0), first.stderr + again.stderr)
        self.assertGreater(sum(a.type != b.type for a, b in zip(first.records(), first.records()[1:])), 3)
        for number in (0, 1):
            joined = [b"".join(r.payload for r in result.records() if r.type == "window" and r.data["stream"] == number)
                      for result in (first, again)]
            self.assertEqual(len(joined[0]), 2 * 44100 * 2 * 4)
            self.assertEqual(*joined)

    def test_features_of_several_tell_their_stream(self):
        self.feed("/f.mp3", MP3)
        url = self.radio.url("/f.mp3")
        result = run("features", "-F", "rms_dbfs", "-w", "0.5", "-t", "2", "a=" + url, "b=" + url)
        self.assertEqual(result.status, 0, result.stderr)
        rows = [line.split(",") for line in result.text().splitlines()]
        column = rows[0].index("stream")
        self.assertEqual({row[column] for row in rows[1:]}, {"0", "1"})


if __name__ == "__main__":
    main()
