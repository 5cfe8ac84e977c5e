// What a web server answers to a request, without its body and without following it elsewhere: libav's http takes all
// headers along to wherever it is redirected, which is not for those that hold a secret. Free of libav types.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "av/media_target.hpp"

namespace astream::av {

struct WebAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; the last of several
};

/// Asks for target.url (http or https) with target.headers, for one byte of it. Throws Error(network) or Cancelled.
WebAnswer ask_web(const MediaTarget& target);

/// Reads "HTTP/1.1 302 Found" and what follows. Throws Error(network) when it is none.
WebAnswer parse_web_answer(std::string_view head);

}  // namespace astream::av
