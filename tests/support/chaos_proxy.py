"""A TCP relay on the loopback that can be told to misbehave:

    with ChaosProxy(port) as proxy:      # proxy.port leads to port
        proxy.freeze(); proxy.thaw(); proxy.cut(); proxy.inject(b"garbage"); proxy.refuse(True)
"""
import socket
import struct
import threading


class ChaosProxy:
    def __init__(self, target_port):
        self.target_port = target_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.pairs = []
        self.garbage = b""
        self.flows = threading.Event()
        self.flows.set()
        self.refuses = False
        self.is_closed = False
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target_port), 5)
            except OSError:
                server = None
            if server is None or self.refuses or self.is_closed:
                _reset(client)
                if server is not None:
                    _reset(server)
                continue
            with self.lock:
                self.pairs.append((client, server))
            threading.Thread(target=self._carry, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, True), daemon=True).start()

    def _carry(self, source, sink, is_answer):
        try:
            while data := source.recv(16384):
                self.flows.wait()
                if is_answer:
                    with self.lock:
                        data, self.garbage = self.garbage + data, b""
                sink.sendall(data)
        except OSError:
            pass
        for side in (source, sink):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def freeze(self):
        self.flows.clear()

    def thaw(self):
        self.flows.set()

    def inject(self, data):
        """Puts `data` before what comes next from the server."""
        with self.lock:
            self.garbage += data

    def refuse(self, is_refused):
        self.refuses = is_refused

    def cut(self):
        """Resets all connections."""
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for side in pair:
                _reset(side)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_closed = True
        self.listener.close()
        self.thaw()
        self.cut()


def _reset(connection):
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
