#include "source/resolve_walk.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "source/glob.hpp"
#include "source/media_extensions.hpp"
#include "source/path_pattern.hpp"
#include "source/resolve_listing.hpp"

namespace astream {

namespace {

namespace fs = std::filesystem;

/// Depth first through folders; the stack holds the listings from the start down to where it is.
class Walk {
 public:
  explicit Walk(PathPattern pattern) : pattern_(std::move(pattern)) {}

  /// The next file (uri and kind are set), or a folder that can't be read.
  std::optional<Found> next();

 private:
  struct Level {
    std::string prefix;  ///< path of the folder with its slash
    FolderListing listing;
    size_t next_index = 0;
    PathPattern::States states = 0;
    bool takes_media = false;  ///< the folder itself was matched: all audio in it counts
    std::string canonical;     ///< known once a link was met
  };

  std::optional<Found> enter(std::string prefix, PathPattern::States states, bool takes_media);
  bool is_wanted(const ListedName& entry, PathPattern::States states, bool takes_media) const;
  bool leads_back(const std::string& link);

  PathPattern pattern_;
  std::vector<Level> levels_;
  bool is_started_ = false;
};

bool is_missing(const std::error_code& code) {
  return code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory;
}

/// Lists the folder and makes it the top of the stack; what is returned is the failure.
std::optional<Found> Walk::enter(std::string prefix, PathPattern::States states, bool takes_media) {
  Level level{std::move(prefix), {}, 0, states, takes_media, {}};
  const auto filter = [&](const ListedName& entry) { return is_wanted(entry, states, takes_media); };
  try {
    const auto literals = takes_media ? std::nullopt : pattern_.literals_in(states);
    level.listing =
        literals ? FolderListing::probe(level.prefix, *literals, filter) : FolderListing::read(level.prefix, filter);
  } catch (const std::system_error& error) {
    if (levels_.empty() && is_missing(error.code())) return std::nullopt;  // the start: nothing is found then
    Found found;
    found.named.input.uri = level.prefix;
    found.named.input.is_path = true;
    found.named.kind = PathKind::folder;
    found.failure = std::make_exception_ptr(
        Error(ErrorKind::resolve, "the folder can't be read: " + error.code().message(), shown_uri(found.named.input)));
    return found;
  }
  levels_.push_back(std::move(level));
  return std::nullopt;
}

bool Walk::is_wanted(const ListedName& entry, PathPattern::States states, bool takes_media) const {
  const bool is_hidden = entry.name.starts_with('.');
  const bool is_folder = entry.kind == EntryKind::folder;
  if (takes_media && !is_hidden) {
    // A pipe that stands in a folder would block for ever; a link to nothing is named, so that its loss is seen.
    const bool is_readable = entry.kind == EntryKind::file || (entry.kind == EntryKind::other && entry.is_link);
    if (is_folder || (is_readable && has_media_extension(entry.name))) return true;
  }
  const PathPattern::States next = pattern_.after(states, entry);
  return is_folder ? next != 0 : (next & pattern_.match_state()) != 0;
}

/// True when the folder behind `link` is one that the walk is in, or holds one.
bool Walk::leads_back(const std::string& link) {
  std::error_code error;
  const std::string target = fs::canonical(link, error).string();
  if (error) return true;
  const std::string target_prefix = target.ends_with('/') ? target : target + '/';
  return std::any_of(levels_.begin(), levels_.end(), [&](Level& level) {
    if (level.canonical.empty()) {
      level.canonical = fs::canonical(level.prefix.empty() ? "." : level.prefix, error).string() + '/';
    }
    return level.canonical.starts_with(target_prefix);
  });
}

std::optional<Found> Walk::next() {
  if (!is_started_) {
    is_started_ = true;
    const PathPattern::States states = pattern_.with_skips(1);
    const bool is_match = (states & pattern_.match_state()) != 0;
    if (auto failure = enter(pattern_.start, states & ~pattern_.match_state(), is_match)) return failure;
  }
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.next_index == level.listing.size()) {
      levels_.pop_back();
      continue;
    }
    const ListedName entry = level.listing[level.next_index++];
    std::string path = level.prefix + std::string(entry.name);
    if (entry.kind != EntryKind::folder) {
      Found found;
      found.named.input.uri = std::move(path);
      found.named.input.is_path = true;
      found.named.kind = PathKind::file;
      return found;
    }
    if (entry.is_link && leads_back(path)) continue;
    const PathPattern::States next = pattern_.after(level.states, entry);
    const bool is_match = (next & pattern_.match_state()) != 0;
    const bool takes_media = is_match || (level.takes_media && !entry.name.starts_with('.'));
    if (auto failure = enter(path + '/', next & ~pattern_.match_state(), takes_media)) return failure;
  }
  return std::nullopt;
}

/// The walks of one name, one behind the other; nothing at all becomes one failure.
class WalkStep : public ResolveStep {
 public:
  WalkStep(Input named, std::vector<PathPattern> patterns, Error nothing_found)
      : named_(std::move(named)), patterns_(std::move(patterns)), nothing_found_(std::move(nothing_found)) {}

  std::optional<Found> next() override {
    while (true) {
      if (walk_) {
        if (auto found = walk_->next()) return completed(std::move(*found));
        walk_.reset();
      }
      if (next_pattern_ == patterns_.size()) break;
      walk_.emplace(std::move(patterns_[next_pattern_++]));
    }
    if (has_found_) return std::nullopt;
    return completed(Found{NamedInput{named_}, std::make_exception_ptr(nothing_found_)});
  }

 private:
  Found completed(Found found) {
    has_found_ = true;
    found.named.input.label = named_.label;
    found.named.input.origin = named_.origin;
    return found;
  }

  Input named_;
  std::vector<PathPattern> patterns_;
  size_t next_pattern_ = 0;
  std::optional<Walk> walk_;
  Error nothing_found_;
  bool has_found_ = false;
};

}  // namespace

std::unique_ptr<ResolveStep> make_folder_step(const Input& folder) {
  PathPattern everything;
  everything.start = folder.uri.ends_with('/') ? folder.uri : folder.uri + '/';
  return std::make_unique<WalkStep>(
      folder, std::vector{everything},
      Error(ErrorKind::resolve, "no audio or video files in this folder", shown_uri(folder),
            "files of other names are taken when a glob names them: 'FOLDER/*.xyz'"));
}

std::unique_ptr<ResolveStep> make_glob_step(const Input& pattern) {
  std::vector<PathPattern> patterns;
  for (const std::string& text : expand_braces(pattern.uri)) patterns.push_back(parse_pattern(text));
  return std::make_unique<WalkStep>(pattern, std::move(patterns),
                                    Error(ErrorKind::resolve, "no file matches this pattern", shown_uri(pattern),
                                          "hidden files need their dot in the pattern"));
}

}  // namespace astream
