#include "av/web_answer.hpp"

#include <doctest/doctest.h>

#include "av/digest.hpp"
#include "base/error.hpp"

using namespace astream;

TEST_CASE("the head of a web server's answer") {
  const av::WebAnswer answer =
      av::parse_web_answer("HTTP/1.1 302 Found\r\nLocation:  https://x/y?z=1:2 \r\nX-A: 1\r\nx-a: 2\r\nodd\r\n");
  CHECK(answer.status == 302);
  CHECK(answer.headers.at("location") == "https://x/y?z=1:2");
  CHECK(answer.headers.at("x-a") == "2");
  CHECK(answer.headers.size() == 2);
  CHECK(av::parse_web_answer("HTTP/1.0 200").status == 200);
  for (const char* head : {"", "HTTP/1.1", "HTTP/1.1 20", "220 ready", "HTTP/1.1 abc OK", "\r\n"}) {
    CHECK_THROWS_AS(av::parse_web_answer(head), Error);
  }
}

TEST_CASE("hashes are those of the standards") {  // FIPS 180-2; RFC 4231, case 2
  CHECK(av::hex_digits(av::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(av::hex_digits(av::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
