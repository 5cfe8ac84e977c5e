// A folder of its own for each test, gone with everything in it when the object goes.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace astream::test {

class TempDir {
 public:
  TempDir() {
    // create_directory() tells whether it made the folder, so that two runs at once never share one.
    std::random_device seed;
    for (int attempt = 0; attempt < 100; ++attempt) {
      const auto candidate = std::filesystem::temp_directory_path() / ("astream-test-" + std::to_string(seed()));
      if (std::filesystem::create_directory(candidate)) {
        path_ = candidate;
        return;
      }
    }
    throw std::runtime_error("no temporary folder could be made");
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// The full path of `name` inside.
  std::string file(std::string_view name) const { return (path_ / name).string(); }

  /// Writes a file (and the folders it needs) and gives its full path.
  std::string write(std::string_view name, std::string_view bytes) const {
    const auto whole = path_ / name;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return whole.string();
  }

  std::string read(std::string_view name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

 private:
  std::filesystem::path path_;
};

}  // namespace astream::test
