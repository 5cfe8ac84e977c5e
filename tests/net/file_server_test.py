"""Stored files on file servers: ftp:// from pyftpdlib, sftp:// from the real sshd, with the faults that both have."""
import os
import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from support.chaos_proxy import ChaosProxy
from support.cli import CliTest, finish, fixture, main, run, start
from support.file_servers import FtpServer, SshServer, find_sshd, has_ftp

PASSWORD = "p@ss:w/rd %?#"
LOGIN_ENCODED = "p%40ss%3Aw%2Frd%20%25%3F%23"


class FileServerTest(CliTest):

    def check_same(self, url, *args, **more):
        result = self.ok("-f", "f32le", *args, url, **more)
        name = url.rsplit("/", 1)[1]
        self.assertTrue(result.stdout == self.ok("-f", "f32le", *(a for a in args if a != "-vvv"), fixture(name)).stdout, name)
        return result

    def check_hidden(self, result, *secrets):
        for text in (result.stderr, result.stdout.decode(errors="replace")):
            for secret in secrets:
                self.assertNotIn(secret, text)


@unittest.skipUnless(has_ftp(), "there is no pyftpdlib")
class Ftp(FileServerTest):

    def serve(self, **arguments):
        server = FtpServer(Path(fixture("s16.wav")).parent, password=PASSWORD, **arguments)
        self.addCleanup(server.close)
        return server

    def test_files_are_those_on_disk_and_the_password_is_not_shown(self):
        server = self.serve()
        for name in ("s16.wav", "s16.flac", "cbr.mp3", "aac.m4a"):
            self.check_same(server.url("/" + name))
        result = self.check_same(server.url("/s16.wav"), "-vvv", quiet=False)
        self.check_hidden(result, PASSWORD, LOGIN_ENCODED, "p@ss", "w/rd")
        start_data = self.ok(server.url("/s16.wav")).records()[1].data
        self.assertEqual(start_data["uri"], f"ftp://***@127.0.0.1:{server.port}/s16.wav")

    def test_start_reads_the_rest_only(self):
        server = self.serve()
        self.check_same(server.url("/long.wav"), "--start", "9", "-t", "1")
        offsets = [int(line.split()[1]) for line in server.commands if line.startswith("REST")]
        self.assertGreater(max(offsets), 9 * 44100 * 4)

    def test_any_character_may_stand_in_a_name(self):
        folder = self.tmp / "files"
        folder.mkdir()
        name = "a b#c?d%20ü&.wav"
        shutil.copy(fixture("tiny.wav"), folder / name)
        server = FtpServer(folder)
        self.addCleanup(server.close)
        self.ok(server.url("/a%20b%23c%3Fd%2520%C3%BC%26.wav"))
        self.ok(server.url("/a b#c?d%2520ü&.wav"))
        self.fails(1, server.url("/a%0D%0ADELE%20x.wav"), stderr="a line break or the like can't stand in its name")
        self.assertFalse([line for line in server.commands if "DELE" in line])

    def test_who_is_refused(self):
        server = self.serve()
        self.fails(1, server.url("/none.wav"), stderr=r"^astream: ftp://\*\*\*@127.0.0.1:\d+/none.wav: the server answered: 550 [^\n]*\n$")
        wrong = self.fails(1, "-vvv", server.url("/s16.wav", login="me:wr0ngS3cret@"), stderr=r"the server answered: 530 .*check user and")
        self.check_hidden(wrong, "wr0ngS3cret")
        self.fails(1, server.url("/s16.wav", login="me@"), stderr="check user and password")
        self.fails(1, "ftp://127.0.0.1:1/x.wav", stderr=r"^astream: ftp://127.0.0.1:1/x.wav: connection refused[^\n]*\n$")
        self.fails(1, server.url("/"), stderr="it names a folder")
        self.fails(1, "ftp:x.wav", stderr="it names no host")

    def test_a_body_that_is_cut_is_taken_up_again_or_an_error(self):
        self.check_same(self.serve(cut_at=200_000, cut_times=1).url("/s16.wav"))
        self.fails(3, self.serve(cut_at=300_000).url("/s16.flac"), stderr=r"^astream: ftp://\S+: [^\n]*(ended early|broke)[^\n]*\n$")
        cut = self.serve(cut_at=200_000).url("/s16.wav")  # whose end is looked at first
        self.assertRegex(run(cut).stderr, r"^astream: ftp://\S+: [^\n]*(ended early|failed|broke)[^\n]*\n$")

    def test_a_server_that_falls_silent(self):
        result = self.fails(3, "--stall", "1", self.serve(stall_at=300_000).url("/s16.flac"), stderr="nothing came for too long|broke")
        self.assertLess(result.stderr.count("\n"), 2)

    def test_the_packets_are_copied_and_playlists_name_it(self):
        server = self.serve()
        (self.tmp / "list.m3u").write_text(server.url("/s16.flac") + "\n")
        self.ok(self.tmp / "list.m3u")
        self.ok("record", "--copy", server.url("/s16.flac"), "-o", self.tmp / "a.flac")


@unittest.skipUnless(find_sshd() and shutil.which("ssh-agent"), "there is no sshd with its tools")
class Sftp(FileServerTest):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sshd-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.server = SshServer(cls.folder.name)
        cls.addClassCleanup(cls.server.close)
        if not cls.server.can_log_in():
            raise unittest.SkipTest("sshd does not let this user in by a key (a locked account?)")
        cls.server.add_key()

    def setUp(self):
        super().setUp()
        self.env = self.server.env()

    def proxy(self):
        return self.enterContext(ChaosProxy(self.server.port))

    def test_files_are_those_on_disk(self):
        for name in ("s16.wav", "s16.flac", "cbr.mp3", "aac.m4a"):
            self.check_same(self.server.url(fixture(name)), env=self.env)
        self.check_same(self.server.url(fixture("long.wav")), "--start", "9", "-t", "1", env=self.env)
        odd = self.tmp / "a b#c?d%20ü&.wav"
        shutil.copy(fixture("tiny.wav"), odd)
        self.ok("-vvv", self.server.url(odd), env=self.env, quiet=False)

    def test_hosts_whose_key_is_not_the_known_one_are_refused(self):
        home = self.tmp / "home"
        (home / ".ssh").mkdir(parents=True)
        url, env = self.server.url(fixture("s16.wav")), {**self.env, "HOME": home}
        self.fails(1, url, env=env, stderr=r"^astream: sftp://\S+: the host's key \(ssh-ed25519 SHA256:\S+\) is not in ~/.ssh/known_hosts [^\n]*\n$")
        self.ok("--insecure", url, env=env)
        known = self.server.known_hosts.read_text()
        (home / ".ssh/known_hosts").write_text((" ".join(known.split()[:2]) + " " + (self.server.folder / "client.pub").read_text().split()[1]))
        self.fails(1, url, env=env, stderr="is another than the one in ~/.ssh/known_hosts")
        (home / ".ssh/known_hosts").write_text(known + "@revoked " + known)
        self.fails(1, url, env=env, stderr="is revoked")

    def test_who_is_refused(self):
        self.fails(1, self.server.url("/none.wav"), env=self.env, stderr=r"^astream: sftp://\S+/none.wav: the server answered: No such file\n$")
        self.fails(1, self.server.url(fixture("s16.wav")), env={**self.env, "SSH_AUTH_SOCK": None}, stderr="Authentication failed")
        self.fails(1, "sftp://me@127.0.0.1:1/x.wav", env=self.env, stderr=r"^astream: sftp://\S+: connection refused[^\n]*\n$")
        self.fails(1, "sftp://me:a%3Ab@127.0.0.1/x.wav", env=self.env, stderr="takes no ':'")

    def begin(self, proxy, *args):
        """A run whose reader has taken one block, far from the end of what comes."""
        process = start("-f", "f32le", *args, self.server.url(fixture("long.wav"), proxy.port), env=self.env)
        self.assertTrue(os.read(process.stdout.fileno(), 65536))
        return process

    def test_a_connection_that_breaks_is_an_error(self):
        proxy = self.proxy()
        process = self.begin(proxy)
        proxy.cut()
        result = finish(process)
        self.assertEqual(result.status, 3, result)
        self.assertRegex(result.stderr, r"^astream: sftp://\S+: [^\n]*\n$")

    def test_a_server_that_falls_silent(self):
        proxy = self.proxy()
        process = self.begin(proxy, "--stall", "1")
        proxy.freeze()
        result = finish(process)
        self.assertEqual(result.status, 3, result)
        self.assertIn("nothing came for too long", result.stderr)

    def test_an_interrupt_ends_it_also_when_the_server_is_silent(self):
        proxy = self.proxy()
        process = self.begin(proxy)
        proxy.freeze()
        process.send_signal(signal.SIGINT)
        self.assertEqual(finish(process, timeout=10).status, -signal.SIGINT)
        silent = self.proxy()
        silent.freeze()
        self.fails(1, "--connect-timeout", "1", "--stall", "1", self.server.url("/x.wav", silent.port), env=self.env, stderr="too long|no connection")


if __name__ == "__main__":
    main()
