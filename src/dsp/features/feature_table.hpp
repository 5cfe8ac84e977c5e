// The table of features: one row a group, with what each column means. Adding a feature is one file with its make
// function, one declaration in feature_makers.hpp and one row here.
//
// Column names that are numbered stand in the table with N ("mel_N") or, for bands, F (the nominal frequency).
// select_features throws Error(usage) for names that it does not know.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dsp/features/feature.hpp"

namespace astream {

struct ColumnInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view unit;
  std::string_view range;
  std::string_view source;  ///< the definition that is followed
};

/// What a group looks at.
enum class FeatureNeeds {
  time_frame,      ///< the samples of one analysis frame
  spectral_frame,  ///< the spectrum of one analysis frame
  running,         ///< every sample of one channel in order; a value per row
  programme,       ///< every sample of all channels together; a value per row
  row_window       ///< all samples of a row window at once
};

struct FeatureGroup {
  std::string_view name;
  std::string_view summary;
  int priority;
  FeatureNeeds needs;
  std::span<const ColumnInfo> columns;
  /// Where the names depend on options; null: as in `columns`.
  std::vector<std::string> (*column_names)(const FeatureContext&) = nullptr;
  std::unique_ptr<FrameFeature> (*make_frame)(const FeatureContext&) = nullptr;
  std::unique_ptr<RunningFeature> (*make_running)(const FeatureContext&) = nullptr;
  std::unique_ptr<WindowFeature> (*make_window)(const FeatureContext&) = nullptr;

  bool is_per_frame() const { return make_frame != nullptr; }
  std::vector<std::string> names(const FeatureContext& context) const;
};

std::span<const FeatureGroup> feature_table();

/// A group, whole or some of its columns.
struct SelectedGroup {
  const FeatureGroup* group = nullptr;
  std::vector<std::string> columns;  ///< empty: all
};

/// Names of groups and single columns, in the order wanted: {"level", "centroid_hz", "mel_3"}. A name that is both
/// means the group. Parts of one group are brought together where it is named first.
std::vector<SelectedGroup> select_features(std::span<const std::string> names);

/// Whether `selection` has a group that gives a value per analysis frame.
bool has_frame_features(std::span<const SelectedGroup> selection);

}  // namespace astream
