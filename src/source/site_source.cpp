#include "source/site_source.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/uri.hpp"
#include "source/live_source.hpp"
#include "source/media_source.hpp"
#include "source/opening_source.hpp"
#include "source/renewed_source.hpp"
#include "source/site_answer.hpp"
#include "source/site_program.hpp"

namespace astream {

namespace {

/// How long an answer counts as just given.
constexpr std::chrono::seconds kFresh{30};

/// The way from a page to what it plays; the answer that the input brings along is used once. Not thread-safe.
class SiteLink {
 public:
  explicit SiteLink(Input input) : input_(std::move(input)), answer_(std::move(input_.site)) {
    if (answer_) item_ = answer_->item;
  }

  std::unique_ptr<Source> open(const OpenOptions& options) {
    const auto given = std::exchange(answer_, nullptr);
    if (given && Clock::now() - given->asked_at < kFresh) {
      try {
        return open_answer(*given, options);
      } catch (const Error& error) {
        if (!is_expired_link(error)) throw;
      }
    }
    return open_answer(ask(options), options);
  }

 private:
  SiteAnswer ask(const OpenOptions& options) const {
    SiteAnswer answer = parse_site_answer(ask_site(input_, options, item_));
    if (!answer.is_list) return answer;
    if (item_ > 0 && answer.entries.size() == 1 && answer.entries.front().answer) return *answer.entries.front().answer;
    throw Error(ErrorKind::resolve, "it is a list, not one recording");
  }

  std::unique_ptr<Source> open_answer(const SiteAnswer& answer, const OpenOptions& options) {
    const SiteFormat& format = choose_site_format(answer, options.wanted_rate_hz, format_id_);
    format_id_ = format.id;
    for (const std::string& secret : site_secrets(format)) hide_in_log(secret);
    for (const std::string& secret : uri_secrets(format.url)) hide_in_log(secret);
    av::MediaTarget target = make_web_target(format.url, options);
    target.is_link = true;
    target.headers = format.headers;
    target.cookies = format.cookies;
    target.is_live = answer.is_live;
    target.trail = trail_;
    return open_media(std::move(target), input_, true);
  }

  Input input_;
  std::shared_ptr<const SiteAnswer> answer_;
  int item_ = 0;
  std::string format_id_;  ///< chosen before, so that the same is taken again
  std::shared_ptr<av::PacketTrail> trail_ = av::make_packet_trail();
};

std::unique_ptr<Source> open_found(const Input& input, const OpenOptions& options) {
  constexpr LiveTraits kBroadcast{OnLag::block, true, true};
  const auto link = std::make_shared<SiteLink>(input);
  const LinkOpener connect = [link](const OpenOptions& live) { return link->open(live); };
  std::unique_ptr<Source> source;
  try {
    source = connect(options);
  } catch (const Error& error) {
    if (!options.live.wait || error.kind() != ErrorKind::network) throw;
    return open_live(input, options, kBroadcast, connect);  // it tries on
  }
  if (source->info().is_live) return continue_live(input, options, kBroadcast, connect, std::move(source));
  return renew_links(options, shown_uri(input), connect, std::move(source));
}

}  // namespace

std::unique_ptr<Source> open_site(const Input& input, const OpenOptions& options) {
  site_url(input);  // what is wrong with the name itself is said at once
  return open_in_thread(options, [input](const OpenOptions& own) { return open_found(input, own); });
}

}  // namespace astream
