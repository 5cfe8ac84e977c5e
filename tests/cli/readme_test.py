"""The README does what it says: its commands run, print what it shows, and its C++ compiles.

A fence "```sh run" is run; a fence "```text output" behind it is what it prints; "```LANGUAGE file=NAME" is a file that the
commands after it may use. They all run in order in one folder, where https://example.com, the camera and the sender of RTP are the
test's own.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
from collections import namedtuple
from pathlib import Path

from support.cli import ROOT, TIME_SCALE, CliTest, astream, clean_env, fixture, free_port, main
from support.http_server import HttpServer
from support.rtsp_server import RtspServer

BUILD = Path(os.environ.get("ASTREAM_BUILD") or ROOT / "build/dev")
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
Block = namedtuple("Block", "line language mark body")

MEDIA = {"song.mp3": "cbr.mp3", "song.flac": "s16.flac", "talk.mp4": "video.mp4", "show.m4a": "aac.m4a", "clips/dog/a.wav": "tree/a.wav",
         "clips/dog/far/b.wav": "tree/b.wav", "clips/cat/c.flac": "tree/c.flac", "street.flac": "long.flac", "forest/dawn.flac": "long.flac",
         "calibrator.wav": "sox_sine.wav"}


def blocks():
    for match in re.finditer(r"^```(\w*) ?(.*)\n((?:(?!```).*\n)*)```$", TEXT, re.MULTILINE):
        yield Block(TEXT.count("\n", 0, match.start()) + 1, match[1], match[2], match[3])


class Readme(CliTest):

    def setUp(self):
        super().setUp()
        self.folder = self.tmp / "work"
        for name, source in MEDIA.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fixture(source), self.folder / name)
        (self.folder / "shards").mkdir()
        with tarfile.open(self.folder / "shards/clips-000.tar", "w") as shard:
            shard.add(self.folder / "clips", arcname=".")
        programs = self.tmp / "bin"
        programs.mkdir()
        (programs / "astream").symlink_to(astream())
        (programs / "python3").symlink_to(sys.executable)
        self.env = clean_env({"PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
                              "PYTHONPATH": ROOT / "formats/python"})
        server = HttpServer()
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        self.web = server.add("/song.flac", (self.folder / "song.flac").read_bytes()).removesuffix("/song.flac")

    def start_peers(self):
        """A camera, and somebody who sends RTP."""
        server = RtspServer()
        self.camera = server.__enter__().url("/av")
        self.addCleanup(server.__exit__, None, None, None)
        self.rtp_port = free_port(socket.SOCK_DGRAM)
        sender = subprocess.Popen(["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", "sine=440:r=8000", "-c:a", "pcm_mulaw", "-f", "rtp",
                                   f"rtp://127.0.0.1:{self.rtp_port}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.addCleanup(sender.wait)
        self.addCleanup(sender.kill)

    def run_block(self, block):
        script = block.body.replace("https://example.com", self.web).replace("rtsp://camera.example/live", self.camera)
        script = script.replace("rtp://0.0.0.0:5004", f"rtp://127.0.0.1:{self.rtp_port}")
        return subprocess.run(["/bin/bash", "-e", "-o", "pipefail", "-c", script], cwd=self.folder, env=self.env, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120 * TIME_SCALE)

    def test_commands_do_what_it_says(self):
        self.start_peers()
        last = ran = shown = 0
        for block in blocks():
            if block.mark.startswith("file="):
                (self.folder / block.mark.removeprefix("file=")).write_text(block.body)
            elif block.mark == "run":
                ran += 1
                last = self.run_block(block)
                with self.subTest(f"line {block.line}"):
                    self.assertEqual((last.returncode, last.stderr), (0, ""), block.body)
            elif block.mark == "output":
                shown += 1
                with self.subTest(f"line {block.line}"):
                    self.assertEqual(last.stdout, block.body)
        self.assertGreaterEqual((ran, shown), (10, 3), "its fences have changed their form")

    def test_every_fence_is_tested(self):
        for block in blocks():
            with self.subTest(f"line {block.line}"):
                self.assertRegex(f"{block.language} {block.mark}", r"^(sh run|text output|(python|cpp) file=\w+\.(py|cpp))$")

    def test_cpp_compiles(self):
        include = self.tmp / "include"
        include.mkdir()
        (include / "astream").symlink_to(ROOT / "src")
        found = [block for block in blocks() if block.language == "cpp"]
        self.assertEqual(len(found), 2)
        for block in found:
            path = self.folder / block.mark.removeprefix("file=")
            path.write_text(block.body)
            compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)[1]
            done = subprocess.run([compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", include, "-I", ROOT / "src",
                                   "-I", ROOT, "-I", BUILD / "generated", path], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_options_and_files_that_it_names_are_there(self):
        commands = ([], ["check"], ["features"], ["levels"], ["record"])
        known = set(re.findall(r"--[a-z][a-z-]+", "".join(self.ok(*command, "--help").text() for command in commands)))
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"(cmake|pkg-config|scripts/packages)[^`\n]*", "", TEXT)))
        self.assertEqual(named - known, set())
        for name in re.findall(r"(?:scripts|formats)/[\w./-]+\w", TEXT) + re.findall(r"\]\((\w[\w./]*)\)", TEXT):
            self.assertTrue((ROOT / name).exists(), name)


if __name__ == "__main__":
    main()
