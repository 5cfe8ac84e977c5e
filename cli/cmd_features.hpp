// `astream features`: rows of audio features as CSV, JSON lines, records or a NumPy array.
#pragma once

#include <memory>
#include <optional>

#include "cli/command_table.hpp"
#include "cli/options_common.hpp"
#include "cli/options_input.hpp"
#include "cli/output.hpp"
#include "formats/row_format_table.hpp"
#include "stream/feature_receiver.hpp"
#include "stream/generator.hpp"
#include "stream/segment_receiver.hpp"

namespace astream::cli {

class FeaturesCommand : public Command {
 public:
  FeaturesCommand();
  CLI::App& app() override { return app_; }
  void parse(const std::vector<std::string>& args) override;
  int run() override;

  // What was parsed, for run() and for tests.
  InputOptions inputs;
  GeneratorOptions generator;
  OutputOptions output;
  CommonOptions common;
  FeatureRunOptions features;
  RowWriterOptions rows;
  std::vector<std::string> names;
  std::string meta_path;
  std::string calibrator_path;
  double calibrator_db = 94;
  std::optional<SegmentKind> segments;
  double threshold_db = -60;
  bool is_each = false;
  bool is_list = false;

 private:
  void check_request() const;
  void refuse_idle_options() const;
  void refuse_idle_options(const RowFormat& format) const;
  void check_request_at(int rate_hz) const;
  void check_list() const;
  int print_list() const;
  int deliver(const RowFormat& format);
  std::unique_ptr<Receiver> make_receiver(RowReceiver& writer) const;
  CLI::App app_;
};

std::unique_ptr<Command> make_features_command();

}  // namespace astream::cli
