// Whether an SSH server is the one that it should be: its key, as it comes over the wire in the clear before anything
// is encrypted, against the keys in known_hosts. (The client's library proves that the server owns that key; FFmpeg
// does not ask whose it is.)
//
// Safe on hostile input.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

/// Finds the keys in what a server sends until it begins to encrypt (RFC 4253). Used from one thread.
class SshKeyFinder {
 public:
  /// The keys that came to an end in `bytes`, which follow on those before. Throws Error(network) for what is no SSH,
  /// or when the encryption begins without a key.
  std::vector<std::string> feed(std::span<const std::byte> bytes);

 private:
  bool skip_greeting();
  void read_packet(std::string_view payload, std::vector<std::string>& keys);

  std::string pending_;
  bool is_greeted_ = false;
  bool has_key_ = false;
  bool is_encrypted_ = false;
};

enum class HostKeyVerdict { known, unknown, changed, revoked };

/// What the text of known_hosts says of `key` (as it is on the wire) for a host and port.
HostKeyVerdict judge_host_key(std::string_view known_hosts, const std::string& host, int port, std::string_view key);

/// "ssh-ed25519 SHA256:..." as ssh shows it.
std::string host_key_fingerprint(std::string_view key);

}  // namespace astream
