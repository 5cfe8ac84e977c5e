// A source that is opened by a thread of its own, so that nobody waits for a connection; afterwards it is that source.
#pragma once

#include <functional>
#include <memory>

#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// Opens what `open` opens: see Source::wait_open(), which throws what it threw. The options that it gets have an abort
/// token of their own, which is requested when this source goes before it is open; `open` must own all that it uses.
std::unique_ptr<Source> open_in_thread(const OpenOptions& options,
                                       std::function<std::unique_ptr<Source>(const OpenOptions&)> open);

}  // namespace astream
