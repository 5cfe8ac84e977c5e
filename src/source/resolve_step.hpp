// What the resolver's steps (a folder, a glob, a list of names, a playlist) have in common: they give names, one by
// one.
//
// Steps are used from one thread and own what they read from. Failures of a single name are values, so that the rest
// goes on.
#pragma once

#include <exception>
#include <optional>

#include "source/resolve_name.hpp"

namespace astream {

/// A name that came out of a step, to be expanded further, or the reason why it gave nothing.
struct Found {
  NamedInput named;
  std::exception_ptr failure;
};

class ResolveStep {
 public:
  virtual ~ResolveStep() = default;
  /// The next name, or nothing at the end.
  virtual std::optional<Found> next() = 0;
};

}  // namespace astream
