// The flags of --picture: how the picture of a sound looks. Parsing only.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "formats/picture/picture_options.hpp"

namespace astream::cli {

struct PictureChoice {
  std::string path;  ///< "": no picture
  PictureOptions options;
};

/// --picture --picture-size --picture-text --picture-range --picture-frame --freq-scale --freq-range --colors.
void add_picture_options(CLI::App& app, PictureChoice& picture);
/// Refuses the other options where there is no --picture, what does not go together, a file that exists, and one name
/// for what may be several streams. Throws Error(usage).
void check_picture_options(const CLI::App& app, const PictureChoice& picture, bool may_be_many, bool may_overwrite);

}  // namespace astream::cli
