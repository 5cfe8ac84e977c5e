#include "source/resolve_archive.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/uri.hpp"
#include "source/glob.hpp"
#include "source/path_pattern.hpp"
#include "source/resolve_walk.hpp"

namespace astream {

namespace {

constexpr std::string_view kGlobCharacters = "\\*?[]{}";

/// "tar:PATH!PATTERN" taken apart.
struct ArchiveName {
  ArchiveKind kind = ArchiveKind::tar;
  std::string path;
  std::string pattern;  ///< "": all audio
  PathKind path_kind = PathKind::missing;
};

/// The next '!' that may part PATH and PATTERN: none in a bracket ("[!a]").
size_t find_parting(std::string_view text, size_t from) {
  size_t at = text.find('!', from);
  while (at != std::string_view::npos && at > 0 && text[at - 1] == '[') at = text.find('!', at + 1);
  return at;
}

/// `path`, or what it stands for percent-encoded (as names that are no UTF-8 are shown); "" when neither exists.
std::string existing_archive(std::string_view path) {
  for (const std::string& name : {std::string(path), percent_decode(path)}) {
    if (path_kind(name) != PathKind::missing) return name;
  }
  return {};
}

/// What exists wins: the whole as a path, then the shortest part in front of a '!'.
ArchiveName parse_archive_name(std::string_view uri) {
  ArchiveName name;
  name.kind = uri_scheme(uri) == "zip" ? ArchiveKind::zip : ArchiveKind::tar;
  const std::string_view text = uri.substr(uri.find(':') + 1);
  size_t parting = std::string_view::npos;
  do {
    const std::string path = existing_archive(text.substr(0, parting));
    if (!path.empty()) {
      name.path = path;
      name.path_kind = path_kind(path);
      if (parting != std::string_view::npos) name.pattern = text.substr(parting + 1);
      return name;
    }
    parting = find_parting(text, parting == std::string_view::npos ? 0 : parting + 1);
  } while (parting != std::string_view::npos);
  parting = find_parting(text, 0);
  name.path = text.substr(0, parting);
  if (parting != std::string_view::npos) name.pattern = text.substr(parting + 1);
  return name;
}

std::string_view scheme_of(ArchiveKind kind) {
  return kind == ArchiveKind::zip ? "zip" : "tar";
}

/// What names exactly this member.
std::string member_uri(const Archive& archive, std::string_view member) {
  std::string uri = std::string(scheme_of(archive.kind())) + ":" + archive.path() + "!";
  for (const char c : member) {
    if (kGlobCharacters.find(c) != std::string_view::npos) uri += '\\';
    uri += c;
  }
  return uri;
}

}  // namespace

/// The members of one archive by name, as far as they were looked at.
class ArchiveIndex {
 public:
  explicit ArchiveIndex(std::shared_ptr<Archive> archive) : archive_(std::move(archive)) {}

  const std::shared_ptr<Archive>& archive() const { return archive_; }

  /// The first member of this name, or nothing. Throws Error where the archive can't be read up to it.
  std::optional<ArchiveMember> find(const std::string& name, const StopAsked& stop) {
    while (true) {
      const auto known = members_.find(name);
      if (known != members_.end()) return known->second;
      if (failure_) std::rethrow_exception(failure_);
      if (is_complete_) return std::nullopt;
      read_one(stop);
    }
  }

 private:
  void read_one(const StopAsked& stop) {
    try {
      const auto member = archive_->member_behind(last_number_, stop);
      is_complete_ = !member;
      if (!member) return;
      last_number_ = member->number;
      members_.emplace(member->entry.name, *member);
    } catch (const Error&) {  // it is not read again for the next name
      failure_ = std::current_exception();
    }
  }

  std::shared_ptr<Archive> archive_;
  std::unordered_map<std::string, ArchiveMember> members_;
  int64_t last_number_ = -1;
  bool is_complete_ = false;
  std::exception_ptr failure_;
};

ArchiveCache::ArchiveCache() = default;
ArchiveCache::~ArchiveCache() = default;

std::shared_ptr<ArchiveIndex> ArchiveCache::index(const std::string& path, ArchiveKind kind) {
  constexpr size_t kMaxIndices = 4;
  const auto known = std::ranges::find_if(indices_, [&](const std::shared_ptr<ArchiveIndex>& index) {
    return index->archive()->path() == path && index->archive()->kind() == kind;
  });
  std::shared_ptr<ArchiveIndex> index;
  if (known != indices_.end()) {
    index = *known;
    indices_.erase(known);
  } else {
    index = std::make_shared<ArchiveIndex>(std::make_shared<Archive>(path, kind, shelf_));
  }
  indices_.push_front(index);
  if (indices_.size() > kMaxIndices) indices_.pop_back();
  return index;
}

namespace {

class ArchiveStep : public ResolveStep {
 public:
  ArchiveStep(const Input& named, std::shared_ptr<ArchiveCache> cache, StopAsked stop)
      : named_(named), cache_(std::move(cache)), stop_(std::move(stop)), name_(parse_archive_name(named.uri)) {
    if (name_.path.empty()) {
      throw Error(ErrorKind::resolve, "it names no archive", shown_uri(named), "try tar:shard.tar or zip:clips.zip");
    }
    const bool is_elsewhere = name_.path == "-" || has_authority(name_.path);
    if (name_.path_kind == PathKind::missing && is_elsewhere) {
      throw Error(ErrorKind::open, "an archive must be a file on this machine", shown_uri(named), "fetch it first");
    }
    for (const std::string& text : expand_braces(name_.pattern)) patterns_.push_back(parse_pattern(text));
    const bool is_glob = name_.path_kind == PathKind::missing && has_glob_syntax(name_.path);
    Input paths;
    paths.uri = name_.path;
    paths.is_path = true;
    if (is_glob) archives_ = make_glob_step(paths);
  }

  std::optional<Found> next() override {
    while (true) {
      if (archive_) {
        if (auto found = next_member()) return found;
        archive_.reset();
      }
      if (archives_) {
        const auto path = archives_->next();
        if (!path) break;
        if (path->failure) return failed(path->failure);
        if (auto found = enter(path->named.input.uri)) return found;
      } else {
        if (std::exchange(is_begun_, true)) break;
        if (auto found = enter(name_.path)) return found;
      }
    }
    if (std::exchange(has_found_, true)) return std::nullopt;
    return failed(std::make_exception_ptr(nothing_found()));
  }

 private:
  Error nothing_found() const {
    const std::string uri = shown_uri(named_);
    if (name_.pattern.empty()) {
      return {ErrorKind::resolve, "no audio or video files in this archive", uri,
              "files of other names are taken when a pattern names them: 'tar:PATH!**/*.xyz'"};
    }
    return {ErrorKind::resolve, "no file in the archive has this name, or matches it", uri,
            "** goes through the archive's folders: 'tar:PATH!**/*.wav'"};
  }

  /// Begins with the archive at `path`; what is returned is its only member, or its failure.
  std::optional<Found> enter(const std::string& path) {
    number_ = -1;
    const std::string plain = unescape_glob(name_.pattern);
    const bool is_name = !plain.empty() && !has_glob_syntax(name_.pattern) && !plain.ends_with('/');
    if (!is_name) {
      archive_ = std::make_shared<Archive>(path, name_.kind, cache_->shelf());
      return std::nullopt;
    }
    const std::shared_ptr<ArchiveIndex> index = cache_->index(path, name_.kind);
    try {
      for (const std::string& name : {plain, percent_decode(plain)}) {
        if (auto member = index->find(name, stop_)) return found(std::move(*member));
      }
    } catch (const Error& error) {
      return failed(std::make_exception_ptr(error.with_uri(shown_uri(named_))));
    }
    archive_ = index->archive();  // it may be a folder
    return std::nullopt;
  }

  std::optional<Found> next_member() {
    try {
      while (auto member = archive_->member_behind(number_, stop_)) {
        number_ = member->number;
        const auto takes = [&](const PathPattern& pattern) { return pattern.takes_file(member->entry.name); };
        if (std::ranges::any_of(patterns_, takes)) return found(std::move(*member));
      }
    } catch (const Error& error) {
      const Input input = archive_input(archive_->path());
      archive_.reset();
      return failed(std::make_exception_ptr(error.with_uri(shown_uri(input))));
    }
    return std::nullopt;
  }

  Input archive_input(const std::string& path) const {
    Input input = named_;
    input.uri = std::string(scheme_of(name_.kind)) + ":" + path;
    return input;
  }

  Found found(ArchiveMember member) {
    has_found_ = true;
    Found result;
    Input& input = result.named.input;
    input = named_;
    input.uri = member_uri(*member.archive, member.entry.name);
    if (input.label.empty()) input.label = member.entry.name;
    input.member = std::make_shared<const ArchiveMember>(std::move(member));
    return result;
  }

  Found failed(std::exception_ptr failure) {
    has_found_ = true;
    Found result;
    result.named.input = named_;
    result.failure = std::move(failure);
    return result;
  }

  Input named_;
  std::shared_ptr<ArchiveCache> cache_;
  StopAsked stop_;
  ArchiveName name_;
  std::vector<PathPattern> patterns_;
  std::unique_ptr<ResolveStep> archives_;  ///< of a glob
  bool is_begun_ = false;
  std::shared_ptr<Archive> archive_;
  int64_t number_ = -1;  ///< of the header that was looked at last
  bool has_found_ = false;
};

}  // namespace

bool is_archive_uri(std::string_view uri) {
  const std::string scheme = uri_scheme(uri);
  return scheme == "tar" || scheme == "zip";
}

bool names_one_member(std::string_view uri) {
  const ArchiveName name = parse_archive_name(uri);
  const bool is_one_archive = name.path_kind == PathKind::file || !has_glob_syntax(name.path);
  return is_one_archive && !name.pattern.empty() && !has_glob_syntax(name.pattern) && !name.pattern.ends_with('/');
}

std::string archive_uri_in(std::string_view folder, std::string_view uri) {
  const size_t path = uri.find(':') + 1;
  if (uri.substr(path).starts_with('/')) return std::string(uri);
  return std::string(uri.substr(0, path)) + std::string(folder) + std::string(uri.substr(path));
}

std::unique_ptr<ResolveStep> make_archive_step(const Input& named, const std::shared_ptr<ArchiveCache>& cache,
                                               StopAsked stop) {
  return std::make_unique<ArchiveStep>(named, cache, std::move(stop));
}

}  // namespace astream
