#include "source/path_pattern.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "source/glob.hpp"
#include "source/media_extensions.hpp"

namespace astream {

PathPattern::States PathPattern::with_skips(States states) const {
  for (size_t i = 0; i < segments.size(); ++i) {
    if ((states >> i & 1) != 0 && segments[i].kind == Kind::any_depth) states |= States{2} << i;
  }
  return states;
}

PathPattern::States PathPattern::after(States states, const ListedName& entry) const {
  States next = 0;
  for (size_t i = 0; i < segments.size(); ++i) {
    if ((states >> i & 1) == 0) continue;
    const Segment& segment = segments[i];
    if (segment.kind == Kind::any_depth) {
      if (entry.kind == EntryKind::folder && !entry.name.starts_with('.')) next |= States{1} << i;
    } else if (segment.kind == Kind::literal ? segment.text == entry.name : matches_segment(segment.text, entry.name)) {
      next |= States{2} << i;
    }
  }
  next = with_skips(next);
  if (takes_folders_only && entry.kind != EntryKind::folder) next &= ~match_state();
  return next;
}

std::optional<std::vector<std::string>> PathPattern::literals_in(States states) const {
  std::vector<std::string> names;
  for (size_t i = 0; i < segments.size(); ++i) {
    if ((states >> i & 1) == 0) continue;
    if (segments[i].kind != Kind::literal) return std::nullopt;
    if (std::find(names.begin(), names.end(), segments[i].text) == names.end()) names.push_back(segments[i].text);
  }
  return names;
}

bool PathPattern::takes_file(std::string_view path) const {
  if (!path.starts_with(start)) return false;
  path.remove_prefix(start.size());
  States states = with_skips(1);
  bool takes_media = (states & match_state()) != 0;
  while (true) {
    const size_t slash = path.find('/');
    const bool is_folder = slash != std::string_view::npos;
    const std::string_view name = path.substr(0, slash);
    const bool is_hidden = name.starts_with('.') && name != "." && name != "..";
    states = after(states & ~match_state(), {name, is_folder ? EntryKind::folder : EntryKind::file, false});
    const bool is_match = (states & match_state()) != 0;
    takes_media = takes_media && !is_hidden;
    if (!is_folder) return is_match || (takes_media && has_media_extension(name));
    takes_media = takes_media || is_match;
    path.remove_prefix(slash + 1);
  }
}

PathPattern parse_pattern(std::string_view pattern) {
  PathPattern result;
  size_t begin = 0;
  while (begin < pattern.size()) {
    const size_t end = std::min(pattern.find('/', begin), pattern.size());
    const std::string_view segment = pattern.substr(begin, end - begin);
    const bool is_wild = has_wildcard(segment);
    if (result.segments.empty() && !is_wild && end < pattern.size()) {
      result.start = unescape_glob(pattern.substr(0, end + 1));
    } else if (segment == "**") {
      result.segments.push_back({PathPattern::Kind::any_depth, "**"});
    } else if (is_wild) {
      result.segments.push_back({PathPattern::Kind::wildcard, std::string(segment)});
    } else if (!segment.empty()) {
      result.segments.push_back({PathPattern::Kind::literal, unescape_glob(segment)});
    }
    begin = end + 1;
  }
  result.takes_folders_only = pattern.ends_with('/');
  if (result.segments.size() > kMaxGlobSegments) {
    throw Error(ErrorKind::resolve,
                "the pattern goes through more than " + std::to_string(kMaxGlobSegments) + " folders",
                std::string(pattern));
  }
  return result;
}

}  // namespace astream
