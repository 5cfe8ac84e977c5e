"""Variables of the environment in URIs: they reach the server, and nobody else."""
import json
import shutil

from support.cli import CliTest, fixture, main
from support.http_server import HttpServer

SECRETS = {"CAM_USER": "me", "CAM_PW": "p@ss/w:rd %41?#", "CAM_TOKEN": "t0k+en/=", "CAM_PATH": "h1dd3nPath"}


class ExpandEnv(CliTest):

    def setUp(self):
        super().setUp()
        self.server = HttpServer()
        self.addCleanup(self.server.close)
        login = f"{SECRETS['CAM_USER']}:{SECRETS['CAM_PW']}"
        self.server.add("/h1dd3nPath/a.wav", fixture("tiny.wav"), auth=login)
        self.where = f"127.0.0.1:{self.server.port}"
        self.url = f"http://$CAM_USER:${{CAM_PW}}@{self.where}/$CAM_PATH/a.wav?token=$CAM_TOKEN"

    def check_hidden(self, *texts):
        for text in texts:
            for secret in (SECRETS["CAM_PW"], "p%40ss", "p@ss", SECRETS["CAM_TOKEN"], "t0k%2Ben", SECRETS["CAM_PATH"]):
                self.assertNotIn(secret, text)

    def test_they_reach_the_server_and_are_shown_nowhere(self):
        (self.tmp / "list").write_text(f"door={self.url}\n")
        for args in ((self.url,), ("--files-from", self.tmp / "list")):
            result = self.ok("-vvv", "--expand-env", *args, env=SECRETS, quiet=False)
            self.check_hidden(result.stderr, result.stdout.decode(errors="replace"))
            start = result.records()[1].data
            self.assertEqual(start["uri"], f"http://***@{self.where}/***/a.wav?token=***")
        self.assertEqual(self.server.requests("/h1dd3nPath/a.wav")[-1].path, "/h1dd3nPath/a.wav?token=t0k%2Ben%2F%3D")
        checked = self.ok("check", "--json", "--expand-env", self.url, env=SECRETS)
        self.assertTrue(json.loads(checked.text())["ok"])
        self.check_hidden(checked.text())
        wrong = self.fails(1, "-vvv", "--expand-env", self.url, env={**SECRETS, "CAM_PW": "wr0ngS3cret"}, stderr="401")
        self.assertNotIn("wr0ngS3cret", wrong.stderr + wrong.stdout.decode(errors="replace"))

    def test_only_where_it_is_asked_for_and_set(self):
        self.fails(2, "--expand-env", self.url, stderr=r"--expand-env: the variable CAM_USER is not set \(export")
        self.fails(1, "http://127.0.0.1:1/$CAM_PATH", env=SECRETS, stderr=r"\$CAM_PATH")
        evil = self.server.add("/evil.m3u", f"http://{self.where}/$CAM_PATH\n".encode())
        self.fails(1, "--expand-env", evil, env=SECRETS, stderr="404")
        self.assertFalse(self.server.requests("/h1dd3nPath"))
        shutil.copy(fixture("tiny.wav"), self.tmp / "$CAM_PATH.wav")
        self.ok("--expand-env", "x=./$CAM_PATH.wav", cwd=self.tmp)


if __name__ == "__main__":
    main()
