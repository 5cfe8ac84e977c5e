#include "av/digest.hpp"

#include <algorithm>
#include <memory>
#include <new>

extern "C" {
#include <libavutil/base64.h>
#include <libavutil/hmac.h>
#include <libavutil/mem.h>
#include <libavutil/sha.h>
}

namespace astream::av {

namespace {

constexpr size_t kSha256Bytes = 32;
constexpr size_t kSha1Bytes = 20;

struct ShaDeleter {
  void operator()(AVSHA* context) const { av_free(context); }
};
struct HmacDeleter {
  void operator()(AVHMAC* context) const { av_hmac_free(context); }
};

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::string hmac_of(AVHMACType type, size_t size_bytes, std::string_view key, std::string_view bytes) {
  const std::unique_ptr<AVHMAC, HmacDeleter> context(av_hmac_alloc(type));
  if (!context) throw std::bad_alloc();
  std::string digest(size_bytes, '\0');
  av_hmac_calc(context.get(), bytes_of(bytes), static_cast<unsigned>(bytes.size()), bytes_of(key),
               static_cast<unsigned>(key.size()), reinterpret_cast<uint8_t*>(digest.data()),
               static_cast<unsigned>(size_bytes));
  return digest;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  const std::unique_ptr<AVSHA, ShaDeleter> context(av_sha_alloc());
  if (!context || av_sha_init(context.get(), kSha256Bytes * 8) < 0) throw std::bad_alloc();
  av_sha_update(context.get(), bytes_of(bytes), bytes.size());
  std::string digest(kSha256Bytes, '\0');
  av_sha_final(context.get(), reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  return hmac_of(AV_HMAC_SHA256, kSha256Bytes, key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  return hmac_of(AV_HMAC_SHA1, kSha1Bytes, key, bytes);
}

std::string base64_text(std::string_view bytes) {
  std::string text(AV_BASE64_SIZE(bytes.size()), '\0');
  av_base64_encode(text.data(), static_cast<int>(text.size()), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.pop_back();  // its NUL
  return text;
}

std::string base64_bytes(std::string_view text) {
  const std::string terminated(text);
  std::string bytes(AV_BASE64_DECODE_SIZE(text.size()) + 1, '\0');
  const int size =
      av_base64_decode(reinterpret_cast<uint8_t*>(bytes.data()), terminated.c_str(), static_cast<int>(bytes.size()));
  bytes.resize(static_cast<size_t>(std::max(size, 0)));
  return bytes;
}

std::string hex_digits(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

}  // namespace astream::av
