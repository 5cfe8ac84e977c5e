// XML from elsewhere, element by element, by expat. Entities are how a small document becomes a huge one (and how XML
// reads other files): they are refused.
#pragma once

#include <string>
#include <string_view>

namespace astream {

/// What is called for each element, in order; names come without their namespace. May throw.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(std::string_view name) = 0;
  virtual void end() = 0;
  virtual void text(std::string_view bytes) = 0;
};

/// Reads the whole of `bytes`. Throws what the handler throws, and Error(resolve) with `what` ("the playlist") as the
/// thing that is damaged.
void read_xml(std::string_view bytes, const std::string& what, XmlHandler& handler);

}  // namespace astream
