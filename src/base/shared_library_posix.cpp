#include <dlfcn.h>

#include "base/shared_library.hpp"

namespace astream {

std::string shared_library_file(const std::string& name, int version) {
#ifdef __APPLE__
  return "lib" + name + "." + std::to_string(version) + ".dylib";
#else
  return "lib" + name + ".so." + std::to_string(version);
#endif
}

void* load_shared_library(const std::string& file) {
  return dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
}

void* find_symbol(void* library, const char* symbol) {
  return dlsym(library, symbol);
}

}  // namespace astream
