// A live input: a thread of its own captures it into a bounded buffer, connects again when it is lost, and tells what
// is missing where. read() never waits past its deadline.
#pragma once

#include <memory>

#include "source/input.hpp"
#include "source/live_capture.hpp"
#include "source/live_options.hpp"
#include "source/source.hpp"

namespace astream {

/// The source is opened by its own thread: see Source::wait_open(), which throws what the first opening threw. After a
/// loss for good read() throws Error(network).
std::unique_ptr<Source> open_live(const Input& input, const OpenOptions& options, LiveTraits traits,
                                  LiveOpener open_inner);
/// The same with the first connection made already, with `options` (whose abort token must be set).
std::unique_ptr<Source> continue_live(const Input& input, const OpenOptions& options, LiveTraits traits,
                                      LiveOpener open_inner, std::unique_ptr<Source> first);

}  // namespace astream
