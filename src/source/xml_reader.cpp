#include "source/xml_reader.hpp"

#include <expat.h>

#include <exception>
#include <memory>
#include <type_traits>

#include "base/error.hpp"

namespace astream {

namespace {

/// What expat's callbacks work on. They are C callbacks: a failure is kept and stops the parser, nothing is thrown
/// through it.
struct XmlRun {
  XML_Parser parser = nullptr;
  XmlHandler* handler = nullptr;
  const std::string* what = nullptr;
  std::exception_ptr failure;

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

void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char**) noexcept {
  auto& run = *static_cast<XmlRun*>(user);
  run.guarded([&] { run.handler->start(local_name(name)); });
}

void XMLCALL on_end(void* user, const XML_Char*) noexcept {
  auto& run = *static_cast<XmlRun*>(user);
  run.guarded([&] { run.handler->end(); });
}

void XMLCALL on_text(void* user, const XML_Char* text, int size) noexcept {
  auto& run = *static_cast<XmlRun*>(user);
  run.guarded([&] { run.handler->text({text, static_cast<size_t>(size)}); });
}

void XMLCALL on_entity(void* user, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*,
                       const XML_Char*, const XML_Char*) noexcept {
  auto& run = *static_cast<XmlRun*>(user);
  run.guarded([&] { throw Error(ErrorKind::resolve, *run.what + " declares XML entities, which are refused"); });
}

}  // namespace

void read_xml(std::string_view bytes, const std::string& what, XmlHandler& handler) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreateNS(nullptr, '|'), &XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  XmlRun run{parser.get(), &handler, &what, nullptr};
  XML_SetUserData(parser.get(), &run);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetEntityDeclHandler(parser.get(), on_entity);
  const XML_Status status = XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE);
  if (run.failure) std::rethrow_exception(run.failure);
  if (status != XML_STATUS_OK) {
    throw Error(ErrorKind::resolve, what + " is damaged at line " +
                                        std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": " +
                                        XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
}

}  // namespace astream
