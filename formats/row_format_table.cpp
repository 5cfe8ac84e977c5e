#include "formats/row_format_table.hpp"

#include <algorithm>
#include <array>

#include "formats/csv_row_writer.hpp"
#include "formats/json_row_writer.hpp"
#include "formats/npy_row_writer.hpp"
#include "formats/record_row_writer.hpp"

namespace astream {

namespace {

template <typename Writer>
std::unique_ptr<RowReceiver> make_row_writer(ByteSink& sink, const RowWriterOptions& options) {
  return std::make_unique<Writer>(sink, options);
}

constexpr std::array kRowFormats = {
    RowFormat{"csv", "a table: a header line, then a line for each row", false, false, make_row_writer<CsvRowWriter>},
    RowFormat{"jsonl", "a JSON object on a line for each row", false, false, make_row_writer<JsonRowWriter>},
    RowFormat{"records", "a line of JSON and float32 values for each second of rows", true, false,
              make_row_writer<RecordRowWriter>},
    RowFormat{"npy", "one NumPy array of float32 values, rows by columns; with -o FILE", true, true,
              make_row_writer<NpyRowWriter>},
};

}  // namespace

std::span<const RowFormat> row_format_table() {
  return kRowFormats;
}

const RowFormat* find_row_format(std::string_view name) {
  const auto row = std::ranges::find(kRowFormats, name, &RowFormat::name);
  return row == kRowFormats.end() ? nullptr : &*row;
}

}  // namespace astream
