"""--shuffle buffer=N: the windows of an ordered run, each once and bit by bit, in an order that the seed alone decides."""
import collections

from support.cli import CliTest, check_grammar, fixture, main

INPUTS = [fixture(name) for name in ("s16.wav", "cbr.mp3", "s16.flac", "vorbis.ogg")]
OPTIONS = ("-r", "16000", "-c", "1", "-w", "0.1")


class Shuffle(CliTest):

    def run_windows(self, *args):
        """(label, window, payload) of each window, in the order in which they came."""
        parsed = self.ok(*OPTIONS, *args).records()
        check_grammar(parsed)
        labels = {r.data["stream"]: r.data["label"] for r in parsed if r.type == "stream-start"}
        counts = collections.Counter(r.data["stream"] for r in parsed if r.type == "window")
        for record in parsed:
            if record.type == "stream-end":
                self.assertEqual(record.data["windows"], counts[record.data["stream"]])
        return [(labels[r.data["stream"]], r.data["window"], r.data["sample"], r.payload) for r in parsed if r.type == "window"]

    def test_the_same_windows_in_another_order(self):
        ordered = self.run_windows(*INPUTS)
        for what in ("buffer=2", "buffer=10", "buffer=100000", "streams,buffer=20"):
            with self.subTest(what):
                shuffled = self.run_windows("--shuffle", what, *INPUTS)
                self.assertNotEqual(shuffled, ordered)
                self.assertTrue(sorted(shuffled) == sorted(ordered))
        self.assertTrue(self.run_windows("--shuffle", "buffer=1", *INPUTS) == ordered)

    def test_overlapping_windows(self):
        overlap = ("--overlap", "50%")
        self.assertTrue(sorted(self.run_windows(*overlap, "--shuffle", "buffer=30", *INPUTS)) ==
                        sorted(self.run_windows(*overlap, *INPUTS)))

    def test_the_seed_decides(self):
        one, again, other = (self.run_windows("--shuffle", "buffer=25", "--seed", seed, *INPUTS) for seed in (1, 1, 2))
        self.assertTrue(one == again)
        self.assertFalse(one == other)

    def test_any_number_of_jobs(self):
        long = fixture("long.flac")
        one, two = (self.ok(*OPTIONS, "-f", "f32le", "--shuffle", "buffer=50", "-j", jobs, long).stdout for jobs in (1, 2))
        self.assertTrue(one == two)

    def test_epochs_and_sample(self):
        parsed = self.ok(*OPTIONS, "--shuffle", "streams,buffer=40", "--epochs", "3", "--sample", "2", *INPUTS).records()
        check_grammar(parsed)
        windows = [r for r in parsed if r.type == "window"]
        epochs = [r.data["epoch"] for r in windows]
        self.assertEqual(epochs, sorted(epochs))
        orders = [[r.payload for r in windows if r.data["epoch"] == epoch] for epoch in range(3)]
        self.assertTrue(sorted(orders[0]) == sorted(orders[1]) == sorted(orders[2]))
        self.assertFalse(orders[0] == orders[1])

    def test_bare_samples_are_whole_windows(self):
        length = 4 * 1600
        ordered = self.ok(*OPTIONS, "-f", "f32le", "--tail", "pad", *INPUTS).stdout
        shuffled = self.ok(*OPTIONS, "-f", "f32le", "--shuffle", "buffer=10", *INPUTS).stdout

        def cut(data):
            return sorted(data[at:at + length] for at in range(0, len(data), length))

        self.assertNotEqual(shuffled, ordered)
        self.assertTrue(cut(shuffled) == cut(ordered))

    def test_one_that_fails_costs_only_itself(self):
        missing = str(self.tmp / "missing.wav")
        result = self.fails(3, *OPTIONS, "--shuffle", "buffer=10", INPUTS[0], missing, INPUTS[1], stderr="no such file")
        parsed = result.records()
        check_grammar(parsed)
        self.assertTrue(sorted(r.payload for r in parsed if r.type == "window") ==
                        sorted(payload for *_, payload in self.run_windows(*INPUTS[:2])))

    def test_endless_inputs(self):
        parsed = self.ok("-w", "0.01", "--shuffle", "buffer=20", "-t", "1", "--pace", "tone:440?rate=8000").records()
        check_grammar(parsed)
        self.assertEqual(sum(r.type == "window" for r in parsed), 100)

    def test_a_reader_that_has_enough(self):
        script = "import sys; sys.stdin.buffer.read(100000); sys.stdin.close()"
        self.ok("-w", "0.1", "--shuffle", "buffer=20", "tone:440", "--", "/usr/bin/python3", "-c", script)

    def test_what_needs_order_is_refused(self):
        song = INPUTS[0]
        self.fails(2, "--shuffle", "buffer=10", "-o", self.tmp / "x.wav", song, stderr="a wav holds sound in its order")
        self.fails(2, "--shuffle", "buffer=10", "-f", "f32le", "--tail", "crop", song, stderr="cropped windows in random order")
        self.fails(2, "--shuffle", "windows", song, stderr="can't be shuffled at once .*streams,buffer=1000")
        self.fails(2, "--shuffle", "buffer=0", song, stderr="--shuffle")
        self.fails(2, "--shuffle", "streams,", song, stderr="--shuffle")
        self.fails(2, "--shuffle", "noise", song, stderr="'noise' is no choice")
        for command in ("features", "levels"):
            self.fails(2, command, "--shuffle", "buffer=10", song, stderr="in order .*--shuffle streams")
            self.fails(2, command, "--shuffle", "windows", song, stderr="--shuffle streams|streams mixes")


if __name__ == "__main__":
    main()
