// The one exception type of the library, and the words for what went wrong.
//
// An Error is thrown where the failure is known and caught only at a thread boundary, at the stream boundary of
// the Generator (skip policy) and in main(). End of stream is never an error. All text is already redacted when
// an Error is made: `uri` holds no password, token or signature.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace astream {

/// What kind of thing failed; `kind_name` gives the word that records and messages use.
enum class ErrorKind { usage, resolve, open, network, decode, device, output, internal };

/// "usage", "resolve", ... : the stable word for `kind` in stream-error records.
std::string_view kind_name(ErrorKind kind);

/// A failure: what() is the message (one line, no URI), `uri` the redacted input, `hint` what the user can try.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message, std::string uri = {}, std::string hint = {})
      : std::runtime_error(message), kind_(kind), uri_(std::move(uri)), hint_(std::move(hint)) {}

  ErrorKind kind() const { return kind_; }
  std::string message() const { return what(); }
  const std::string& uri() const { return uri_; }
  const std::string& hint() const { return hint_; }
  /// What a web server answered (403, ...), 0 where none did.
  int http_status() const { return http_status_; }

  /// The same error with its input named, unless it names one already.
  Error with_uri(std::string_view uri) const;
  /// The same error with what the web server answered.
  Error with_http_status(int status) const;

  /// "URI: message (hint)" on one line; the parts that are empty are left out.
  std::string one_line() const;

 private:
  ErrorKind kind_;
  std::string uri_;
  std::string hint_;
  int http_status_ = 0;
};

}  // namespace astream
