"""scripts/check-floors accepts the project's own sources and finds each kind of offence in a scratch tree."""

import os
import subprocess
import sys

from support.cli import ROOT, CliTest, main

CHECK = str(ROOT / "scripts/check-floors")


class Floors(CliTest):
    def check(self, root):
        done = subprocess.run([sys.executable, CHECK, str(root)], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def write(self, path, text):
        target = self.tmp / path
        os.makedirs(target.parent, exist_ok=True)
        target.write_text(text)

    def assert_offence(self, path, text, expected):
        """`text` at `path` is an offence of which the message says `expected`, and the only one in the tree."""
        self.write(path, text)
        status, output = self.check(self.tmp)
        self.assertEqual(status, 1, output)
        self.assertRegex(output, rf"^{path}:\d+: .*{expected}")
        self.assertEqual(len(output.splitlines()), 1, output)

    def assert_fine(self, path, text):
        self.write(path, text)
        status, output = self.check(self.tmp)
        self.assertEqual((status, output), (0, ""))

    def setUp(self):
        super().setUp()
        for header in ("src/base/error.hpp", "src/base/log.hpp", "src/dsp/fft.hpp", "src/av/decoder.hpp",
                       "src/source/source.hpp", "formats/sink.hpp", "cli/main/exit.hpp"):
            self.write(header, "#pragma once\n")

    def test_the_project_itself(self):
        self.assertEqual(self.check(ROOT), (0, ""))

    def test_no_sources_is_no_success(self):
        self.assertEqual(self.check(self.tmp / "src/base/nothing")[0], 1)

    def test_own_and_lower_floors_are_fine(self):
        self.assert_fine("formats/sink.cpp", '#include "formats/sink.hpp"\n\n#include <string>\n#include "base/error.hpp"\n')

    def test_higher_floor(self):
        self.assert_offence("src/dsp/fft.cpp", '#include "source/source.hpp"\n', "above floor")

    def test_higher_floor_with_odd_spelling(self):
        self.assert_offence("src/source/x.cpp", '  #  include   "formats/sink.hpp"\n', "above floor")

    def test_lower_base_floor(self):
        self.assert_offence("src/base/error.cpp", '#include "base/log.hpp"\n', "above floor")
        os.remove(self.tmp / "src/base/error.cpp")
        self.assert_fine("src/base/log.cpp", '#include "base/error.hpp"\n')

    def test_dsp_does_not_see_av(self):
        self.assert_offence("src/dsp/fft.cpp", '#include "av/decoder.hpp"\n', "above floor")

    def test_name_that_is_no_file(self):
        self.assert_offence("cli/main/main.cpp", '#include "exit.hpp"\n', "no file of the project")

    def test_libraries_stay_where_they_belong(self):
        cases = [
            ("src/source/x.cpp", "<libavutil/frame.h>", "FFmpeg"), ("src/av/x.cpp", "<fftw3.h>", "FFTW"),
            ("src/stream/x.cpp", "<soxr.h>", "libsoxr"), ("src/source/y.cpp", "<RtAudio.h>", "RtAudio"),
            ("src/source/y.cpp", "<rtaudio/RtAudio.h>", "RtAudio"), ("formats/x.cpp", "<CLI/CLI.hpp>", "CLI11"),
            ("src/stream/x.cpp", "<nlohmann/json.hpp>", "nlohmann"),
        ]
        for path, header, library in cases:
            with self.subTest(path=path, header=header):
                self.assert_offence(path, f"#include {header}\n", library)
                os.remove(self.tmp / path)
        self.assert_fine("src/av/x.cpp", 'extern "C" {\n#include <libavutil/frame.h>\n}\n')
        self.assert_fine("src/source/audio_device_rtaudio.cpp", "#include <RtAudio.h>\n#include <rtaudio_c.h>\n")

    def test_platform_switch_in_a_header(self):
        self.assert_offence("src/base/os.hpp", "#pragma once\n#ifdef _WIN32\n#endif\n", "platform switch")
        os.remove(self.tmp / "src/base/os.hpp")
        self.assert_fine("src/base/os.cpp", "#ifdef _WIN32\n#endif\n")

    def test_long_files(self):
        self.assert_fine("src/base/x.cpp", "\n" * 500)
        self.assert_offence("src/base/x.cpp", "\n" * 501, "501 lines")
        os.remove(self.tmp / "src/base/x.cpp")
        self.assert_fine("src/base/x.hpp", "\n" * 150)
        self.assert_offence("src/base/x.hpp", "\n" * 151, "151 lines")

    def test_long_functions(self):
        body = "  call();\n"
        shapes = {
            "free": ("int f(int a) {\n", "}\n"),
            "in a namespace": ("namespace a::b {\nnamespace {\n\nvoid f() {\n", "}\n\n}\n}\n"),
            "method in a class": ("class A final : public B {\npublic:\n  int f() const override {\n", "  }\n  int x_ = 1;\n};\n"),
            "constructor": ("A::A(int x) : B(x), a_{x}, b_({1, 2}) {\n", "}\n"),
            "template": ("template <typename T, int (*F)(int) = nullptr>\nT f() {\n", "}\n"),
            "lambda": ("const auto f = [](int x) {\n", "};\n"),
            "behind odd characters": ("char a = '{', b = '\"'; int n = 1'000'000;  // {\nconst char* c = R\"({\")\"; /* { */\n\nint f() {\n",
                                      "}\n"),
            "inner blocks": ("int f() {\n  if (a) {\n  }\n", "}\n"),
            "behind a table": ("const Row rows[] = {{1, f(2)}, {3, f(4)}};\nint f() {\n", "}\n"),
            "operator": ("bool A::operator()(const X& x) const noexcept {\n", "}\n"),
        }
        for name, (opening, closing) in shapes.items():
            with self.subTest(name):
                # 58 lines, the signature's line and the brace's; a template's head counts too.
                inner = 58 - (name == "template") - 2 * (name == "inner blocks")
                self.assert_fine("src/base/x.cpp", opening + body * inner + closing)
                self.assert_offence("src/base/x.cpp", opening + body * (inner + 1) + closing, "a function of 61 lines")

    def test_long_tables_and_classes_are_no_functions(self):
        self.assert_fine("src/base/x.cpp", "const int table[] = {\n" + "  f(1),\n" * 100 + "};\n")
        self.assert_fine("src/base/x.hpp", "struct A {\n" + "  int f();\n" * 100 + "};\nenum class E {\n" + "  a,\n" * 30 + "};\n")


main()
