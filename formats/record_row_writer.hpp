// Rows in the record stream: "features" records with a float32 payload of shape (rows, columns); RECORDS.md has them.
//
// Stored streams have a second of frames in one record (or as many as the user said), live ones each row in its own;
// windows and patches always have their own. The sink gets whole records only.
#pragma once

#include <map>
#include <vector>

#include "formats/flush_policy.hpp"
#include "formats/row_format_table.hpp"

namespace astream {

class RecordRowWriter : public RowReceiver {
 public:
  RecordRowWriter(ByteSink& sink, const RowWriterOptions& options) : sink_(sink), options_(options) {}

  void set_start(const SetStart& event) override;
  void stream_start(const RowStreamStart& event) override;
  void row(const Row& row) override;
  void pause() override;
  void stream_info(const StreamInfo& event) override;
  void stream_error(const StreamError& event) override;
  void stream_end(const StreamEnd& event) override;
  void set_end(const SetEnd& event) override;

 private:
  /// Rows of one channel that wait for their record.
  struct Batch {
    Row first;
    int64_t rows = 0;
    std::vector<float> values;
  };

  struct Stream {
    std::vector<Batch> batches;  ///< by channel
    int64_t rows_per_record = 1;
    int64_t hop_samples = 0;
    int64_t records = 0;
  };

  void write(Stream& stream, Batch& batch);
  void write_all(int64_t stream);

  ByteSink& sink_;
  RowWriterOptions options_;
  FlushPolicy flush_policy_;
  std::string columns_json_;
  std::string header_;
  std::map<int64_t, Stream> streams_;  ///< that are open
  int64_t set_records_ = 0;
  bool has_new_ = false;
};

}  // namespace astream
