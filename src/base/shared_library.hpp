// Libraries loaded at run time, because linking them would cost every start more than it is worth. One implementation
// per system: shared_library_posix.cpp.
//
// A library stays loaded until the process ends. All functions may be called from any thread.
#pragma once

#include <string>

namespace astream {

/// The file name of version `version` of library `name` on this system: "librtaudio.so.6".
std::string shared_library_file(const std::string& name, int version);

/// Loads it, or says nothing and returns nullptr.
void* load_shared_library(const std::string& file);

/// The address of a symbol in the library or in those that it uses, or nullptr.
void* find_symbol(void* library, const char* symbol);

}  // namespace astream
