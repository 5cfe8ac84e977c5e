// Raw samples on stdin: "-?format=s16le&rate=16000&channels=1".
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/byte_input.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// `query` holds format, rate and channels (1 when absent). Throws Error(usage) for what is missing, wrong or unknown.
std::unique_ptr<Source> open_raw(const std::shared_ptr<ByteInput>& bytes,
                                 const std::map<std::string, std::string>& query, const Input& input);

}  // namespace astream
