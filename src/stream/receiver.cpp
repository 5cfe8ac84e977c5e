#include "stream/receiver.hpp"

namespace astream {

std::string_view reason_name(EndReason reason) {
  switch (reason) {
    case EndReason::end:
      return "end";
    case EndReason::limit:
      return "limit";
    case EndReason::stop:
      return "stop";
    case EndReason::interrupted:
      return "interrupted";
    case EndReason::error:
      return "error";
    case EndReason::lost:
      return "lost";
  }
  return "error";
}

}  // namespace astream
