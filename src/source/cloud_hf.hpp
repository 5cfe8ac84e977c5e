// hf://datasets/ORG/NAME[@REVISION]/PATH - files of the Hugging Face hub.
#pragma once

#include "source/cloud_link.hpp"
#include "source/user_world.hpp"

namespace astream {

/// Where the file lies; models have no word in front of ORG, other repositories "datasets" or "spaces". Throws
/// Error(usage) for names that can't be right.
CloudLink link_hf_file(const Input& input, const UserWorld& world);

}  // namespace astream
