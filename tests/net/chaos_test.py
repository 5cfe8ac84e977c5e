"""Four live inputs while their servers are cut, frozen, restarted and made to send garbage, at random: none crashes or hangs, each goes on,
and its time line holds. $ASTREAM_CHAOS_S is how long (5 s; a minute before a release), $ASTREAM_CHAOS_SEED repeats a run."""
import contextlib
import os
import random
import signal
import socket
import time

from support.chaos_proxy import ChaosProxy
from support.cli import SANITIZERS, CliTest, free_port, main
from support.icecast import MP3, Feed, Icecast
from support.live_run import LiveRun, check_timeline
from support.rtsp_server import RtspServer

OPTIONS = ("-w", "0.25", "--stall", "1", "--connect-timeout", "2", "--reconnect-delay", "0.1..0.5")
MOST_GROWTH_BYTES = 64 << 20


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


class Peers:
    """The servers, and what can befall them; each fault is healed before the next of the same peer."""

    def __init__(self, stack, chance):
        self.chance = chance
        self.radio = stack.enter_context(Icecast())
        self.camera = stack.enter_context(RtspServer())
        self.proxy = stack.enter_context(ChaosProxy(self.radio.port))
        self.udp_port = free_port(socket.SOCK_DGRAM)
        self.feed = self.sender = None
        self.start_feed()
        self.start_sender()
        stack.callback(lambda: self.feed.stop())
        stack.callback(lambda: self.sender.stop())
        self.faults = [self.cut, self.freeze_proxy, self.garbage, self.refuse, self.restart_radio, self.freeze_radio, self.restart_feed,
                       self.restart_camera, self.freeze_camera, self.restart_sender, self.freeze_sender, self.udp_garbage]

    def urls(self):
        return [self.radio.url("/live.mp3"), f"http://127.0.0.1:{self.proxy.port}/live.mp3", self.camera.url("/pcmu"),
                f"udp://127.0.0.1:{self.udp_port}"]

    def start_feed(self):
        self.feed = Feed(self.radio.source_url("/live.mp3"), *MP3, wait=lambda: self.radio.status("/live.mp3") == 200)

    def start_sender(self):
        self.sender = Feed(f"udp://127.0.0.1:{self.udp_port}?pkt_size=1316", "-c:a", "aac", "-f", "mpegts")

    def pause(self):
        time.sleep(self.chance.uniform(0.1, 1.6))  # shorter and longer than the stall time

    def frozen(self, process):
        process.send_signal(signal.SIGSTOP)
        self.pause()
        process.send_signal(signal.SIGCONT)

    def cut(self):
        self.proxy.cut()

    def freeze_proxy(self):
        self.proxy.freeze()
        self.pause()
        self.proxy.thaw()

    def garbage(self):
        self.proxy.inject(self.chance.randbytes(self.chance.choice((1, 100, 20_000))))

    def refuse(self):
        self.proxy.refuse(True)
        self.proxy.cut()
        self.pause()
        self.proxy.refuse(False)

    def restart_radio(self):
        self.radio.kill()
        self.feed.stop()
        self.pause()
        self.radio.start()
        self.start_feed()

    def freeze_radio(self):
        self.frozen(self.radio.process)

    def restart_feed(self):
        self.feed.stop()
        self.pause()
        self.start_feed()

    def restart_camera(self):
        self.camera.kill()
        self.pause()
        self.camera.start()

    def freeze_camera(self):
        self.frozen(self.camera.process)

    def restart_sender(self):
        self.sender.stop()
        self.pause()
        self.start_sender()

    def freeze_sender(self):
        self.frozen(self.sender.process)

    def udp_garbage(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(20):
                sender.sendto(self.chance.randbytes(self.chance.randrange(1, 1400)), ("127.0.0.1", self.udp_port))


class Chaos(CliTest):

    def test_four_streams_outlive_their_servers(self):
        duration_s = float(os.environ.get("ASTREAM_CHAOS_S", "5"))
        seed = int(os.environ.get("ASTREAM_CHAOS_SEED", "20261"))
        print(f"seed {seed}, {duration_s} s", flush=True)
        chance = random.Random(seed)
        with contextlib.ExitStack() as stack:
            peers = Peers(stack, chance)
            runs = [stack.enter_context(LiveRun(*OPTIONS, url)) for url in peers.urls()]
            for live in runs:
                live.wait_windows(2)
            before = [resident_bytes(live.process.pid) for live in runs]
            order = []
            end = time.monotonic() + duration_s
            while time.monotonic() < end:
                if not order:  # each as often as any other
                    order = chance.sample(peers.faults, len(peers.faults))
                fault = order.pop()
                print(f"{fault.__name__}", flush=True)
                fault()
                time.sleep(chance.uniform(0, 0.4))
            for live, memory in zip(runs, before):
                live.wait_more_windows(8)
                if not SANITIZERS:
                    self.assertLess(resident_bytes(live.process.pid) - memory, MOST_GROWTH_BYTES)
            for live in runs:
                self.assertEqual(live.interrupt(), -2, live.stderr)
                check_timeline(self, live.windows)
                self.assertEqual(live.end["gap"], sum(w.data.get("gap", 0) for w in live.windows))
            self.assertGreater(sum(live.end["reconnects"] for live in runs), 0)


if __name__ == "__main__":
    main()
