#include "dsp/features/feature_layout.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "dsp/features/mel_style.hpp"

namespace astream {

namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) {
  throw Error(ErrorKind::usage, message, {}, hint);
}

bool has_group(const FeatureRequest& request, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(request.features, [&](const SelectedGroup& selected) {
    return std::ranges::find(names, selected.group->name) != names.end();
  });
}

/// Whose frame grid the run takes where the user has not said.
MelStyle grid_style(const FeatureRequest& request) {
  const FeatureOptions& options = request.options;
  const bool has_mel = has_group(request, {"mel", "logmel", "mfcc", "pcen", "onset"});
  if (has_mel && options.mel.style != MelStyle::librosa) return options.mel.style;
  if (has_group(request, {"mfcc"}) && options.mfcc.style == MfccStyle::torchaudio) return MelStyle::torchaudio;
  const bool has_kaldi_mfcc = has_group(request, {"mfcc"}) && options.mfcc.style == MfccStyle::kaldi;
  return has_group(request, {"fbank"}) || has_kaldi_mfcc ? MelStyle::kaldi : MelStyle::librosa;
}

/// Kaldi's frames would change the numbers of the others without a word.
bool has_hidden_grid(const FeatureRequest& request) {
  const FrameOptions& frame = request.options.frame;
  if (request.options.mel.style != MelStyle::librosa || frame.frame || frame.hop) return false;
  return grid_style(request) == MelStyle::kaldi &&
         std::ranges::any_of(request.features, [](const SelectedGroup& selected) {
           return selected.group->is_per_frame() && selected.group->name != "fbank" && selected.group->name != "mfcc";
         });
}

void check(const FeatureRequest& request) {
  const AudioFormat& format = request.format;
  if (format.rate_hz < 1 || format.rate_hz > kMaxRateHz || format.channels < 1 || format.channels > kMaxChannels)
    refuse("features need a known sample rate and number of channels");
  if (request.channel_mode == ChannelMode::pick &&
      (request.picked_channel < 0 || request.picked_channel >= format.channels))
    refuse("there is no channel " + std::to_string(request.picked_channel) + ": the input has " +
           std::to_string(format.channels));
  if (request.features.empty()) refuse("no feature is asked for");
  const RowPlan& rows = request.rows;
  if (rows.mode != RowMode::frames && (rows.window_samples < 1 || rows.hop_samples < 1))
    refuse("the row window and its hop must be at least one sample long");
  if (rows.mode == RowMode::windows && rows.statistics.empty() && has_frame_features(request.features))
    refuse("rows of whole windows need statistics of the frames in them", "say --stats mean,std for example");
  for (const SelectedGroup& selected : request.features) {
    const std::string name(selected.group->name);
    if (rows.mode == RowMode::patches && !selected.group->is_per_frame())
      refuse(name + " has no value per analysis frame, so it cannot be part of a patch");
    if (rows.mode == RowMode::frames && selected.group->make_window)
      refuse(name + " needs row windows", "give --window, and --stats for the other features");
  }
}

/// The column's place in its group, or -1. Levels may be asked for with either ending.
int find_column(const std::vector<std::string>& names, const std::string& wanted) {
  const auto find = [&](const std::string& name) {
    const auto at = std::ranges::find(names, name);
    return at == names.end() ? -1 : static_cast<int>(at - names.begin());
  };
  if (const int at = find(wanted); at >= 0) return at;
  if (wanted.ends_with("_db")) return find(wanted + "fs");
  if (wanted.ends_with("_dbfs")) return find(wanted.substr(0, wanted.size() - 2));
  return -1;
}

void check_columns(const std::vector<std::string>& columns) {
  std::set<std::string_view> seen;
  for (const std::string& column : columns) {
    if (!seen.insert(column).second) refuse("the column '" + column + "' is asked for twice");
  }
}

}  // namespace

FeatureLayout::FeatureLayout(const FeatureRequest& request)
    : context{make_frame_plan((check(request), request.format.rate_hz), request.options.frame, grid_style(request)),
              request.options,
              request.format.channels,
              0,
              1,
              nullptr} {
  context.notes = &notes;
  FramePlan& frames = context.frames;
  const RowPlan& plan = request.rows;
  if (plan.mode == RowMode::frames) {
    rows = {frames.first_start_samples(), frames.frame_samples, frames.hop_samples};
  } else {
    // Statistics are of frames wholly inside the window, unless centred ones are asked for.
    if (plan.mode == RowMode::windows && !request.options.frame.alignment) {
      frames.alignment = FrameAlignment::from_start;
      frames.drops_last = false;
    }
    rows = {0, plan.window_samples, plan.hop_samples};
    frames_per_row = frames_in_window(plan.window_samples);
  }
  context.row_length_samples = rows.length;
  context.max_segments_per_row = rows.max_segments();
  for (const SelectedGroup& selected : request.features) add_group(request, selected);
  add_derivatives(request);
  check_columns(columns);
  if (has_hidden_grid(request))
    context.note("Kaldi's frames, 25 ms every 10 ms, are those of all columns; --frame and --frame-hop say others");
  tracks_segments = plan.mode != RowMode::frames || row_values > 0;
  if (plan.mode != RowMode::frames && frame_values > 0 && plan.window_samples < frames.frame_samples)
    context.note("a row window of " + std::to_string(plan.window_samples) +
                 " samples is shorter than an analysis frame of " + std::to_string(frames.frame_samples) +
                 ": it is filled up with zeros");
}

int64_t FeatureLayout::frames_in_window(int64_t valid) const {
  const int64_t count = frame_count(valid, context.frames);
  return context.frames.alignment == FrameAlignment::from_start ? std::max<int64_t>(count, 1) : count;
}

void FeatureLayout::add_group(const FeatureRequest& request, const SelectedGroup& selected) {
  const FeatureGroup& group = *selected.group;
  const std::vector<std::string> names = group.names(context);
  int& total = group.is_per_frame() ? frame_values : row_values;
  groups.push_back({&group, total, static_cast<int>(names.size())});
  const int first = total;
  total += static_cast<int>(names.size());
  has_programme |= group.needs == FeatureNeeds::programme;
  has_window_features |= group.make_window != nullptr;
  std::vector<std::string> wanted = selected.columns.empty() ? names : selected.columns;
  for (const std::string& name : wanted) {
    const int at = find_column(names, name);
    if (at < 0)
      refuse("there is no column '" + name + "' with these options",
             std::string(group.name) + " has " + names.front() + " to " + names.back());
    add_output(request, {group.is_per_frame(), first + at}, names[static_cast<size_t>(at)]);
  }
}

void FeatureLayout::add_output(const FeatureRequest& request, Output output, const std::string& name) {
  outputs.push_back(output);
  if (!output.is_frame || request.rows.mode != RowMode::windows) {
    columns.push_back(name);
    return;
  }
  for (const Statistic& statistic : request.rows.statistics) columns.push_back(name + "_" + statistic.name);
}

void FeatureLayout::add_derivatives(const FeatureRequest& request) {
  const std::vector<Output> base = outputs;
  for (int order = 1; order <= request.options.delta_order; ++order) {
    for (const Output& output : base) {
      if (!output.is_frame) continue;
      for (const Group& group : groups) {
        const int at = output.value - group.first_value;
        if (!group.group->is_per_frame() || at < 0 || at >= group.value_count) continue;
        const std::string name = group.group->names(context)[static_cast<size_t>(at)];
        add_output(request, {true, output.value + order * frame_values}, name + (order == 1 ? "_d" : "_dd"));
      }
    }
  }
}

}  // namespace astream
