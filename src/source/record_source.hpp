// An astream record stream (formats/RECORDS.md) as a Source, so that tools chain: its windows are joined to samples
// again.
//
// Windows that overlap give each sample once; a jump in their positions (hop > window, a gap, dropped windows) is a gap
// here. A record stream may hold several streams, one after the other: each is a Source of its own, which next_stream()
// gives once the one before it has ended or failed. One thread; all of them share the reader. Streams whose records are
// mixed (several live inputs in one run) and shuffled windows are refused with Error(decode).
//
// No failure upstream is lost: a stream that ended in an error ends in that Error here, and an input that could not be
// opened there comes as a stream without samples (in the format of the stream before it, else 48 kHz mono) that fails
// with its Error. A record stream that is cut off gives what came, then Error(decode); its next_stream() is nullptr
// then.
#pragma once

#include <memory>

#include "base/record_reader.hpp"
#include "source/input.hpp"
#include "source/source.hpp"

namespace astream {

/// The first stream; label (or URI), tags and the original's codec stand in its info(). Waits for the first
/// stream-start. Throws Error(decode) for what is no record stream, Error(open) when it holds no stream, and what the
/// reader throws.
std::unique_ptr<Source> open_record_stream(RecordReader reader, const Input& input, const OpenOptions& options);

}  // namespace astream
