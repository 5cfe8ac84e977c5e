// The names of recorded files: a template with fields and the times of strftime, as
// "radio/{label}/%Y-%m-%d/%H%M%S-{index:3}.flac".
//
// Fields: {label}, {name} (the input's file name without folder and suffix), {stream} (its number from 0), {index} (of
// the file, from 1; {index:3} has at least three digits), {{ and }} for braces. What a field or a time puts in never
// makes a folder and never hides a file: '/' and what other systems refuse become '_'. Pure, from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace astream {

struct NameFields {
  std::string label;
  std::string name;
  int64_t stream = 0;
  int64_t index = 1;
  int64_t time_us = 0;  ///< of the file's first sample, since 1970 UTC
};

/// What one part of a path between slashes looks like.
struct NamePattern {
  std::string text;   ///< itself, when it is always the same
  std::string regex;  ///< ECMAScript
  bool is_fixed = true;
};

class RecordingName {
 public:
  /// Times are local unless is_utc. Throws Error(usage) for a field or a time that is none.
  RecordingName(const std::string& text, bool is_utc);

  std::string expand(const NameFields& fields) const;
  /// What the names look like that expand() makes for the same label, name and stream at any time and index: one for
  /// each part of the path between slashes.
  std::vector<NamePattern> patterns(const NameFields& fields) const;

  bool has_fields() const { return has_time_ || has_index_ || tells_streams_; }
  bool has_time() const { return has_time_; }
  bool has_index() const { return has_index_; }
  /// Whether different streams get different names ({label}, {name} or {stream}).
  bool tells_streams() const { return tells_streams_; }

 private:
  enum class Kind { literal, label, name, stream, index, time };
  struct Part {
    Kind kind = Kind::literal;
    std::string text;     ///< literal; or a conversion of strftime, "%Y"
    std::string pattern;  ///< of what the conversion makes
    int digits = 1;       ///< of the index, at least
  };

  void add_literal(char letter);
  size_t add_field(const std::string& text, size_t at);
  size_t add_time(const std::string& text, size_t at);
  std::string value_of(const Part& part, const NameFields& fields) const;

  bool is_utc_;
  bool has_time_ = false;
  bool has_index_ = false;
  bool tells_streams_ = false;
  std::vector<Part> parts_;
};

/// What a field may put into a file's name: see above. Empty becomes "_"; longer than 100 bytes is cut.
std::string safe_file_name(const std::string& text);

}  // namespace astream
