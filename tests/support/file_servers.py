"""File servers on free ports of 127.0.0.1: FTP by pyftpdlib, SFTP by the real sshd (one process a connection, with a configuration and
keys of its own; nothing of the machine's is used or changed).

    with FtpServer(folder, user="me", password="pw") as server:
        server.url("/a.wav")
"""
import getpass
import io
import logging
import os
import shutil
import socket
import subprocess
import threading
import urllib.parse
from pathlib import Path

try:
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.filesystems import AbstractedFS
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.servers import FTPServer as Listener
except ImportError:
    AbstractedFS = object


def has_ftp():
    return AbstractedFS is not object


class FtpServer:
    """cut_at: bodies end after so many bytes, though the server told their size; of the first cut_times only."""

    def __init__(self, folder, user="me", password="pw", cut_at=None, cut_times=10**9, stall_at=None):
        self.user, self.password = user, password
        self.cut_at, self.cut_times, self.stall_at = cut_at, cut_times, stall_at
        self.opened = 0
        self.commands = []
        self.ending = threading.Event()
        server = self

        class Body(io.FileIO):
            def __init__(self, path, limit):
                super().__init__(path)
                self.limit = limit

            def read(self, size=-1):
                if server.stall_at is not None and self.tell() >= server.stall_at:
                    server.ending.wait()
                left = max(0, self.limit - self.tell())
                return super().read(left if size < 0 else min(size, left))

        class Files(AbstractedFS):
            def open(self, filename, mode):
                server.opened += 1
                is_cut = server.cut_at is not None and server.opened <= server.cut_times
                return Body(filename, server.cut_at if is_cut else 10**12)

        class Handler(FTPHandler):
            abstracted_fs = Files
            use_sendfile = False
            authorizer = DummyAuthorizer()
            auth_failed_timeout = 0

            def pre_process_command(self, line, cmd, arg):
                server.commands.append(line)
                super().pre_process_command(line, cmd, arg)

        logging.getLogger("pyftpdlib").setLevel(logging.CRITICAL)
        logging.getLogger("pyftpdlib").addHandler(logging.NullHandler())
        Handler.authorizer.add_user(user, password, str(folder))
        self.listener = Listener(("127.0.0.1", 0), Handler, ioloop=IOLoop())
        self.port = self.listener.address[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.is_closing = False
        self.thread.start()

    def serve(self):
        while not self.is_closing:
            self.listener.ioloop.loop(timeout=0.02, blocking=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.is_closing = True
        self.ending.set()
        self.thread.join()
        self.listener.close_all()

    def url(self, path, login=None):
        if login is None:
            login = f"{urllib.parse.quote(self.user, safe='')}:{urllib.parse.quote(self.password, safe='')}@"
        return f"ftp://{login}127.0.0.1:{self.port}{path}"


def find_sshd():
    return shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class SshServer:
    """Lets in who runs the tests, by a key that an agent holds. env() has what a client needs."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for name in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True, stdin=subprocess.DEVNULL)
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)  # sshd wants this folder of the superuser
        (self.folder / "config").write_text(
            f"HostKey {self.folder}/host\nAuthorizedKeysFile {self.folder}/client.pub\nStrictModes no\nUsePAM no\n"
            f"PidFile none\nPasswordAuthentication no\nSubsystem sftp internal-sftp\nLogLevel ERROR\n")
        self.agent_socket = self.folder / "agent"
        self.agent = subprocess.Popen(["ssh-agent", "-D", "-a", self.agent_socket], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.children = []
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        home = self.folder / "home/.ssh"
        home.mkdir(parents=True)
        kind, key = (self.folder / "host.pub").read_text().split()[:2]
        self.known_hosts = home / "known_hosts"
        self.known_hosts.write_text(f"[127.0.0.1]:* {kind} {key}\n")

    def add_key(self):
        subprocess.run(["ssh-add", "-q", self.folder / "client"], check=True, stdin=subprocess.DEVNULL,
                       env={**os.environ, "SSH_AUTH_SOCK": str(self.agent_socket)})

    def can_log_in(self):
        command = ["ssh", "-F", "none", "-p", str(self.port), "-i", self.folder / "client", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                   "-o", f"UserKnownHostsFile={self.known_hosts}", f"{getpass.getuser()}@127.0.0.1", "true"]
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            command = [find_sshd(), "-i", "-e", "-f", str(self.folder / "config")]
            with connection:
                self.children.append(subprocess.Popen(command, stdin=connection, stdout=connection, stderr=subprocess.DEVNULL,
                                                      start_new_session=True))

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for child in [*self.children, self.agent]:
            child.kill()
            child.wait()

    def env(self):
        return {"HOME": self.folder / "home", "SSH_AUTH_SOCK": self.agent_socket}

    def url(self, path, port=None):
        return f"sftp://{getpass.getuser()}@127.0.0.1:{port or self.port}{urllib.parse.quote(str(path))}"
