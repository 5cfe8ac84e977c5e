#include "formats/picture/picture_receiver.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "formats/byte_sink.hpp"
#include "formats/picture/draw_picture.hpp"

namespace astream {

namespace {

constexpr std::string_view kStreamPlace = "{stream}", kNamePlace = "{name}", kLabelPlace = "{label}";

constexpr std::array kPlaces = {kStreamPlace, kNamePlace, kLabelPlace};

PictureKind kind_of(const std::string& path) {
  const size_t dot = path.rfind('.');
  const std::string suffix = dot == std::string::npos ? "" : lower_case(path.substr(dot));
  if (suffix == ".png") return PictureKind::png;
  if (suffix == ".svg") return PictureKind::svg;
  throw Error(ErrorKind::usage, "--picture " + path + ": a picture is PNG or SVG", {}, "name it .png or .svg");
}

void replace_all(std::string& text, std::string_view place, const std::string& value) {
  for (size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size())) {
    text.replace(at, place.size(), value);
  }
}

/// A label as part of a file's name: nothing that leads into folders or is no letter.
std::string file_name_of(const StreamStart& stream) {
  std::string name = stream.label.empty() ? std::to_string(stream.stream) : stream.label;
  for (char& c : name) {
    if (c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < ' ') c = '_';
  }
  return name.starts_with('.') ? "_" + name.substr(1) : name;
}

/// A stream that is being gathered.
struct OpenPicture {
  StreamStart stream;
  AudioOverview sound;
  std::unique_ptr<ByteSink> sink;
};

class PictureReceiver final : public Receiver {
 public:
  PictureReceiver(PictureOptions options, std::string path, bool may_overwrite)
      : options_(options), path_(std::move(path)), may_overwrite_(may_overwrite), kind_(kind_of(path_)) {
    require_canvas_library();
  }

  void stream_start(const StreamStart& stream) override {
    std::string path = path_;
    replace_all(path, kStreamPlace, std::to_string(stream.stream));
    for (const std::string_view place : {kNamePlace, kLabelPlace}) replace_all(path, place, file_name_of(stream));
    if (!paths_.insert(path).second) {
      throw Error(ErrorKind::usage, "--picture " + path + " holds another stream already", {},
                  "put {stream} into its name");
    }
    AudioOverview sound(stream, overview_for(options_, kind_));
    open_.emplace(stream.stream, OpenPicture{stream, std::move(sound), make_file_sink(path, may_overwrite_)});
  }

  Flow window(const Window& window) override {
    open_.at(window.stream).sound.add(window);
    return Flow::proceed;
  }

  void stream_end(const StreamEnd& event) override {
    const auto found = open_.find(event.stream);
    if (found == open_.end()) return;
    OpenPicture picture = std::move(found->second);
    open_.erase(found);
    picture.sound.finish();
    const auto canvas = make_canvas(kind_, options_.width_px, options_.height_px);
    draw_picture(*canvas, picture.stream, picture.sound, options_);
    picture.sink->write(canvas->finish(), {});
    picture.sink->close();
  }

 private:
  PictureOptions options_;
  std::string path_;
  bool may_overwrite_;
  PictureKind kind_;
  std::map<int64_t, OpenPicture> open_;
  std::set<std::string> paths_;
};

}  // namespace

void check_picture_path(const std::string& path) {
  kind_of(path);
  std::string rest = path;
  for (const std::string_view place : kPlaces) replace_all(rest, place, "");
  const size_t open = rest.find('{');
  const size_t close = open == std::string::npos ? open : rest.find('}', open);
  if (close == std::string::npos) return;
  throw Error(ErrorKind::usage, "--picture " + path + ": no field is called " + rest.substr(open, close + 1 - open), {},
              "there are {stream}, {label} and {name}");
}

bool has_stream_in_name(const std::string& path) {
  return std::ranges::any_of(kPlaces, [&](auto place) { return path.find(place) != std::string::npos; });
}

std::unique_ptr<Receiver> make_picture_receiver(PictureOptions options, std::string path, bool may_overwrite) {
  return std::make_unique<PictureReceiver>(options, std::move(path), may_overwrite);
}

}  // namespace astream
