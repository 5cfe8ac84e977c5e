#!/usr/bin/python3
"""A real RTSP server (GStreamer's). As a program: rtsp_server.py PORT [USER:PASSWORD [CERTIFICATE KEY]]. It prints a line for each SETUP, with
the URI that was set up. In tests:

    with RtspServer() as server:
        server.url("/pcmu"); server.setups(); server.freeze(); server.thaw(); server.kill(); server.start()
"""
import pathlib
import signal
import subprocess
import sys
import tempfile

AUDIO = "audiotestsrc is-live=true freq=440 ! audio/x-raw,rate={rate},channels={channels} ! audioconvert ! "
PIPES = {
    "/pcmu": AUDIO.format(rate=8000, channels=1) + "mulawenc ! rtppcmupay name=pay0 pt=0",
    "/opus": AUDIO.format(rate=48000, channels=2) + "opusenc ! rtpopuspay name=pay0 pt=96",
    "/aac": AUDIO.format(rate=44100, channels=2) + "avenc_aac ! rtpmp4gpay name=pay0 pt=96",
    "/av": "videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=120,framerate=5/1 ! jpegenc ! rtpjpegpay name=pay0 pt=26 "
           + AUDIO.format(rate=8000, channels=1) + "mulawenc ! rtppcmupay name=pay1 pt=0",
}


class RtspServer:
    def __init__(self, login="", tls=False):
        self.login = login
        self.tls = tls

    def __enter__(self):
        from support.cli import free_port
        self.folder = tempfile.TemporaryDirectory(prefix="astream-rtsp-")
        self.port = free_port()
        self.log = pathlib.Path(self.folder.name) / "log"
        from support.http_server import make_certificate
        self.certificate, self.key = make_certificate(self.folder.name) if self.tls else ("", "")
        self.start()
        return self

    def start(self):
        """Starts it, again and again while something holds on to the port of the one that was killed."""
        from support.cli import wait_for
        command = ["/usr/bin/python3", __file__, str(self.port), self.login, self.certificate, self.key]
        self.process = None

        def is_ready():
            if self.process is None or self.process.poll() is not None:
                with self.log.open("w") as log:
                    self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            return "ready" in self.log.read_text()
        wait_for(is_ready, what="the RTSP server")

    def url(self, path, login=""):
        return f"rtsp{'s' if self.tls else ''}://{login + '@' if login else ''}127.0.0.1:{self.port}{path}"

    def setups(self):
        """The last parts of what was SET UP, in order."""
        return [line.rsplit("/", 1)[1] for line in self.log.read_text().splitlines() if line.startswith("setup ")]

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_):
        self.kill()
        self.folder.cleanup()


def serve(port, login, certificate, key):
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    user, _, password = login.partition(":")
    for path, pipe in PIPES.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f"( {pipe} )")
        factory.set_shared(True)
        if login:
            permissions = GstRtspServer.RTSPPermissions.new()
            permissions.add_permission_for_role("user", "media.factory.access", True)
            permissions.add_permission_for_role("user", "media.factory.construct", True)
            factory.set_permissions(permissions)
        server.get_mount_points().add_factory(path, factory)
    auth = GstRtspServer.RTSPAuth.new()
    if certificate:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(certificate, key))
        server.set_auth(auth)
    if login:
        token = GstRtspServer.RTSPToken.new()
        token.set_string("media.factory.role", "user")
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
        server.set_auth(auth)

    def on_setup(_client, context):
        print("setup", context.uri.get_request_uri(), flush=True)

    server.connect("client-connected", lambda _server, client: client.connect("setup-request", on_setup))
    if server.attach(None) == 0:
        sys.exit("can't listen")
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve(*(sys.argv[1:] + ["", "", ""])[:4])
