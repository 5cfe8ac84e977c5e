#include "source/ssh_host_key.hpp"

#include <doctest/doctest.h>

#include "av/digest.hpp"
#include "base/error.hpp"

using namespace astream;

namespace {

std::string wire(const std::string& text) {
  const auto size = static_cast<uint32_t>(text.size());
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift & 255);
  return bytes + text;
}

std::string packet(const std::string& payload) {
  return wire(std::string(1, '\4') + payload + std::string(4, '\0'));
}

const std::string kKey = wire("ssh-ed25519") + wire("0123456789abcdef0123456789abcdef");
const std::string kOther = wire("ssh-ed25519") + wire("another key, which is not the one");
const std::string kReply = packet("\x1F" + wire(kKey) + wire("f") + wire("signature"));
const std::string kNewKeys = packet("\x15");
const std::string kInit = packet("\x14" + std::string(40, 'x'));

std::vector<std::string> feed_all(const std::string& text, size_t block) {
  SshKeyFinder finder;
  std::vector<std::string> keys;
  for (size_t at = 0; at < text.size(); at += block) {
    const auto part = std::as_bytes(std::span(text)).subspan(at, std::min(block, text.size() - at));
    for (std::string& key : finder.feed(part)) keys.push_back(std::move(key));
  }
  return keys;
}

HostKeyVerdict judge(const std::string& text, const std::string& host = "h.example", int port = 22) {
  return judge_host_key(text, host, port, kKey);
}

}  // namespace

TEST_CASE("the key is found in any chunking, before the encryption begins") {
  const std::string text = "hello\r\nSSH-2.0-x\r\n" + kInit + kReply + kNewKeys + "encrypted bytes, whatever they are";
  for (const size_t block : {1UL, 2UL, 7UL, 1000UL}) CHECK(feed_all(text, block) == std::vector{kKey});
}

TEST_CASE("every key that a client could take is told") {
  const std::string group = packet("\x1F" + wire(kKey) + wire("g"));  // a group's prime that looks like a key
  const std::string reply = packet("\x21" + wire(kOther) + wire("f") + wire("s"));
  CHECK(feed_all("SSH-2.0-x\n" + group + reply + kNewKeys, 1000) == std::vector{kKey, kOther});
  const std::string prime = packet("\x1F" + wire(std::string(256, '\xC1')) + wire("g"));
  CHECK(feed_all("SSH-2.0-x\n" + prime + reply + kNewKeys, 1000) == std::vector{kOther});
}

TEST_CASE("what is no SSH is refused") {
  CHECK_THROWS_AS(feed_all("SSH-2.0-x\n" + kInit + kNewKeys, 1000), Error);
  CHECK_THROWS_AS(feed_all("SSH-2.0-x\n\xFF\xFF\xFF\xFF\4", 1000), Error);
  CHECK_THROWS_AS(feed_all("SSH-2.0-x\n" + packet("\x21" + wire("")), 1000), Error);
  CHECK_THROWS_AS(feed_all(std::string(1 << 20, 'x'), 4096), Error);
  CHECK_THROWS_AS(feed_all("SSH-2.0-x\n" + wire("\4\0\0\0\0"), 1000), Error);
}

TEST_CASE("known_hosts as ssh writes it") {
  const std::string key = " ssh-ed25519 " + av::base64_text(kKey) + " comment\n";
  const std::string other = " ssh-ed25519 " + av::base64_text(kOther) + "\n";
  CHECK(judge("# comment\n\nh.example,10.0.0.1" + key) == HostKeyVerdict::known);
  CHECK(judge("h.example" + key, "H.Example") == HostKeyVerdict::known);
  CHECK(judge("h.example" + key, "h.example", 2222) == HostKeyVerdict::unknown);
  CHECK(judge("[h.example]:2222" + key, "h.example", 2222) == HostKeyVerdict::known);
  CHECK(judge("*.example,!h.example" + key) == HostKeyVerdict::unknown);
  CHECK(judge("?.exam*" + key) == HostKeyVerdict::known);
  CHECK(judge("h.example" + other) == HostKeyVerdict::changed);
  CHECK(judge("h.example" + other + "h.example" + key) == HostKeyVerdict::known);
  CHECK(judge("h.example ssh-rsa AAAA\n") == HostKeyVerdict::unknown);
  CHECK(judge("h.example" + key + "@revoked *" + key) == HostKeyVerdict::revoked);
  CHECK(judge("@cert-authority *" + key) == HostKeyVerdict::unknown);
  const std::string salt(20, 's');
  const std::string hashed = "|1|" + av::base64_text(salt) + "|" + av::base64_text(av::hmac_sha1(salt, "h.example"));
  CHECK(judge(hashed + key) == HostKeyVerdict::known);
  CHECK(judge(hashed + key, "g.example") == HostKeyVerdict::unknown);
  CHECK(judge("|1||" + key + "|1|\nh.example\n") == HostKeyVerdict::unknown);
}
