#include <dlfcn.h>

#include "av/filter_library.hpp"
#include "base/error.hpp"

#include <string>

namespace astream::av {

namespace {

template <typename Function>
void find_function(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) {
    throw Error(ErrorKind::open, std::string("libavfilter lacks ") + name, {},
                "install the libavfilter of the FFmpeg in use");
  }
}

FilterLibrary load() {
#ifdef __APPLE__
  const std::string name = "libavfilter." + std::to_string(LIBAVFILTER_VERSION_MAJOR) + ".dylib";
#else
  const std::string name = "libavfilter.so." + std::to_string(LIBAVFILTER_VERSION_MAJOR);
#endif
  void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(ErrorKind::open, "--filter needs " + name + ", which is not installed", {},
                "install FFmpeg's libavfilter (Debian: libavfilter" + std::to_string(LIBAVFILTER_VERSION_MAJOR) + ")");
  }
  FilterLibrary functions{};
  find_function(library, "avfilter_graph_alloc", functions.graph_alloc);
  find_function(library, "avfilter_graph_free", functions.graph_free);
  find_function(library, "avfilter_get_by_name", functions.get_by_name);
  find_function(library, "avfilter_graph_create_filter", functions.graph_create_filter);
  find_function(library, "avfilter_graph_parse_ptr", functions.graph_parse_ptr);
  find_function(library, "avfilter_graph_config", functions.graph_config);
  find_function(library, "avfilter_inout_alloc", functions.inout_alloc);
  find_function(library, "avfilter_inout_free", functions.inout_free);
  find_function(library, "av_buffersrc_add_frame_flags", functions.buffersrc_add_frame_flags);
  find_function(library, "av_buffersink_get_frame", functions.buffersink_get_frame);
  find_function(library, "av_buffersink_get_sample_rate", functions.buffersink_get_sample_rate);
  find_function(library, "av_buffersink_get_ch_layout", functions.buffersink_get_ch_layout);
  return functions;
}

}  // namespace

const FilterLibrary& filter_library() {
  static const FilterLibrary library = load();
  return library;
}

}  // namespace astream::av
