#include "source/site_program.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/program_output.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

constexpr std::string_view kScheme = "ytdl:";
/// Some sites make it solve riddles first; longer than that it hangs.
constexpr std::chrono::minutes kMostTime{2};
constexpr std::chrono::days kOld{180};

/// Addresses with secrets come on stdin, where no list of processes shows them.
std::vector<std::string> command_for(const std::string& url, bool is_secret, const OpenOptions& options, int item) {
  const auto timeout_s = std::max<int64_t>(1, std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count());
  std::vector<std::string> argv{
      options.site_program,     "--simulate",         "--no-progress",
      "--no-playlist",  // of a video that is shown as part of a list: the video
      "--flat-playlist",        "--dump-single-json", "--format",      "ba/b", "--socket-timeout",
      std::to_string(timeout_s)};
  if (item > 0) argv.insert(argv.end(), {"--playlist-items", std::to_string(item)});
  if (!options.is_tls_verified) argv.emplace_back("--no-check-certificates");
  if (is_secret) {
    argv.insert(argv.end(), {"--batch-file", "-"});
  } else {
    argv.insert(argv.end(), {"--", url});
  }
  return argv;
}

/// The last line that begins with "ERROR:", without that word and the request to report it; else the last line.
std::string own_message(std::string_view text) {
  constexpr std::string_view kError = "ERROR: ";
  std::string last;
  std::string message;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const size_t error = line.find(kError);
    if (error != std::string_view::npos) message = line.substr(error + kError.size());
    if (line.find_first_not_of(" \r") != std::string_view::npos) last = line;
  }
  if (message.empty()) message = last;
  for (const std::string_view advice : {"; please report this issue", ". please report this issue"}) {
    message.resize(std::min(message.find(advice), message.size()));
  }
  return redact_text(to_utf8(message));
}

/// When the version was made, by its name: "2023.03.04", "2026.10.26.232815".
std::optional<std::chrono::sys_days> date_of_version(std::string_view version) {
  const auto number = [&](size_t begin, size_t count) {
    int value = 0;
    for (const char c : version.substr(begin, count)) {
      if (std::isdigit(static_cast<unsigned char>(c)) == 0) return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  if (version.size() < 10 || version[4] != '.' || version[7] != '.') return std::nullopt;
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

/// What to try when yt-dlp fails: sites change all the time, so that an old one is nearly always the reason.
std::string hint_after_failure(const OpenOptions& options, const ProgramLimits& limits) {
  const ProgramOutput told = run_program({options.site_program, "--version"}, limits);
  const std::string version = told.out.substr(0, told.out.find_first_of(" \r\n"));
  const auto date = date_of_version(version);
  if (told.exit.code != 0 || !date) return "is " + options.site_program + " really yt-dlp? see --ytdl";
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  if (today - *date < kOld) return "said by yt-dlp " + version;
  return "yt-dlp " + version + " is too old for many sites; install a newer one, or name it with --ytdl PATH";
}

}  // namespace

std::string site_url(const Input& input) {
  std::string url = input.uri.substr(kScheme.size());
  const std::string scheme = uri_scheme(url);
  const bool is_web = (scheme == "http" || scheme == "https") && has_authority(url);
  if (url.empty()) throw Error(ErrorKind::usage, "ytdl: needs an address", {}, "try ytdl:https://...");
  if (scheme == "file") throw Error(ErrorKind::resolve, "ytdl: is for pages on the web, not for files");
  if (is_web || input.origin == Origin::user) return url;
  throw Error(ErrorKind::resolve, "only pages on the web may be named there");
}

std::string ask_site(const Input& input, const OpenOptions& options, int item) {
  const std::string url = site_url(input);
  for (const std::string& secret : uri_secrets(url)) hide_in_log(secret);
  ProgramLimits limits;
  limits.deadline = std::chrono::steady_clock::now() + kMostTime;
  limits.cancels.push_back(options.cancel);
  if (options.abort) limits.cancels.push_back(*options.abort);
  log(LogLevel::verbose, "asking " + options.site_program + " about " + redact_uri(url));
  ProgramOutput answer;
  try {
    const bool is_secret = redact_uri(url) != url || without_hidden(url) != url;
    answer = run_program(command_for(url, is_secret, options, item), limits, is_secret ? url + "\n" : "");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::open) throw;
    throw Error(ErrorKind::open, "it needs yt-dlp: " + error.message(), {},
                "install yt-dlp (pipx install yt-dlp), or name it with --ytdl PATH");
  }
  if (answer.exit.code == 0) return std::move(answer.out);
  const std::string message = own_message(answer.err);
  throw Error(ErrorKind::network, message.empty() ? "yt-dlp failed and does not say why" : "yt-dlp: " + message, {},
              hint_after_failure(options, limits));
}

}  // namespace astream
