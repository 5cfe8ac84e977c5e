"""Objects of stores: s3:// with signatures that the store verifies, gs:// and hf:// with tokens that reach nobody else."""
import json
import os
from pathlib import Path

from support.cli import CliTest, fixture, main
from support.http_server import HttpServer
from support.object_store import KEY_ID, SECRET, SESSION, ObjectStore

TOKEN = "t0ken_of_the_user"


class CloudTest(CliTest):

    def serve(self, server):
        self.addCleanup(server.close)
        return server

    def check_hidden(self, result, *secrets):
        for text in (result.stderr, result.stdout.decode(errors="replace")):
            for secret in secrets:
                self.assertNotIn(secret, text)

    def same_as_file(self, name, *args, env, **more):
        result = self.ok("-f", "f32le", *args, env=env, **more)
        self.assertTrue(result.stdout == self.ok("-f", "f32le", fixture(name)).stdout)
        return result


class S3(CloudTest):

    def setUp(self):
        super().setUp()
        self.store = self.serve(ObjectStore())

    def test_an_object_is_the_file_and_no_secret_is_shown(self):
        store = self.serve(ObjectStore(session=SESSION))
        store.put("bucket", "a/s16.flac", fixture("s16.flac"))
        result = self.same_as_file("s16.flac", "-vvv", "s3://bucket/a/s16.flac", env=store.env(), quiet=False)
        self.check_hidden(result, SECRET, SESSION, KEY_ID, "s3ss1on")
        self.assertRegex(result.stderr, r"X-Amz-Signature=\*\*\*")
        start = self.ok("s3://bucket/a/s16.flac", env=store.env()).records()[1].data
        self.assertEqual((start["uri"], start["label"]), ("s3://bucket/a/s16.flac",) * 2)

    def test_any_character_may_stand_in_a_key(self):
        for key in ("a b+c#d?e%20f&g=h.wav", "ü/日本/~_-.wav", "//x//y.wav", "'()!*;:@,$[]\".wav"):
            self.store.put("bucket", key, fixture("tiny.wav"))
            name = key.replace("*", "\\*").replace("[", "\\[") if "*" in key else key
            self.same_as_file("tiny.wav", f"x=s3://bucket/{name}", env=self.store.env())

    def test_start_reads_the_rest_only(self):
        self.store.put("bucket", "long.wav", fixture("long.wav"))
        args = ("-f", "f32le", "--start", "9", "-t", "1")
        self.assertTrue(self.ok(*args, "s3://bucket/long.wav", env=self.store.env()).stdout == self.ok(*args, fixture("long.wav")).stdout)
        self.assertTrue(any(not r.range_header.startswith("bytes=0-") for r in self.store.requests("/bucket/long.wav")))

    def test_who_is_refused(self):
        self.store.put("bucket", "a.wav", fixture("tiny.wav"))
        wrong = self.fails(1, "-vvv", "s3://bucket/a.wav", env=self.store.env(AWS_SECRET_ACCESS_KEY="wr0ngS3cret"),
                           stderr=r"astream: s3://bucket/a.wav: the server answered 403 \(the keys of AWS_ACCESS_KEY_ID don't open it, ")
        self.check_hidden(wrong, "wr0ngS3cret")
        self.fails(1, "s3://bucket/a.wav", env={"AWS_ENDPOINT_URL": self.store.url("")}, stderr=r"^astream: .*no keys were found[^\n]*\n$")
        self.fails(1, "s3://bucket/b.wav", env=self.store.env(), stderr=r"^astream: s3://bucket/b.wav: the server answered 404[^\n]*\n$")
        self.fails(1, "s3://bucket/a.wav", env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, stderr="connection refused")
        self.fails(1, "s3://id:pw@bucket/a.wav", env=self.store.env(), stderr=r"s3://\*\*\*@bucket/a.wav: that is no name of a bucket")
        self.fails(1, "s3://bucket/a.wav", env=self.store.env(AWS_ACCESS_KEY_ID=None, AWS_PROFILE="gone"), stderr="AWS_PROFILE names")

    def test_profiles_and_public_objects(self):
        self.store.put("bucket", "a.wav", fixture("tiny.wav"))
        (self.tmp / ".aws").mkdir()
        (self.tmp / ".aws/credentials").write_text(f"[work]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n")
        (self.tmp / ".aws/config").write_text(f"[profile work]\nregion = eu-north-1\nendpoint_url = {self.store.url('')}\n")
        self.ok("s3://bucket/a.wav", env={"HOME": self.tmp, "AWS_PROFILE": "work"})
        public = self.serve(ObjectStore(public=True))
        public.put("bucket", "a.wav", fixture("tiny.wav"))
        self.ok("s3://bucket/a.wav", env={"AWS_ENDPOINT_URL": public.url("")})
        self.assertNotIn("?", public.requests("/bucket/a.wav")[0].path)

    def test_an_address_that_expires_is_made_anew(self):
        data = Path(fixture("s16.flac")).read_bytes()
        self.store.refused_numbers = {1}
        self.store.put("bucket", "a.flac", data, cut_at=len(data) // 3, cut_times=1)
        result = self.same_as_file("s16.flac", "-v", "s3://bucket/a.flac", env=self.store.env(), quiet=False)
        self.assertIn("expired, asking for a new one", result.stderr)

    def test_refused_for_good_is_an_error(self):
        data = Path(fixture("s16.flac")).read_bytes()
        self.store.refused_numbers = set(range(1, 100))
        self.store.put("bucket", "a.flac", data, cut_at=len(data) // 3)
        self.fails(3, "s3://bucket/a.flac", env=self.store.env(), stderr="s3://bucket/a.flac: the server answered 403")

    def test_folders_and_patterns_are_listed(self):
        for key in ("a/1.wav", "a/2.wav", "a/notes.txt", "a/b/3.wav", "a/b/4 & <5>.wav", "a/.hidden/6.wav", "c.wav"):
            self.store.put("bucket", key, fixture("tiny.wav"))
        self.store.keys["bucket"].add("a/")  # as consoles make folders
        env = self.store.env()

        def labels(*names):
            return [r.data["label"].removeprefix("s3://bucket/") for r in self.ok(*names, env=env).records() if r.type == "stream-start"]

        self.assertEqual(labels("s3://bucket/a/*.wav"), ["a/1.wav", "a/2.wav"])
        self.assertEqual(labels("s3://bucket/a/b/"), ["a/b/3.wav", "a/b/4 & <5>.wav"])
        self.assertEqual(labels("s3://bucket/**/[1-3].wav"), ["a/1.wav", "a/2.wav", "a/b/3.wav"])
        (self.tmp / "list").write_text("s3://bucket/c*\ns3://bucket/a/1.wav\n")
        self.assertEqual(labels("--files-from", self.tmp / "list"), ["c.wav", "a/1.wav"])
        self.fails(4, "s3://bucket/x/*", env=env, stderr=r"s3://bucket/x/\*: no object in the bucket matches it")
        self.fails(1, "s3://bucket/*", env={**env, "AWS_SECRET_ACCESS_KEY": "x"}, stderr=r"s3://bucket/\*: the server answered 403")
        checked = self.ok("check", "--json", "s3://bucket/a/*.wav", env=env).lines()
        self.assertEqual([json.loads(line)["ok"] for line in checked], [True, True])

    def test_playlists_name_it_and_the_packets_are_copied(self):
        self.store.put("bucket", "a.flac", fixture("s16.flac"))
        web = self.serve(HttpServer())
        url = web.add("/list.m3u", b"s3://bucket/a.flac\n")
        self.ok(url, env=self.store.env())
        self.ok("record", "--copy", "s3://bucket/a.flac", "-o", self.tmp / "a.flac", env=self.store.env())
        self.assertTrue(self.ok("-f", "f32le", self.tmp / "a.flac").stdout == self.ok("-f", "f32le", fixture("s16.flac")).stdout)

    def test_certificates_are_verified(self):
        store = self.serve(ObjectStore(tls=True))
        store.put("bucket", "a.wav", fixture("tiny.wav"))
        self.fails(1, "s3://bucket/a.wav", env=store.env(), stderr="TLS certificate can't be trusted")
        self.ok("--ca-file", store.certificate, "s3://bucket/a.wav", env=store.env())


class HuggingFace(CloudTest):

    def setUp(self):
        super().setUp()
        self.hub, self.far = self.serve(HttpServer()), self.serve(HttpServer())
        self.env = {"HF_ENDPOINT": self.hub.url(""), "HF_TOKEN": TOKEN}
        self.path = "/datasets/org/name/resolve/main/a%20b.flac"

    def test_the_token_stays_with_the_hub(self):
        self.hub.add("/moved", redirect=self.far.url("/blob", query="X-Amz-Signature=s1gnature"))
        self.hub.add(self.path, redirect="/moved")
        self.far.add("/blob", fixture("s16.flac"))
        result = self.same_as_file("s16.flac", "-vvv", "hf://datasets/org/name/a b.flac", env=self.env, quiet=False)
        self.check_hidden(result, TOKEN, "s1gnature")
        for path in (self.path, "/moved"):
            self.assertEqual({r.headers.get("Authorization") for r in self.hub.requests(path)}, {f"Bearer {TOKEN}"})
        self.assertTrue(self.far.requests("/blob"))
        self.assertFalse([r for r in self.far.requests("/blob") if "Authorization" in r.headers])

    def test_an_address_that_expires_is_asked_for_again(self):
        data = Path(fixture("s16.flac")).read_bytes()
        for number, env in enumerate((self.env, {**self.env, "HF_TOKEN": None})):
            self.hub.add(self.path, redirect=self.far.url(f"/{number}"))
            self.far.add(f"/{number}", data, cut_at=len(data) // 3, cut_times=1, refuse_at=1)
            self.same_as_file("s16.flac", "hf://datasets/org/name/a b.flac", env=env)
            self.assertEqual([r.status for r in self.far.requests(f"/{number}")][:2], [206, 403])

    def test_what_the_hub_keeps_itself_and_what_it_refuses(self):
        self.hub.add("/org/model/resolve/v1/x.wav", fixture("tiny.wav"), bearer=TOKEN)
        self.ok("hf://org/model@v1/x.wav", env=self.env)
        (self.tmp / "token").write_text(TOKEN + "\n")
        self.ok("hf://org/model@v1/x.wav", env={**self.env, "HF_TOKEN": None, "HF_TOKEN_PATH": self.tmp / "token"})
        self.fails(1, "hf://org/model@v1/x.wav", env={**self.env, "HF_TOKEN": None}, stderr=r"answered 401 \(it may be private: set HF_TOKEN")
        self.hub.add("/org/gated/resolve/main/x", status=403, headers={"X-Error-Message": "Access is restricted"})
        wrong = self.fails(1, "-vvv", "hf://org/gated/x", env=self.env, stderr=r"answered 403 \(Access is restricted\)")
        self.check_hidden(wrong, TOKEN)
        self.fails(1, "hf://org/gated/none", env=self.env, stderr=r"answered 404 \(check the name\)")
        self.fails(1, "hf://org/x", env=self.env, stderr="it names no file of a repository")


class Google(CloudTest):

    def setUp(self):
        super().setUp()
        self.server = self.serve(HttpServer())
        self.server.add("/bucket/a.wav", fixture("tiny.wav"), bearer=TOKEN)
        self.server.add("/bucket/public.wav", fixture("tiny.wav"))
        self.env = {"STORAGE_EMULATOR_HOST": f"127.0.0.1:{self.server.port}", "PATH": f"{self.tmp}:{os.environ['PATH']}"}

    def test_public_objects_and_tokens_of_the_environment(self):
        self.ok("gs://bucket/public.wav", env=self.env)
        self.assertNotIn("Authorization", self.server.requests("/bucket/public.wav")[0].headers)
        result = self.ok("-vvv", "gs://bucket/a.wav", env={**self.env, "GOOGLE_OAUTH_ACCESS_TOKEN": TOKEN}, quiet=False)
        self.check_hidden(result, TOKEN)
        wrong = self.fails(1, "-vvv", "gs://bucket/a.wav", env={**self.env, "CLOUDSDK_AUTH_ACCESS_TOKEN": "wr0ngT0ken"}, stderr="answered 401")
        self.check_hidden(wrong, "wr0ngT0ken")

    def test_gcloud_is_asked_when_it_is_wanted_and_once(self):
        gcloud, calls = self.tmp / "gcloud", self.tmp / "calls"
        gcloud.write_text(f"#!/bin/sh\necho \"$@\" >>{calls}\necho {TOKEN}\n")
        gcloud.chmod(0o755)
        self.ok("gs://bucket/public.wav", env=self.env)
        self.assertFalse(calls.exists())
        result = self.ok("-vvv", "gs://bucket/a.wav", "gs://bucket/a.wav", env=self.env, quiet=False)
        self.check_hidden(result, TOKEN)
        self.assertEqual(calls.read_text(), "auth print-access-token --quiet\n")
        gcloud.write_text("#!/bin/sh\necho not logged in >&2; exit 1\n")
        self.fails(1, "gs://bucket/a.wav", env=self.env, stderr=r"^astream: gs://bucket/a.wav: the server answered 401 \(it is not public: set [^\n]*\n$")


if __name__ == "__main__":
    main()
