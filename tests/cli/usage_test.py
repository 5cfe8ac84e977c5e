"""Command lines that make no sense: status 2, a clear line on stderr, nothing on stdout."""
from support.cli import CliTest, fixture, main


class Usage(CliTest):

    def refused(self, *arguments, words=()):
        result = self.fails(2, *arguments)
        self.assertEqual(result.stdout, b"", result)
        self.assertTrue(result.stderr.strip())
        self.assertLessEqual(len(result.stderr.splitlines()), 3, result)
        for word in words:
            self.assertIn(word, result.stderr)
        return result

    def test_unknown_options_get_a_suggestion(self):
        for wrong, meant in (("--windw", "--window"), ("--overlp", "--overlap"), ("--chanels", "--channels"), ("--formt", "--format"),
                             ("--ouput", "--output")):
            with self.subTest(wrong):
                self.refused(wrong, "1", fixture("tiny.wav"), words=(wrong, meant))

    def test_unknown_commands_get_a_suggestion(self):
        self.refused("chek", fixture("tiny.wav"), words=("chek", "check"))

    def test_no_input(self):
        self.refused(words=("input",))
        self.refused("-r", "16000")

    def test_values_that_are_no_values(self):
        for arguments in (("-w", "soon"), ("-w", "0"), ("-w", "-1"), ("-w", "0smp"), ("--hop", "0"), ("--hop", "1x"), ("-t", "later"),
                          ("--start", "-5"), ("-r", "0"), ("-r", "-1"), ("-r", "fast"), ("-r", "99999999999"), ("-c", "0"), ("-c", "-2"), ("-c", "many"),
                          ("-c", "5000"), ("--channel", "0"), ("--channel", "1,,2"), ("--channel", "x"), ("--track", "0"),
                          ("--overlap", "100%"), ("--overlap", "-1%"), ("--overlap", "150%"), ("--overlap", "2", "-w", "1"),
                          ("--tail", "fill"), ("-f", "mp9"), ("--resample", "best"), ("--on-error", "panic"), ("--log-format", "xml"),
                          ("--stall", "never")):
            with self.subTest(arguments):
                self.refused(*arguments, fixture("tiny.wav"))

    def test_options_that_exclude_each_other(self):
        for arguments in (("--hop", "1", "--overlap", "0"), ("--channels", "1", "--channel", "1")):
            with self.subTest(arguments):
                self.refused(*arguments, fixture("tiny.wav"))

    def test_missing_values(self):
        for option in ("-w", "--rate", "-o", "--files-from"):
            with self.subTest(option):
                self.refused(fixture("tiny.wav"), option)

    def test_window_of_zero_samples_after_rounding(self):
        result = self.fails(2, "-w", "0.01ms", "-r", "8000", fixture("tiny.wav"))
        self.assertIn("window", result.stderr)

    def test_version_and_help(self):
        self.assertRegex(self.ok("--version").text(), r"^astream \d+\.\d+\.\d+")
        for flag in ("-h", "--help"):
            text = self.ok(flag).text()
            for word in ("--window", "check", "astream", "-o"):
                self.assertIn(word, text)
        self.assertIn("--json", self.ok("check", "--help").text())

    def test_options_may_stand_behind_inputs(self):
        self.assertEqual(len(self.ok(fixture("tiny.wav"), "-f", "f32le", "-t", "10smp").stdout), 80)

    def test_options_with_equals_and_glued(self):
        self.assertEqual(len(self.ok("--format=f32le", "-t10smp", fixture("tiny.wav")).stdout), 80)

    def test_verbose_goes_to_stderr_only(self):
        plain = self.ok("-f", "f32le", fixture("cbr.mp3")).stdout
        for flag in ("-v", "-vv", "-vvv"):
            with self.subTest(flag):
                result = self.ok(flag, "-f", "f32le", fixture("cbr.mp3"), quiet=False)
                self.assertTrue(result.stdout == plain)


if __name__ == "__main__":
    main()
