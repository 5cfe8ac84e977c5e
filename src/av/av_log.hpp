// Takes over libav's log: nothing on stderr unless asked, credentials removed, whole lines. Inside src/av only.
//
// Some things libav tells nowhere but in its log; they are noted here.
#pragma once

#include <string>

namespace astream::av {

/// Installs the log callback once for the process and starts libav's network code; cheap when called again.
void start_libav();

/// What libav's log told since the notes were last cleared.
struct LogNotes {
  bool saw_chunked_body = false;       ///< http: the body comes in chunks, so that its end is marked
  bool saw_certificate_fault = false;  ///< tls: the peer's certificate was refused
  int http_status = 0;                 ///< http: the last answer that was a refusal (403, ...)
  std::string file_server_refusal;     ///< ftp, sftp: why the last thing asked for was refused, in the server's words
};
/// The notes that this thread's libav calls write to.
LogNotes& log_notes();

/// Makes this thread's libav calls write to `notes` for its lifetime: what belongs to one input stays with it,
/// whichever thread reads it.
class NoteScope {
 public:
  explicit NoteScope(LogNotes& notes);
  ~NoteScope();
  NoteScope(const NoteScope&) = delete;
  NoteScope& operator=(const NoteScope&) = delete;

 private:
  LogNotes* before_;
};

}  // namespace astream::av
