"""RTP with and without a description, MPEG-TS over UDP, SRT, TCP, and live HLS, sent by ffmpeg."""
import http.server
import functools
import json
import socket
import threading
import time

from support.cli import CliTest, free_port, is_port_free, main
from support.icecast import Feed
from support.live_run import LiveRun, check_timeline, clock_error_s, wallclock
from support.rtp_sender import PACKET_S, RtpSender

QUICK = ("--reconnect-delay", "0.1..0.3")
TS = ("-c:a", "aac", "-b:a", "128k", "-f", "mpegts")


class LossyRelay:
    """Sends on to a port what comes to its own, but for each N-th datagram."""

    def __init__(self, target_port, every):
        self.target, self.every, self.lost = ("127.0.0.1", target_port), every, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run)

    def run(self):
        count = 0
        while datagram := self.socket.recv(65536):
            count += 1
            if count % self.every == 0:
                self.lost += 1
            else:
                self.socket.sendto(datagram, self.target)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.socket.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()


class Rtp(CliTest):
    def listen(self, *args):
        live = LiveRun("-w", "0.2", *QUICK, *args)
        self.addCleanup(live.close)
        return live

    def send(self, url, *encoding, **more):
        feed = Feed(url, *encoding, **more)
        self.addCleanup(feed.stop)
        return feed

    def check(self, live, codec, windows=5):
        live.wait_windows(windows)
        live.interrupt()
        check_timeline(self, live.windows)
        self.assertEqual(live.of_type("stream-start")[0].data["source"]["codec"], codec)
        self.assertTrue(live.of_type("stream-start")[0].data["live"])

    def test_without_a_description(self):
        for query, codec, encoding, more in (
                ("codec=opus/48000/2&pt=97", "opus", ("-ar", "48000", "-c:a", "libopus"), {}),
                ("codec=pcmu", "pcm_mulaw", ("-c:a", "pcm_mulaw"), {"source": "sine=440:r=8000", "channels": 1}),
                ("codec=L16/44100/2", "pcm_s16be", ("-c:a", "pcm_s16be"), {})):
            with self.subTest(query):
                port = free_port(socket.SOCK_DGRAM)
                live = self.listen(f"rtp://127.0.0.1:{port}?{query}")
                live.wait_until(lambda: not is_port_free(port), "the socket")
                feed = self.send(f"rtp://127.0.0.1:{port}?pkt_size=1200", *encoding, "-f", "rtp", **more)
                self.check(live, codec)
                feed.stop()

    def test_with_a_description_and_a_sender_that_pauses(self):
        port = free_port(socket.SOCK_DGRAM)
        sdp = self.tmp / "session.sdp"
        url = f"rtp://127.0.0.1:{port}?pkt_size=1200"
        encoding = ("-c:a", "pcm_mulaw", "-f", "rtp", "-sdp_file", sdp)
        tone = {"source": "sine=440:r=8000", "channels": 1}
        feed = self.send(url, *encoding, wait=sdp.exists, **tone)
        live = self.listen("--stall", "1", sdp)
        live.wait_windows(5)
        feed.stop()
        live.wait_until(lambda: "nothing came" in live.stderr, "the stall")
        time.sleep(1)
        self.send(url, *encoding, **tone)
        live.wait_reconnect()
        self.check(live, "pcm_mulaw")
        self.assertGreater(live.end["gap"], 8000)
        self.assertLess(abs(clock_error_s(live.windows)), 0.5)

    def test_packets_that_the_network_loses_are_counted(self):
        port = free_port(socket.SOCK_DGRAM)
        live = self.listen("--stats", "0.2", f"rtp://127.0.0.1:{port}?codec=pcmu")
        live.wait_until(lambda: not is_port_free(port), "the socket")
        with LossyRelay(port, every=10) as relay:
            self.send(f"rtp://127.0.0.1:{relay.port}?pkt_size=172", "-c:a", "pcm_mulaw", "-f", "rtp", source="sine=440:r=8000",
                      channels=1)
            live.wait_until(lambda: live.windows and live.windows[-1].data["time"] > 3, "three seconds")
            live.interrupt()
            check_timeline(self, live.windows)
            self.assertGreater(relay.lost, 5)
            self.assertEqual(live.end["gap"] % 160, 0)  # 160 bytes of payload, a sample each
            self.assertLessEqual(live.end["gap"], relay.lost * 160)
            self.assertGreaterEqual(live.end["gap"], (relay.lost - 5) * 160)  # the last may not have been told yet
            stats = [json.loads(line)["stats"] for line in live.errors if line.startswith('{"stats"')][-1]
            self.assertEqual((stats["lost"] % 160, stats["dropped"], stats["overflows"]), (0, 0, 0))
            self.assertGreater(stats["lost"], 0)
            self.assertLessEqual(stats["lost"], relay.lost * 160)
            self.assertLess(abs(clock_error_s(live.windows)), 0.5)

    def test_what_no_description_can_be_made_of(self):
        for query, words in (("", "needs a codec"), ("?codec=flac", "no codec of RTP"), ("?codec=aac", "config"),
                             ("?codec=opus&pt=200", "payload type")):
            self.fails(1, f"rtp://127.0.0.1:5004{query}", stderr=words)

    def test_transport_stream_over_udp(self):
        port = free_port(socket.SOCK_DGRAM)
        live = self.listen(f"udp://127.0.0.1:{port}")
        live.wait_until(lambda: not is_port_free(port), "the socket")
        self.send(f"udp://127.0.0.1:{port}?pkt_size=1316", *TS)
        self.check(live, "aac")

    def test_transport_stream_over_srt_and_tcp(self):
        for sender, reader in (("srt://127.0.0.1:{}?mode=listener", "srt://127.0.0.1:{}"),
                               ("tcp://127.0.0.1:{}?listen=1", "tcp://127.0.0.1:{}")):
            with self.subTest(reader):
                port = free_port(socket.SOCK_DGRAM if sender.startswith("srt") else socket.SOCK_STREAM)
                live = self.listen("--wait", reader.format(port))
                self.send(sender.format(port), *TS)
                self.check(live, "aac")


class SenderReports(CliTest):
    """The wall clock is what the sender says, as soon as it says it."""

    def listen(self, timestamp=1000):
        port = free_port(socket.SOCK_DGRAM)
        self.live = LiveRun("-w", "0.1", f"rtp://127.0.0.1:{port}?codec=pcmu")
        self.addCleanup(self.live.close)
        self.live.wait_until(lambda: not is_port_free(port) and not is_port_free(port + 1), "the sockets")
        return RtpSender(port, timestamp)

    def windows(self, sender, count):
        """Sends until there are so many windows more; those."""
        wanted = len(self.live.windows) + count
        self.live.wait_until(lambda: sender.send(5) or len(self.live.windows) >= wanted, f"{wanted} windows")
        return self.live.windows[wanted - count:wanted]

    def check_captured(self, windows, captured_s):
        """`captured_s`: of position 0."""
        check_timeline(self, self.live.windows)
        for window in windows:
            self.assertAlmostEqual(wallclock(window), captured_s + window.data["time"], delta=0.002)

    def test_from_the_first_packet_on(self):
        for timestamp in (1000, 2**32 - 4000):
            with self.subTest(timestamp), self.listen(timestamp) as sender:
                begun = time.time() - 3600
                sender.report(begun)
                self.check_captured(self.windows(sender, 20), begun)
                self.live.interrupt()

    def test_a_report_in_the_middle_and_another_one_later(self):
        with self.listen() as sender:
            before = time.time()
            for window in self.windows(sender, 10):
                self.assertGreater(wallclock(window), before - 1)
            sent_s = sender.sequence * PACKET_S
            ahead = time.time() + 1000
            sender.report(ahead + sent_s)
            self.windows(sender, 3)
            self.check_captured(self.windows(sender, 10), ahead)
            sent_s = sender.sequence * PACKET_S
            sender.report(ahead + sent_s - 0.2)
            self.windows(sender, 8)  # at half speed, 0.2 s are met within 0.4 s
            self.check_captured(self.windows(sender, 10), ahead - 0.2)

    def test_nonsense_is_not_believed(self):
        with self.listen() as sender:
            for ntp, captured_s in ((0, None), (None, 0), (None, time.time() - 2 * 86400), (None, time.time() + 2 * 86400)):
                before = time.time()
                sender.report(captured_s, ntp)
                for window in self.windows(sender, 5):
                    self.assertGreater(wallclock(window), before - 1)
                    self.assertLess(wallclock(window), time.time())
            check_timeline(self, self.live.windows)


class Hls(CliTest):
    def setUp(self):
        super().setUp()
        handler = functools.partial(Quiet, directory=str(self.tmp))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}/live.m3u8"
        self.playlist = self.tmp / "live.m3u8"

    def feed(self, **more):
        return Feed(self.playlist, "-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "4", "-hls_flags",
                    "delete_segments", wait=lambda: self.playlist.exists() and self.playlist.read_text().count(".ts") > 1, **more)

    def test_a_list_that_is_being_written_is_live_until_it_ends(self):
        feed = self.feed(options=("-t", "8"))
        self.addCleanup(feed.stop)
        with LiveRun("-w", "0.5", *QUICK, self.url) as live:
            self.assertEqual(live.finish(), 0)  # the writer marks the end after 8 s
            self.assertTrue(live.of_type("stream-start")[0].data["live"])
            self.assertEqual(live.end["reason"], "end")
            self.assertGreater(live.end["samples"], 4 * 44100)
            check_timeline(self, live.windows)

    def test_a_writer_that_dies_is_a_stall(self):
        feed = self.feed()
        with LiveRun("-w", "0.5", "--stall", "3", "--reconnect", "0", self.url) as live:
            live.wait_windows(3)
            feed.stop()
            self.assertEqual(live.finish(), 5)
            self.assertIn("nothing came", live.stderr)
            self.assertEqual(live.end["reason"], "lost")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    main()
