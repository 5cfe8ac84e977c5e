// The names in one folder, sorted bytewise, held compactly: a folder of a million files takes some tens of megabytes.
//
// Owned by one walk. Reading throws std::system_error with the system's reason.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

/// What a name in a folder is; links are followed. `other`: a pipe, a device, a link to nothing.
enum class EntryKind { file, folder, other };

struct ListedName {
  std::string_view name;  ///< borrowed from the listing
  EntryKind kind = EntryKind::file;
  bool is_link = false;
};

class FolderListing {
 public:
  using Filter = std::function<bool(const ListedName&)>;

  /// Reads the folder at `path` ("" is the current one) and keeps the names that `is_wanted`. A folder sorts as its
  /// name and a '/', so that a walk gives whole paths in bytewise order.
  static FolderListing read(const std::string& path, const Filter& is_wanted);
  /// Those of `names` that exist in `path`, without reading the folder.
  static FolderListing probe(const std::string& path, const std::vector<std::string>& names, const Filter& is_wanted);

  size_t size() const { return items_.size(); }
  ListedName operator[](size_t index) const;

 private:
  struct Item {
    uint64_t offset_bytes = 0;
    uint32_t name_bytes = 0;
    EntryKind kind = EntryKind::file;
    bool is_link = false;
  };
  void add(const ListedName& entry);
  void sort();
  std::string names_;
  std::vector<Item> items_;
};

}  // namespace astream
