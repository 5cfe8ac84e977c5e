// The functions of libavfilter that are used, loaded at run time: linking it would cost every start 14 ms.
// Inside src/av only.
#pragma once

#include <cstdint>  // before libav, which wants its macros

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

namespace astream::av {

struct FilterLibrary {
  decltype(&avfilter_graph_alloc) graph_alloc;
  decltype(&avfilter_graph_free) graph_free;
  decltype(&avfilter_get_by_name) get_by_name;
  decltype(&avfilter_graph_create_filter) graph_create_filter;
  decltype(&avfilter_graph_parse_ptr) graph_parse_ptr;
  decltype(&avfilter_graph_config) graph_config;
  decltype(&avfilter_inout_alloc) inout_alloc;
  decltype(&avfilter_inout_free) inout_free;
  decltype(&av_buffersrc_add_frame_flags) buffersrc_add_frame_flags;
  decltype(&av_buffersink_get_frame) buffersink_get_frame;
  decltype(&av_buffersink_get_sample_rate) buffersink_get_sample_rate;
  decltype(&av_buffersink_get_ch_layout) buffersink_get_ch_layout;
};

/// The library, loaded once for the process. Throws Error(open) with a hint when it is not there.
const FilterLibrary& filter_library();

}  // namespace astream::av
