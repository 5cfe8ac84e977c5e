#include "source/resolve_listing.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace astream {

namespace fs = std::filesystem;

namespace {

/// Asks an entry rather than its status: the type stands in the directory on most file systems, so that only links cost
/// a look of their own.
EntryKind kind_of(const fs::directory_entry& entry) {
  std::error_code error;
  if (entry.is_directory(error)) return EntryKind::folder;
  return entry.is_regular_file(error) ? EntryKind::file : EntryKind::other;
}

/// Bytewise order of name plus '/' for folders.
bool is_before(const ListedName& a, const ListedName& b) {
  const size_t common = std::min(a.name.size(), b.name.size());
  const int order = a.name.substr(0, common).compare(b.name.substr(0, common));
  if (order != 0) return order < 0;
  const auto next_byte = [common](const ListedName& entry) -> int {
    if (entry.name.size() > common) return static_cast<unsigned char>(entry.name[common]);
    return entry.kind == EntryKind::folder ? '/' : -1;
  };
  return next_byte(a) < next_byte(b);
}

}  // namespace

FolderListing FolderListing::read(const std::string& path, const Filter& is_wanted) {
  FolderListing listing;
  for (const fs::directory_entry& entry : fs::directory_iterator(path.empty() ? "." : path)) {
    std::error_code error;
    const std::string name = entry.path().filename().string();
    const ListedName listed{name, kind_of(entry), entry.is_symlink(error)};
    if (is_wanted(listed)) listing.add(listed);
  }
  listing.sort();
  return listing;
}

FolderListing FolderListing::probe(const std::string& path, const std::vector<std::string>& names,
                                   const Filter& is_wanted) {
  FolderListing listing;
  for (const std::string& name : names) {
    std::error_code error;
    const fs::directory_entry entry(path + name, error);
    if (!fs::exists(entry.symlink_status(error))) continue;
    const ListedName listed{name, kind_of(entry), entry.is_symlink(error)};
    if (is_wanted(listed)) listing.add(listed);
  }
  listing.sort();
  return listing;
}

ListedName FolderListing::operator[](size_t index) const {
  const Item& item = items_[index];
  return {std::string_view(names_).substr(item.offset_bytes, item.name_bytes), item.kind, item.is_link};
}

void FolderListing::add(const ListedName& entry) {
  items_.push_back({names_.size(), static_cast<uint32_t>(entry.name.size()), entry.kind, entry.is_link});
  names_ += entry.name;
}

void FolderListing::sort() {
  const std::string_view names = names_;
  const auto listed = [names](const Item& item) {
    return ListedName{names.substr(item.offset_bytes, item.name_bytes), item.kind, item.is_link};
  };
  std::sort(items_.begin(), items_.end(),
            [&](const Item& a, const Item& b) { return is_before(listed(a), listed(b)); });
}

}  // namespace astream
