#include "source/aws_signature.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "av/digest.hpp"
#include "base/uri.hpp"

namespace astream {

namespace {

constexpr const char* kAlgorithm = "AWS4-HMAC-SHA256";

/// "20130524T000000Z"
std::string basic_time(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{seconds - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string signing_key(const AwsKeys& keys, const std::string& date, const std::string& region) {
  std::string key = "AWS4" + keys.secret;
  for (const std::string& part : {date, region, std::string("s3"), std::string("aws4_request")}) {
    key = av::hmac_sha256(key, part);
  }
  return key;
}

/// Sorted as their encoded forms are.
void sort_parameters(CloudParameters& parameters) {
  std::sort(parameters.begin(), parameters.end(), [](const auto& a, const auto& b) {
    return std::pair(percent_encode(a.first, ""), percent_encode(a.second, "")) <
           std::pair(percent_encode(b.first, ""), percent_encode(b.second, ""));
  });
}

}  // namespace

std::string presign_get(const AwsRequest& request, const AwsKeys& keys, const AwsScope& scope) {
  const std::string time = basic_time(scope.now);
  const std::string date = time.substr(0, time.find('T'));
  const std::string place = date + "/" + scope.region + "/s3/aws4_request";
  CloudParameters parameters = request.parameters;
  parameters.insert(parameters.end(), {{"X-Amz-Algorithm", kAlgorithm},
                                       {"X-Amz-Credential", keys.id + "/" + place},
                                       {"X-Amz-Date", time},
                                       {"X-Amz-Expires", std::to_string(scope.lifetime.count())},
                                       {"X-Amz-SignedHeaders", "host"}});
  if (!keys.session_token.empty()) parameters.emplace_back("X-Amz-Security-Token", keys.session_token);
  sort_parameters(parameters);
  const std::string query = joined_query(parameters);
  const std::string host = request.server.substr(request.server.find("://") + 3);
  const std::string canonical = "GET\n" + request.path + "\n" + query + "\nhost:" + host + "\n\nhost\nUNSIGNED-PAYLOAD";
  const std::string to_sign =
      std::string(kAlgorithm) + "\n" + time + "\n" + place + "\n" + av::hex_digits(av::sha256(canonical));
  const std::string signature = av::hex_digits(av::hmac_sha256(signing_key(keys, date, scope.region), to_sign));
  return request.server + request.path + "?" + query + "&X-Amz-Signature=" + signature;
}

}  // namespace astream
