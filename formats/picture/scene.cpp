#include "formats/picture/scene.hpp"

#include <algorithm>
#include <cmath>

namespace astream {

void draw_side_axis(const Scene& scene, const Rect& panel, Side side, std::span<const Tick> ticks,
                    std::span<const double> positions) {
  const double u = scene.unit(), outward = side == Side::left ? -1 : 1;
  const double edge = side == Side::left ? panel.x : panel.right();
  for (size_t i = 0; i < ticks.size(); ++i) {
    const double y = panel.bottom() - positions[i] * panel.height;
    const double length = (ticks[i].label.empty() ? 3 : 6) * u;
    scene.canvas.line({edge, y}, {edge + outward * length, y}, scene.thin(palette::kFrame));
    if (ticks[i].label.empty()) continue;
    scene.canvas.text({edge + outward * 9 * u, y}, ticks[i].label,
                      scene.tick_text(side == Side::left ? Along::end : Along::start));
  }
}

void draw_axis_title(const Scene& scene, const Rect& panel, Side side, const std::string& title) {
  const double u = scene.unit();
  const double x = side == Side::left ? panel.x - 70 * u : panel.right() + 62 * u;
  const std::string text = shorten_text(scene.canvas, title, scene.axis_text(), panel.height + 30 * u);
  scene.canvas.text({x, panel.y + panel.height / 2}, text, scene.axis_text());
}

int ticks_along(const Scene& scene, double length) {
  constexpr double kRoom = 30;
  return std::max(static_cast<int>(length / (kRoom * scene.unit())), 2);
}

std::string shorten_text(Canvas& canvas, const std::string& text, const TextStyle& style, double width) {
  std::string shown = text;
  std::string kept = text;
  while (!kept.empty() && canvas.text_width(shown, style) > width) {
    const auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    while (!kept.empty() && is_continuation(kept.back())) kept.pop_back();
    if (!kept.empty()) kept.pop_back();
    while (kept.ends_with(' ')) kept.pop_back();
    shown = kept + "…";
  }
  return shown;
}

}  // namespace astream
