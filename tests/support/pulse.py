"""A real PulseAudio daemon for one test: a null sink, its monitor, a microphone made of its left channel, and a silent source.

    with Pulse() as pulse:
        with pulse.playing(pulse.sine("s.wav", 1000)):
            run("-t", "1", "mic:monitor", env=pulse.env)
        pulse.kill()                         # as a crash does; leaving the block ends it anyway
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import wave

import numpy

from support.cli import clean_env, wait_for

RATE = 48000
SPEAKER, MICROPHONE, SILENT = "Virtual Speaker", "Virtual Mic", "Silent"


def program():
    return shutil.which("pulseaudio")


class Pulse:
    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="astream-pulse-")
        self.folder = pathlib.Path(self.scratch.name)
        for name in ("home", "run"):
            (self.folder / name).mkdir(mode=0o700)
        self.env = {"PULSE_SERVER": f"unix:{self.folder}/socket", "HOME": self.folder / "home", "XDG_RUNTIME_DIR": self.folder / "run",
                    "PULSE_RUNTIME_PATH": self.folder / "run/pulse", "JACK_NO_START_SERVER": "1"}
        self.log = open(self.folder / "log", "w+")
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        """Also after kill(); what was played is not played any more."""
        modules = [
            f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/socket",
            # With rewinds the monitor would come in blocks of two seconds.
            f"module-null-sink sink_name=speaker norewinds=1 rate={RATE} channels=2 sink_properties='device.description=\"{SPEAKER}\"'",
            "module-remap-source master=speaker.monitor source_name=microphone channels=1 channel_map=mono "
            f"master_channel_map=front-left source_properties='device.description=\"{MICROPHONE}\"'",
            f"module-null-source source_name=silent rate=44100 channels=2 description={SILENT}",
        ]
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--realtime=no", "--high-priority=no",
                   "--log-target=stderr", *(part for module in modules for part in ("-L", module))]
        (self.folder / "socket").unlink(missing_ok=True)
        self.process = subprocess.Popen(command, env=clean_env(self.env), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        wait_for(lambda: self.process.poll() is not None or self.answers(), what="pulseaudio")
        assert self.process.poll() is None, (self.folder / "log").read_text()
        self.control("set-default-source", "microphone")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        self.log.close()
        self.scratch.cleanup()

    def answers(self):
        return subprocess.run(["pactl", "info"], env=clean_env(self.env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def control(self, *words):
        subprocess.run(["pactl", *words], env=clean_env(self.env), check=True, stdout=subprocess.DEVNULL)

    def unload(self, argument):
        """The modules that were loaded with that argument."""
        listed = subprocess.run(["pactl", "list", "short", "modules"], env=clean_env(self.env), check=True, stdout=subprocess.PIPE).stdout
        for line in listed.decode().splitlines():
            if argument in line:
                self.control("unload-module", line.split()[0])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def sine(self, name, *hz, level=0.25, seconds=60):
        """The path of a WAV file with a sine a channel."""
        time = numpy.arange(int(seconds * RATE)) / RATE
        samples = numpy.stack([level * numpy.sin(2 * numpy.pi * f * time) for f in hz], 1)
        path = self.folder / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(len(hz))
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((samples * 32767).round().astype("<i2").tobytes())
        return path

    @contextlib.contextmanager
    def playing(self, path):
        """Plays a file on the speaker meanwhile."""
        player = subprocess.Popen(["paplay", "--device=speaker", str(path)], env=clean_env(self.env), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: b"RUNNING" in subprocess.run(["pactl", "list", "short", "sinks"], env=clean_env(self.env),
                                                          stdout=subprocess.PIPE).stdout, what="the sound to play")
            yield
        finally:
            player.kill()
            player.wait()
