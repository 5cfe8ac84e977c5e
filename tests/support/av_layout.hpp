// A libav channel layout that frees itself: by name ("5.1"), or of so many channels without names. For tests of src/av.
#pragma once

#include <stdexcept>

#include "av/handles.hpp"

namespace astream::test {

class Layout {
 public:
  explicit Layout(const char* name) {
    if (av_channel_layout_from_string(&layout, name) < 0) throw std::invalid_argument(name);
  }
  explicit Layout(int channels) {
    layout.order = AV_CHANNEL_ORDER_UNSPEC;
    layout.nb_channels = channels;
  }
  ~Layout() { av_channel_layout_uninit(&layout); }
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

  AVChannelLayout layout{};
};

}  // namespace astream::test
