"""Ctrl-C ends a live input at once, whatever it is waiting for."""
import socket
import time

from support.cli import CliTest, free_port, is_port_free, main
from support.icecast import MP3, Feed, Icecast
from support.live_run import LiveRun


class Interrupted(CliTest):
    def check_ends_at_once(self, live):
        begin = time.monotonic()
        self.assertEqual(live.interrupt(), -2)
        self.assertLess(time.monotonic() - begin, 3)

    def test_while_connecting(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
            where = f"127.0.0.1:{silent.getsockname()[1]}"
            silent.settimeout(30)
            for uri in (f"http://{where}/x", f"rtsp://{where}/x", f"rtmp://{where}/a/b", f"tcp://{where}"):
                with self.subTest(uri), LiveRun("--connect-timeout", "60", uri) as live:
                    connection, _ = silent.accept()
                    self.check_ends_at_once(live)
                    connection.close()

    def test_while_nobody_sends(self):
        port = free_port(socket.SOCK_DGRAM)
        for uri in (f"udp://127.0.0.1:{port}", f"rtp://127.0.0.1:{port}?codec=pcmu"):
            with self.subTest(uri), LiveRun("--connect-timeout", "60", uri) as live:
                live.wait_until(lambda: not is_port_free(port), "the socket")
                self.check_ends_at_once(live)

    def test_in_the_back_off(self):
        with Icecast() as radio, Feed(radio.source_url("/b.mp3"), *MP3, wait=lambda: radio.status("/b.mp3") == 200):
            with LiveRun("-w", "0.25", "--reconnect-delay", "600..900", radio.url("/b.mp3")) as live:
                live.wait_windows(2)
                radio.kill()
                live.wait_until(lambda: "connecting again" in live.stderr, "the back-off")
                self.check_ends_at_once(live)


if __name__ == "__main__":
    main()
