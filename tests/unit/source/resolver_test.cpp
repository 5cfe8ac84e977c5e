#include "source/resolver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "source/resolve_origin.hpp"
#include "source/scheme_table.hpp"
#include "support/temp_dir.hpp"
#include "support/working_folder.hpp"

using namespace astream;
using astream::test::TempDir;
using astream::test::WorkingFolder;
namespace fs = std::filesystem;

namespace {

using List = std::vector<std::string>;

std::string failure_text(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return std::string(kind_name(error.kind())) + ": " + error.one_line();
  }
}

/// Every result as "label=uri", with `root` and its slash taken off; failures as "! kind: message".
List results(Resolver& resolver, const std::string& root = {}) {
  List list;
  while (const auto resolved = resolver.next()) {
    std::string text = resolved->failure ? "! " + failure_text(resolved->failure) : resolved->input.uri;
    if (!resolved->failure && !resolved->input.label.empty()) text = resolved->input.label + "=" + text;
    const std::string prefix = root + "/";
    for (size_t at = 0; !root.empty() && (at = text.find(prefix, at)) != std::string::npos;)
      text.erase(at, prefix.size());
    list.push_back(text);
  }
  CHECK_FALSE(resolver.next());
  return list;
}

List resolve(List names, const std::string& root = {}, Resolver::Fetch fetch = {}) {
  Resolver resolver(std::move(names), {}, std::move(fetch));
  return results(resolver, root);
}

List resolve_list(const std::string& path, bool is_nul_separated, const std::string& root = {}) {
  Resolver resolver({}, {{path, is_nul_separated}}, {});
  return results(resolver, root);
}

struct Folder : TempDir {
  explicit Folder(const List& names = {}) {
    for (const std::string& name : names) write(name, "x");
  }
  std::string root() const { return path().string(); }
  List resolve(const std::string& name, Resolver::Fetch fetch = {}) const {
    return ::resolve({root() + "/" + name}, root(), std::move(fetch));
  }
};

/// A network of fixed pages.
Resolver::Fetch pages(std::map<std::string, std::string> known) {
  return [known = std::move(known)](const Input& input) {
    const auto page = known.find(input.uri);
    if (page == known.end()) throw Error(ErrorKind::network, "404");
    return page->second;
  };
}

bool starts_with(const std::string& text, std::string_view prefix) {
  return text.starts_with(prefix);
}

}  // namespace

TEST_CASE("resolver: plain names come out as they are, in order") {
  const WorkingFolder nothing_here;
  CHECK(resolve({"b.wav", "http://h/x", "-", "tone:440", "mic:x", "l=exec:cat f", "nowhere/x.mp3"}) ==
        List{"b.wav", "http://h/x", "-", "tone:440", "mic:x", "l=exec:cat f", "nowhere/x.mp3"});
  CHECK(resolve({}).empty());
  CHECK(starts_with(resolve({""}).at(0), "! resolve: "));
}

TEST_CASE("resolver: odd bytes pass unchanged") {
  const Folder folder({"a b.wav", "new\nline.wav", "50%.wav", "%41.wav", "\xFF\xFE.wav"});
  for (const char* name : {"a b.wav", "new\nline.wav", "50%.wav", "%41.wav", "\xFF\xFE.wav"}) {
    CHECK(folder.resolve(name) == List{name});
  }
  CHECK(folder.resolve("*.wav") == List{"%41.wav", "50%.wav", "a b.wav", "new\nline.wav", "\xFF\xFE.wav"});
}

TEST_CASE("resolver: a path that exists wins over a glob") {
  const Folder folder({"a[1].wav", "a1.wav", "{x,y}.wav", "q?.wav", "qq.wav"});
  CHECK(folder.resolve("a[1].wav") == List{"a[1].wav"});
  CHECK(folder.resolve("{x,y}.wav") == List{"{x,y}.wav"});
  CHECK(folder.resolve("q?.wav") == List{"q?.wav"});
}

TEST_CASE("resolver: globs, sorted bytewise, hidden names left out") {
  const Folder folder(
      {"b.wav", "a.wav", "B.wav", "a.mp3", ".hidden.wav", "readme.txt", "s/c.wav", "s/t/d.wav", ".h/e.wav"});
  CHECK(folder.resolve("*.wav") == List{"B.wav", "a.wav", "b.wav"});
  CHECK(folder.resolve(".*.wav") == List{".hidden.wav"});
  CHECK(folder.resolve("*.txt") == List{"readme.txt"});
  CHECK(folder.resolve("*/*.wav") == List{"s/c.wav"});
  CHECK(folder.resolve(".h/*") == List{".h/e.wav"});
  CHECK(folder.resolve("*/c.wav") == List{"s/c.wav"});
  CHECK(folder.resolve("s/../[ab].wav") == List{"s/../a.wav", "s/../b.wav"});
  CHECK(folder.resolve("*/../a.wav") == List{"s/../a.wav"});
  CHECK(folder.resolve("{b,a}.wav") == List{"b.wav", "a.wav"});
  CHECK(folder.resolve("{nothing,a}.wav") == List{"a.wav"});
  CHECK(folder.resolve("a\\.{mp3,wav}") == List{"a.mp3", "a.wav"});
}

TEST_CASE("resolver: ** goes through folders") {
  const Folder folder({"x.wav", "a/x.wav", "a/b/x.wav", "a/b/y.txt", "a-/x.wav", ".h/x.wav", "z/x.wav"});
  const List all{"a-/x.wav", "a/b/x.wav", "a/x.wav", "x.wav", "z/x.wav"};
  CHECK(folder.resolve("**/*.wav") == all);
  CHECK(folder.resolve("**/**/*.wav") == all);
  CHECK(folder.resolve("**/x.wav") == all);
  CHECK(folder.resolve("**") == all);
  CHECK(folder.resolve("a/**/x.wav") == List{"a/b/x.wav", "a/x.wav"});
  CHECK(folder.resolve("**/b/*") == List{"a/b/x.wav", "a/b/y.txt"});
  CHECK(folder.resolve("**/b") == List{"a/b/x.wav"});
  CHECK(folder.resolve("a/**") == List{"a/b/x.wav", "a/x.wav"});
  CHECK(folder.resolve("a**.wav").size() == 1);  // "**" within a name is "*"
}

TEST_CASE("resolver: a folder that a glob matches stands for its audio") {
  const Folder folder({"a/x.wav", "a/readme.txt", "a/s/y.mp3", "b/z.ogg", "c.wav", "d.txt"});
  CHECK(folder.resolve("*") == List{"a/s/y.mp3", "a/x.wav", "b/z.ogg", "c.wav", "d.txt"});
  CHECK(folder.resolve("*/") == List{"a/s/y.mp3", "a/x.wav", "b/z.ogg"});
  CHECK(folder.resolve("{a,b}") == List{"a/s/y.mp3", "a/x.wav", "b/z.ogg"});
}

TEST_CASE("resolver: a glob without a match is an error, and the rest goes on") {
  const Folder folder({"a.wav"});
  const List list = resolve({folder.root() + "/*.mp3", folder.root() + "/a.wav"}, folder.root());
  REQUIRE(list.size() == 2);
  CHECK(starts_with(list[0], "! resolve: *.mp3: no file matches"));
  CHECK(list[1] == "a.wav");
  CHECK(starts_with(folder.resolve("nowhere/**/*.wav").at(0), "! resolve: nowhere/**/*.wav: no file matches"));
  CHECK(starts_with(folder.resolve("a.wav/*").at(0), "! resolve: a.wav/*: no file matches"));
}

TEST_CASE("resolver: folders, recursive, sorted, by extension") {
  const Folder folder(
      {"d/b.WAV", "d/a.flac", "d/c.txt", "d/list.m3u", "d/.x.wav", "d/.git/y.wav", "d/s/v.mkv", "d/a/z.mp3"});
  const List all{"d/a.flac", "d/a/z.mp3", "d/b.WAV", "d/s/v.mkv"};
  CHECK(folder.resolve("d") == all);
  CHECK(folder.resolve("d/") == all);
  CHECK(resolve({"l=" + folder.root() + "/d/s"}, folder.root()) == List{"l=d/s/v.mkv"});
  CHECK(resolve({"file://" + folder.root() + "/d/s"}, folder.root()) == List{"d/s/v.mkv"});
}

TEST_CASE("resolver: what comes out of a folder is a path, whatever it looks like") {
  const Folder folder({"d/exec:rm.wav", "d/a=b.wav", "d/*.wav"});
  Resolver resolver({folder.root() + "/d"}, {}, {});
  int count = 0;
  for (; const auto resolved = resolver.next(); ++count) CHECK(resolved->input.is_path);
  CHECK(count == 3);
}

TEST_CASE("resolver: a folder without audio says so") {
  const Folder folder({"d/readme.txt", "d/e/.hidden.wav"});
  CHECK(starts_with(folder.resolve("d").at(0), "! resolve: d: no audio or video files"));
}

TEST_CASE("resolver: links to folders are followed, but not round in circles") {
  const Folder folder({"d/a.wav", "other/b.wav"});
  fs::create_directory_symlink("..", folder.path() / "d/up");
  fs::create_directory_symlink(".", folder.path() / "d/same");
  fs::create_directory_symlink("../other", folder.path() / "d/other");
  fs::create_directory_symlink("../d", folder.path() / "other/back");
  fs::create_symlink("a.wav", folder.path() / "d/link.wav");
  fs::create_symlink("gone", folder.path() / "d/lost.wav");
  CHECK(folder.resolve("d") == List{"d/a.wav", "d/link.wav", "d/lost.wav", "d/other/b.wav"});
  CHECK(folder.resolve("d/**/*.wav") == List{"d/a.wav", "d/link.wav", "d/lost.wav", "d/other/b.wav"});
}

TEST_CASE("resolver: a folder that can't be read is one failure, and the walk goes on") {
  const Folder folder({"d/a.wav", "d/m/x.wav", "d/z.wav"});
  Resolver resolver({folder.root() + "/d"}, {}, {});
  CHECK(resolver.next()->input.uri == folder.file("d/a.wav"));
  fs::remove_all(folder.path() / "d/m");  // after the folder above was listed
  const List rest = results(resolver, folder.root());
  REQUIRE(rest.size() == 2);
  CHECK(starts_with(rest[0], "! resolve: d/m/: the folder can't be read: "));
  CHECK(rest[1] == "d/z.wav");
}

TEST_CASE("resolver: a label goes to every result") {
  const Folder folder({"a.wav", "b.wav"});
  CHECK(resolve({"x=" + folder.root() + "/*.wav"}, folder.root()) == List{"x=a.wav", "x=b.wav"});
}

TEST_CASE("resolver: lists of names") {
  const WorkingFolder nothing_here;
  const Folder folder({"a.wav", "g/b.wav", " c .wav", "d\ne.wav"});
  const std::string root = folder.root() + "/";
  const std::string lines = folder.write(
      "list", root + "a.wav\r\n\n" + root + "g/*.wav\nlabel=" + root + "g\r\n# x\n" + root + " c .wav\nhttp://h/x");
  CHECK(resolve_list(lines, false, folder.root()) ==
        List{"a.wav", "g/b.wav", "label=g/b.wav", "# x", " c .wav", "http://h/x"});

  std::string bytes = root + "d\ne.wav";
  bytes += '\0';
  bytes += '\0';
  bytes += root + "a.wav";
  CHECK(resolve_list(folder.write("nul", bytes), true, folder.root()) == List{"d\ne.wav", "a.wav"});
  CHECK(resolve_list(folder.write("empty", ""), false).empty());
  CHECK(resolve_list(folder.write("bom", "\xEF\xBB\xBFx.wav\n"), false) == List{"x.wav"});
}

TEST_CASE("resolver: a list may not name programs, devices or stdin") {
  const WorkingFolder nothing_here;
  const Folder folder;
  const List list = resolve_list(folder.write("list", "exec:rm\nmic:\n-\nx=-\nEXEC:x\ntone:440\n"), false);
  REQUIRE(list.size() == 6);
  for (size_t i = 0; i < 5; ++i) CHECK(starts_with(list[i], "! resolve: "));
  CHECK(list[5] == "tone:440");
}

TEST_CASE("resolver: a list that can't be read is a usage error, said once") {
  const Folder folder({"a.wav"});
  for (const std::string& path :
       {folder.file("nowhere"), folder.root(), folder.write("long", std::string(100'000, 'x'))}) {
    CAPTURE(path);
    Resolver resolver({folder.file("a.wav")}, {{path, false}}, {});
    CHECK(resolver.next());
    try {
      resolver.next();
      FAIL("the list was read");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(error.uri() == path);
    }
    CHECK_FALSE(resolver.next());
  }
  CHECK(starts_with(resolve_list(folder.write("nul", std::string("a\0b\nc", 5)), false).at(0), "! resolve: "));
}

TEST_CASE("resolver: lists are read as they are used") {
  const WorkingFolder nothing_here;
  const Folder folder;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "name" + std::to_string(i) + "\n";
  const std::string path = folder.write("list", text + std::string(100'000, 'x'));
  Resolver resolver({}, {{path, false}}, {});
  for (int i = 0; i < 100'000; ++i) REQUIRE(resolver.next()->input.uri == "name" + std::to_string(i));
  CHECK_THROWS_AS(resolver.next(), Error);  // what is behind was not looked at before
}

TEST_CASE("resolver: local playlists, relative to themselves, titles as labels") {
  const Folder folder({"p/a b.mp3", "p/x%20y.mp3", "p/sub/c.mp3", "top.mp3", "p/take: 1.wav", "p/dir/d.wav"});
  folder.write("p/l.m3u",
               "#EXTINF:1,First\na b.mp3\nx%20y.mp3\nsub\\c.mp3\n../top.mp3\ntake: 1.wav\na%20b.mp3\ndir\n/abs.mp3\n"
               "#EXTINF:1,Radio\nhttp://h/x\n  top-gone.mp3 \n");
  CHECK(folder.resolve("p/l.m3u") == List{"First=p/a b.mp3", "p/x%20y.mp3", "p/sub/c.mp3", "p/../top.mp3",
                                          "p/take: 1.wav", "p/a b.mp3", "p/dir/d.wav", "/abs.mp3", "Radio=http://h/x",
                                          "p/top-gone.mp3"});
  CHECK(resolve({"mine=" + folder.root() + "/p/l.m3u"}, folder.root()).at(0) == "mine=p/a b.mp3");
  folder.write("p/l.xspf", "<playlist><trackList><track><location>file://" + folder.root() +
                               "/p/a%20b.mp3</location><title>T</title></track></trackList></playlist>");
  CHECK(folder.resolve("p/l.xspf") == List{"T=p/a b.mp3"});
  CHECK(folder.resolve("p/*.xspf") == List{"T=p/a b.mp3"});
}

TEST_CASE("resolver: a local playlist names files and the network, nothing else") {
  const Folder folder;
  folder.write("l.m3u",
               "exec:rm -rf x\n-\nmic:\ntone:440\nconcat:/etc/passwd|x\nsubfile,,start,0,,:x\nrtsp://h/1\nsrt://h:1\n"
               "data:audio/wav,x\n");
  const List list = folder.resolve("l.m3u");
  REQUIRE(list.size() == 9);
  for (const size_t i : {0, 1, 2, 3, 4, 8}) CHECK(starts_with(list[i], "! resolve: "));
  CHECK(list[5] == "subfile,,start,0,,:x");  // no scheme: a path beside the playlist
  CHECK(list[6] == "rtsp://h/1");
  CHECK(list[7] == "srt://h:1");
}

TEST_CASE("resolver: a network playlist names the network only") {
  const auto fetch =
      pages({{"http://h/d/l.m3u?x=1",
              "a b.mp3\n/c.mp3\nhttps://o/x\nfile:///etc/passwd\nexec:rm\nC:\\x.mp3\n-\nmic:\n//o/y\n"}});
  const List list = resolve({"http://h/d/l.m3u?x=1"}, {}, fetch);
  REQUIRE(list.size() == 9);
  CHECK(list[0] == "http://h/d/a%20b.mp3");
  CHECK(list[1] == "http://h/c.mp3");
  CHECK(list[2] == "https://o/x");
  CHECK(starts_with(list[3], "! resolve: "));
  CHECK(starts_with(list[4], "! resolve: "));
  CHECK(starts_with(list[5], "! resolve: "));
  CHECK(list[6] == "http://h/d/-");
  CHECK(starts_with(list[7], "! resolve: "));
  CHECK(list[8] == "http://o/y");

  Resolver resolver({"http://h/d/l.m3u?x=1"}, {}, fetch);
  CHECK(resolver.next()->input.origin == Origin::network);
}

TEST_CASE("resolver: a network playlist can't reach files through another playlist") {
  const Folder folder({"secret.wav"});
  const auto fetch =
      pages({{"http://h/l.m3u", "m.pls\n"}, {"http://h/m.pls", "[playlist]\nFile1=" + folder.file("secret.wav")}});
  CHECK(resolve({"http://h/l.m3u"}, {}, fetch) == List{"http://h" + folder.file("secret.wav")});
  CHECK(starts_with(
      resolve({"http://h/k.m3u"}, {}, pages({{"http://h/k.m3u", "file://" + folder.file("secret.wav")}})).at(0),
      "! resolve: "));
}

TEST_CASE("resolver: HLS is handed on as it is") {
  const std::string hls = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\ns.ts\n";
  const Folder folder;
  folder.write("live.m3u8", hls);
  CHECK(folder.resolve("live.m3u8") == List{"live.m3u8"});
  CHECK(resolve({"x=http://h/live.m3u8"}, {}, pages({{"http://h/live.m3u8", hls}})) == List{"x=http://h/live.m3u8"});
  CHECK(resolve({"http://h/live.m3u8"}) == List{"http://h/live.m3u8"});  // nothing to fetch with
}

TEST_CASE("resolver: a playlist that fails is one failure, and the rest goes on") {
  const Folder folder({"a.wav"});
  folder.write("bad.pls", "nothing");
  const List list =
      resolve({"http://u:pw4x@h/no.m3u", folder.file("bad.pls"), folder.file("gone.m3u"), folder.file("a.wav")},
              folder.root(), pages({}));
  REQUIRE(list.size() == 4);
  CHECK(list[0] == "! network: http://***@h/no.m3u: 404");
  CHECK(starts_with(list[1], "! resolve: bad.pls: "));
  CHECK(list[2] == "gone.m3u");  // the opener tells what is the matter with it
  CHECK(list[3] == "a.wav");
}

TEST_CASE("resolver: playlists that name each other end") {
  const Folder folder({"a.wav"});
  folder.write("self.m3u", "self.m3u\na.wav\n");
  List list = folder.resolve("self.m3u");
  REQUIRE(list.size() == 2);
  CHECK(starts_with(list[0], "! resolve: self.m3u: the playlist names itself"));
  CHECK(list[1] == "a.wav");

  for (int i = 0; i < 7; ++i)
    folder.write("n" + std::to_string(i) + ".m3u", "n" + std::to_string(i + 1) + ".m3u\na.wav\n");
  list = folder.resolve("n0.m3u");
  REQUIRE(list.size() == 1 + kMaxPlaylistDepth);
  CHECK(list[0].find("nested") != std::string::npos);

  // Each of these names twenty new ones: without a limit on all together there would be 160,000.
  int fetched = 0;
  const auto bomb = [&fetched](const Input& input) {
    std::string text;
    for (int i = 10; i < 30; ++i) text += input.uri.substr(0, input.uri.size() - 4) + std::to_string(i) + ".m3u\n";
    ++fetched;
    return text;
  };
  Resolver resolver({"http://h/x.m3u", "http://h/y.wav"}, {}, bomb);
  std::optional<Resolved> last;
  while (auto resolved = resolver.next()) last = resolved;
  CHECK(fetched == static_cast<int>(kMaxPlaylistsPerName));
  CHECK(last->input.uri == "http://h/y.wav");
}

TEST_CASE("resolver: the total is known when only plain names are left") {
  const WorkingFolder nothing_here;
  const Folder folder({"a.wav", "d/b.wav"});
  Resolver plain({"x", "tone:440", folder.file("a.wav")}, {}, {});
  CHECK(plain.known_total() == 3);
  CHECK(plain.next()->input.uri == "x");
  CHECK(plain.known_total() == 3);
  CHECK(plain.next()->input.uri == "tone:440");
  CHECK(plain.next()->input.uri == folder.file("a.wav"));
  CHECK(plain.known_total() == 3);
  CHECK_FALSE(plain.next());
  CHECK(plain.known_total() == 3);

  Resolver mixed({"x", folder.file("d"), "y"}, {}, {});
  CHECK_FALSE(mixed.known_total());
  CHECK(mixed.next()->input.uri == "x");
  CHECK_FALSE(mixed.known_total());
  CHECK(mixed.next()->input.uri == folder.file("d/b.wav"));
  CHECK(mixed.next()->input.uri == "y");
  CHECK(mixed.known_total() == 3);

  Resolver listed({"x"}, {{folder.write("list", "y\n"), false}}, {});
  CHECK_FALSE(listed.known_total());
  CHECK(results(listed) == List{"x", "y"});
  CHECK(listed.known_total() == 2);
  Resolver glob({folder.root() + "/*"}, {}, {});
  CHECK_FALSE(glob.known_total());
}

TEST_CASE("resolver: moves") {
  const WorkingFolder nothing_here;
  Resolver first({"a", "b"}, {}, {});
  CHECK(first.next()->input.uri == "a");
  Resolver second = std::move(first);
  CHECK(results(second) == List{"b"});
}

TEST_CASE("resolver: the current folder needs no prefix") {
  const WorkingFolder here;
  for (const char* name : {"a.wav", "s/b.wav"}) here.write(name, "x");
  CHECK(resolve({"*.wav", "**/b.wav", "./*.wav"}) == List{"a.wav", "s/b.wav", "./a.wav"});
  CHECK(resolve({"."}) == List{"./a.wav", "./s/b.wav"});
  here.write("l.m3u", "a.wav\n");
  CHECK(resolve({"l.m3u"}) == List{"a.wav"});
}

TEST_CASE("resolver: a folder of many files stays in order") {
  const Folder folder;
  fs::create_directory(folder.path() / "d");
  List expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "d/" + std::to_string(i * 7919 % 3000) + ".wav";
    folder.write(name, "");
    expected.push_back(name);
  }
  std::sort(expected.begin(), expected.end());
  CHECK(folder.resolve("d") == expected);
  CHECK(folder.resolve("d/*.wav") == expected);
}

TEST_CASE("resolver: the lists of what may be named agree with the table of schemes") {
  for (const SchemeRow& row : scheme_table()) {
    CAPTURE(row.scheme);
    if (row.is_network) CHECK(is_network_scheme(row.scheme));
    if (!row.is_network) CHECK_FALSE(is_network_scheme(row.scheme));
    const Input input{row.scheme == "-" ? "-" : std::string(row.scheme) + ":x", false, {}, Origin::local_file};
    CHECK((refusal_of_list_name(input) != nullptr) == row.is_user_only);
  }
}
