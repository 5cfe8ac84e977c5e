// Rows as JSON lines: one object a row, with the same names as the CSV's columns.
//
// JSON has no nan and no infinity: both are null. Patches are lists of lists under "values", with "columns".
#pragma once

#include <map>

#include "formats/flush_policy.hpp"
#include "formats/row_format_table.hpp"

namespace astream {

class JsonRowWriter : public RowReceiver {
 public:
  JsonRowWriter(ByteSink& sink, RowWriterOptions options) : sink_(sink), options_(std::move(options)) {}

  void stream_start(const RowStreamStart& event) override;
  void row(const Row& row) override;
  void pause() override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  void append_key(std::string_view key);
  void append_values(const Row& row);
  void append_patch(const Row& row);
  void append_value(double value);

  ByteSink& sink_;
  RowWriterOptions options_;
  FlushPolicy flush_policy_;
  std::string line_;
  std::map<int64_t, std::string> files_json_;  ///< by stream, of those that are open
  std::vector<std::string> column_keys_;       ///< ,"NAME":
  std::string columns_json_;
  bool has_new_ = false;
  bool has_patches_ = false;
};

}  // namespace astream
