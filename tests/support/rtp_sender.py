"""RTP from Python (RFC 3550): PCMU of 8 kHz in packets of 20 ms, with sender reports that say whatever the test wants.

    with RtpSender(port) as sender:
        sender.report(captured_s)    # what is sent next was captured then, in seconds since 1970
        sender.send(50)              # packets, in real time
"""
import socket
import struct
import time

RATE = 8000
PACKET_SAMPLES = 160
PACKET_S = PACKET_SAMPLES / RATE
NTP_OFFSET_S = 2_208_988_800  # from 1900 to 1970
SOURCE = 0x1234ABCD


class RtpSender:
    def __init__(self, port, timestamp=1000):
        self.port, self.timestamp, self.sequence, self.sent_bytes = port, timestamp, 0, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.due = None

    def report(self, captured_s, ntp=None):
        """A sender report (6.4.1); `ntp`: its 64 bits, in the place of `captured_s`."""
        if ntp is None:
            ntp = round((captured_s + NTP_OFFSET_S) * 2**32)
        report = struct.pack(">BBHIQIII", 0x80, 200, 6, SOURCE, ntp, self.timestamp, self.sequence, self.sent_bytes)
        name = b"astream@test"
        items = bytes([1, len(name)]) + name
        items += bytes(4 - len(items) % 4)
        description = struct.pack(">BBHI", 0x81, 202, (4 + len(items)) // 4, SOURCE) + items
        self.socket.sendto(report + description, ("127.0.0.1", self.port + 1))

    def send(self, packets):
        self.due = self.due or time.monotonic()
        for _ in range(packets):
            time.sleep(max(0, self.due - time.monotonic()))
            self.due += PACKET_S
            head = struct.pack(">BBHII", 0x80, 0, self.sequence & 0xFFFF, self.timestamp, SOURCE)
            self.socket.sendto(head + b"\xff" * PACKET_SAMPLES, ("127.0.0.1", self.port))
            self.sequence += 1
            self.timestamp = (self.timestamp + PACKET_SAMPLES) % 2**32
            self.sent_bytes += PACKET_SAMPLES

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
