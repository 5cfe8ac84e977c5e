// XSPF (https://xspf.org/spec): <playlist><trackList><track><location>, <title>, <creator>.
#include <expat.h>

#include <exception>
#include <memory>
#include <type_traits>

#include "base/error.hpp"
#include "source/playlist.hpp"
#include "source/resolver.hpp"

namespace astream {

namespace {

constexpr size_t kMaxFieldBytes = 64 << 10;

/// What expat's callbacks work on. They are C callbacks: a failure is kept and stops the parser, nothing is thrown
/// through it.
struct XspfReader {
  XML_Parser parser = nullptr;
  Playlist playlist;
  std::string location;
  std::string title;
  std::string creator;
  std::string* field = nullptr;  ///< where text goes now
  int depth = 0;
  int track_depth = 0;  ///< depth of the open <track>, 0 outside
  bool has_root = false;
  std::exception_ptr failure;

  void start(std::string_view name);
  void end();
  void text(std::string_view bytes);
  void finish_track();

  template <class Work>
  void guarded(Work work) noexcept {
    try {
      if (!failure) work();
    } catch (...) {
      failure = std::current_exception();
      XML_StopParser(parser, XML_FALSE);
    }
  }
};

/// Names come as "namespace|name".
std::string_view local_name(const XML_Char* name) {
  const std::string_view text = name;
  return text.substr(text.rfind('|') + 1);  // npos + 1 is 0
}

void XspfReader::start(std::string_view name) {
  ++depth;
  if (depth == 1) {
    if (name != "playlist")
      throw Error(ErrorKind::resolve, "this is no xspf playlist: its outermost element is another");
    has_root = true;
  } else if (name == "track" && track_depth == 0) {
    track_depth = depth;
    location.clear();
    title.clear();
    creator.clear();
  } else if (track_depth > 0 && depth == track_depth + 1) {
    // Further locations are alternatives to the first.
    if (name == "location" && location.empty()) field = &location;
    if (name == "title") field = &title;
    if (name == "creator") field = &creator;
  }
}

void XspfReader::end() {
  if (depth == track_depth + 1) field = nullptr;
  if (depth == track_depth) finish_track();
  --depth;
}

void XspfReader::finish_track() {
  track_depth = 0;
  const std::string place = title_text(location);  // white space around it is layout
  if (place.empty()) return;
  if (playlist.entries.size() > kMaxPlaylistEntries) return;  // one too many: the caller refuses it
  std::string shown = title_text(title);
  const std::string by = title_text(creator);
  if (!by.empty()) shown = shown.empty() ? by : by + " - " + shown;
  playlist.entries.push_back({place, std::move(shown)});
}

void XspfReader::text(std::string_view bytes) {
  if (field == nullptr) return;
  if (field->size() + bytes.size() > kMaxFieldBytes) {
    throw Error(ErrorKind::resolve, "an element of the xspf playlist is too long");
  }
  field->append(bytes);
}

void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char**) noexcept {
  auto& reader = *static_cast<XspfReader*>(user);
  reader.guarded([&] { reader.start(local_name(name)); });
}

void XMLCALL on_end(void* user, const XML_Char*) noexcept {
  auto& reader = *static_cast<XspfReader*>(user);
  reader.guarded([&] { reader.end(); });
}

void XMLCALL on_text(void* user, const XML_Char* text, int size) noexcept {
  auto& reader = *static_cast<XspfReader*>(user);
  reader.guarded([&] { reader.text({text, static_cast<size_t>(size)}); });
}

/// Entities are how a small file becomes a huge one (and how XML reads other files): no playlist needs any.
void XMLCALL on_entity(void* user, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*,
                       const XML_Char*, const XML_Char*) noexcept {
  auto& reader = *static_cast<XspfReader*>(user);
  reader.guarded([] { throw Error(ErrorKind::resolve, "the xspf playlist declares XML entities, which are refused"); });
}

}  // namespace

Playlist parse_xspf(std::string_view bytes) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreateNS(nullptr, '|'), &XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  XspfReader reader;
  reader.parser = parser.get();
  XML_SetUserData(parser.get(), &reader);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetEntityDeclHandler(parser.get(), on_entity);
  const XML_Status status = XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE);
  if (reader.failure) std::rethrow_exception(reader.failure);
  if (status != XML_STATUS_OK) {
    throw Error(ErrorKind::resolve, "the xspf playlist is damaged at line " +
                                        std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": " +
                                        XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
  return std::move(reader.playlist);
}

}  // namespace astream
