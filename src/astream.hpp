// Everything that a program needs to receive audio with astream:
//
//     struct Count : astream::Receiver {
//       int64_t windows = 0;
//       astream::Flow window(const astream::Window&) override { ++windows; return astream::Flow::proceed; }
//     };
//     astream::GeneratorOptions options;
//     options.stream.window.seconds = 1;
//     Count count;
//     astream::Generator({{"song.mp3"}, {}, nullptr}, options, count).run();
//
// Threads, ownership and errors are told at the top of each header. What is not reachable from here is not installed.
#pragma once

#include "base/audio.hpp"
#include "base/cancel.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/record_reader.hpp"
#include "base/units.hpp"
#include "base/uri.hpp"
#include "base/version.hpp"
#include "dsp/resampler.hpp"
#include "dsp/window_plan.hpp"
#include "dsp/windower.hpp"
#include "formats/byte_sink.hpp"
#include "formats/format_table.hpp"
#include "source/resolver.hpp"
#include "source/scheme_table.hpp"
#include "source/source.hpp"
#include "stream/generator.hpp"
#include "stream/receiver.hpp"
