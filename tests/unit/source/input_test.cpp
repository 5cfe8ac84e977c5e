#include "source/input.hpp"

#include <doctest/doctest.h>

#include "source/resolver.hpp"
#include "support/temp_dir.hpp"
#include "support/working_folder.hpp"

using namespace astream;

namespace {

Input path_input(std::string path) {
  return {std::move(path), true, {}, Origin::user};
}

}  // namespace

TEST_CASE("label: the given one, else the file's name, else the URI without secrets") {
  CHECK(label_of({"a/b.wav", true, "door", Origin::user}) == "door");
  CHECK(label_of(path_input("a/b.wav")) == "b.wav");
  CHECK(label_of(path_input("b.wav")) == "b.wav");
  CHECK(label_of(path_input("a/folder/")) == "folder");
  CHECK(label_of(path_input("/")) == "/");
  CHECK(label_of({"http://me:secret@host/x.mp3", false, {}, Origin::user}) == "http://***@host/x.mp3");
  CHECK(label_of({"tone:440", false, {}, Origin::user}) == "tone:440");
}

TEST_CASE("labels and shown URIs are UTF-8 whatever the bytes") {
  CHECK(label_of(path_input("a/\xE9t\xE9.wav")) == "\xEF\xBF\xBDt\xEF\xBF\xBD.wav");
  CHECK(shown_uri(path_input("a/\xE9.wav")) == "file:a/%E9.wav");
  CHECK(shown_uri(path_input("a b/ü.wav")) == "a b/ü.wav");
  CHECK(shown_uri({"http://u:p4ss@h/\xE9", false, {}, Origin::user}) == "http://***@h/\xEF\xBF\xBD");
  CHECK(shown_uri({"-", false, {}, Origin::user}) == "-");
}

TEST_CASE("a path is shown as it is, an '@' in it is no password") {
  CHECK(shown_uri(path_input("http://a:b@c.wav")) == "http://a:b@c.wav");
}

TEST_CASE("parse_input: labels") {
  const test::WorkingFolder nothing_here;
  const Input labelled = parse_input("front.door-1_x=rtsp://camera/1");
  CHECK(labelled.label == "front.door-1_x");
  CHECK(labelled.uri == "rtsp://camera/1");
  CHECK_FALSE(labelled.is_path);

  CHECK(parse_input("a=b=c.wav").label == "a");
  CHECK(parse_input("a=b=c.wav").uri == "b=c.wav");
  for (const char* name :
       {"=x.wav", "a=", "a b=x.wav", "ü=x.wav", "http://h/?a=b", "tone:440?rate=8000", "-?format=s16le"}) {
    CAPTURE(name);
    CHECK(parse_input(name).label.empty());
    CHECK(parse_input(name).uri == name);
  }
}

TEST_CASE("parse_input: paths, URIs and stdin") {
  const test::WorkingFolder nothing_here;
  CHECK_FALSE(parse_input("-").is_path);
  CHECK_FALSE(parse_input("-?format=s16le&rate=8000").is_path);
  CHECK(parse_input("x=-").uri == "-");
  CHECK_FALSE(parse_input("x=-").is_path);
  CHECK(parse_input("./-").is_path);
  CHECK(parse_input("song.mp3").is_path);
  CHECK(parse_input("Artist: Title.mp3").is_path);
  CHECK(parse_input("./take:1.wav").is_path);
  CHECK_FALSE(parse_input("mic:").is_path);
  CHECK_FALSE(parse_input("HTTP://host/x").is_path);
}

TEST_CASE("parse_input: a path that exists wins over any syntax") {
  const test::TempDir folder;
  for (const char* name : {"take=1.wav", "a:b.wav", "a[1].wav", "tone:440", "50%25.wav", " x \n.wav", "\xFF.wav"}) {
    CAPTURE(name);
    const std::string path = folder.write(name, "x");
    const Input input = parse_input(path);
    CHECK(input.is_path);
    CHECK(input.uri == path);
    CHECK(input.label.empty());
  }
  const Input labelled = parse_input("l=" + folder.file("take=1.wav"));
  CHECK(labelled.label == "l");
  CHECK(labelled.uri == folder.file("take=1.wav"));
}

TEST_CASE("parse_input: file URIs, verbatim first, then decoded") {
  const test::WorkingFolder folder;
  const std::string spaced = folder.write("a b.wav", "x");
  const std::string percent = folder.write("c%20d.wav", "x");
  CHECK(parse_input("file://" + folder.file("a%20b.wav")).uri == spaced);
  CHECK(parse_input("file:" + folder.file("a%20b.wav")).uri == spaced);
  CHECK(parse_input("FILE:" + spaced).uri == spaced);
  CHECK(parse_input("file://localhost" + folder.file("a%20b.wav")).uri == spaced);
  CHECK(parse_input("file://" + percent).uri == percent);
  CHECK(parse_input("file:rel/x%21.wav").uri == "rel/x!.wav");
  CHECK(parse_input("file:rel.wav").is_path);
}
