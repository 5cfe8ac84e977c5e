"""Four live inputs in one process while their servers are cut, frozen, restarted and made to send garbage, at random: it does not crash or
hang, each goes on by itself, and its time line holds. $ASTREAM_CHAOS_S is how long (5 s; a minute before a release), $ASTREAM_CHAOS_SEED
repeats a run."""
import contextlib
import functools
import os
import random
import signal
import socket
import time

import numpy

from support.chaos_proxy import ChaosProxy
from support.cli import SANITIZERS, CliTest, free_port, main, samples
from support.icecast import MP3, OPUS, Feed, Icecast
from support.live_run import LiveRun, check_timeline, clock_error_s
from support.rtsp_server import RtspServer

OPTIONS = ("-w", "0.25", "--stall", "1", "--connect-timeout", "2", "--reconnect-delay", "0.1..0.5")
TONES_HZ = {"mp3": 700, "opus": 1500, "camera": 440, "ts": 2200}
MOST_GROWTH_BYTES = 64 << 20
# A server sends some seconds at once to whom it serves anew, and a sender that was stopped what it has missed.
MOST_CLOCK_ERROR_S = 4


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


def loudest_hz(window):
    sound = samples(window)[:, 0]
    if not numpy.any(sound):
        return 0
    spectrum = numpy.abs(numpy.fft.rfft(sound * numpy.hanning(len(sound))))
    return numpy.argmax(spectrum) * window.data["rate"] / len(sound)


class Peers:
    """The servers, and what can befall them; each fault is healed before the next."""

    def __init__(self, stack, chance):
        self.chance = chance
        self.radio = stack.enter_context(Icecast())
        self.camera = stack.enter_context(RtspServer())
        self.proxies = {name: stack.enter_context(ChaosProxy(server.port))
                        for name, server in (("mp3", self.radio), ("opus", self.radio), ("camera", self.camera))}
        self.udp_port = free_port(socket.SOCK_DGRAM)
        self.feeds = {}
        stack.callback(lambda: [feed.stop() for feed in self.feeds.values()])
        for name in ("mp3", "opus", "ts"):
            self.start_feed(name)
        self.faults = [functools.partial(fault, name) for name in self.proxies for fault in (self.cut, self.freeze, self.garbage, self.refuse)]
        self.faults += [functools.partial(fault, name) for name in self.feeds for fault in (self.restart_feed, self.freeze_feed)]
        self.faults += [self.restart_radio, self.freeze_radio, self.restart_camera, self.freeze_camera, self.udp_garbage]

    def inputs(self):
        return [f"mp3=http://127.0.0.1:{self.proxies['mp3'].port}/live.mp3", f"opus=http://127.0.0.1:{self.proxies['opus'].port}/live.opus",
                f"camera=rtsp://127.0.0.1:{self.proxies['camera'].port}/pcmu", f"ts=udp://127.0.0.1:{self.udp_port}"]

    def start_feed(self, name):
        source = f"sine={TONES_HZ[name]}:r=44100"
        if name == "ts":
            self.feeds[name] = Feed(f"udp://127.0.0.1:{self.udp_port}?pkt_size=1316", "-c:a", "aac", "-f", "mpegts", source=source)
        else:
            mount = f"/live.{name}"

            def is_on_air():
                self.radio.revive()
                return self.radio.status(mount) == 200
            self.feeds[name] = Feed(self.radio.source_url(mount), *(MP3 if name == "mp3" else OPUS), source=source, wait=is_on_air)

    def pause(self):
        time.sleep(self.chance.uniform(0.1, 1.6))  # shorter and longer than the stall time

    def stopped(self, process):
        process.send_signal(signal.SIGSTOP)
        self.pause()
        process.send_signal(signal.SIGCONT)

    def cut(self, name):
        self.proxies[name].cut()

    def freeze(self, name):
        self.proxies[name].freeze()
        self.pause()
        self.proxies[name].thaw()

    def garbage(self, name):
        self.proxies[name].inject(self.chance.randbytes(self.chance.choice((1, 100, 20_000))))

    def refuse(self, name):
        self.proxies[name].refuse(True)
        self.proxies[name].cut()
        self.pause()
        self.proxies[name].refuse(False)

    def restart_feed(self, name):
        self.feeds[name].stop()
        self.pause()
        self.start_feed(name)

    def freeze_feed(self, name):
        self.stopped(self.feeds[name].process)

    def restart_radio(self):
        self.radio.kill()
        for name in ("mp3", "opus"):
            self.feeds[name].stop()
        self.pause()
        self.radio.start()
        for name in ("mp3", "opus"):
            self.start_feed(name)

    def freeze_radio(self):
        self.stopped(self.radio.process)

    def restart_camera(self):
        self.camera.kill()
        self.pause()
        self.camera.start()

    def freeze_camera(self):
        self.stopped(self.camera.process)

    def udp_garbage(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(20):
                sender.sendto(self.chance.randbytes(self.chance.randrange(1, 1400)), ("127.0.0.1", self.udp_port))


def name_of(fault):
    return f"{fault.func.__name__} {fault.args[0]}" if isinstance(fault, functools.partial) else fault.__name__


class Chaos(CliTest):

    def test_four_streams_of_one_process_outlive_their_servers(self):
        duration_s = float(os.environ.get("ASTREAM_CHAOS_S", "5"))
        seed = int(os.environ.get("ASTREAM_CHAOS_SEED", "20261"))
        print(f"seed {seed}, {duration_s} s", flush=True)
        with contextlib.ExitStack() as stack:
            peers = Peers(stack, random.Random(seed))
            live = stack.enter_context(LiveRun(*OPTIONS, *peers.inputs()))
            self.wait_more(live, 2)
            before = resident_bytes(live.process.pid), self.count(live, "fd"), self.count(live, "task")
            self.rage(peers, live, duration_s)
            self.wait_more(live, 12)
            self.check_leaks(live, *before)
            self.assertEqual(live.interrupt(), -2, live.stderr)
        ends = {end.data["stream"]: end.data for end in live.of_type("stream-end")}
        numbers = self.numbers(live)
        self.assertEqual(len(live.of_type("stream-start")), len(TONES_HZ), "a stream ended and began anew")
        for name, number in numbers.items():
            with self.subTest(name):
                self.check_stream(live.windows_of(number), ends[number], TONES_HZ[name])
        self.assertGreater(sum(end["reconnects"] for end in ends.values()), 0)

    def rage(self, peers, live, duration_s):
        order = []
        end = time.monotonic() + duration_s
        while time.monotonic() < end:
            if not order:  # each as often as any other
                order = peers.chance.sample(peers.faults, len(peers.faults))
            fault = order.pop()
            print(name_of(fault), flush=True)
            fault()
            self.assertIsNone(live.process.poll(), live.stderr)
            time.sleep(peers.chance.uniform(0, 0.4))

    def numbers(self, live):
        return {start.data["label"]: start.data["stream"] for start in live.of_type("stream-start")}

    def wait_more(self, live, count):
        """More windows of each stream."""
        live.wait_until(lambda: set(self.numbers(live)) == set(TONES_HZ), "four streams")
        before = {number: len(live.windows_of(number)) for number in self.numbers(live).values()}
        for number, had in before.items():
            live.wait_until(lambda: len(live.windows_of(number)) >= had + count, f"windows of stream {number}")

    def count(self, live, what):
        return len(os.listdir(f"/proc/{live.process.pid}/{what}"))

    def check_leaks(self, live, resident, files, threads):
        if not SANITIZERS:
            self.assertLess(resident_bytes(live.process.pid) - resident, MOST_GROWTH_BYTES)
        live.wait_until(lambda: self.count(live, "fd") <= files + 4, "its files to be closed")
        live.wait_until(lambda: self.count(live, "task") <= threads + 4, "its threads to end")

    def check_stream(self, windows, end, tone_hz):
        check_timeline(self, windows)
        self.assertEqual(end["reason"], "interrupted")
        self.assertEqual(end["gap"], sum(w.data.get("gap", 0) for w in windows))
        self.assertEqual(end["dropped"], sum(w.data.get("dropped", 0) for w in windows))
        rest = end["samples"] + end["gap"] + end["dropped"] - (windows[-1].data["sample"] + windows[-1].data["valid"])
        self.assertGreaterEqual(rest, 0)
        self.assertLess(rest, windows[-1].data["samples"])  # read, and filled no window when the signal came
        self.assertLess(abs(clock_error_s(windows)), MOST_CLOCK_ERROR_S)
        self.assertEqual(end["reconnects"], windows[-1].data.get("reconnects", 0))
        pure = [w for w in windows[-12:] if abs(loudest_hz(w) - tone_hz) < 8]
        self.assertGreater(len(pure), 6, "it is not its own tone")


if __name__ == "__main__":
    main()
