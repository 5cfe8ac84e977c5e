#include "source/ssh_host_key.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "av/digest.hpp"
#include "base/ascii.hpp"
#include "base/error.hpp"

namespace astream {

namespace {

constexpr size_t kMaxPacketBytes = 256 << 10;
constexpr size_t kLengthBytes = 4;
constexpr uint8_t kNewKeys = 21;
constexpr uint8_t kKexReply = 31;  // in a group exchange the group, whose first field is no key
constexpr uint8_t kKexGroupReply = 33;

uint32_t big_endian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The string at the front, with its length before it; nothing when it is cut.
std::optional<std::string_view> ssh_string(std::string_view bytes) {
  if (bytes.size() < kLengthBytes) return std::nullopt;
  const uint32_t size = big_endian(bytes);
  if (size > bytes.size() - kLengthBytes) return std::nullopt;
  return bytes.substr(kLengthBytes, size);
}

std::string key_type(std::string_view key) {
  constexpr size_t kMaxNameBytes = 64;
  const auto name = ssh_string(key);
  if (!name || name->empty() || name->size() > kMaxNameBytes) return {};
  const bool is_name = std::all_of(name->begin(), name->end(), [](char c) { return c > ' ' && c < '\x7F'; });
  return is_name ? std::string(*name) : std::string();
}

[[noreturn]] void refuse_protocol() {
  throw Error(ErrorKind::network, "the server does not speak SSH as it should");
}

bool matches_wildcards(std::string_view pattern, std::string_view name) {
  size_t star = std::string_view::npos;
  size_t star_name = 0;
  size_t p = 0;
  size_t n = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_name;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

/// "|1|SALT|HASH", by which a file does not show the names of its hosts.
bool matches_hash(std::string_view entry, std::string_view name) {
  entry.remove_prefix(3);
  const size_t bar = entry.find('|');
  if (bar == std::string_view::npos) return false;
  const std::string hash = av::base64_bytes(entry.substr(bar + 1));
  return !hash.empty() && hash == av::hmac_sha1(av::base64_bytes(entry.substr(0, bar)), name);
}

bool names_host(std::string_view entries, std::string_view name) {
  bool is_named = false;
  while (!entries.empty()) {
    std::string_view entry = entries.substr(0, entries.find(','));
    entries.remove_prefix(std::min(entries.size(), entry.size() + 1));
    const bool is_excluded = entry.starts_with('!');
    if (is_excluded) entry.remove_prefix(1);
    if (!(entry.starts_with("|1|") ? matches_hash(entry, name) : matches_wildcards(entry, name))) continue;
    if (is_excluded) return false;
    is_named = true;
  }
  return is_named;
}

std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kGaps = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kGaps), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kGaps));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

/// The server may say something before it names its version.
bool SshKeyFinder::skip_greeting() {
  while (!is_greeted_) {
    const size_t end = pending_.find('\n');
    if (end == std::string::npos) return false;
    is_greeted_ = pending_.starts_with("SSH-");
    pending_.erase(0, end + 1);
  }
  return true;
}

void SshKeyFinder::read_packet(std::string_view payload, std::vector<std::string>& keys) {
  const auto type = static_cast<uint8_t>(payload.front());
  if (type == kKexReply || type == kKexGroupReply) {
    const auto key = ssh_string(payload.substr(1));
    const bool is_key = key && !key_type(*key).empty();
    if (type == kKexGroupReply && !is_key) refuse_protocol();
    if (!is_key) return;
    keys.emplace_back(*key);
    has_key_ = true;
  } else if (type == kNewKeys) {
    if (!has_key_) refuse_protocol();
    is_encrypted_ = true;
  }
}

std::vector<std::string> SshKeyFinder::feed(std::span<const std::byte> bytes) {
  std::vector<std::string> keys;
  if (is_encrypted_) return keys;
  pending_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (pending_.size() > 2 * kMaxPacketBytes) refuse_protocol();
  if (!skip_greeting()) return keys;
  while (!is_encrypted_ && pending_.size() > kLengthBytes) {
    const size_t size = big_endian(pending_);
    const size_t padding = static_cast<unsigned char>(pending_[kLengthBytes]);
    if (size > kMaxPacketBytes || size < padding + 2) refuse_protocol();
    if (pending_.size() < kLengthBytes + size) break;
    read_packet(std::string_view(pending_).substr(kLengthBytes + 1, size - padding - 1), keys);
    pending_.erase(0, kLengthBytes + size);
  }
  if (is_encrypted_) pending_ = {};
  return keys;
}

HostKeyVerdict judge_host_key(std::string_view known_hosts, const std::string& host, int port, std::string_view key) {
  constexpr int kSshPort = 22;
  const std::string plain = lower_case(host);
  const std::string name = port == kSshPort ? plain : "[" + plain + "]:" + std::to_string(port);
  const std::string type = key_type(key);
  HostKeyVerdict verdict = HostKeyVerdict::unknown;
  while (!known_hosts.empty()) {
    std::string_view line = known_hosts.substr(0, known_hosts.find('\n'));
    known_hosts.remove_prefix(std::min(known_hosts.size(), line.size() + 1));
    std::string_view hosts = take_word(line);
    if (hosts.empty() || hosts.starts_with('#')) continue;
    const std::string_view marker = hosts.starts_with('@') ? hosts : std::string_view();
    if (!marker.empty()) hosts = take_word(line);
    if (marker == "@cert-authority" || !names_host(hosts, name)) continue;
    const std::string_view known_type = take_word(line);
    const bool is_same = av::base64_bytes(take_word(line)) == key;
    if (marker == "@revoked") {
      if (is_same) return HostKeyVerdict::revoked;
    } else if (is_same) {
      verdict = HostKeyVerdict::known;  // unless it is revoked further down
    } else if (known_type == type && verdict == HostKeyVerdict::unknown) {
      verdict = HostKeyVerdict::changed;
    }
  }
  return verdict;
}

std::string host_key_fingerprint(std::string_view key) {
  std::string digest = av::base64_text(av::sha256(key));
  while (digest.ends_with('=')) digest.pop_back();
  return key_type(key) + " SHA256:" + digest;
}

}  // namespace astream
