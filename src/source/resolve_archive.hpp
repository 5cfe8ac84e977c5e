// "tar:PATH" and "zip:PATH", with "!PATTERN" behind it, as a step of resolving: the members of archives, as inputs.
//
// PATH is an archive or a glob of archives; PATTERN a name, a folder or a glob within them, absent: all audio and
// video. Members come in the archive's order, as its headers are read. A PATTERN without wildcards is looked up in an
// index that grows as far as it must, so that a list that names each member by itself costs one pass.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "source/archive.hpp"
#include "source/resolve_step.hpp"

namespace astream {

/// True for "tar:..." and "zip:...".
bool is_archive_uri(std::string_view uri);

/// True when it can stand for one member only, as far as its form tells.
bool names_one_member(std::string_view uri);

/// `uri`, found in a local list in `folder` (with its slash), seen from where the program runs.
std::string archive_uri_in(std::string_view folder, std::string_view uri);

class ArchiveIndex;

/// What the steps of one resolver share: indices of the archives that were looked into last.
class ArchiveCache {
 public:
  ArchiveCache();
  ~ArchiveCache();
  std::shared_ptr<ArchiveIndex> index(const std::string& path, ArchiveKind kind);
  const std::shared_ptr<ArchiveShelf>& shelf() const { return shelf_; }

 private:
  std::shared_ptr<ArchiveShelf> shelf_ = std::make_shared<ArchiveShelf>();
  std::deque<std::shared_ptr<ArchiveIndex>> indices_;  ///< the last used in front
};

/// The members that `named` stands for. An archive without any is one Error(resolve).
std::unique_ptr<ResolveStep> make_archive_step(const Input& named, const std::shared_ptr<ArchiveCache>& cache,
                                               StopAsked stop);

}  // namespace astream
