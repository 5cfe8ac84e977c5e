#include "source/resolve_cloud.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/cloud_link.hpp"
#include "source/cloud_listing.hpp"
#include "source/cloud_source.hpp"
#include "source/glob.hpp"
#include "source/media_extensions.hpp"

namespace astream {

namespace {

std::vector<std::string> split_at_slashes(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const size_t slash = text.find('/');
    parts.emplace_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

/// Whether the names from `name` on match the parts from `part` on; "**" stands for any number of folders.
bool matches_parts(const std::vector<std::string>& parts, const std::vector<std::string>& names) {
  std::vector<bool> reached(names.size() + 1, false);  // after the parts so far: how many names they may have taken
  reached[0] = true;
  for (const std::string& part : parts) {
    std::vector<bool> next(names.size() + 1, false);
    for (size_t i = 0; i <= names.size(); ++i) {
      if (part == "**") {
        next[i] = reached[i] || (i > 0 && next[i - 1] && !names[i - 1].starts_with('.'));
      } else {
        next[i] = i > 0 && reached[i - 1] && matches_segment(part, names[i - 1]);
      }
    }
    reached = std::move(next);
  }
  return reached.back();
}

/// What of a bucket is wanted.
struct CloudPattern {
  std::string prefix;              ///< of all keys that can match, to the last '/' that is certain
  std::vector<std::string> parts;  ///< empty: all sound below the prefix
  bool is_one_folder = false;

  bool takes(const std::string& key) const {
    if (!key.starts_with(prefix)) return false;
    return parts.empty() ? has_media_extension(key) : matches_parts(parts, split_at_slashes(key));
  }
};

CloudPattern parse_cloud_pattern(const std::string& key) {
  CloudPattern pattern;
  std::string folder = key;
  if (folder == "**") folder.clear();
  if (folder.ends_with("/**")) folder.resize(folder.size() - 2);
  if ((folder.empty() || folder.ends_with('/')) && !has_glob_syntax(folder)) {
    pattern.prefix = unescape_glob(folder);
    return pattern;
  }
  pattern.parts = split_at_slashes(key);
  size_t certain = 0;
  while (certain + 1 < pattern.parts.size() && !has_glob_syntax(pattern.parts[certain])) {
    pattern.prefix += unescape_glob(pattern.parts[certain++]) + "/";
  }
  pattern.is_one_folder = certain + 1 == pattern.parts.size() && pattern.parts.back() != "**";
  return pattern;
}

class CloudStep : public ResolveStep {
 public:
  CloudStep(Input input, Resolver::Fetch fetch) : input_(std::move(input)), fetch_(std::move(fetch)) {
    const CloudName name = split_cloud_name(input_.uri);
    bucket_ = name.bucket;
    for (const std::string& key : expand_braces(name.key)) patterns_.push_back(parse_cloud_pattern(key));
  }

  std::optional<Found> next() override {
    while (next_pattern_ < patterns_.size()) {
      while (next_key_ < listing_.keys.size()) {
        const std::string& key = listing_.keys[next_key_++];
        if (patterns_[next_pattern_].takes(key)) return found(key);
      }
      try {
        ask_on();
      } catch (const Error& error) {
        next_pattern_ = patterns_.size();
        return failed(error.with_uri(shown_uri(input_)));
      }
    }
    if (std::exchange(has_found_, true)) return std::nullopt;
    return failed(Error(ErrorKind::resolve, "no object in the bucket matches it", shown_uri(input_),
                        "a folder is searched for names of audio and video files"));
  }

 private:
  /// The next part of the list; at its end the next pattern.
  void ask_on() {
    if (is_begun_ && listing_.continuation.empty()) {
      ++next_pattern_;
      is_begun_ = false;
      return;
    }
    const CloudPattern& pattern = patterns_[next_pattern_];
    const std::string before = is_begun_ ? listing_.continuation : "";
    Input query = input_;
    query.uri = cloud_list_uri(uri_scheme(input_.uri), bucket_, {pattern.prefix, pattern.is_one_folder, before});
    is_begun_ = true;
    next_key_ = 0;
    listing_ = {};
    listing_ = parse_cloud_listing(fetch_(query));
    if (!before.empty() && listing_.continuation == before) {
      throw Error(ErrorKind::resolve, "the server's list does not end");
    }
  }

  Found found(const std::string& key) {
    has_found_ = true;
    Found result;
    result.named.input = input_;
    result.named.input.uri = uri_scheme(input_.uri) + "://" + bucket_ + "/" + key;
    result.named.is_listed = true;
    return result;
  }

  Found failed(const Error& error) {
    has_found_ = true;
    Found result;
    result.named.input = input_;
    result.failure = std::make_exception_ptr(error);
    return result;
  }

  Input input_;
  Resolver::Fetch fetch_;
  std::string bucket_;
  std::vector<CloudPattern> patterns_;
  size_t next_pattern_ = 0;
  bool is_begun_ = false;  ///< of the pattern's list, a part was asked for
  CloudListing listing_;
  size_t next_key_ = 0;
  bool has_found_ = false;
};

}  // namespace

bool is_cloud_list(const Input& input) {
  if (input.is_path || !is_listed_cloud(uri_scheme(input.uri)) || !has_authority(input.uri)) return false;
  const std::string_view rest = std::string_view(input.uri).substr(input.uri.find("://") + 3);
  const size_t slash = rest.find('/');
  return slash == std::string_view::npos || rest.ends_with('/') || rest.find('*', slash) != std::string_view::npos;
}

std::unique_ptr<ResolveStep> make_cloud_step(const Input& input, const Resolver::Fetch& fetch) {
  return std::make_unique<CloudStep>(input, fetch);
}

}  // namespace astream
