// XSPF (https://xspf.org/spec): <playlist><trackList><track><location>, <title>, <creator>.
#include "base/error.hpp"
#include "source/playlist.hpp"
#include "source/resolver.hpp"
#include "source/xml_reader.hpp"

namespace astream {

namespace {

constexpr size_t kMaxFieldBytes = 64 << 10;

class XspfReader : public XmlHandler {
 public:
  void start(std::string_view name) override;
  void end() override;
  void text(std::string_view bytes) override;

  Playlist playlist;

 private:
  void finish_track();

  std::string location_;
  std::string title_;
  std::string creator_;
  std::string* field_ = nullptr;  ///< where text goes now
  int depth_ = 0;
  int track_depth_ = 0;  ///< depth of the open <track>, 0 outside
};

void XspfReader::start(std::string_view name) {
  ++depth_;
  if (depth_ == 1) {
    if (name != "playlist")
      throw Error(ErrorKind::resolve, "this is no xspf playlist: its outermost element is another");
  } else if (name == "track" && track_depth_ == 0) {
    track_depth_ = depth_;
    location_.clear();
    title_.clear();
    creator_.clear();
  } else if (track_depth_ > 0 && depth_ == track_depth_ + 1) {
    // Further locations are alternatives to the first.
    if (name == "location" && location_.empty()) field_ = &location_;
    if (name == "title") field_ = &title_;
    if (name == "creator") field_ = &creator_;
  }
}

void XspfReader::end() {
  if (depth_ == track_depth_ + 1) field_ = nullptr;
  if (depth_ == track_depth_) finish_track();
  --depth_;
}

void XspfReader::finish_track() {
  track_depth_ = 0;
  const std::string place = title_text(location_);  // white space around it is layout
  if (place.empty()) return;
  if (playlist.entries.size() > kMaxPlaylistEntries) return;  // one too many: the caller refuses it
  std::string shown = title_text(title_);
  const std::string by = title_text(creator_);
  if (!by.empty()) shown = shown.empty() ? by : by + " - " + shown;
  playlist.entries.push_back({place, std::move(shown)});
}

void XspfReader::text(std::string_view bytes) {
  if (field_ == nullptr) return;
  if (field_->size() + bytes.size() > kMaxFieldBytes) {
    throw Error(ErrorKind::resolve, "an element of the xspf playlist is too long");
  }
  field_->append(bytes);
}

}  // namespace

Playlist parse_xspf(std::string_view bytes) {
  XspfReader reader;
  read_xml(bytes, "the xspf playlist", reader);
  return std::move(reader.playlist);
}

}  // namespace astream
