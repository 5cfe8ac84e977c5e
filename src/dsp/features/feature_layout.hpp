// A request worked out: the frame grid, where rows stand, and which value goes to which output column.
//
// Made once per extractor; throws Error(usage) for requests that do not go together. Refers to the request's options,
// which must outlive it.
#pragma once

#include "dsp/features/feature_extractor.hpp"
#include "dsp/features/segment_ring.hpp"

namespace astream {

struct FeatureLayout {
  struct Group {
    const FeatureGroup* group = nullptr;
    int first_value = 0;  ///< among the frame values or among the row values
    int value_count = 0;
  };
  struct Output {
    bool is_frame = false;
    int value = 0;  ///< among the frame values with their derivatives, or among the row values
  };

  explicit FeatureLayout(const FeatureRequest& request);

  std::vector<std::string> notes;
  FeatureContext context;
  RowGrid rows;
  int64_t frames_per_row = 1;
  bool tracks_segments = false;
  std::vector<Group> groups;
  int frame_values = 0;  ///< without derivatives
  int row_values = 0;
  bool has_programme = false;
  bool has_window_features = false;
  std::vector<Output> outputs;
  std::vector<std::string> columns;

  /// Analysis frames of a row window with `valid` real samples.
  int64_t frames_in_window(int64_t valid) const;

 private:
  void add_group(const FeatureRequest& request, const SelectedGroup& selected);
  void add_output(const FeatureRequest& request, Output output, const std::string& name);
  void add_derivatives(const FeatureRequest& request);
};

}  // namespace astream
