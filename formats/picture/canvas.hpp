// What a picture is drawn on: plain shapes and text in pixels, x to the right, y down.
//
// Implementations: cairo_canvas.cpp. Nothing is clipped but what lies outside of the canvas.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace astream {

/// Red, green, blue and opacity, 0..1.
struct Color {
  double red = 0, green = 0, blue = 0, alpha = 1;
};

struct Point {
  double x = 0, y = 0;
};

struct Rect {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

struct LineStyle {
  Color color;
  double width = 1;
  double dash = 0;  ///< length of dashes and of the spaces between; 0: a whole line
};

/// Where the text's anchor lies: `along` in reading direction, `across` between its top and bottom.
enum class Along { start, middle, end };
enum class Across { baseline, middle };

struct TextStyle {
  double size = 12;  ///< of the font, in pixels
  Color color;
  bool is_bold = false;
  bool is_vertical = false;  ///< read from below
  Along along = Along::start;
  Across across = Across::baseline;
};

/// Pixels 0xRRGGBB, row after row from the top.
struct Raster {
  int width = 0, height = 0;
  std::vector<uint32_t> pixels;
};

class Canvas {
 public:
  virtual ~Canvas() = default;
  virtual double width() const = 0;
  virtual double height() const = 0;
  /// Pixels of a raster that a pixel of the canvas can show: 1, or more where the picture has no pixels of its own.
  virtual int raster_scale() const = 0;

  virtual void fill(const Rect& rect, const Color& color) = 0;
  virtual void polygon(std::span<const Point> corners, const Color& color) = 0;
  virtual void polyline(std::span<const Point> points, const LineStyle& style) = 0;
  /// `text` is UTF-8.
  virtual void text(Point anchor, const std::string& text, const TextStyle& style) = 0;
  virtual double text_width(const std::string& text, const TextStyle& style) = 0;
  virtual void image(const Rect& rect, const Raster& raster) = 0;

  void line(Point from, Point to, const LineStyle& style) {
    const Point points[] = {from, to};
    polyline(points, style);
  }
  void frame(const Rect& r, const LineStyle& style) {
    const Point points[] = {{r.x, r.y}, {r.right(), r.y}, {r.right(), r.bottom()}, {r.x, r.bottom()}, {r.x, r.y}};
    polyline(points, style);
  }

  /// The file's bytes. Nothing can be drawn afterwards.
  virtual std::string finish() = 0;
};

enum class PictureKind { png, svg };

/// By Cairo, which is loaded at the first call. Throws Error(output) when it is not there, or the size is too much.
std::unique_ptr<Canvas> make_canvas(PictureKind kind, int width_px, int height_px);
/// Throws what make_canvas() would throw for want of Cairo.
void require_canvas_library();

}  // namespace astream
