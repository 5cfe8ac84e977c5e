// Values of options as people type them: numbers, levels, times, lists. All are parsed the same way whatever the locale
// and throw Error(usage) naming `option`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace astream::cli {

/// The words of a comma-separated list, none of them empty.
std::vector<std::string> split_list(const std::string& text, const std::string& option);

/// A whole number in [least, most].
int parse_number(const std::string& text, const std::string& option, int least, int most);

/// A finite number: "0.5", "-3", "1e-6"; nothing where the text is not wholly one.
std::optional<double> parse_decimal(std::string_view text);

/// A number in [least, most].
double parse_real(const std::string& text, const std::string& option, double least, double most);

/// A frequency: "440", "8k".
double parse_hz(const std::string& text, const std::string& option);

/// -40 of "-40", "-40dB", "-40dBFS"; above 0 is refused.
double parse_dbfs(const std::string& text, const std::string& option);

/// A time as parse_time() takes it, but not in samples; `example` is what the hint tries.
double parse_seconds(const std::string& text, const std::string& option, const std::string& example);

}  // namespace astream::cli
