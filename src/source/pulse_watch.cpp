#include "source/pulse_watch.hpp"

#if __has_include(<pulse/pulseaudio.h>)
#include <pulse/pulseaudio.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/shared_library.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

struct PulseLibrary {
  decltype(&pa_mainloop_new) mainloop_new;
  decltype(&pa_mainloop_free) mainloop_free;
  decltype(&pa_mainloop_get_api) mainloop_get_api;
  decltype(&pa_mainloop_iterate) mainloop_iterate;
  decltype(&pa_context_new) context_new;
  decltype(&pa_context_unref) context_unref;
  decltype(&pa_context_connect) context_connect;
  decltype(&pa_context_disconnect) context_disconnect;
  decltype(&pa_context_get_state) context_get_state;
  decltype(&pa_context_get_server_info) get_server_info;
  decltype(&pa_context_get_source_info_list) get_source_info_list;
  decltype(&pa_context_set_subscribe_callback) set_subscribe_callback;
  decltype(&pa_context_subscribe) subscribe;
  decltype(&pa_operation_unref) operation_unref;
  bool is_whole = true;
};

template <typename Function>
void find_in(PulseLibrary& functions, void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(find_symbol(library, name));
  functions.is_whole = functions.is_whole && function != nullptr;
}

PulseLibrary load_pulse() {
  PulseLibrary pulse{};
  void* library = load_shared_library(shared_library_file("pulse", 0));
  if (library == nullptr) {
    pulse.is_whole = false;
    return pulse;
  }
  find_in(pulse, library, "pa_mainloop_new", pulse.mainloop_new);
  find_in(pulse, library, "pa_mainloop_free", pulse.mainloop_free);
  find_in(pulse, library, "pa_mainloop_get_api", pulse.mainloop_get_api);
  find_in(pulse, library, "pa_mainloop_iterate", pulse.mainloop_iterate);
  find_in(pulse, library, "pa_context_new", pulse.context_new);
  find_in(pulse, library, "pa_context_unref", pulse.context_unref);
  find_in(pulse, library, "pa_context_connect", pulse.context_connect);
  find_in(pulse, library, "pa_context_disconnect", pulse.context_disconnect);
  find_in(pulse, library, "pa_context_get_state", pulse.context_get_state);
  find_in(pulse, library, "pa_context_get_server_info", pulse.get_server_info);
  find_in(pulse, library, "pa_context_get_source_info_list", pulse.get_source_info_list);
  find_in(pulse, library, "pa_context_set_subscribe_callback", pulse.set_subscribe_callback);
  find_in(pulse, library, "pa_context_subscribe", pulse.subscribe);
  find_in(pulse, library, "pa_operation_unref", pulse.operation_unref);
  return pulse;
}

const PulseLibrary& pulse() {
  static const PulseLibrary library = load_pulse();
  return library;
}

/// A connection to the server, made as it is used.
class PulseConnection {
 public:
  PulseConnection() {
    if (!pulse().is_whole) return;
    loop_ = pulse().mainloop_new();
    if (loop_ == nullptr) return;
    context_ = pulse().context_new(pulse().mainloop_get_api(loop_), "astream");
    if (context_ == nullptr) return;
    is_broken_ = pulse().context_connect(context_, nullptr, PA_CONTEXT_NOAUTOSPAWN, nullptr) < 0;
  }
  ~PulseConnection() {
    if (context_ != nullptr) {
      pulse().context_disconnect(context_);
      pulse().context_unref(context_);
    }
    if (loop_ != nullptr) pulse().mainloop_free(loop_);
  }
  PulseConnection(const PulseConnection&) = delete;
  PulseConnection& operator=(const PulseConnection&) = delete;

  bool is_good() const { return !is_broken_ && PA_CONTEXT_IS_GOOD(pulse().context_get_state(context_)); }
  bool is_ready() const { return is_good() && pulse().context_get_state(context_) == PA_CONTEXT_READY; }
  /// One round of what there is to do; false when there was nothing, or nothing more can be.
  bool go_on(bool may_wait) {
    const int done = is_good() ? pulse().mainloop_iterate(loop_, may_wait ? 1 : 0, nullptr) : -1;
    is_broken_ = is_broken_ || done < 0;
    return done > 0;
  }
  pa_context* context() const { return context_; }

 private:
  pa_mainloop* loop_ = nullptr;
  pa_context* context_ = nullptr;
  bool is_broken_ = true;
};

/// Lets go of a request, whose answer comes nevertheless.
void forget(pa_operation* operation) {
  if (operation != nullptr) pulse().operation_unref(operation);
}

struct ServerAnswer {
  bool is_there = false;
  bool has_defaults = true;
};

void take_server(pa_context*, const pa_server_info* info, void* user) {
  auto& answer = *static_cast<ServerAnswer*>(user);
  answer.is_there = true;
  if (info != nullptr) answer.has_defaults = info->default_sink_name != nullptr && info->default_source_name != nullptr;
}

}  // namespace

bool has_pulse_defaults() {
  PulseConnection connection;
  while (connection.is_good() && !connection.is_ready()) connection.go_on(true);
  if (!connection.is_ready()) return true;
  ServerAnswer answer;
  forget(pulse().get_server_info(connection.context(), take_server, &answer));
  while (connection.is_good() && !answer.is_there) connection.go_on(true);
  return answer.has_defaults;
}

struct PulseWatch::State {
  explicit State(std::string text) : description(std::move(text)) {}

  void ask() {
    is_asked = true;
    pulse().set_subscribe_callback(connection.context(), hear, this);
    forget(pulse().subscribe(connection.context(), PA_SUBSCRIPTION_MASK_SOURCE, nullptr, nullptr));
    forget(pulse().get_source_info_list(connection.context(), take_source, this));
  }

  static void take_source(pa_context*, const pa_source_info* info, int is_last, void* user) {
    auto& state = *static_cast<State*>(user);
    if (is_last > 0) state.has_gone = state.has_gone || state.indexes.empty();
    if (is_last != 0 || info == nullptr || info->description == nullptr) return;
    if (to_utf8(info->description) == state.description) state.indexes.push_back(info->index);
  }

  static void hear(pa_context*, pa_subscription_event_type_t event, uint32_t index, void* user) {
    auto& state = *static_cast<State*>(user);
    const bool is_removal = (event & PA_SUBSCRIPTION_EVENT_TYPE_MASK) == PA_SUBSCRIPTION_EVENT_REMOVE;
    if (is_removal && std::ranges::find(state.indexes, index) != state.indexes.end()) state.has_gone = true;
  }

  std::string description;
  std::vector<uint32_t> indexes;  ///< of the sources that are called so
  bool is_asked = false;
  bool has_gone = false;
  PulseConnection connection;
};

PulseWatch::PulseWatch(std::string description) : state_(std::make_unique<State>(std::move(description))) {}
PulseWatch::~PulseWatch() = default;

bool PulseWatch::has_gone() noexcept {
  while (state_->connection.go_on(false)) {
  }
  if (!state_->is_asked && state_->connection.is_ready()) state_->ask();
  return state_->has_gone;
}

}  // namespace astream

#else

namespace astream {

bool has_pulse_defaults() {
  return true;
}

struct PulseWatch::State {};
PulseWatch::PulseWatch(std::string) {}
PulseWatch::~PulseWatch() = default;
bool PulseWatch::has_gone() noexcept {
  return false;
}

}  // namespace astream

#endif
