"""What is installed: exactly the files expected, a program that runs, and a library that others can build against by
find_package and by pkg-config."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from support.cli import ROOT, SANITIZERS, CliTest, main

BUILD = Path(os.environ.get("ASTREAM_BUILD") or ROOT / "build/dev")
LIB = r"lib(64)?(/[a-z0-9_-]+-linux-gnu)?"

# Each installed file matches one of these, and each of these is matched.
EXPECTED = [
    r"bin/astream",
    r"include/astream/astream\.hpp",
    *(rf"include/astream/{floor}/([a-z_]+/)?[a-z0-9_]+\.hpp" for floor in ("base", "dsp", "source", "stream", "formats")),
    *(rf"{LIB}/libastream_{floor}\.a" for floor in ("base", "dsp", "av", "source", "stream", "formats")),
    rf"{LIB}/cmake/astream/astream-config(-version)?\.cmake",
    rf"{LIB}/cmake/astream/astream-targets(-[a-z]+)?\.cmake",
    rf"{LIB}/pkgconfig/astream\.pc",
    r"share/man/man1/astream(-[a-z]+)?\.1",
    r"share/man/man5/astream-[a-z]+\.5",
    r"share/bash-completion/completions/astream",
    r"share/zsh/site-functions/_astream",
    r"share/fish/vendor_completions\.d/astream\.fish",
    r"share/astream/RECORDS\.md",
    r"share/astream/python/([a-z_]+/)*[a-z_]+\.py",
]

CONSUMER = """
#include <astream/astream.hpp>
#include <cstdio>

struct Count : astream::Receiver {
  int windows = 0;
  astream::Flow window(const astream::Window& window) override {
    windows += window.format.channels == 2 && window.sample_count() == 800;
    return astream::Flow::proceed;
  }
};

int main() {
  astream::GeneratorOptions options;
  options.stream.window.samples = 800;
  options.stream.duration = astream::parse_time("1s", "duration");
  Count count;
  astream::Resolver inputs({"tone:440?rate=8000&channels=2"}, {}, nullptr);
  astream::Generator(std::move(inputs), options, count).run();
  std::printf("%d windows\\n", count.windows);
  astream::FeatureRequest request;
  request.format = {16000, 1};
  request.features = astream::select_features(std::vector<std::string>{"rms"});
  int rows = 0;
  astream::FeatureExtractor extractor(request, [&](const astream::FeatureRow& row) { rows += row.values[0] == 0.5; });
  extractor.push(std::vector<float>(16000, 0.5F));
  extractor.finish();
  std::printf("%d of %zu rows\\n", rows, extractor.columns().size());
}
"""

CMAKE_LISTS = """
cmake_minimum_required(VERSION 3.22)
project(consumer LANGUAGES C CXX)
find_package(astream 0.1 REQUIRED)
add_executable(consumer consumer.cpp)
target_link_libraries(consumer PRIVATE astream::astream)
"""


def command(*words, **options):
    """Runs a command, which must succeed, and returns its stdout."""
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def build_setting(name):
    """A value of the build's CMake cache."""
    return re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE).group(1)


class Install(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="astream-install-")
        # The library must not lean on the place that it was configured for.
        cls.prefix = Path(cls.folder.name) / "a prefix"
        command("cmake", "--install", BUILD, "--prefix", cls.prefix)
        cls.files = sorted(str(path.relative_to(cls.prefix)) for path in cls.prefix.rglob("*") if not path.is_dir())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def flags(self):
        return ["-std=c++20", *([f"-fsanitize={SANITIZERS}"] if SANITIZERS else [])]

    def assert_counts(self, program):
        self.assertEqual(command(program), "10 windows\n28 of 1 rows\n")

    def test_exactly_the_files_expected(self):
        unknown = [name for name in self.files if not any(re.fullmatch(pattern, name) for pattern in EXPECTED)]
        absent = [pattern for pattern in EXPECTED if not any(re.fullmatch(pattern, name) for name in self.files)]
        self.assertEqual((unknown, absent), ([], []))

    def test_every_page_of_the_source_is_installed(self):
        pages = sorted(path.name for path in (ROOT / "man").glob("*.[15]"))
        self.assertEqual(sorted(Path(name).name for name in self.files if "/man/" in name), pages)

    def test_headers_reach_nothing_that_is_not_installed(self):
        include = self.prefix / "include/astream"
        for header in include.rglob("*.hpp"):
            text = header.read_text()
            self.assertNotRegex(text, r"#include <(libav|libsw|fftw3|soxr|rtaudio|RtAudio|CLI/)", header)
            for name in re.findall(r'^#include "([^"]+)"', text, re.MULTILINE):
                self.assertTrue((include / name).is_file(), f"{header}: {name}")

    def test_the_program_runs_from_there(self):
        self.assertRegex(command(self.prefix / "bin/astream", "--version"), r"^astream \d+\.\d+\.\d+\n$")

    def test_no_path_of_the_build_is_left(self):
        for name in self.files:
            if name.endswith((".cmake", ".pc", ".hpp")):
                text = (self.prefix / name).read_text()
                self.assertFalse(str(ROOT) in text or str(BUILD) in text, name)

    def test_a_consumer_by_find_package(self):
        (self.tmp / "consumer.cpp").write_text(CONSUMER)
        (self.tmp / "CMakeLists.txt").write_text(CMAKE_LISTS)
        command("cmake", "-S", self.tmp, "-B", self.tmp / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                f"-DCMAKE_CXX_FLAGS={' '.join(self.flags()[1:])}", f"-DCMAKE_CXX_COMPILER={build_setting('CMAKE_CXX_COMPILER')}")
        command("cmake", "--build", self.tmp / "build")
        self.assert_counts(self.tmp / "build/consumer")

    def test_a_consumer_by_pkg_config(self):
        link = self.tmp / "prefix"  # pkg-config's output is for shells; without spaces it can be split simply
        link.symlink_to(self.prefix)
        pc_folder = next(link.glob("lib*/**/pkgconfig"), None) or next(link.glob("lib*/pkgconfig"))
        env = {**os.environ, "PKG_CONFIG_PATH": str(pc_folder)}
        flags = command("pkg-config", "--cflags", "--libs", "astream", env=env).split()
        (self.tmp / "consumer.cpp").write_text(CONSUMER)
        command(build_setting("CMAKE_CXX_COMPILER"), *self.flags(), self.tmp / "consumer.cpp", "-o", self.tmp / "consumer", *flags)
        self.assert_counts(self.tmp / "consumer")


main()
