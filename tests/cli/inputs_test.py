"""What may be named as input by path: odd names, globs, folders, lists, playlists, labels."""
import os
import shutil

from support import media
from support.cli import CliTest, fixture, main


def first_value(name):
    """names/ holds one sound a file, each with another first sample."""
    with open(os.path.join(os.fsencode(fixture("names")), name), "rb") as f:
        return int.from_bytes(f.read()[44:46], "little", signed=True) / 32768


class Inputs(CliTest):

    def streams(self, *args, **options):
        return [r.data for r in self.ok(*args, **options).records() if r.type == "stream-start"]

    def labels(self, *args, **options):
        return [s["label"] for s in self.streams(*args, **options)]

    def first_sample(self, *args, **options):
        values = media.floats(self.ok("-f", "f32le", *args, **options).stdout)
        self.assertEqual(len(values), 200)
        return float(values[0, 0])

    def test_difficult_names(self):
        for name in sorted(os.listdir(os.fsencode(fixture("names")))):
            with self.subTest(name):
                path = os.fsdecode(os.path.join(os.fsencode(fixture("names")), name))
                self.assertEqual(self.first_sample(path), first_value(name))

    def test_difficult_names_relative_to_the_folder(self):
        """A path that exists wins over scheme, label and glob syntax."""
        for name in sorted(os.listdir(os.fsencode(fixture("names")))):
            with self.subTest(name):
                shown = os.fsdecode(name if not name.startswith(b"-") else b"./" + name)
                self.assertEqual(self.first_sample(shown, cwd=fixture("names")), first_value(name))

    def test_names_that_are_not_utf8_give_valid_records(self):
        path = os.fsdecode(os.fsencode(fixture("names")) + b"/caf\xe9.wav")
        stream = self.streams(path)[0]  # the records parse as UTF-8 JSON
        self.assertIn("caf", stream["label"])
        self.assertIn("caf%E9.wav", stream["uri"])
        self.assertEqual(self.first_sample(stream["uri"]), first_value(b"caf\xe9.wav"))

    def test_a_folder_of_difficult_names(self):
        self.assertEqual(len(self.streams(fixture("names"))), len(os.listdir(fixture("names"))) - 1, "all but tone:440, no extension")

    def test_a_name_with_a_leading_dash_is_an_option(self):
        self.fails(2, "-dash.wav", cwd=fixture("names"))

    def test_inputs_behind_a_double_dash(self):
        folder = fixture("names")
        self.assertEqual(self.first_sample("--", "-dash.wav", cwd=folder), first_value(b"-dash.wav"))
        self.assertEqual(self.first_sample("--", "-dash.wav", "--", "cat", cwd=folder), first_value(b"-dash.wav"))

    def test_folder_is_recursive_and_sorted(self):
        self.assertEqual(self.labels(fixture("tree")), ["a.wav", "b.wav", "c.flac", "d.wav", "e.wav", "f.ogg", "g.mp3"])

    def test_globs(self):
        for pattern, wanted in (("*.wav", ["a.wav", "b.wav"]), ("**/*.wav", ["a.wav", "b.wav", "d.wav", "e.wav"]),
                                ("deep/*.wav", ["d.wav"]), ("deep/**/*.wav", ["d.wav", "e.wav"]), ("[ab].wav", ["a.wav", "b.wav"]),
                                ("?.flac", ["c.flac"]), ("*/*.mp3", ["g.mp3"]), ("**/f.*", ["f.ogg"])):
            with self.subTest(pattern):
                self.assertEqual(self.labels(pattern, cwd=fixture("tree")), wanted)
                self.assertEqual(self.labels(os.path.join(fixture("tree"), pattern)), wanted)

    def test_a_glob_that_matches_nothing_is_status_4(self):
        result = self.fails(4, os.path.join(fixture("tree"), "*.opus"))
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_a_folder_without_sound_is_status_4(self):
        result = self.fails(4, fixture("no_sound"))
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_files_from(self):
        paths = [fixture("tree/b.wav"), fixture("tree/a.wav"), fixture("names/with space.wav")]
        (self.tmp / "list").write_text("\n".join(paths) + "\n")
        wanted = ["b.wav", "a.wav", "with space.wav"]
        self.assertEqual(self.labels("--files-from", self.tmp / "list"), wanted)
        self.assertEqual(self.labels("--files-from", "-", stdin=("\n".join(paths)).encode()), wanted)

    def test_files_from_with_nul(self):
        folder = os.fsencode(fixture("names"))
        names = [b"new\nline.wav", b"caf\xe9.wav", b"with space.wav"]
        data = b"\0".join(os.path.join(folder, n) for n in names) + b"\0"
        for arguments in (("-0", "--files-from", "-"), ("--files-from", "-", "-0")):
            self.assertEqual(len(self.streams(*arguments, stdin=data)), 3)

    def test_files_from_that_is_missing_is_usage(self):
        self.fails(2, "--files-from", self.tmp / "none", stderr="none")

    def test_labels(self):
        stream = self.streams(f"kitchen={fixture('tree/a.wav')}")[0]
        self.assertEqual((stream["label"], stream["uri"]), ("kitchen", fixture("tree/a.wav")))
        self.assertEqual(self.labels("a.b-c_9=tone:440?duration=0.1"), ["a.b-c_9"])

    def test_an_existing_path_wins_over_a_label(self):
        shutil.copyfile(fixture("tree/a.wav"), self.tmp / "take=1.wav")
        shutil.copyfile(fixture("tree/b.wav"), self.tmp / "1.wav")
        self.assertEqual(self.labels("take=1.wav", cwd=self.tmp), ["take=1.wav"])
        (self.tmp / "take=1.wav").unlink()
        self.assertEqual(self.labels("take=1.wav", cwd=self.tmp), ["take"])

    def test_the_same_file_twice_is_two_streams(self):
        self.assertEqual([s["stream"] for s in self.streams(fixture("tree/a.wav"), fixture("tree/a.wav"))], [0, 1])


class Playlists(CliTest):
    labels, streams = Inputs.labels, Inputs.streams

    def write(self, name, text):
        path = self.tmp / name
        path.write_text(text)
        shutil.copyfile(fixture("tree/a.wav"), self.tmp / "a.wav")
        (self.tmp / "sub").mkdir(exist_ok=True)
        shutil.copyfile(fixture("tree/b.wav"), self.tmp / "sub" / "b c.wav")
        return path

    def test_m3u(self):
        for name in ("list.m3u", "list.m3u8"):
            with self.subTest(name):
                path = self.write(name, "#EXTM3U\n#EXTINF:3,First – one\na.wav\n\n#EXTINF:4,Second\nsub/b c.wav\n# a remark\na.wav\n")
                self.assertEqual(self.labels(path), ["First – one", "Second", "a.wav"])

    def test_pls(self):
        path = self.write("list.pls", "[playlist]\nFile2=sub/b c.wav\nFile1=a.wav\nTitle1=First\nNumberOfEntries=2\nVersion=2\n")
        self.assertEqual(self.labels(path), ["First", "b c.wav"])

    def test_xspf(self):
        path = self.write("list.xspf", '<?xml version="1.0" encoding="UTF-8"?><playlist version="1" xmlns="http://xspf.org/ns/0/">'
                          "<trackList><track><location>a.wav</location><title>A &amp; B</title></track>"
                          "<track><location>sub/b%20c.wav</location></track></trackList></playlist>")
        self.assertEqual(self.labels(path), ["A & B", "b c.wav"])

    def test_absolute_paths_and_file_uris(self):
        path = self.write("list.m3u", f"{fixture('tree/a.wav')}\nfile://{fixture('tree/b.wav')}\n")
        self.assertEqual(self.labels(path), ["a.wav", "b.wav"])

    def test_playlists_in_playlists(self):
        self.write("inner.m3u", "a.wav\n")
        path = self.write("outer.m3u", "inner.m3u\nsub/b c.wav\n")
        self.assertEqual(self.labels(path), ["a.wav", "b c.wav"])

    def test_a_playlist_that_names_itself_ends(self):
        path = self.write("loop.m3u", "a.wav\nloop.m3u\n")
        result = self.fails(3, path)
        self.assertLessEqual(len([r for r in result.records() if r.type == "stream-start"]), 20)

    def test_a_file_may_not_name_programs(self):
        for line in (f"exec:touch {self.tmp}/made", "-", f"label=exec:touch {self.tmp}/made", f"EXEC:touch {self.tmp}/made"):
            with self.subTest(line):
                path = self.write("evil.m3u", f"{line}\na.wav\n")
                result = self.fails(3, path, stdin=b"")
                self.assertEqual([r.type for r in result.records()].count("stream-error"), 1)
                self.assertFalse((self.tmp / "made").exists())

    def test_entries_that_are_missing_are_reported_and_skipped(self):
        path = self.write("list.m3u", "gone.wav\na.wav\n")
        result = self.fails(3, path, stderr="gone.wav")
        self.assertEqual([r.type for r in result.records()].count("stream-start"), 1)


if __name__ == "__main__":
    main()
