"""RTSP from a real server: codecs, transports, logins, cameras with video, servers that die or freeze."""
import time
from urllib.parse import quote

from support.cli import CliTest, main
from support.live_run import LiveRun, check_timeline, clock_error_s, wallclock
from support.rtsp_server import RtspServer

QUICK = ("--reconnect-delay", "0.1..0.3")
PASSWORD = "p@ss/w:rd %?#1"


class Rtsp(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.server = RtspServer().__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def test_codecs_and_transports(self):
        for path, codec, transport in (("/pcmu", "pcm_mulaw", "auto"), ("/pcmu", "pcm_mulaw", "udp"),
                                       ("/opus", "opus", "tcp"), ("/aac", "aac", "udp")):
            with self.subTest(path + " " + transport):
                parsed = self.ok("-w", "0.2", "-t", "1", "--transport", transport, self.server.url(path)).records()
                self.assertEqual(parsed[1].data["source"]["codec"], codec)
                self.assertTrue(parsed[1].data["live"])
                windows = [r for r in parsed if r.type == "window"]
                self.assertEqual(len(windows), 5)
                check_timeline(self, windows)

    def test_the_wall_clock_is_that_of_the_sender_reports(self):
        def offsets():
            return [wallclock(window) - window.data["time"] for window in live.windows[-10:]]
        with LiveRun("-w", "0.1", self.server.url("/pcmu")) as live:
            live.wait_windows(10)
            # By the arrival they differ by more; a report comes after some seconds.
            live.wait_until(lambda: max(offsets()) - min(offsets()) < 50e-6, "a clock that runs with the samples")
            live.interrupt()
            check_timeline(self, live.windows)
            self.assertLess(wallclock(live.windows[-1]), time.time())

    def test_nothing_behind_that_path(self):
        self.fails(1, self.server.url("/none"), stderr="404")


class Camera(CliTest):
    def test_only_audio_tracks_are_asked_for(self):
        with RtspServer() as server:
            self.ok("-w", "0.2", "-t", "0.4", server.url("/av"))
            self.assertEqual(server.setups(), ["stream=1"])


class Login(CliTest):
    def test_digest_with_any_password_and_no_trace_of_it(self):
        with RtspServer(login="me:" + PASSWORD) as server:
            encoded = "p%40ss%2Fw%3Ard%20%25%3F%231"
            for login in ("me:" + encoded, "me:p@ss%2Fw:rd %25%3F%231"):
                with self.subTest(login):
                    result = self.ok("-vvv", "-w", "0.2", "-t", "0.4", server.url("/pcmu", login), quiet=False)
                    everything = result.stdout.decode(errors="replace") + result.stderr
                    for secret in (PASSWORD, encoded, "p@ss", "p%40ss"):
                        self.assertNotIn(secret, everything)
            self.fails(1, server.url("/pcmu"), stderr="401")
            wrong = self.fails(1, server.url("/pcmu", "me:secretX"), stderr="401")
            self.assertNotIn("secretX", wrong.stderr)


class Faults(CliTest):
    def check(self, live, outage_s):
        check_timeline(self, live.windows)
        self.assertGreaterEqual(live.end["reconnects"], 1)
        self.assertGreater(live.end["gap"], (outage_s - 0.5) * 8000)
        self.assertLess(abs(clock_error_s(live.windows)), 0.5)

    def test_a_server_that_is_killed_and_restarted(self):
        for transport in ("tcp", "udp"):
            with self.subTest(transport), RtspServer() as server:
                with LiveRun("-w", "0.2", "--transport", transport, *QUICK, server.url("/pcmu")) as live:
                    live.wait_windows(5)
                    server.kill()
                    time.sleep(2)
                    server.start()
                    live.wait_reconnect()
                    live.interrupt()
                    self.check(live, 2)

    def test_a_server_that_freezes_is_left_after_the_stall_time(self):
        with RtspServer() as server:
            with LiveRun("-w", "0.2", "--stall", "1", "--connect-timeout", "1", *QUICK, server.url("/pcmu")) as live:
                live.wait_windows(5)
                server.freeze()
                live.wait_until(lambda: "nothing came" in live.stderr, "the stall")
                server.thaw()
                live.wait_reconnect()
                live.interrupt()
                self.check(live, 1)

    def test_one_that_stays_away_is_lost(self):
        with RtspServer() as server:
            with LiveRun("-w", "0.2", "--reconnect", "1", *QUICK, server.url("/pcmu")) as live:
                live.wait_windows(2)
                server.kill()
                self.assertEqual(live.finish(), 5)
                self.assertEqual(live.end["reason"], "lost")


class Encrypted(CliTest):
    def test_certificates_are_verified_and_a_killed_server_is_found_again(self):
        with RtspServer(login="me:" + PASSWORD, tls=True) as server:
            url = server.url("/av", "me:" + quote(PASSWORD))
            self.fails(1, url, stderr="certificate can't be trusted.*--insecure")
            self.fails(1, "--insecure", "--transport", "udp", url, stderr="over TCP only")
            self.assertEqual(server.setups(), [])
            result = self.ok("-vvv", "-w", "0.2", "-t", "0.4", "--insecure", url, quiet=False)
            self.assertNotIn(quote(PASSWORD), result.stderr)
            with LiveRun("-w", "0.2", *QUICK, "--ca-file", server.certificate, url) as live:
                live.wait_windows(5)
                server.kill()
                server.start()
                live.wait_reconnect()
                self.assertEqual(live.interrupt(), -2)
                check_timeline(self, live.windows)


if __name__ == "__main__":
    main()
