// An empty folder to be in for one test, so that no file of the real one is met by a relative name. For tests that run
// alone in their process.
#pragma once

#include <filesystem>

#include "support/temp_dir.hpp"

namespace astream::test {

class WorkingFolder : public TempDir {
 public:
  WorkingFolder() : before_(std::filesystem::current_path()) { std::filesystem::current_path(path()); }
  ~WorkingFolder() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
  }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  std::filesystem::path before_;
};

}  // namespace astream::test
