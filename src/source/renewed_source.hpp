// A stored recording behind an address that holds for a time only: it is asked for again when the server refuses it,
// and the recording goes on at its next sample.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// Asks for an address and opens it; owns all that it uses.
using LinkOpener = std::function<std::unique_ptr<Source>(const OpenOptions&)>;

/// Whether a server has refused what it gave before (403, 410).
bool is_expired_link(const Error& error);

/// `first`, which `open_link` gave, with new addresses when they are wanted. `uri` is shown.
std::unique_ptr<Source> renew_links(const OpenOptions& options, std::string uri, LinkOpener open_link,
                                    std::unique_ptr<Source> first);

}  // namespace astream
