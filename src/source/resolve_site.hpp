// The list that a page on a site is (an album, a channel), as a step of resolving: each entry becomes an input.
#pragma once

#include <memory>

#include "source/resolve_step.hpp"
#include "source/site_answer.hpp"

namespace astream {

/// The entries of `answer`, a list that stands behind `input`. Pages are asked for when their turn comes; they may only
/// be on the web. They carry the input's label, or their title.
std::unique_ptr<ResolveStep> make_site_step(const Input& input, SiteAnswer answer);

}  // namespace astream
