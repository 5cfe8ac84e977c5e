"""A real Icecast on the loopback, and ffmpeg as its sources: own folder, own port, in the foreground, ended by process id.

    with Icecast() as radio:
        with Feed(radio.source_url("/live.mp3"), *MP3) as feed:    # plays a tone until it is closed
            radio.url("/live.mp3"); radio.set_title("/live.mp3", "Artist - Title"); radio.kill(); radio.start()
"""
import base64
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from support.cli import CliTest, free_port, wait_for
from support.live_run import LiveRun

PASSWORD = "hackme"
MP3 = ("-c:a", "libmp3lame", "-b:a", "128k", "-f", "mp3", "-content_type", "audio/mpeg")
VORBIS = ("-c:a", "libvorbis", "-b:a", "128k", "-f", "ogg", "-content_type", "application/ogg")
OPUS = ("-ar", "48000", "-c:a", "libopus", "-b:a", "128k", "-f", "ogg", "-content_type", "application/ogg")
AAC = ("-c:a", "aac", "-b:a", "128k", "-f", "adts", "-content_type", "audio/aac")

CONFIG = """<icecast>
  <location>x</location><admin>x@localhost</admin>
  <limits><clients>50</clients><sources>8</sources><queue-size>524288</queue-size><client-timeout>30</client-timeout>
    <header-timeout>15</header-timeout><source-timeout>10</source-timeout><burst-size>{burst}</burst-size></limits>
  <authentication><source-password>{password}</source-password><relay-password>{password}</relay-password>
    <admin-user>admin</admin-user><admin-password>{password}</admin-password></authentication>
  <hostname>127.0.0.1</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <fileserve>0</fileserve>
  <paths><basedir>{folder}</basedir><logdir>{folder}</logdir><webroot>{folder}</webroot><adminroot>{folder}</adminroot>
    <pidfile>{folder}/pid</pidfile></paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>3</loglevel></logging>
  <security><chroot>0</chroot>{owner}</security>
</icecast>
"""
OWNER = "<changeowner><user>icecast2</user><group>icecast</group></changeowner>"


def _program():
    return shutil.which("icecast2", path="/usr/bin:/usr/local/bin:/usr/sbin")


class Icecast:
    def __init__(self, burst_bytes=16384):
        self.burst_bytes = burst_bytes

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="astream-icecast-"))
        self.port = free_port()
        is_root = os.geteuid() == 0  # as which Icecast refuses to stay
        config = CONFIG.format(folder=self.folder, port=self.port, password=PASSWORD, burst=self.burst_bytes,
                               owner=OWNER if is_root else "")
        (self.folder / "icecast.xml").write_text(config)
        if is_root:
            user = pwd.getpwnam("icecast2")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.start()
        return self

    def start(self):
        """Starts it, again and again while something holds on to the port of the one that was killed."""
        def answers():
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen([_program(), "-c", self.folder / "icecast.xml"], stdin=subprocess.DEVNULL,
                                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return self.status("/none") == 404
        self.process = None
        wait_for(answers, what="icecast")

    def revive(self):
        """Starts it again if it has crashed, as it may when it is asked for something in its first moments."""
        if self.process.poll() is not None:
            self.start()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, mount):
        return f"http://127.0.0.1:{self.port}{mount}"

    def source_url(self, mount):
        return f"icecast://source:{PASSWORD}@127.0.0.1:{self.port}{mount}"

    def status(self, mount):
        """The HTTP status of a mount, None when nobody answers."""
        try:
            with urllib.request.urlopen(self.url(mount), timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def set_title(self, mount, title, charset="UTF-8"):
        query = urllib.parse.urlencode({"mount": mount, "mode": "updinfo", "charset": charset}) + "&song=" + \
            urllib.parse.quote(title.encode(charset))
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/admin/metadata?{query}")
        request.add_header("Authorization", "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()


class Feed:
    """ffmpeg that sends a tone in real time to `url`; `wait` tells when it is there."""

    def __init__(self, url, *encoding, wait=None, source="sine=440:r=44100", channels=2, options=()):
        command = ["ffmpeg", "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", source, "-ac", str(channels), *encoding,
                   *options, str(url)]
        self.command = command
        self.process = None
        self.ready = wait
        if wait is None:
            self.start()
        else:
            wait_for(self.is_ready, what=f"the feed to {url}")

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def is_ready(self):
        """Starts it, and again when it was refused: a server may hold on to a source that it has not seen go."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        return self.ready()

    def stop(self, how=signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class RadioTest(CliTest):
    """Tests around one Icecast; what they start is ended behind each."""

    @classmethod
    def setUpClass(cls):
        cls.radio = Icecast().__enter__()
        cls.addClassCleanup(cls.radio.__exit__, None, None, None)

    def feed(self, mount, encoding, **more):
        def is_on_air():
            self.radio.revive()
            return self.radio.status(mount) == 200
        feed = Feed(self.radio.source_url(mount), *encoding, wait=is_on_air, **more)
        self.addCleanup(feed.stop)
        return feed

    def live(self, *args):
        live = LiveRun(*args)
        self.addCleanup(live.close)
        return live
