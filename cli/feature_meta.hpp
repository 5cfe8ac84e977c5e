// `features --meta FILE`: what the columns of a run are, beside the rows themselves.
#pragma once

#include <memory>
#include <string>

#include "stream/row_receiver.hpp"

namespace astream::cli {

/// A receiver that passes all events on to `next` and writes FILE (JSON: generator, rate, row and frame lengths in
/// samples, columns with meaning and unit) when the first stream starts. Throws Error(output).
std::unique_ptr<RowReceiver> make_meta_writer(std::unique_ptr<RowReceiver> next, const std::string& path,
                                              bool may_overwrite);

}  // namespace astream::cli
