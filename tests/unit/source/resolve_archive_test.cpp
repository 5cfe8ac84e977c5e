#include "source/resolve_archive.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "source/archive.hpp"
#include "source/path_pattern.hpp"
#include "source/resolve_origin.hpp"
#include "source/resolver.hpp"
#include "source/scheme_table.hpp"
#include "support/temp_dir.hpp"

using namespace astream;
using astream::test::TempDir;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

/// As small as a tar can be: ustar headers of regular files.
std::string tar_of(const Files& files) {
  constexpr size_t kBlock = 512;
  std::string tar;
  for (const auto& [name, data] : files) {
    std::string head(kBlock, '\0');
    const auto put = [&](size_t at, const std::string& text) { head.replace(at, text.size(), text); };
    std::array<char, 16> octal{};
    std::snprintf(octal.data(), octal.size(), "%011zo", data.size());
    put(0, name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, octal.data());
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, std::string("ustar\00000", 8));
    unsigned sum = 0;
    for (const char c : head) sum += static_cast<unsigned char>(c);
    std::snprintf(octal.data(), octal.size(), "%06o", sum);
    put(148, std::string(octal.data()) + '\0');
    tar += head + data + std::string((kBlock - data.size() % kBlock) % kBlock, '\0');
  }
  return tar + std::string(2 * kBlock, '\0');
}

struct Shards : TempDir {
  std::string add(const std::string& name, const Files& files) { return write(name, tar_of(files)); }
};

/// Labels, and failures as "! kind".
std::vector<std::string> labels(std::vector<std::string> names) {
  Resolver resolver(std::move(names), {}, {});
  std::vector<std::string> list;
  while (const auto resolved = resolver.next()) {
    try {
      if (resolved->failure) std::rethrow_exception(resolved->failure);
      list.push_back(resolved->input.label);
    } catch (const Error& error) {
      list.push_back("! " + std::string(kind_name(error.kind())));
    }
  }
  return list;
}

std::string text_of(ByteInput& bytes) {
  std::string text;
  std::array<std::byte, 7> block{};
  while (const size_t got = bytes.read(block)) text.append(reinterpret_cast<const char*>(block.data()), got);
  return text;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("archives: members, patterns, folders, globs of archives") {
  Shards shards;
  const std::string a =
      "tar:" + shards.add("a.tar", {{"x/1.wav", "one"}, {"./x/2.wav", "2"}, {"y/3.mp3", ""}, {"n.txt", "n"}});
  shards.add("b.tar", {{"4.wav", "four"}});
  CHECK(labels({a}) == List{"x/1.wav", "x/2.wav", "y/3.mp3"});
  CHECK(labels({a + "!x"}) == List{"x/1.wav", "x/2.wav"});
  CHECK(labels({a + "!x/2.wav"}) == List{"x/2.wav"});
  CHECK(labels({a + "!n.txt"}) == List{"n.txt"});
  CHECK(labels({a + "!**/*.{mp3,txt}"}) == List{"y/3.mp3", "n.txt"});
  CHECK(labels({"L=" + a + "!x/2.wav"}) == List{"L"});
  CHECK(labels({a + "!none.wav"}) == List{"! resolve"});
  CHECK(labels({"tar:" + shards.path().string() + "/*.tar!*.wav"}) == List{"4.wav"});
  CHECK(labels({"tar:" + shards.path().string() + "/c*.tar"}) == List{"! resolve"});
  CHECK(labels({"tar:" + shards.path().string() + "/c.tar"}) == List{"! open"});
  CHECK(labels({"tar:"}) == List{"! resolve"});
}

TEST_CASE("archives: resolving is lazy, and the total is not known") {
  Shards shards;
  std::string tar = tar_of({{"1.wav", "1"}, {"2.wav", "2"}});
  tar.resize(1124);
  const std::string uri = "tar:" + shards.write("cut.tar", tar);
  Resolver resolver({uri}, {}, {});
  CHECK_FALSE(resolver.known_total());
  CHECK_FALSE(resolver.next()->failure);  // the first member is there before the damage is met
  CHECK(resolver.next()->failure);
  CHECK_FALSE(resolver.next());
}

TEST_CASE("archives: the bytes of members, in any order") {
  Shards shards;
  const std::string path = shards.add("a.tar", {{"1.wav", "first"}, {"2.wav", "the second"}, {"3.wav", "3"}});
  Resolver resolver({"tar:" + path}, {}, {});
  std::vector<std::shared_ptr<const ArchiveMember>> members;
  while (const auto resolved = resolver.next()) members.push_back(resolved->input.member);
  REQUIRE(members.size() == 3);
  const auto text = [&](size_t i) { return text_of(*members[i]->archive->open(*members[i], {})); };
  CHECK(text(2) == "3");
  CHECK(text(0) == "first");
  CHECK(text(1) == "the second");
  const auto bytes = members[1]->archive->open(*members[1], {});
  CHECK(bytes->size_bytes() == 10);
  bytes->seek(4);
  CHECK(text_of(*bytes) == "second");
}

TEST_CASE("archives: what may name them") {
  const auto refused = [](Origin origin) {
    Input input;
    input.uri = "tar:x.tar!a.wav";
    input.origin = origin;
    return refusal_of_playlist_entry(input) != nullptr;
  };
  CHECK(refused(Origin::network));
  CHECK_FALSE(refused(Origin::local_file));
  CHECK(archive_uri_in("lists/", "tar:x.tar!a") == "tar:lists/x.tar!a");
  CHECK(archive_uri_in("lists/", "zip:/x.zip") == "zip:/x.zip");
}

TEST_CASE("archives: which names stand for one member") {
  CHECK(names_one_member("tar:x.tar!a.wav"));
  CHECK(names_one_member("zip:x.zip!a\\[1].wav"));
  CHECK_FALSE(names_one_member("tar:x.tar"));
  CHECK_FALSE(names_one_member("tar:x.tar!*.wav"));
  CHECK_FALSE(names_one_member("tar:*.tar!a.wav"));
}

TEST_CASE("archives: a search can be given up") {
  Shards shards;
  const CancelToken cancel;
  cancel.request();
  Resolver resolver({"tar:" + shards.add("a.tar", {{"1.wav", "1"}})}, {}, {}, std::nullopt, cancel);
  CHECK_THROWS_AS(resolver.next(), Cancelled);
}

TEST_CASE("archives: a member that was not resolved is found when it is opened") {
  Shards shards;
  const std::string uri = "tar:" + shards.add("a.tar", {{"1.wav", "no audio at all"}});
  CHECK_THROWS_WITH_AS(open_source(parse_input(uri + "!1.wav"), {}), doctest::Contains("not audio"), Error);
  CHECK_THROWS_WITH_AS(open_source(parse_input(uri + "!2.wav"), {}), doctest::Contains("no file in the archive"),
                       Error);
}

TEST_CASE("path patterns on names") {
  const auto takes = [](const char* pattern, const char* path) { return parse_pattern(pattern).takes_file(path); };
  CHECK(takes("", "a/b.wav"));
  CHECK_FALSE(takes("", "a/b.txt"));
  CHECK_FALSE(takes("", "a/.b.wav"));
  CHECK_FALSE(takes("", ".a/b.wav"));
  CHECK(takes("", "../b.wav"));
  CHECK(takes("a", "a/b/c.wav"));
  CHECK(takes("a/", "a/b/c.wav"));
  CHECK_FALSE(takes("a/", "a"));
  CHECK(takes("a/*.txt", "a/b.txt"));
  CHECK_FALSE(takes("*.txt", "a/b.txt"));
  CHECK(takes("**/*.txt", "a/b/c.txt"));
  CHECK(takes("**", "a/b/c.wav"));
  CHECK(takes("a/**/b.txt", "a/b.txt"));
  CHECK(takes("*", "a/c.wav"));
  CHECK_FALSE(takes("b*", "a/c.wav"));
  CHECK(takes(".a/*.wav", ".a/c.wav"));
}
