"""Microphones through a real PulseAudio: what is played is what is captured, and what happens when the daemon goes away."""
import json
import os
import signal
import time
import unittest

import numpy

from support.cli import TIME_SCALE, CliTest, check_grammar, finish, main, run, samples, start, wait_for
from support.live_run import LiveRun, check_timeline, clock_error_s
from support.pulse import MICROPHONE, RATE, SILENT, SPEAKER, Pulse, program

MONITOR = f"mic:Monitor%20of%20{SPEAKER.replace(' ', '%20')}"
PATIENCE = 30


def residual(signal_, hz, rate=RATE):
    """The amplitude of the sine of `hz` that fits best, and the largest distance of any sample from it. One sample lost or
    repeated anywhere makes the distance large."""
    angle = 2 * numpy.pi * hz * numpy.arange(len(signal_)) / rate
    base = numpy.stack([numpy.sin(angle), numpy.cos(angle)], 1)
    fit, *_ = numpy.linalg.lstsq(base, signal_.astype(float), rcond=None)
    return numpy.hypot(*fit), numpy.abs(signal_ - base @ fit).max()


@unittest.skipUnless(program(), "pulseaudio is not installed (scripts/test installs it)")
class Microphone(CliTest):

    def setUp(self):
        super().setUp()
        self.pulse = self.enterContext(Pulse())

    def capture(self, seconds, *args):
        """Channels of what the sound in play gives as samples, without its beginning (playing may begin in it)."""
        result = self.ok("-f", "f32le", "-w", "0.1", "-t", str(seconds), *args, env=self.pulse.env)
        return result.stdout

    def test_what_is_played_is_what_is_captured(self):
        with self.pulse.playing(self.pulse.sine("s.wav", 1000, 440)):
            result = self.ok("-w", "0.25", "-t", "5", MONITOR, env=self.pulse.env)
        records = result.records()
        check_grammar(records)
        start_data = records[1].data
        self.assertEqual((start_data["rate"], start_data["channels"], start_data["live"]), (RATE, 2, True))
        self.assertEqual((start_data["source"]["container"], start_data["source"]["codec"]), ("mic", "pcm_f32le"))
        self.assertEqual(start_data["label"], f"Monitor of {SPEAKER}")
        windows = [record for record in records if record.type == "window"]
        self.assertEqual([record.data["sample"] for record in windows], [i * RATE // 4 for i in range(20)])
        self.assertFalse([record.data for record in windows if "gap" in record.data or "dropped" in record.data])
        sound = numpy.concatenate([samples(record) for record in windows])[RATE // 2:]
        for channel, hz in enumerate((1000, 440)):
            level, error = residual(sound[:, channel], hz)
            self.assertAlmostEqual(level, 0.25, delta=0.002)
            self.assertLess(error, 0.002)

    def test_the_default_a_part_of_a_name_a_number_and_a_channel(self):
        with self.pulse.playing(self.pulse.sine("s.wav", 1000, 440)):
            for hz, args in ((1000, ["mic:"]), (1000, ["mic:virtual%20MIC"]), (1000, ["mic:#3"]), (1000, ["--channel", "1", "mic:monitor"]),
                             (440, ["--channel", "2", "mic:monitor"]), (440, ["--channel", "2", "mic:monitor?api=pulse"])):
                with self.subTest(args):
                    sound = numpy.frombuffer(self.capture(1, *args), "<f4")
                    self.assertEqual(len(sound), RATE)
                    level, error = residual(sound[RATE // 2:], hz)
                    self.assertAlmostEqual(level, 0.25, delta=0.002)
                    self.assertLess(error, 0.002)

    def test_rates(self):
        with self.pulse.playing(self.pulse.sine("s.wav", 1000, 440)):
            for args in (["mic:?rate=16000"], ["-r", "16000", "mic:"]):
                with self.subTest(args):
                    sound = numpy.frombuffer(self.capture(1, *args), "<f4")
                    self.assertEqual(len(sound), 16000)
                    level, _ = residual(sound[8000:], 1000, 16000)
                    self.assertAlmostEqual(level, 0.25, delta=0.005)

    def test_silence_is_sound(self):
        """Nothing plays: zeros come at their time, not at once."""
        before = time.monotonic()
        sound = numpy.frombuffer(self.capture(2, MONITOR), "<f4")
        self.assertGreater(time.monotonic() - before, 1.5)
        self.assertEqual(len(sound), 2 * 2 * RATE)
        self.assertEqual(numpy.abs(sound).max(), 0)

    def test_devices_are_listed_and_each_input_works(self):
        listed = [json.loads(line) for line in self.ok("devices", "--json", env=self.pulse.env).lines()]
        pulse = [device for device in listed if device["system"] == "pulse"]
        self.assertEqual([device["name"] for device in pulse], [f"Monitor of {SPEAKER}", SILENT, MICROPHONE])
        self.assertEqual([device["channels"] for device in pulse], [2, 2, 1])
        self.assertEqual([device["rate"] for device in pulse], [RATE, 44100, RATE])
        self.assertEqual([device["name"] for device in listed if device["default"]], [MICROPHONE])
        for device in pulse:
            with self.subTest(device["uri"]):
                result = self.ok("-w", "0.1", "-t", "0.1", device["uri"], env=self.pulse.env)
                data = result.records()[1].data
                self.assertEqual((data["label"], data["rate"], data["channels"]), (device["name"], device["rate"], device["channels"]))
        table = self.ok("devices", env=self.pulse.env).lines()
        self.assertEqual(table[0].split(), ["INPUT", "SYSTEM", "CHANNELS", "RATE", "NAME"])
        self.assertEqual(len(table), len(listed) + 1)
        for line, device in zip(table[1:], listed):
            self.assertEqual(line.split()[0], device["uri"])
            self.assertEqual(" * " in line, device["default"])

    def test_what_is_not_there_is_said_in_one_line(self):
        for args, words in ((["mic:virtual"], "one of " + MONITOR + ", mic:Virtual%20Mic"), (["mic:nobody"], "'nobody'"),
                            (["mic:#99"], "capture devices"), (["--channel", "3", MONITOR], "channel"), (["mic:?channels=5"], "1 channels"),
                            (["mic:?api=beos"], "pulse")):
            with self.subTest(args):
                result = run("-f", "f32le", *args, env=self.pulse.env)
                self.assertEqual((result.status, result.stdout), (1, b""), result)
                self.assertEqual(len(result.stderr.splitlines()), 1, result)
                self.assertIn(words, result.stderr)

    def test_a_daemon_without_a_speaker(self):
        """RtAudio would crash."""
        for module in ("source_name=microphone", "sink_name=speaker"):
            self.pulse.unload(module)
        result = run("-f", "f32le", "mic:?api=pulse", env=self.pulse.env)
        self.assertEqual((result.status, result.stdout), (1, b""), result)
        self.assertRegex(result.stderr, r"^astream: mic:[^\n]*there is no capture device[^\n]*\n$")

    def test_no_daemon(self):
        self.pulse.kill()
        result = run("-f", "f32le", "mic:?api=pulse", env=self.pulse.env)
        self.assertEqual((result.status, result.stdout), (1, b""), result)
        self.assertEqual(result.stderr.splitlines(), ["astream: mic:?api=pulse: there is no capture device: tried pulse (start PulseAudio, "
                                                      "PipeWire or JACK, or let this user use /dev/snd (group audio))"])
        result = run("devices", env=self.pulse.env)  # the machine may have ALSA devices
        if not result.stdout:
            self.assertEqual(result.status, 1)
            self.assertRegex(result.stderr, r"^astream: there is no capture device: tried pulse, [^\n]*\n$")

    def started(self, *args):
        """A capture that has delivered its first bytes."""
        process = start("-f", "f32le", "-w", "0.1", *args, env=self.pulse.env)
        os.read(process.stdout.fileno(), 4096)
        return process

    def test_a_daemon_that_dies_is_an_error_and_no_hang(self):
        with self.pulse.playing(self.pulse.sine("s.wav", 1000, 440)):
            process = self.started("--reconnect", "0", MONITOR)
            self.pulse.kill()
            before = time.monotonic()
            result = finish(process, timeout=PATIENCE)
        self.assertLess(time.monotonic() - before, 5 * TIME_SCALE)
        self.assertIn(result.status, (1, 3, 5), result)
        self.assertRegex(result.stderr, r"^astream: mic:Monitor[^\n]*the sound system broke off[^\n]*\n$")
        sound = numpy.frombuffer(result.stdout[:len(result.stdout) // 8 * 8], "<f4")
        self.assertLess(len(sound), 2 * RATE * 3 * TIME_SCALE)  # the storm of stale blocks is no sound

    def check_goes_on(self, live, gone, clock_error=0.5):
        """It is there before and after a reconnect, and the time line passes over what was missed."""
        live.wait_reconnect(windows=12)
        self.assertEqual(live.interrupt(), -2, live.stderr)
        check_timeline(self, live.windows)
        self.assertLess(abs(clock_error_s(live.windows)), clock_error * TIME_SCALE)
        self.assertEqual(live.end["reconnects"], 1)
        self.assertGreater(live.end["gap"], 0)
        after = [window for window in live.windows if window.data.get("reconnects", 0) == 1]
        self.assertAlmostEqual(live.end["gap"] / RATE, gone(after[0]), delta=1 * TIME_SCALE)
        self.assertEqual(len([line for line in live.errors if "connecting again" in line]), 1, live.stderr)
        return [samples(window)[:, -1] for window in after[2:-1]]

    def test_a_daemon_that_is_killed_and_restarted(self):
        path = self.pulse.sine("s.wav", 1000, 440)
        with self.pulse.playing(path):
            live = self.enterContext(LiveRun("-w", "0.25", "--reconnect-delay", "0.1..0.5", MONITOR, env=self.pulse.env))
            live.wait_windows(8)
            self.pulse.kill()
        live.wait_until(lambda: "connecting again" in live.stderr, "the loss")
        last = live.windows[-1].data
        time.sleep(TIME_SCALE)  # is how long it is away
        self.pulse.start()
        with self.pulse.playing(path):
            sound = numpy.concatenate(self.check_goes_on(live, lambda first: first.data["time"] - last["time"] - 0.25))
        level, error = residual(sound[RATE // 4:], 440)
        self.assertAlmostEqual(level, 0.25, delta=0.002)
        self.assertLess(error, 0.002)

    def test_a_device_that_is_unplugged_and_plugged_in_again(self):
        """PulseAudio moves its listeners to another device, without a word."""
        load = "module-null-source", "source_name=usb", "rate=48000", "channels=1", "description=Interface"
        self.pulse.control("load-module", *load)
        live = self.enterContext(LiveRun("-w", "0.25", "--reconnect-delay", "0.1..0.5", "--stall", "2", "mic:interface", env=self.pulse.env))
        live.wait_windows(8)
        self.pulse.unload("source_name=usb")
        live.wait_until(lambda: "connecting again" in live.stderr, "the loss")
        last = live.windows[-1].data
        time.sleep(TIME_SCALE)  # is how long it is away
        self.pulse.control("load-module", *load)
        # What the other device gave until then had another delay.
        self.check_goes_on(live, lambda first: first.data["time"] - last["time"] - 0.25, clock_error=1)

    def test_one_that_is_not_there_yet_is_waited_for(self):
        self.pulse.kill()
        live = self.enterContext(LiveRun("-w", "0.25", "--wait", "--reconnect-delay", "0.1..0.5", MONITOR, env=self.pulse.env))
        live.wait_until(lambda: live.errors, "the warning")
        self.pulse.start()
        live.wait_windows(4)
        self.assertEqual(live.interrupt(), -2, live.stderr)
        self.assertEqual((live.end["gap"], live.end["reconnects"]), (0, 0))

    def test_an_interrupt_ends_it_at_once(self):
        process = self.started("mic:")
        before = time.monotonic()
        process.send_signal(signal.SIGINT)
        result = finish(process, timeout=PATIENCE)
        self.assertEqual(result.status, -signal.SIGINT, result)
        self.assertLess(time.monotonic() - before, 2 * TIME_SCALE)

    def test_a_device_that_is_suspended_is_given_up_after_the_stall_time(self):
        process = self.started("--stall", "1", "--reconnect", "0", "mic:")
        self.pulse.control("suspend-source", "microphone", "1")
        result = finish(process, timeout=PATIENCE)
        self.assertIn("gave nothing for too long", result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def statistics(self, live):
        lines = [json.loads(line)["stats"] for line in live.errors if line.startswith('{"stats"')]
        return lines[-1] if lines else {}

    def check_found_loss(self, live):
        """What did not come is a gap, counted as lost by the sound system and nothing else, and the time line is true again."""
        live.wait_until(lambda: self.statistics(live).get("lost", 0) > 0, "the loss in the statistics")
        # What the daemon had kept may still be coming, faster than it was captured.
        live.wait_until(lambda: abs(clock_error_s(live.windows)) < 0.3, "a time line that is true again")
        live.wait_more_windows(8)
        self.assertEqual(live.interrupt(), -2, live.stderr)
        check_timeline(self, live.windows)
        self.assertLess(abs(clock_error_s(live.windows)), 0.5 * TIME_SCALE)
        end = live.end
        self.assertEqual(self.statistics(live)["lost"], end["gap"])
        self.assertEqual((self.statistics(live)["overflows"], end["dropped"], end["reconnects"]), (0, 0, 0))

    def test_what_a_suspended_device_did_not_give_is_a_gap(self):
        with LiveRun("-w", "0.25", "--stats", "0.2", "mic:", env=self.pulse.env) as live:
            live.wait_windows(20)
            self.pulse.control("suspend-source", "microphone", "1")
            time.sleep(1.5)
            self.pulse.control("suspend-source", "microphone", "0")
            self.check_found_loss(live)

    def test_what_the_daemon_threw_away_while_we_were_stopped_is_a_gap(self):
        """It keeps some megabytes and does not tell of the rest."""
        with LiveRun("-w", "0.25", "--stats", "0.2", MONITOR + "?rate=192000", env=self.pulse.env) as live:
            live.wait_windows(20)
            live.process.send_signal(signal.SIGSTOP)
            time.sleep(8)
            live.process.send_signal(signal.SIGCONT)
            self.check_found_loss(live)

    def test_a_daemon_that_hangs_does_not_hang_us(self):
        process = self.started("--stall", "1", "--reconnect", "0", "mic:")
        self.pulse.freeze()
        self.assertIn("gave nothing for too long", finish(process, timeout=PATIENCE).stderr)
        result = run("-f", "f32le", "--connect-timeout", "0.5", "mic:", env=self.pulse.env, timeout=PATIENCE)
        self.assertEqual(result.status, 1, result)
        self.assertIn("the sound system does not answer", result.stderr)
        process = start("devices", env=self.pulse.env)
        wait_for(lambda: os.path.exists(f"/proc/{process.pid}/task") and len(os.listdir(f"/proc/{process.pid}/task")) > 1,
                 what="the call that waits") if os.path.isdir("/proc/self/task") else time.sleep(1)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(finish(process, timeout=PATIENCE).status, -signal.SIGTERM)


main()
