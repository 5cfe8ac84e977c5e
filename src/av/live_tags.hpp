// Tags of radios as people should see them. Pure functions.
#pragma once

#include <map>
#include <string>

namespace astream::av {

/// `raw` in UTF-8 (what is not is taken as ISO-8859-1, as SHOUTcast has it), a StreamTitle as "title", and of titles
/// that pile up behind each other (libav's Ogg reader appends a new one to the last, with ';') the newest.
/// `previous_raw` is what `raw` was before, `previous` what became of that. Keys are in lower case.
using TagMap = std::map<std::string, std::string>;
TagMap clean_live_tags(const TagMap& raw, const TagMap& previous_raw, const TagMap& previous);

}  // namespace astream::av
