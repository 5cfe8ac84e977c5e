"""RTMP from a real nginx: the audio comes soon, and again after the publisher was away."""
import os
import pathlib
import socket
import subprocess
import tempfile
import time

from support.cli import CliTest, free_port, main, wait_for
from support.icecast import Feed
from support.live_run import LiveRun, check_timeline, clock_error_s
from support.nginx import program

MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/lib/nginx/modules")
FLV = ("-c:a", "aac", "-b:a", "128k", "-f", "flv")
CONFIG = """
load_module {module}; daemon off; master_process off; worker_processes 1; {user}
pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
rtmp {{ server {{ listen 127.0.0.1:{port}; application live {{ live on; idle_streams off; drop_idle_publisher 10s; }} }} }}
"""


class RtmpServer:
    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="astream-rtmp-")
        folder = pathlib.Path(self.scratch.name)
        module = next(p for p in (pathlib.Path(m) / "ngx_rtmp_module.so" for m in MODULES) if p.exists())
        self.port = free_port()
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(CONFIG.format(module=module, user=user, folder=folder, port=self.port))
        self.process = subprocess.Popen([program(), "-p", folder, "-c", folder / "nginx.conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: self.process.poll() is not None or self.answers(), what="nginx")
        assert self.process.poll() is None, (folder / "error.log").read_text()
        return self

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def url(self):
        return f"rtmp://127.0.0.1:{self.port}/live/x"

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.scratch.cleanup()


class Rtmp(CliTest):
    def test_a_publisher_that_comes_goes_and_comes_again(self):
        with RtmpServer() as server, LiveRun("-w", "0.2", "--wait", "--reconnect-delay", "0.1..0.3", server.url()) as live:
            with Feed(server.url(), *FLV):
                live.wait_windows(10)
            time.sleep(2)
            with Feed(server.url(), *FLV):
                live.wait_reconnect()
                live.interrupt()
        check_timeline(self, live.windows)
        self.assertEqual(live.of_type("stream-start")[0].data["source"]["codec"], "aac")
        self.assertGreater(live.end["gap"], 44100)
        self.assertLess(abs(clock_error_s(live.windows)), 1.5)


if __name__ == "__main__":
    main()
