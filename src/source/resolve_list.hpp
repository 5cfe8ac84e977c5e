// Reads a list of names (--files-from) as it goes: one a line, or NUL-separated; from a file or stdin. Memory: one
// name.
#pragma once

#include <memory>

#include "source/resolve_step.hpp"
#include "source/resolver.hpp"

namespace astream {

/// A longer line is damage, not a name.
inline constexpr size_t kMaxListedNameBytes = 64 << 10;

/// The names of `list`, read like those on the command line; empty ones are skipped, a carriage return at the end of a
/// line does not count. next() throws Error(usage) when the list can't be read.
std::unique_ptr<ResolveStep> make_list_step(const NameList& list);

}  // namespace astream
