// URI functions on any bytes: no crash, and what their header promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/uri.hpp"
#include "source/input.hpp"
#include "source/playlist.hpp"

namespace {

void demand(bool is_so) {
  if (!is_so) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace astream;
  const std::string whole(reinterpret_cast<const char*>(data), size);
  const size_t middle = whole.find('\n');
  const std::string uri = whole.substr(0, middle);
  const std::string reference = middle == std::string::npos ? "" : whole.substr(middle + 1);

  uri_scheme(uri);
  has_authority(uri);
  split_scheme(uri);
  demand(percent_decode(percent_encode(uri)) == uri);
  const std::string shown = redact_uri(uri);
  demand(redact_uri(shown) == shown);
  for (const std::string& secret : uri_secrets(uri)) demand(secret.size() >= 3);
  demand(is_utf8(to_utf8(uri)));
  demand(is_utf8(uri) == (to_utf8(uri) == uri));
  demand(is_utf8(printable_uri(uri)));
  resolve_reference(uri, reference);
  for (const bool is_path : {true, false}) {
    const Input input{uri, is_path, {}, Origin::user};
    demand(is_utf8(label_of(input)));
    demand(is_utf8(shown_uri(input)));
    playlist_kind(input);
  }
  return 0;
}
