"""tar: and zip:: members of archives give the samples of the plain files, in any order, at any number; damage costs only what is
damaged."""
import bz2
import gzip
import io
import lzma
import os
import random
import struct
import tarfile
import time
import zipfile
from pathlib import Path

from support import http_server
from support.cli import TIME_SCALE, CliTest, check_grammar, fixture, main, run

NAMES = ("s16.wav", "cbr.mp3", "aac.m4a", "s16.flac", "vorbis.ogg")
ARCHIVES = ("plain.tar", "gz.tar.gz", "xz.tar.xz", "bz2.tar.bz2", "stored.zip", "deflated.zip", "streamed.zip",
            "streamed_stored.zip")


def tiny_wav(value, count=100, is_noise=False):
    data = random.Random(value).randbytes(2 * count) if is_noise else struct.pack("<h", value) * count
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + \
        b"data" + struct.pack("<I", len(data)) + data


class OneWay(io.RawIOBase):
    """A file that can't be gone back in: what zipfile writes there has its sizes behind the data."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def seekable(self):
        return False

    def write(self, data):
        return self.file.write(data)


def write_tar(path, members, **options):
    with tarfile.open(path, "w", **options) as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def write_zip(path, members, compression=zipfile.ZIP_DEFLATED, is_streamed=False):
    with open(path, "wb") as file, zipfile.ZipFile(OneWay(file) if is_streamed else file, "w", compression) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, compression)


def write_any(path, members):
    path, name = Path(path), Path(path).name
    if name.endswith(".zip"):
        stored = zipfile.ZIP_STORED if "stored" in name else zipfile.ZIP_DEFLATED
        return write_zip(path, members, stored, "streamed" in name)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for member, data in members:
            entry = tarfile.TarInfo(member)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    pack = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}.get(path.suffix, bytes)
    path.write_bytes(pack(plain.getvalue()))


class Archives(CliTest):

    def setUp(self):
        super().setUp()
        self.members = [("set/" + name, Path(fixture(name)).read_bytes()) for name in NAMES]
        self.members.insert(2, ("set/notes.txt", b"no audio"))
        self.members.insert(0, ("set/._s16.wav", b"what a Mac leaves behind"))

    def archive(self, name, members=None):
        path = self.tmp / name
        write_any(path, members if members is not None else self.members)
        return f"{'zip' if name.endswith('.zip') else 'tar'}:{path}"

    def streams(self, *args, **options):
        """label: payloads of the windows of each stream, in their order."""
        parsed = self.ok(*args, **options).records()
        check_grammar(parsed)
        labels = {r.data["stream"]: r.data["label"] for r in parsed if r.type == "stream-start"}
        found = {label: b"" for label in labels.values()}
        for record in parsed:
            if record.type == "window":
                found[labels[record.data["stream"]]] += record.payload
        return found

    def plain(self, *args):
        return {"set/" + name: b"".join(w.payload for w in self.windows(*args, fixture(name))) for name in NAMES}


class Samples(Archives):

    def test_all_members_of_every_kind(self):
        expected = self.plain("-w", "0.3")
        for name in ARCHIVES:
            with self.subTest(name):
                found = self.streams("-w", "0.3", self.archive(name))
                self.assertEqual(list(found), list(expected))
                self.assertTrue(found == expected)

    def test_start_and_duration(self):
        options = ("-w", "0.1", "--start", "0.7", "-t", "0.35", "--tail", "crop", "-r", "16000", "-c", "1")
        expected = self.plain(*options)
        for name in ARCHIVES:
            with self.subTest(name):
                self.assertTrue(self.streams(*options, self.archive(name)) == expected)

    def test_any_number_of_jobs(self):
        for name in ("plain.tar", "deflated.zip"):
            uri = self.archive(name)
            one = self.ok("-f", "f32le", "-j", "1", uri).stdout
            self.assertTrue(self.ok("-f", "f32le", "-j", "2", uri).stdout == one)

    def test_any_order(self):
        expected = self.plain()
        for name in ARCHIVES:
            uri = self.archive(name)
            for seed in range(3):
                with self.subTest(name, seed=seed):
                    found = self.streams("--shuffle", "streams", "--seed", seed, uri)
                    self.assertTrue(found == expected)
            with self.subTest(name):
                parsed = self.ok("--shuffle", "streams", "--epochs", "3", "--sample", "3", uri).records()
                check_grammar(parsed)
                self.assertEqual(sum(r.type == "stream-start" for r in parsed), 9)

    def test_epochs_and_shards(self):
        for name in ("gz.tar.gz", "deflated.zip"):
            uri = self.archive(name)
            parsed = self.ok("--epochs", "2", uri).records()
            self.assertEqual([r.data["label"] for r in parsed if r.type == "stream-start"],
                             ["set/" + name for name in NAMES] * 2)
            shards = [list(self.streams("--shard", f"{k}/2", uri)) for k in (1, 2)]
            self.assertEqual(shards, [["set/" + name for name in NAMES[::2]], ["set/" + name for name in NAMES[1::2]]])

    def test_a_large_member_is_not_held_in_memory(self):
        """More than a member may have in memory: it goes through a temporary file, which leaves nothing behind."""
        folder = self.tmp / "temporary"
        folder.mkdir()
        large = tiny_wav(7, 18 << 20)
        for name in ("deflated.zip", "gz.tar.gz", "plain.tar"):
            uri = self.archive(name, [("large.wav", large)])
            with self.subTest(name):
                cut = self.ok("-f", "f32le", "--start", "2000", "-t", "1", uri, env={"TMPDIR": folder}).stdout
                self.assertEqual(cut, struct.pack("<f", 7 / 32768) * 8000)
                self.assertEqual(list(folder.iterdir()), [])

    def test_record_copies_packets(self):
        out = self.tmp / "out.mp3"
        self.ok("record", "--copy", self.archive("deflated.zip") + "!set/cbr.mp3", "-o", out, "-q")
        self.assertTrue(self.ok("-f", "f32le", out).stdout == self.ok("-f", "f32le", fixture("cbr.mp3")).stdout)


class Names(Archives):

    def labels(self, *args, **options):
        return list(self.streams("-t", "0.1", *args, **options))

    def test_members_are_picked(self):
        uri = self.archive("plain.tar")
        self.assertEqual(self.labels(uri + "!set/s16.wav"), ["set/s16.wav"])
        self.assertEqual(self.labels(uri + "!**/*.{mp3,ogg}"), ["set/cbr.mp3", "set/vorbis.ogg"])
        self.assertEqual(self.labels(uri + "!set"), ["set/" + name for name in NAMES])
        self.assertEqual(self.labels(uri + "!set/"), ["set/" + name for name in NAMES])
        self.assertEqual(self.labels("x=" + uri + "!set/s16.wav"), ["x"])

    def test_a_glob_of_archives(self):
        for shard in "ab":
            self.archive(f"shard-{shard}.tar", [(f"{shard}{i}.wav", tiny_wav(i)) for i in range(2)])
        self.assertEqual(self.labels(f"tar:{self.tmp}/shard-*.tar"), ["a0.wav", "a1.wav", "b0.wav", "b1.wav"])
        self.assertEqual(self.labels(f"tar:{self.tmp}/shard-[!a].tar!*1.wav"), ["b1.wav"])
        self.fails(4, f"tar:{self.tmp}/none-*.tar", stderr="no file matches")

    def test_what_is_printed_can_be_pasted(self):
        names = ["a b.wav", "ü!x.wav", "[1]*?{a,b}.wav", "back\\slash.wav", "per%41cent.wav", "./dot.wav", "n" * 150 + ".wav",
                 "d/" * 60 + "deep.wav", "new\nline.wav"]
        for archive in ("plain.tar", "deflated.zip"):
            if archive.endswith(".zip"):
                names = [name for name in names if "\\" not in name]  # there it is DOS's slash
            uri = self.archive(archive, [(name, tiny_wav(i)) for i, name in enumerate(names)])
            starts = [r.data for r in self.ok(uri).records() if r.type == "stream-start"]
            self.assertEqual([start["label"].removeprefix("./") for start in starts], [name.removeprefix("./") for name in names])
            for start in starts:
                with self.subTest(start["uri"]):
                    again = [r.data for r in self.ok(start["uri"]).records() if r.type == "stream-start"]
                    self.assertEqual([r["uri"] for r in again], [start["uri"]])

    def test_names_that_are_no_utf8(self):
        folder = os.fsencode(self.tmp) + b"/\xe4"
        os.mkdir(folder)
        names = [b"caf\xe9 %41.wav".decode("utf-8", "surrogateescape"), "grün.wav"]
        for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            path = folder + b"/x.tar"
            with tarfile.open(os.fsdecode(path), "w", format=form) as archive:
                for i, name in enumerate(names):
                    entry = tarfile.TarInfo(name)
                    entry.size = len(tiny_wav(i))
                    archive.addfile(entry, io.BytesIO(tiny_wav(i)))
            starts = [r.data for r in self.ok(os.fsdecode(b"tar:" + path)).records() if r.type == "stream-start"]
            self.assertEqual([start["label"] for start in starts], ["caf\N{REPLACEMENT CHARACTER} %41.wav", "grün.wav"])
            self.assertEqual(len(self.labels(starts[1]["uri"])), 1)
        raw = b"caf\xe9.wav"
        self.archive("latin.tar", [(raw.decode("utf-8", "surrogateescape"), tiny_wav(5))])
        starts = [r.data for r in self.ok(f"tar:{self.tmp}/latin.tar").records() if r.type == "stream-start"]
        self.assertTrue(starts[0]["uri"].endswith("!caf%E9.wav"), starts)
        self.assertEqual(len(self.labels(starts[0]["uri"])), 1)

    def test_an_existing_path_wins(self):
        self.archive("a!b.tar", [("x.wav", tiny_wav(1))])
        self.assertEqual(self.labels(f"tar:{self.tmp}/a!b.tar"), ["x.wav"])
        self.assertEqual(self.labels(f"tar:{self.tmp}/a!b.tar!x.wav"), ["x.wav"])

    def test_check_lists_the_members(self):
        uri = self.archive("plain.tar")
        lines = self.ok("check", uri).lines()
        self.assertEqual([line.split(": ")[0] for line in lines], [f"{uri}!set/{name}" for name in NAMES])
        self.assertIn("mp3", lines[1])

    def test_a_list_of_members(self):
        uri = self.archive("plain.tar", [(f"{i}.wav", tiny_wav(i)) for i in range(500)])
        names = "".join(f"{uri}!{i}.wav\n" for i in reversed(range(500)))
        self.assertEqual(len(self.labels("--files-from", "-", stdin=names.encode())), 500)

    def test_links_and_folders_are_passed_over(self):
        path = self.tmp / "links.tar"
        with tarfile.open(path, "w") as archive:
            for name, kind in (("d.wav", tarfile.DIRTYPE), ("l.wav", tarfile.SYMTYPE), ("h.wav", tarfile.LNKTYPE)):
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = kind, "a.wav"
                archive.addfile(entry)
            entry = tarfile.TarInfo("a.wav")
            entry.size = len(tiny_wav(1))
            archive.addfile(entry, io.BytesIO(tiny_wav(1)))
        self.assertEqual(self.labels(f"tar:{path}"), ["a.wav"])


class Origins(Archives):

    def test_a_playlist_from_the_network_names_no_archive(self):
        uri = self.archive("plain.tar")
        with http_server.HttpServer() as server:
            result = self.fails(4, server.add("/list.m3u", f"{uri}\n".encode()), stderr="from the network may only name addresses")
            self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_a_local_playlist_may(self):
        self.archive("plain.tar")
        (self.tmp / "list.m3u").write_text("tar:plain.tar!set/s16.wav\n")
        self.assertEqual(list(self.streams("-t", "0.1", self.tmp / "list.m3u")), ["set/s16.wav"])

    def test_a_member_opens_nothing_beside_itself(self):
        secret = self.tmp / "secret.wav"
        secret.write_bytes(tiny_wav(1))
        hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:{secret}\n#EXT-X-ENDLIST\n".encode()
        uri = self.archive("plain.tar", [("x.m3u8", hls)])
        result = self.fails(1, "-f", "f32le", uri + "!x.m3u8")
        self.assertEqual(result.stdout, b"")


class Damage(Archives):

    def test_what_is_no_archive(self):
        for scheme in ("tar", "zip"):
            self.fails(1, f"{scheme}:{self.tmp}/missing", stderr="no such file")
            self.fails(1, f"{scheme}:{fixture('s16.wav')}", stderr=f"it is no {scheme} archive")
            self.fails(1, f"{scheme}:{self.tmp}", stderr="it is a directory")
            self.fails(4, f"{scheme}:", stderr="names no archive")
        os.mkfifo(self.tmp / "fifo")
        self.fails(1, f"tar:{self.tmp}/fifo", stderr="no regular file")
        (self.tmp / "empty").write_bytes(b"")
        self.fails(1, f"tar:{self.tmp}/empty", stderr="no tar archive")
        self.fails(3, f"tar:{self.tmp}/missing", self.archive("plain.tar"), stderr="no such file")
        self.fails(1, "tar:https://127.0.0.1/x.tar", stderr="must be a file on this machine")
        self.fails(1, "tar:-", stderr="must be a file on this machine")

    def test_an_archive_without_its_scheme(self):
        for name, scheme in (("gz.tar.gz", "tar"), ("deflated.zip", "zip")):
            self.archive(name, [("a.wav", tiny_wav(1))])
            self.fails(1, self.tmp / name, stderr=f"it is an archive, not audio .{scheme}:PATH reads")

    def test_members_that_are_not_there(self):
        for name in ("plain.tar", "deflated.zip"):
            uri = self.archive(name)
            self.fails(4, uri + "!none.wav", stderr="no file in the archive has this name")
            self.fails(4, uri + "!*.xyz", stderr="no file in the archive")
            self.fails(3, uri + "!none.wav", uri, stderr="no file in the archive has this name")
            self.fails(4, self.archive("empty-" + name, []), stderr="no audio or video files in this archive")
            self.fails(4, self.archive("text-" + name, [("a.txt", b"x")]), stderr="no audio or video files")

    def test_cut_archives_give_what_they_hold(self):
        for name in ("plain.tar", "gz.tar.gz", "xz.tar.xz", "stored.zip", "deflated.zip"):
            uri = self.archive(name, [(f"{i}.wav", tiny_wav(i, 20000 + i, is_noise=True)) for i in range(6)])
            path = Path(uri.split(":", 1)[1])
            whole = path.read_bytes()
            cut = self.tmp / ("cut-" + name)
            cut.write_bytes(whole[:len(whole) * 3 // 4])
            with self.subTest(name):
                result = self.fails(3, f"{uri.split(':')[0]}:{cut}", stderr="damaged or cut short|cut short")
                parsed = result.records()
                check_grammar(parsed)
                whole_streams = [r for r in parsed if r.type == "stream-end" and r.data["reason"] == "end"]
                self.assertGreaterEqual(len(whole_streams), 3)
                self.assertLessEqual(len(result.stderr.splitlines()), 2)

    def test_any_byte_may_be_wrong(self):
        places = 40 if "ASTREAM_LONG" in os.environ else 12
        for name in ("plain.tar", "gz.tar.gz", "deflated.zip", "stored.zip"):
            uri = self.archive(name, [(f"{i}.wav", tiny_wav(i, 2000)) for i in range(4)])
            path = Path(uri.split(":", 1)[1])
            whole = path.read_bytes()
            for at in range(0, len(whole), max(1, len(whole) // places)):
                damaged = bytearray(whole)
                damaged[at:at + 8] = bytes(byte ^ 0xFF for byte in damaged[at:at + 8])
                path.write_bytes(damaged)
                result = run(uri)
                self.assertIn(result.status, (0, 1, 3, 4), (name, at, result))
                check_grammar(result.records())

    def test_encrypted_members(self):
        path = self.tmp / "encrypted.zip"
        write_zip(path, [("a.wav", tiny_wav(1)), ("b.wav", tiny_wav(2))])
        data = bytearray(path.read_bytes())
        for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # of the first member
            data[data.index(signature) + flags] |= 1
        path.write_bytes(data)
        result = self.fails(3, f"zip:{path}", stderr="encrypted.zip!a.wav: it is encrypted")
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertEqual([r.data["label"] for r in result.records() if r.type == "stream-start"], ["b.wav"])


class Scale(Archives):

    def time_of(self, *args):
        started = time.monotonic()
        parsed = self.ok(*args).records()
        self.assertGreater(sum(r.type == "window" for r in parsed), 0)
        return time.monotonic() - started

    def test_thousands_of_members(self):
        """The time for one must not grow with their number."""
        for name in ("plain.tar", "gz.tar.gz", "deflated.zip", "stored.zip"):
            few, many = 200, 2000
            uris = [self.archive(f"{count}-{name}", [(f"{i % 7}/{i}.wav", tiny_wav(i)) for i in range(count)])
                    for count in (few, many)]
            for order in ((), ("--shuffle", "streams")):
                times = [min(self.time_of(*order, uri) for _ in range(2)) for uri in uris]
                with self.subTest(name, order=order, times=times):
                    self.assertLess(times[1], times[0] * (many / few) * 2.5 + 0.5 * TIME_SCALE)
            found = self.streams("--shuffle", "streams", uris[1])
            self.assertTrue(all(payload[:4] == struct.pack("<f", int(Path(label).stem) / 32768)
                                for label, payload in found.items()))


if __name__ == "__main__":
    main()
