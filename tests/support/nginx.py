"""A real nginx on the loopback: its own folder, its own ports, in the foreground, ended by its process id.

    with Nginx(root) as server:        # serves the files under root
        server.url("/plain/s16.wav")   # by range;  /noranges/ without;  /auth/ wants user:secret;  /slow/ at 2 MB/s
        server.url("/plain/s16.wav", tls=True)  # with server.certificate
"""
import pathlib
import shutil
import socket
import subprocess
import tempfile

from support.cli import free_port, wait_for
from support.http_server import make_certificate

USER, PASSWORD = "user", "secret"

CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ text/html html; application/dash+xml mpd; audio/wav wav; audio/mpeg mp3; audio/flac flac; application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
  server {{
    listen 127.0.0.1:{port};
    listen 127.0.0.1:{tls_port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    location /plain/ {{ if (-f {folder}/refused) {{ return 403; }} alias {root}/; }}
    location /noranges/ {{ alias {root}/; max_ranges 0; }}
    location /slow/ {{ alias {root}/; limit_rate 2m; }}
    location /auth/ {{ alias {root}/; auth_basic "test"; auth_basic_user_file {folder}/users; }}
    location /moved/ {{ rewrite ^/moved/(.*)$ /plain/$1 redirect; }}
    location /closed/ {{ return 403; }}
  }}
}}
"""


def program():
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


class Nginx:
    def __init__(self, root):
        self.root = root

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="astream-nginx-")
        self.folder = folder = pathlib.Path(self.scratch.name)
        self.certificate, key = make_certificate(folder)
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        for _ in range(10):  # somebody may take the ports between the look and the start
            self.port, self.tls_port = free_port(), free_port()
            (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, root=self.root, port=self.port, tls_port=self.tls_port,
                                                             certificate=self.certificate, key=key))
            self.launch()
            wait_for(lambda: self.process.poll() is not None or self.answers(), what="nginx")
            if self.process.poll() is None:
                return self
        self.scratch.cleanup()
        raise AssertionError("nginx does not start")

    def start(self):
        """After kill(): on the same ports, again and again while something holds on to them."""
        def is_up():
            if self.process.poll() is not None:
                self.launch()
            return self.answers()
        wait_for(is_up, what="nginx")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def launch(self):
        self.process = subprocess.Popen([program(), "-p", self.folder, "-c", self.folder / "nginx.conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers(self):
        try:
            for port in (self.port, self.tls_port):
                socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.scratch.cleanup()

    def refuse(self, is_refused):
        """Answers 403 to everything below /plain/, or no longer."""
        (self.folder / "refused").touch() if is_refused else (self.folder / "refused").unlink()

    def url(self, path, tls=False, user=None):
        where = f"{user + '@' if user else ''}127.0.0.1:{self.tls_port if tls else self.port}"
        return f"{'https' if tls else 'http'}://{where}{path}"
