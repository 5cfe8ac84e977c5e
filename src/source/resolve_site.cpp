#include "source/resolve_site.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

class SiteStep : public ResolveStep {
 public:
  SiteStep(const Input& input, SiteAnswer answer) : input_(input), answer_(std::move(answer)) {}

  std::optional<Found> next() override {
    if (next_entry_ == answer_.entries.size()) return std::nullopt;
    SiteEntry& entry = answer_.entries[next_entry_++];
    Found found;
    Input& input = found.named.input;
    input.uri = entry.answer ? input_.uri : "ytdl:" + entry.url;
    input.origin = Origin::network;
    input.label = input_.label.empty() ? entry.title : input_.label;
    input.site = std::move(entry.answer);
    const std::string scheme = uri_scheme(entry.url);
    const bool is_web = (scheme == "http" || scheme == "https") && has_authority(entry.url);
    if (!input.site && !is_web) {
      found.failure = std::make_exception_ptr(
          Error(ErrorKind::resolve, "a list on a site may only name pages on the web", shown_uri(input)));
    }
    return found;
  }

 private:
  Input input_;
  SiteAnswer answer_;
  size_t next_entry_ = 0;
};

}  // namespace

std::unique_ptr<ResolveStep> make_site_step(const Input& input, SiteAnswer answer) {
  return std::make_unique<SiteStep>(input, std::move(answer));
}

}  // namespace astream
