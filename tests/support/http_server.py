"""An HTTP server inside the test process that can misbehave, on a free port of 127.0.0.1.

    with HttpServer() as server:
        url = server.add("/a.wav", data, cut_at=1000)         # http://127.0.0.1:PORT/a.wav
        ... ; server.requests("/a.wav")[0].range_header

Each path has a Behaviour. Every request is kept with what was asked and how many bytes went out. HttpServer(tls=True) has a
self-signed certificate for 127.0.0.1 and localhost, made by openssl (server.certificate is its path).
"""
import base64
import dataclasses
import http.server
import os
import re
import socket
import ssl
import struct
import subprocess
import tempfile
import threading

BLOCK_BYTES = 16384


@dataclasses.dataclass
class Behaviour:
    data: bytes = b""
    status: int = 200
    content_type: str = "application/octet-stream"
    ranges: bool = True          # honours Range and says so
    has_length: bool = True      # sends Content-Length
    chunked: bool = False        # Transfer-Encoding: chunked instead of a length
    cut_at: int = None           # closes after so many bytes of the body of each answer ...
    cut_times: int = 10**9       # ... but only of the first so many answers
    reset: bool = False          # a cut is a TCP reset
    stall_at: int = None         # sends nothing more after so many bytes, until the server ends
    stall_times: int = 10**9
    refuse_after: int = None     # answers with refuse_status after so many answers
    refuse_status: int = 403
    refuse_at: int = None        # likewise, but that one answer alone
    redirect: str = None         # Location, with status 302
    auth: str = None             # "user:password" wanted
    bearer: str = None           # a token wanted
    says_close: bool = True      # sends "Connection: close" (the connection is closed in any case)
    headers: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Request:
    method: str
    path: str
    range_header: str
    headers: dict
    sent_bytes: int = 0
    status: int = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        self.answer(with_body=True)

    def answer(self, with_body):
        owner = self.server.owner
        request = Request(self.command, self.path, self.headers.get("Range"), dict(self.headers.items()))
        behaviour, number = owner.take(request)
        self.close_connection = True
        try:
            if behaviour is None:
                self.plain(request, 404)
            elif behaviour.auth and self.headers.get("Authorization") != "Basic " + base64.b64encode(
                    behaviour.auth.encode()).decode():
                self.plain(request, 401, {"WWW-Authenticate": 'Basic realm="test"'})
            elif behaviour.bearer and self.headers.get("Authorization") != "Bearer " + behaviour.bearer:
                self.plain(request, 401)
            elif number == behaviour.refuse_at or (behaviour.refuse_after is not None and number >= behaviour.refuse_after):
                self.plain(request, behaviour.refuse_status)
            elif behaviour.redirect:
                self.plain(request, 302, {"Location": behaviour.redirect})
            elif behaviour.status != 200:
                self.plain(request, behaviour.status, behaviour.headers)
            else:
                self.body(request, behaviour, number, with_body)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError, TimeoutError):
            pass  # the client has what it wanted

    def plain(self, request, status, headers=None):
        request.status = status
        text = f"status {status}\n".encode()
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text)

    def body(self, request, behaviour, number, with_body):
        data, first, last = behaviour.data, 0, len(behaviour.data) - 1
        match = re.match(r"bytes=(\d+)-(\d*)$", request.range_header or "") if behaviour.ranges else None
        if match:
            first = int(match[1])
            last = min(last, int(match[2])) if match[2] else last
            if first > last:
                return self.plain(request, 416, {"Content-Range": f"bytes */{len(data)}"})
        request.status = 206 if match else 200
        self.send_response(request.status)
        if match:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        if behaviour.ranges:
            self.send_header("Accept-Ranges", "bytes")
        if behaviour.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif behaviour.has_length:
            self.send_header("Content-Length", str(last + 1 - first))
        self.send_header("Content-Type", behaviour.content_type)
        for key, value in behaviour.headers.items():
            self.send_header(key, value)
        if behaviour.says_close:
            self.send_header("Connection", "close")
        self.end_headers()
        if with_body:
            self.send_body(request, behaviour, number, data[first:last + 1])

    def send_body(self, request, behaviour, number, body):
        cut = behaviour.cut_at if behaviour.cut_at is not None and number < behaviour.cut_times else None
        stall = behaviour.stall_at if behaviour.stall_at is not None and number < behaviour.stall_times else None
        stop = min(x for x in (cut, stall, len(body)) if x is not None)
        for at in range(0, stop, BLOCK_BYTES):
            block = body[at:min(stop, at + BLOCK_BYTES)]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if behaviour.chunked else block)
            request.sent_bytes += len(block)
        if stop == len(body) and stop != cut:
            if behaviour.chunked:
                self.wfile.write(b"0\r\n\r\n")
        elif stop == stall:
            self.server.owner.ending.wait()
        elif behaviour.chunked:
            self.wfile.write(b"%x\r\n" % BLOCK_BYTES)  # a chunk that never comes
        elif behaviour.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def server_bind(self):
        # Small buffers: what counts as sent has all but reached the client.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        super().server_bind()

    def handle_error(self, request, client_address):
        pass  # failed handshakes are part of the tests


class HttpServer:
    def __init__(self, tls=False):
        self.paths = {}
        self.log = []
        self.lock = threading.Lock()
        self.ending = threading.Event()
        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.listener.owner = self
        self.port = self.listener.server_address[1]
        self.scheme = "https" if tls else "http"
        self.folder = None
        if tls:
            self.folder = tempfile.TemporaryDirectory()
            self.certificate, key = make_certificate(self.folder.name)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, key)
            # The handshake belongs to the connection's own thread: a client that refuses must not hold up the others.
            self.listener.socket = context.wrap_socket(self.listener.socket, server_side=True,
                                                       do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.ending.set()
        self.listener.shutdown()
        self.listener.server_close()
        self.thread.join()
        if self.folder:
            self.folder.cleanup()

    def url(self, path, user=None, query=None):
        return (f"{self.scheme}://{user + '@' if user else ''}127.0.0.1:{self.port}{path}" + (f"?{query}" if query else ""))

    def add(self, path, data=b"", **behaviour):
        """Serves `data` (bytes, or the path of a file) at `path`; returns the URL."""
        if not isinstance(data, bytes):
            with open(data, "rb") as f:
                data = f.read()
        with self.lock:
            self.paths[path] = [Behaviour(data=data, **behaviour), 0]
        return self.url(path)

    def take(self, request):
        with self.lock:
            self.log.append(request)
            found = self.paths.get(request.path.split("?")[0])
            if not found:
                return None, 0
            found[1] += 1
            return found[0], found[1] - 1

    def requests(self, path):
        with self.lock:
            return [r for r in self.log if r.path.split("?")[0] == path]


def make_certificate(folder):
    """(certificate, key): self-signed, for 127.0.0.1 and localhost."""
    certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
                   check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key
