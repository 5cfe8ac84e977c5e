"""--help, the man pages and the completions name the same options; the pages are clean."""
import re
import shutil
import subprocess

from support.cli import ROOT, CliTest, main
from support.completion import SHELLS, Completer

COMMANDS = ("", "record", "features", "levels", "check", "devices")
PAGES = sorted((ROOT / "man").glob("*.[1-9]"))


def page_of(command):
    return ROOT / "man" / f"astream{'-' + command if command else ''}.1"


def is_long(flag):
    return flag.startswith("--")


class Options(CliTest):

    def help_text(self, command):
        return self.ok(*command.split(), "--help").text()

    def help_flags(self, command):
        """The words at the head of the lines that the table of options is made of: "  -f,--format FORMAT   ..."."""
        heads = re.findall(r"^  (-\S+)", self.help_text(command), re.MULTILINE)
        flags = {flag for head in heads if not head.startswith("-?") for flag in head.split(",")}
        self.assertGreater(len(flags), 5, "the form of the help has changed")
        self.assertLessEqual({"-h", "--help", "--version"}, flags)
        for flag in flags:
            self.assertRegex(flag, r"^(-[a-zA-Z0-9]|--[a-z][a-z0-9-]+)$")
        return flags

    def page_flags(self, command):
        items = re.findall(r"^\.It (Fl .*)$", page_of(command).read_text(), re.MULTILINE)
        found = [name for item in items for name in re.findall(r"Fl (?:\\&)?(\S+)", item)]
        self.assertEqual(len(found), len(set(found)), "an option has two entries")
        return {"-" + name for name in found}

    def completed(self, shell, command, *beginnings):
        """(Left to itself, zsh offers of two names for one option only one, so it is asked for both.)"""
        completer = Completer(shell, self.tmp)
        self.addCleanup(completer.close)
        return {flag for beginning in beginnings for flag in completer.complete(*command.split(), beginning) if flag != "--"}

    def test_every_command_has_a_page(self):
        rows = re.search(r"^Commands:\n((?:  \S.*\n)+)", self.help_text(""), re.MULTILINE)
        commands = [line.split()[0] for line in rows.group(1).splitlines()]
        self.assertEqual(["", *commands], list(COMMANDS))
        for command in COMMANDS:
            self.assertTrue(page_of(command).is_file(), command)

    def test_the_page_names_every_option(self):
        for command in COMMANDS:
            with self.subTest(command or "astream"):
                self.assertEqual(self.page_flags(command), self.help_flags(command))

    def test_no_page_names_an_option_that_is_not_there(self):
        known = set().union(*(self.help_flags(command) for command in COMMANDS)) | {"--"}
        for page in PAGES:
            text = page.read_text()
            # What is passed to other programs, and -v given several times.
            named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", re.sub(r"\\&", "", text)))
            with self.subTest(page.name):
                self.assertEqual(named - known, set())

    def test_completions_name_every_option(self):
        for shell in SHELLS:
            for command in COMMANDS:
                with self.subTest(shell, command=command):
                    wanted = self.help_flags(command)
                    found = self.completed(shell, command, "-", "--")
                    self.assertEqual({flag for flag in found if is_long(flag)}, {flag for flag in wanted if is_long(flag)})
                    self.assertEqual({flag for flag in found if not is_long(flag)}, {flag for flag in wanted if not is_long(flag)})

    def test_completions_know_the_values(self):
        """Where the help says a|b, the completion offers a and b."""
        for command in ("", "features", "record"):
            text = self.help_text(command)
            choices = {flag: set(values.split("|")) for flag, values in re.findall(r"^  (?:-\w,)?(--[a-z-]+) ([a-z0-9]+(?:\|[a-z0-9]+)+)\s", text,
                                                                                  re.MULTILINE)}
            if command == "record":
                for flag in ("--encoder", "--pass"):
                    choices[flag] = set(re.search(flag + r" \w+ .*one of ([a-z0-9, ]+\w)", text).group(1).split(", "))
            else:
                choices["--format"] = set(re.search(r"one of ([a-z0-9, ]+) \[", text).group(1).split(", "))
            if command == "features":
                choices["--mel-style"] = set(re.search(r"whose numbers: ([a-z, ]+) \[", text).group(1).split(", "))
                choices["--features"] = set(re.findall(r"^(\w+): ", self.ok("features", "--list").text(), re.MULTILINE))
            self.assertGreater(len(choices), 3)
            for shell in SHELLS:
                completer = Completer(shell, self.tmp)
                self.addCleanup(completer.close)
                for flag, values in choices.items():
                    with self.subTest(shell, command=command, flag=flag):
                        self.assertEqual(completer.complete(*command.split(), flag, ""), values)

    def test_completions_offer_the_schemes_of_the_help(self):
        rows = re.findall(r"^  ([a-z][a-z0-9]+):\S", self.help_text(""), re.MULTILINE)
        self.assertIn("tone", rows)
        for shell in SHELLS:
            completer = Completer(shell, self.tmp)
            self.addCleanup(completer.close)
            for scheme in rows:
                with self.subTest(shell, scheme=scheme):
                    offered = completer.complete("song.mp3", scheme[:3])
                    self.assertTrue({f"{scheme}:", f"{scheme}://"} & offered, offered)


class Pages(CliTest):

    def setUp(self):
        super().setUp()
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed (scripts/test installs it)")

    def test_there_are_pages(self):
        self.assertLessEqual({"astream.1", "astream-check.1", "astream-features.1", "astream-records.5"}, {page.name for page in PAGES})

    def test_lint(self):
        for page in PAGES:
            with self.subTest(page.name):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True)
                self.assertEqual((done.stdout, done.returncode), ("", 0))

    def test_sections(self):
        for page in PAGES:
            sections = re.findall(r"^\.Sh (.*)$", page.read_text(), re.MULTILINE)
            with self.subTest(page.name):
                self.assertEqual(sections[0], "NAME")
                wanted = {"DESCRIPTION", "EXAMPLES", "SEE ALSO"}
                if page.suffix == ".1":
                    wanted |= {"SYNOPSIS", "OPTIONS", "EXIT STATUS"}
                self.assertLessEqual(wanted, set(sections))

    def test_pages_that_are_named_are_there(self):
        names = {(page.stem, page.suffix[1:]) for page in PAGES}
        for page in PAGES:
            for name, section in re.findall(r"^\.Xr (astream\S*) (\d)", page.read_text(), re.MULTILINE):
                self.assertIn((name, section), names, page.name)


class Shells(CliTest):

    def test_syntax(self):
        for shell, name in (("bash", "astream.bash"), ("zsh", "_astream"), ("fish", "astream.fish")):
            if shell not in SHELLS:
                continue
            with self.subTest(shell):
                done = subprocess.run([shell, "-n", ROOT / "scripts/completions" / name], capture_output=True, text=True)
                self.assertEqual((done.stdout + done.stderr, done.returncode), ("", 0))


if __name__ == "__main__":
    main()
