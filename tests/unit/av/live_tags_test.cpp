#include "av/live_tags.hpp"

#include <doctest/doctest.h>

using namespace astream::av;

TEST_CASE("a StreamTitle is the title, in UTF-8 whatever it was") {
  CHECK(clean_live_tags({{"streamtitle", "A - B"}, {"icy-name", "X"}}, {}, {}) ==
        TagMap{{"title", "A - B"}, {"icy-name", "X"}});
  CHECK(clean_live_tags({{"streamtitle", "Caf\xC3\xA9"}}, {}, {}) == TagMap{{"title", "Caf\xC3\xA9"}});
  CHECK(clean_live_tags({{"streamtitle", "Caf\xE9 \x80"}}, {}, {}) == TagMap{{"title", "Caf\xC3\xA9 \xC2\x80"}});
  CHECK(clean_live_tags({{"streamtitle", ""}}, {}, {}).empty());
}

TEST_CASE("of titles that pile up the newest is told, and stays while nothing changes") {
  TagMap raw{{"title", "One"}};
  TagMap tags = clean_live_tags(raw, {}, {});
  CHECK(tags == TagMap{{"title", "One"}});
  const auto next = [&](const char* title) {
    const TagMap now{{"title", title}};
    tags = clean_live_tags(now, raw, tags);
    raw = now;
    return tags["title"];
  };
  CHECK(next("Two;One") == "Two");
  CHECK(next("Two;One") == "Two");
  CHECK(next("Two;One;Three") == "Three");
  CHECK(next("Four; or Five") == "Four; or Five");
}
