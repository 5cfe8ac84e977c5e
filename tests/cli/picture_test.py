"""Pictures of sound: what is in the PNG's pixels and the SVG's text, and what becomes of files."""
import base64
import re
import xml.etree.ElementTree as xml

import numpy as np

from support.cli import CliTest, main
from support.media import ffmpeg, write_wav

SVG = "{http://www.w3.org/2000/svg}"
RATE = 16000


def pixels(data, width, height):
    raw = ffmpeg("-f", "png_pipe", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-", stdin=data)
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3).astype(int)


def largest_image(root):
    """(PNG bytes, width, height) of the largest image that the SVG holds: its spectrogram."""
    image = max(root.iter(SVG + "image"), key=lambda i: int(i.get("width")) * int(i.get("height")))
    href = next(value for key, value in image.attrib.items() if key.endswith("href"))
    return base64.b64decode(re.sub(r"^data:image/png;base64,", "", href)), int(image.get("width")), int(image.get("height"))


class Picture(CliTest):

    def wav(self, name, samples):
        write_wav(self.tmp / name, samples, RATE)
        return str(self.tmp / name)

    def draw(self, name, *args):
        return self.ok("levels", "--picture", str(self.tmp / name), *args)

    def refused(self, name, words, *args):
        result = self.fails(2, "levels", "--picture", str(self.tmp / name), *args, stderr=words)
        self.assertEqual(len(result.stderr.splitlines()), 1, result)

    def test_a_tone_lies_at_its_frequency(self):
        tone = self.wav("tone & co.wav", 16384 * np.sin(2 * np.pi * 1000 * np.arange(4 * RATE) / RATE))
        options = ("--freq-scale", "linear", "--freq-range", "0..2k", "--colors", "gray", "--picture-size", "800x600")
        self.assertGreater(len(self.draw("tone.svg", *options, tone).lines()), 4)  # the rows come too
        root = xml.parse(self.tmp / "tone.svg").getroot()
        self.assertEqual((root.get("width"), root.get("height")), ("800px", "600px"))
        labels = ["".join(text.itertext()) for text in root.iter(SVG + "text")]
        wanted = {"tone & co.wav", "Frequency (Hz)", "Time (s)", "Amplitude", "Level (dBFS)", "dBFS, LUFS", "1k", "2k", "4.0",
                  "short-term (3 s)"}
        self.assertLessEqual(wanted, set(labels))
        self.assertRegex("\n".join(labels), "peak −6.0 dBFS · RMS −9.0 dBFS")

        data, width, height = largest_image(root)
        darkest = pixels(data, width, height).sum(axis=2).argmin(axis=0)  # gray: dark is loud
        self.assertLess(np.abs(darkest / height - 0.5).max(), 0.02)

        self.draw("tone.png", *options, tone)
        column = pixels((self.tmp / "tone.png").read_bytes(), 800, 600)[:, 400, :].sum(axis=1)
        self.assertLess(column.min(), 60)
        self.assertEqual(column.max(), 765)

    def test_each_stream_has_a_file(self):
        one, empty = self.wav("a.wav", np.zeros(8000)), self.wav("b.wav", np.zeros(0))
        self.draw("{name}.png", one, empty)
        self.assertEqual(sorted(p.name for p in self.tmp.glob("*.png")), ["a.wav.png", "b.wav.png"])
        self.refused("c.png", "stream", one, empty)
        self.refused("a.wav.png", "exists", one)
        self.draw("{stream}-{label}.png", one)
        self.assertTrue((self.tmp / "0-a.wav.png").exists())
        self.draw("a.wav.png", "-y", one)

    def test_nothing_is_left_of_what_can_not_be_read(self):
        self.fails(1, "levels", "--picture", str(self.tmp / "x.png"), str(self.tmp / "nothing.wav"))
        self.assertEqual(list(self.tmp.iterdir()), [])

    def test_what_makes_no_sense_is_refused(self):
        wav = self.wav("c.wav", np.zeros(100))
        for words, *options in (("400", "--picture-size", "20x20"), ("rise", "--picture-range=0..-90"),
                                ("rise", "--freq-range", "9k..5k"), ("mel, log or linear", "--freq-scale", "bark"),
                                ("logarithmic", "--freq-scale", "log", "--freq-range", "0..5k"),
                                ("magma", "--colors", "jet"), ("range", "--picture-frame", "9s")):
            with self.subTest(options=options):
                self.refused("c.png", words, *options, wav)
        self.refused("c.jpg", "PNG or SVG", wav)
        self.refused("{title}.png", r"\{title\}.*\{label\}", wav)
        self.fails(2, "levels", "--colors", "gray", wav, stderr="--picture")


if __name__ == "__main__":
    main()
