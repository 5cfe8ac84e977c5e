// Takes over libav's log: nothing on stderr unless asked, credentials removed, whole lines. Inside src/av only.
//
// Some things libav tells nowhere but in its log; they are noted here for the thread whose libav call is running.
#pragma once

#include <string>

namespace astream::av {

/// Installs the log callback once for the process and starts libav's network code; cheap when called again.
void start_libav();

/// What libav's log told on this thread since the notes were last cleared.
struct LogNotes {
  bool saw_chunked_body = false;       ///< http: the body comes in chunks, so that its end is marked
  bool saw_certificate_fault = false;  ///< tls: the peer's certificate was refused
};
LogNotes& log_notes();

}  // namespace astream::av
