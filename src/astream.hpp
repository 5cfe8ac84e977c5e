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
// Features and levels the same way, by a RowReceiver behind FeatureReceiver or LevelReceiver; of samples that are at
// hand by FeatureExtractor:
//
//     astream::FeatureRequest request;
//     request.format = {16000, 1};
//     request.features = astream::select_features(std::vector<std::string>{"logmel", "rms"});
//     astream::FeatureExtractor extractor(request, [](const astream::FeatureRow& row) { use(row.values); });
//     extractor.push(samples);
//     extractor.finish();
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
#include "dsp/features/feature_extractor.hpp"
#include "dsp/level_meter.hpp"
#include "dsp/resampler.hpp"
#include "dsp/window_plan.hpp"
#include "dsp/windower.hpp"
#include "formats/byte_sink.hpp"
#include "formats/format_table.hpp"
#include "formats/row_format_table.hpp"
#include "source/resolver.hpp"
#include "source/scheme_table.hpp"
#include "source/source.hpp"
#include "stream/feature_receiver.hpp"
#include "stream/generator.hpp"
#include "stream/level_receiver.hpp"
#include "stream/receiver.hpp"
#include "stream/shuffle_receiver.hpp"
