"""Every header compiles alone: a translation unit that includes nothing else must be accepted. Where the source of the same name
includes it before all else, its being compiled has shown that already."""

import json
import os
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.cli import ROOT, CliTest, main

BUILD = Path(os.environ.get("ASTREAM_BUILD") or ROOT / "build/dev")


def compiler_command():
    """The compiler with the flags that say what is included and how: those of the program's main file."""
    units = json.loads((BUILD / "compile_commands.json").read_text())
    main_unit = next(unit for unit in units if unit["file"].endswith("cli/main/main.cpp"))
    words = shlex.split(main_unit["command"])
    if os.path.basename(words[0]) in ("ccache", "sccache"):
        words = words[1:]
    flags = [word for at, word in enumerate(words) if re.match(r"-(I|isystem|D|std=|W)", word) or words[at - 1] == "-isystem"]
    return [words[0], *flags, f"-I{ROOT}/tests", "-fsyntax-only", "-x", "c++", "-"]


COMMAND = compiler_command()


def compile_alone(header):
    """None, or what the compiler says about a unit that consists of this header."""
    # Twice: what lacks its #pragma once is found too.
    unit = f'#include "{header}"\n#include "{header}"\n'
    done = subprocess.run(COMMAND, input=unit, capture_output=True, text=True)
    return done.stderr if done.returncode else None


def is_first_of_its_source(header):
    source = header.with_suffix(".cpp")
    if not source.exists() or "\n#pragma once\n" not in header.read_text():
        return False
    first = re.search(r'^#\s*(?:include|if).*$', source.read_text(), re.MULTILINE).group()
    path = re.fullmatch(r'#include "(.*)"', first)
    return path is not None and header in (ROOT / "src" / path[1], ROOT / path[1])


class Headers(CliTest):
    def test_each_compiles_alone(self):
        headers = sorted(path for top in ("src", "formats", "cli", "tests/support") for path in (ROOT / top).rglob("*.hpp"))
        self.assertGreater(len(headers), 10)
        headers = [header for header in headers if not is_first_of_its_source(header)]
        self.assertGreater(len(headers), 10)
        with ThreadPoolExecutor(2) as pool:
            for header, problem in zip(headers, pool.map(compile_alone, headers)):
                with self.subTest(header=str(header.relative_to(ROOT))):
                    self.assertIsNone(problem)

    def test_a_header_that_leans_on_another_is_found(self):
        header = self.tmp / "leaning.hpp"
        header.write_text("#pragma once\ninline std::string text;\n")
        self.assertIn("string", compile_alone(header))

    def test_a_header_without_a_guard_is_found(self):
        header = self.tmp / "twice.hpp"
        header.write_text("struct Twice {};\n")
        self.assertIn("Twice", compile_alone(header))


main()
