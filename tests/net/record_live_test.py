"""Recording a real radio: server restarts, clock splits, titles, signals; log, files and windows agree to the sample."""
import os
import signal
import time

import numpy as np

from support import media
from support.cli import finish, main, start, wait_for
from support.icecast import MP3, VORBIS, Feed, Icecast, RadioTest
from support.recordings import chapters, of_kind, ogg_links, read_log
from support.rtsp_server import RtspServer

QUICK = ("--reconnect-delay", "0.1..0.3")


def sound(path, channels=2):
    return media.floats(media.ffmpeg("-i", path, "-f", "f32le", "-"), channels)


class RecordLive(RadioTest):

    def check_files(self, log):
        """Files as the log has them; they follow each other on the time line without a sample lost or doubled."""
        closed = of_kind(log, "file-close")
        gaps = {line["sample"]: line["gap"] + line["dropped"] for line in of_kind(log, "gap")}
        for one, next_one in zip(closed, closed[1:]):
            end = one["sample"] + one["samples"] + one["missing"]
            self.assertEqual(end + (gaps.get(next_one["sample"], 0) if end != next_one["sample"] else 0), next_one["sample"])
        for line in closed:
            self.assertEqual(len(sound(line["file"])), line["samples"], line)
        return closed

    def test_a_server_that_restarts_during_a_split_recording(self):
        log_path = self.tmp / "log.jsonl"
        with Icecast() as radio:
            def feed():
                return Feed(radio.source_url("/live.mp3"), *MP3, wait=lambda: radio.status("/live.mp3") == 200)
            with feed():
                live = self.live("record", radio.url("/live.mp3"), "-o", self.tmp / "{index:3}.wav", "--split", "1s", *QUICK,
                                 "--log", log_path, "--pass", "records", "-w", "0.25")
                live.wait_windows(10)
                radio.kill()
            time.sleep(1.3)  # the outage
            radio.start()
            with feed():
                live.wait_reconnect(windows=8)
                live.interrupt()
        log = read_log(log_path)
        closed = self.check_files(log)
        self.assertEqual(len(of_kind(log, "reconnect")), 1)
        self.assertEqual(sum(line["gap"] for line in of_kind(log, "gap")), live.end["gap"])
        self.assertGreater(live.end["gap"], 0)
        self.assertEqual(sum(line["samples"] for line in closed), live.end["samples"])
        self.assertEqual(list(self.tmp.glob("*.part")), [])
        # What the files hold is what the windows held, at the places that the log tells.
        line_samples = closed[-1]["sample"] + closed[-1]["samples"]
        recorded = np.full((line_samples, 2), np.nan, dtype="<f4")
        for line in closed:
            data, at = sound(line["file"]), line["sample"]
            before = next((g["file_sample"] for g in of_kind(log, "gap") if g.get("file") == line["file"]), len(data))
            recorded[at:at + before] = data[:before]
            rest = len(data) - before
            recorded[at + line["samples"] + line["missing"] - rest:at + line["samples"] + line["missing"]] = data[before:]
        for window in live.windows:
            at, count = window.data["sample"], window.data["valid"]
            values = np.frombuffer(window.payload, "<f4").reshape(-1, 2)[:count]
            np.testing.assert_array_equal(recorded[at:at + count], values)

    def test_several_radios_at_once(self):
        self.feed("/one.mp3", MP3)
        self.feed("/two.mp3", MP3)
        for how in ((), ("--copy",)):
            with self.subTest(how):
                files = [self.tmp / f"{label}{len(how)}.mp3" for label in ("one", "two")]
                process = start("record", *how, "-o", self.tmp / f"{{label}}{len(how)}.mp3", "one=" + self.radio.url("/one.mp3"),
                                "two=" + self.radio.url("/two.mp3"))
                parts = [file.with_name(file.name + ".part") for file in files]
                wait_for(lambda: process.poll() is not None or all(part.exists() and part.stat().st_size > 20000 for part in parts),
                         what="both recordings")
                os.kill(process.pid, signal.SIGINT)
                self.assertEqual(finish(process).status, -2)
                for file in files:
                    self.assertGreater(len(sound(file)), 44100)

    def test_the_packets_of_a_camera(self):
        """RTP tells no lengths: those of Opus stand in its packets."""
        with RtspServer() as camera:
            for path, name in (("/aac", "x.m4a"), ("/opus", "x.opus"), ("/opus", "x.mka")):
                with self.subTest(name):
                    self.ok("record", "--copy", "-y", "-t", "2", camera.url(path), "-o", self.tmp / name)
                    self.assertAlmostEqual(len(sound(self.tmp / name)) / (44100 if path == "/aac" else 48000), 2, delta=0.1)
                    times = media.ffprobe("-show_entries", "packet=pts_time", "-of", "csv=p=0", self.tmp / name).split()
                    apart = np.diff([float(time.strip(",")) for time in times])
                    self.assertGreater(apart.min(), 0.0185)  # each its length: a clock that is set right moves no packets together
        self.assertEqual(list(self.tmp.glob("*.part")), [])

    def test_clock_splits_titles_and_sigterm(self):
        self.feed("/clock.ogg", VORBIS)
        log_path = self.tmp / "log.jsonl"
        process = start("record", self.radio.url("/clock.ogg"), "-o", self.tmp / "{label}/%Y%m%d-%H%M%S.flac", "--split", "2s",
                        "--split-at", "clock", "--utc", "--log", log_path)
        wait_for(lambda: of_kind(read_log(log_path), "file-open"), what="a file")
        self.radio.set_title("/clock.ogg", "New one")
        wait_for(lambda: len(of_kind(read_log(log_path), "file-close")) >= 3, what="three files")
        os.kill(process.pid, signal.SIGTERM)
        result = finish(process)
        self.assertEqual(result.status, -signal.SIGTERM, result)
        log = read_log(log_path)
        closed = self.check_files(log)
        self.assertEqual(log[-1]["event"], "end")
        for line in closed[1:]:
            self.assertRegex(line["wallclock"], r":\d[02468]\.000000Z$")
            stamp = line["wallclock"].replace("-", "").replace(":", "").replace("T", "-")[:15]
            self.assertTrue(line["file"].endswith(f"/{stamp}.flac"), line)
        for line in closed[1:-1]:
            self.assertAlmostEqual(line["samples"] + line["missing"], 2 * 44100, delta=1)
        self.assertEqual([line["tags"]["title"] for line in of_kind(log, "tags")], ["New one"])
        tags = media.ffmpeg("-i", closed[-1]["file"], "-f", "ffmetadata", "-").decode()
        self.assertIn("title=new one", tags.lower())

    def record_titles(self, mount, encoding, name, *args):
        """Records what is fed while its title changes twice; the log's lines of that."""
        self.feed(mount, encoding)
        log_path = self.tmp / f"{name}.log"
        process = start("record", *args, self.radio.url(mount), "-o", self.tmp / name, "--log", log_path)
        part = self.tmp / f"{name}.part"

        def wait_for_more():
            """About two seconds of sound."""
            size = part.stat().st_size if part.exists() else 0
            wait_for(lambda: part.stat().st_size > size + 30000 if part.exists() else False, what="more sound")
        wait_for_more()
        for number, title in enumerate(("Bj\u00f6rk - J\u00f3ga", "C - D"), 1):
            self.radio.set_title(mount, title)
            wait_for(lambda: len(of_kind(read_log(log_path), "tags")) >= number, what="a title")
            wait_for_more()
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(finish(process).status, -2)
        return read_log(log_path)

    def test_titles_of_a_radio_are_chapters_of_matroska(self):
        for how in ((), ("--copy",)):
            with self.subTest(how):
                name = f"x{len(how)}.mka"
                log = self.record_titles(f"/chapters{len(how)}.mp3", MP3, name, *how)
                told = [(line["tags"]["title"], line["sample"]) for line in of_kind(log, "tags")]
                found = [chapter for chapter in chapters(self.tmp / name) if chapter[0] in dict(told)]
                self.assertEqual([title for title, _ in found], ["Bj\u00f6rk - J\u00f3ga", "C - D"])
                for (_, sample), (_, at) in zip(told, found):
                    # A copy has the chapter where the packet begins; its clock counts milliseconds.
                    self.assertAlmostEqual(at, sample, delta=45 if how else 1)
                closed, = of_kind(log, "file-close")
                self.assertAlmostEqual(len(sound(self.tmp / name)), closed["samples"], delta=1152 if how else 0)

    def test_titles_of_a_radio_are_links_of_ogg(self):
        for name, rate in (("x.ogg", 44100), ("x.opus", 48000)):
            with self.subTest(name):
                log = self.record_titles(f"/{name}.mp3", MP3, name)
                closed, = of_kind(log, "file-close")
                titles = [title for title, _ in ogg_links(self.tmp / name)]
                self.assertEqual(titles[-2:], ["Bj\u00f6rk - J\u00f3ga", "C - D"])
                whole = len(self.ok("-f", "f32le", self.tmp / name).stdout) // 8
                self.assertEqual(whole, round(closed["samples"] * rate / 44100))


if __name__ == "__main__":
    main()
