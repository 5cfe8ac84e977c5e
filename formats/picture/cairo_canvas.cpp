// Canvases by Cairo: pixels written as PNG, or vectors as SVG.
//
// Cairo is loaded at the first picture: linked, it and the twenty libraries behind it would be paid for by every start.
// Cairo draws an SVG's text as outlines; here text stays text (to be found, copied, edited, set in the font of the
// paper): it is measured by Cairo and put on top of what Cairo has drawn.
#include <cairo-svg.h>
#include <cairo.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/shared_library.hpp"
#include "formats/picture/canvas.hpp"

namespace astream {

namespace {

constexpr int kLibraryVersion = 2;
constexpr const char* kFont = "sans-serif";
constexpr int kSvgRasterScale = 2;

struct CairoLibrary {
  decltype(&cairo_image_surface_create) image_surface_create;
  decltype(&cairo_image_surface_get_data) image_surface_data;
  decltype(&cairo_image_surface_get_stride) image_surface_stride;
  decltype(&cairo_svg_surface_create_for_stream) svg_surface_create;
  decltype(&cairo_svg_surface_set_document_unit) svg_set_unit;
  decltype(&cairo_surface_write_to_png_stream) write_png;
  decltype(&cairo_surface_flush) surface_flush;
  decltype(&cairo_surface_mark_dirty) surface_mark_dirty;
  decltype(&cairo_surface_finish) surface_finish;
  decltype(&cairo_surface_status) surface_status;
  decltype(&cairo_surface_destroy) surface_destroy;
  decltype(&cairo_status_to_string) status_text;
  decltype(&cairo_create) create;
  decltype(&cairo_destroy) destroy;
  decltype(&cairo_status) status;
  decltype(&cairo_save) save;
  decltype(&cairo_restore) restore;
  decltype(&cairo_translate) translate;
  decltype(&cairo_scale) scale;
  decltype(&cairo_rotate) rotate;
  decltype(&cairo_rectangle) rectangle;
  decltype(&cairo_move_to) move_to;
  decltype(&cairo_line_to) line_to;
  decltype(&cairo_close_path) close_path;
  decltype(&cairo_fill) fill;
  decltype(&cairo_stroke) stroke;
  decltype(&cairo_paint) paint;
  decltype(&cairo_set_source_rgba) set_color;
  decltype(&cairo_set_source_surface) set_surface;
  decltype(&cairo_get_source) source;
  decltype(&cairo_pattern_set_filter) set_filter;
  decltype(&cairo_set_line_width) set_line_width;
  decltype(&cairo_set_line_join) set_line_join;
  decltype(&cairo_set_line_cap) set_line_cap;
  decltype(&cairo_set_dash) set_dash;
  decltype(&cairo_select_font_face) select_font;
  decltype(&cairo_set_font_size) set_font_size;
  decltype(&cairo_text_extents) text_extents;
  decltype(&cairo_show_text) show_text;
};

[[noreturn]] void refuse_library(const std::string& message) {
  throw Error(ErrorKind::output, message, {}, "install Cairo (Debian: libcairo2)");
}

template <typename Function>
void find_function(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(find_symbol(library, name));
  if (function == nullptr) refuse_library(std::string("the library of Cairo is too old: it lacks ") + name);
}

void find_surfaces(void* library, CairoLibrary& functions) {
  find_function(library, "cairo_image_surface_create", functions.image_surface_create);
  find_function(library, "cairo_image_surface_get_data", functions.image_surface_data);
  find_function(library, "cairo_image_surface_get_stride", functions.image_surface_stride);
  find_function(library, "cairo_svg_surface_create_for_stream", functions.svg_surface_create);
  find_function(library, "cairo_svg_surface_set_document_unit", functions.svg_set_unit);
  find_function(library, "cairo_surface_write_to_png_stream", functions.write_png);
  find_function(library, "cairo_surface_flush", functions.surface_flush);
  find_function(library, "cairo_surface_mark_dirty", functions.surface_mark_dirty);
  find_function(library, "cairo_surface_finish", functions.surface_finish);
  find_function(library, "cairo_surface_status", functions.surface_status);
  find_function(library, "cairo_surface_destroy", functions.surface_destroy);
  find_function(library, "cairo_status_to_string", functions.status_text);
}

void find_drawing(void* library, CairoLibrary& functions) {
  find_function(library, "cairo_create", functions.create);
  find_function(library, "cairo_destroy", functions.destroy);
  find_function(library, "cairo_status", functions.status);
  find_function(library, "cairo_save", functions.save);
  find_function(library, "cairo_restore", functions.restore);
  find_function(library, "cairo_translate", functions.translate);
  find_function(library, "cairo_scale", functions.scale);
  find_function(library, "cairo_rotate", functions.rotate);
  find_function(library, "cairo_rectangle", functions.rectangle);
  find_function(library, "cairo_move_to", functions.move_to);
  find_function(library, "cairo_line_to", functions.line_to);
  find_function(library, "cairo_close_path", functions.close_path);
  find_function(library, "cairo_fill", functions.fill);
  find_function(library, "cairo_stroke", functions.stroke);
  find_function(library, "cairo_paint", functions.paint);
  find_function(library, "cairo_set_source_rgba", functions.set_color);
  find_function(library, "cairo_set_source_surface", functions.set_surface);
  find_function(library, "cairo_get_source", functions.source);
  find_function(library, "cairo_pattern_set_filter", functions.set_filter);
  find_function(library, "cairo_set_line_width", functions.set_line_width);
  find_function(library, "cairo_set_line_join", functions.set_line_join);
  find_function(library, "cairo_set_line_cap", functions.set_line_cap);
  find_function(library, "cairo_set_dash", functions.set_dash);
  find_function(library, "cairo_select_font_face", functions.select_font);
  find_function(library, "cairo_set_font_size", functions.set_font_size);
  find_function(library, "cairo_text_extents", functions.text_extents);
  find_function(library, "cairo_show_text", functions.show_text);
}

CairoLibrary load() {
  const std::string file = shared_library_file("cairo", kLibraryVersion);
  void* library = load_shared_library(file);
  if (library == nullptr) refuse_library("drawing a picture needs " + file + ", which is not installed");
  CairoLibrary functions{};
  find_surfaces(library, functions);
  find_drawing(library, functions);
  return functions;
}

const CairoLibrary& cairo() {
  static const CairoLibrary library = load();
  return library;
}

struct SurfaceCloser {
  void operator()(cairo_surface_t* surface) const { cairo().surface_destroy(surface); }
};
struct ContextCloser {
  void operator()(cairo_t* context) const { cairo().destroy(context); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceCloser>;
using Context = std::unique_ptr<cairo_t, ContextCloser>;

void check_status(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  throw Error(ErrorKind::output, std::string("the picture can't be drawn: ") + cairo().status_text(status));
}

cairo_status_t append_bytes(void* bytes, const unsigned char* data, unsigned length) noexcept {
  try {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  } catch (...) {
    return CAIRO_STATUS_NO_MEMORY;
  }
}

Surface make_raster_surface(const Raster& raster) {
  Surface surface(cairo().image_surface_create(CAIRO_FORMAT_RGB24, raster.width, raster.height));
  check_status(cairo().surface_status(surface.get()));
  cairo().surface_flush(surface.get());
  unsigned char* data = cairo().image_surface_data(surface.get());
  const int stride = cairo().image_surface_stride(surface.get());
  for (int y = 0; y < raster.height; ++y) {
    auto* row = reinterpret_cast<uint32_t*>(data + static_cast<std::ptrdiff_t>(y) * stride);
    std::copy_n(raster.pixels.begin() + static_cast<std::ptrdiff_t>(y) * raster.width, raster.width, row);
  }
  cairo().surface_mark_dirty(surface.get());
  return surface;
}

class CairoCanvas : public Canvas {
 public:
  CairoCanvas(Surface surface, int width_px, int height_px)
      : surface_(std::move(surface)), width_(width_px), height_(height_px) {
    check_status(cairo().surface_status(surface_.get()));
    context_.reset(cairo().create(surface_.get()));
    cairo().set_line_join(context(), CAIRO_LINE_JOIN_ROUND);
  }

  double width() const override { return width_; }
  double height() const override { return height_; }

  void fill(const Rect& rect, const Color& color) override {
    set_color(color);
    cairo().rectangle(context(), rect.x, rect.y, rect.width, rect.height);
    cairo().fill(context());
  }

  void polygon(std::span<const Point> corners, const Color& color) override {
    if (corners.empty()) return;
    set_color(color);
    trace(corners);
    cairo().close_path(context());
    cairo().fill(context());
  }

  void polyline(std::span<const Point> points, const LineStyle& style) override {
    if (points.empty()) return;
    set_color(style.color);
    cairo().set_line_width(context(), style.width);
    cairo().set_line_cap(context(), style.dash > 0 ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
    cairo().set_dash(context(), &style.dash, style.dash > 0 ? 1 : 0, 0);
    trace(points);
    if (points.size() == 1) cairo().line_to(context(), points[0].x, points[0].y);  // a dot
    cairo().stroke(context());
  }

  void text(Point anchor, const std::string& text, const TextStyle& style) override {
    cairo().save(context());
    set_font(style);
    set_color(style.color);
    cairo().translate(context(), anchor.x, anchor.y);
    if (style.is_vertical) cairo().rotate(context(), -std::numbers::pi / 2);
    const double share = style.along == Along::start ? 0 : style.along == Along::middle ? 0.5 : 1;
    cairo().move_to(context(), -share * text_width(text, style), baseline_offset(style));
    cairo().show_text(context(), text.c_str());
    cairo().restore(context());
  }

  double text_width(const std::string& text, const TextStyle& style) override {
    set_font(style);
    cairo_text_extents_t extents{};
    cairo().text_extents(context(), text.c_str(), &extents);
    return extents.x_advance;
  }

  void image(const Rect& rect, const Raster& raster) override {
    const Surface picture = make_raster_surface(raster);
    cairo().save(context());
    cairo().translate(context(), rect.x, rect.y);
    cairo().scale(context(), rect.width / raster.width, rect.height / raster.height);
    cairo().set_surface(context(), picture.get(), 0, 0);
    cairo().set_filter(cairo().source(context()), CAIRO_FILTER_BILINEAR);
    cairo().paint(context());
    cairo().restore(context());
  }

 protected:
  cairo_t* context() { return context_.get(); }
  cairo_surface_t* surface() { return surface_.get(); }
  void close_context() {
    check_status(cairo().status(context()));
    context_.reset();
  }
  /// From the anchor down to the line that letters stand on: figures are centred, of which labels mostly consist.
  static double baseline_offset(const TextStyle& style) {
    constexpr double kFigureHeight = 0.72;
    return style.across == Across::middle ? kFigureHeight / 2 * style.size : 0;
  }

 private:
  void set_color(const Color& c) { cairo().set_color(context(), c.red, c.green, c.blue, c.alpha); }
  void set_font(const TextStyle& style) {
    cairo().select_font(context(), kFont, CAIRO_FONT_SLANT_NORMAL,
                        style.is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo().set_font_size(context(), style.size);
  }
  void trace(std::span<const Point> points) {
    cairo().move_to(context(), points[0].x, points[0].y);
    for (const Point& point : points.subspan(1)) cairo().line_to(context(), point.x, point.y);
  }

  Surface surface_;
  Context context_;
  double width_, height_;
};

class PngCanvas final : public CairoCanvas {
 public:
  PngCanvas(int width_px, int height_px)
      : CairoCanvas(Surface(cairo().image_surface_create(CAIRO_FORMAT_RGB24, width_px, height_px)), width_px,
                    height_px) {}

  int raster_scale() const override { return 1; }
  std::string finish() override {
    close_context();
    std::string bytes;
    check_status(cairo().write_png(surface(), append_bytes, &bytes));
    return bytes;
  }
};

std::string svg_number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 2);
  return {text.data(), end.ptr};
}

std::string svg_color(const Color& color) {
  const auto part = [](double value) { return std::to_string(std::lround(value * 255)); };
  return "rgb(" + part(color.red) + "," + part(color.green) + "," + part(color.blue) + ")";
}

std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += static_cast<unsigned char>(c) < ' ' ? ' ' : c;  // XML has no control characters
    }
  }
  return escaped;
}

class SvgCanvas final : public CairoCanvas {
 public:
  SvgCanvas(int width_px, int height_px) : SvgCanvas(std::make_unique<std::string>(), width_px, height_px) {}
  ~SvgCanvas() override { cairo().surface_finish(surface()); }  // which writes to bytes_

  int raster_scale() const override { return kSvgRasterScale; }

  void text(Point anchor, const std::string& text, const TextStyle& style) override {
    constexpr std::array<std::string_view, 3> kAnchors = {"start", "middle", "end"};
    texts_ += "<text text-anchor=\"" + std::string(kAnchors[static_cast<size_t>(style.along)]) + "\" transform=\"" +
              "translate(" + svg_number(anchor.x) + "," + svg_number(anchor.y) + ")" +
              (style.is_vertical ? " rotate(-90)" : "") + "\" y=\"" + svg_number(baseline_offset(style)) +
              "\" font-size=\"" + svg_number(style.size) + "\"" + (style.is_bold ? " font-weight=\"bold\"" : "") +
              " fill=\"" + svg_color(style.color) + "\">" + xml_text(text) + "</text>\n";
  }

  std::string finish() override {
    close_context();
    cairo().surface_finish(surface());
    check_status(cairo().surface_status(surface()));
    std::string bytes = std::move(*bytes_);
    const size_t end = bytes.rfind("</svg>");
    if (end == std::string::npos) throw Error(ErrorKind::internal, "Cairo's SVG has no end");
    bytes.insert(end, "<g font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">\n" + texts_ + "</g>\n");
    return bytes;
  }

 private:
  SvgCanvas(std::unique_ptr<std::string> bytes, int width_px, int height_px)
      : CairoCanvas(make_surface(bytes.get(), width_px, height_px), width_px, height_px), bytes_(std::move(bytes)) {}

  static Surface make_surface(std::string* bytes, int width_px, int height_px) {
    Surface surface(cairo().svg_surface_create(append_bytes, bytes, width_px, height_px));
    check_status(cairo().surface_status(surface.get()));
    cairo().svg_set_unit(surface.get(), CAIRO_SVG_UNIT_PX);
    return surface;
  }

  std::unique_ptr<std::string> bytes_;  ///< what Cairo's callback fills
  std::string texts_;
};

}  // namespace

void require_canvas_library() {
  cairo();
}

std::unique_ptr<Canvas> make_canvas(PictureKind kind, int width_px, int height_px) {
  if (kind == PictureKind::svg) return std::make_unique<SvgCanvas>(width_px, height_px);
  return std::make_unique<PngCanvas>(width_px, height_px);
}

}  // namespace astream
