// Hashes for signed requests and for keys of hosts, by libavutil. Free of libav types. Pure functions on bytes.
#pragma once

#include <string>
#include <string_view>

namespace astream::av {

/// 32 bytes.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// 20 bytes.
std::string hmac_sha1(std::string_view key, std::string_view bytes);

std::string base64_text(std::string_view bytes);
/// The bytes that `text` stands for, "" when it is no base64.
std::string base64_bytes(std::string_view text);
/// In lower case.
std::string hex_digits(std::string_view bytes);

}  // namespace astream::av
