#include "cli/feature_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/suggest.hpp"
#include "dsp/features/feature_table.hpp"

namespace astream::cli {

namespace {

std::string needs_text(FeatureNeeds needs) {
  switch (needs) {
    case FeatureNeeds::time_frame:
    case FeatureNeeds::spectral_frame:
      return "per frame";
    case FeatureNeeds::running:
      return "per row";
    case FeatureNeeds::programme:
      return "per row, all channels";
    case FeatureNeeds::row_window:
      return "per row window";
  }
  return "";
}

std::string padded(std::string_view text, size_t columns) {
  std::string cell(text);
  cell.resize(std::max(columns, cell.size() + 1), ' ');
  return cell;
}

}  // namespace

std::string feature_list_text(int columns) {
  constexpr size_t kNameColumns = 17;
  constexpr size_t kWide = 110;
  std::string text;
  for (const FeatureGroup& group : feature_table()) {
    text += (text.empty() ? "" : "\n") + std::string(group.name) + ": " + std::string(group.summary) + " (" +
            needs_text(group.needs) + ")\n";
    for (const ColumnInfo& column : group.columns) {
      const std::string facts =
          "[" + std::string(column.unit) + "; " + std::string(column.range) + "; " + std::string(column.source) + "]";
      text += "  " + padded(column.name, kNameColumns) + std::string(column.meaning);
      const bool fits = kNameColumns + 4 + column.meaning.size() + facts.size() <= std::max(kWide, size_t(columns));
      text += (fits ? "  " : "\n  " + std::string(kNameColumns, ' ')) + facts + "\n";
    }
  }
  return text +
         "\nN counts from 0, F is a band's nominal frequency. -F takes groups and single columns: -F "
         "level,centroid_hz,mel_3\n"
         "Columns end in _STAT with --stats, in _d and _dd for --deltas.\n";
}

std::string feature_list_json() {
  std::string text;
  for (const FeatureGroup& group : feature_table()) {
    nlohmann::ordered_json json = {
        {"group", group.name}, {"summary", group.summary}, {"per", needs_text(group.needs)}, {"columns", {}}};
    for (const ColumnInfo& column : group.columns) {
      json["columns"].push_back({{"name", column.name},
                                 {"meaning", column.meaning},
                                 {"unit", column.unit},
                                 {"range", column.range},
                                 {"source", column.source}});
    }
    text += json.dump() + "\n";
  }
  return text;
}

std::string guess_feature(const std::string& name) {
  std::vector<std::string> known;
  for (const FeatureGroup& group : feature_table()) {
    known.emplace_back(group.name);
    for (const ColumnInfo& column : group.columns) known.emplace_back(column.name);
  }
  const auto longer =
      std::ranges::find_if(known, [&](const std::string& word) { return !name.empty() && word.starts_with(name); });
  return longer != known.end() ? *longer : nearest_word(name, known);
}

}  // namespace astream::cli
