// The options of `astream record`: into which files, how encoded, when.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "formats/recording_desk.hpp"

namespace astream::cli {

/// As typed; checked by check_record_options().
struct RecordOptions {
  RecorderOptions recorder;  ///< format: nullptr until checked
  std::string encoder;       ///< --encoder, or ""
  bool is_split_at_clock = false;
};

/// -o -y --encoder --bits --bitrate --quality.
void add_recording_options(CLI::App& app, RecordOptions& options);
/// --split --split-at --utc --keep --on-split --log.
void add_file_options(CLI::App& app, RecordOptions& options);
/// --trigger --pre --post.
void add_trigger_options(CLI::App& app, RecordOptions& options);

/// Chooses the format and says now what no input can make right. `may_be_many_inputs`: their
/// files need names of their own. Throws Error(usage).
void check_record_options(const CLI::App& app, RecordOptions& options, bool may_be_many_inputs);

}  // namespace astream::cli
