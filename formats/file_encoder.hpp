// What stands between a recording and the bytes of one of its files: how that is kept whole, and ended.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace astream {

class FileEncoder {
 public:
  virtual ~FileEncoder() = default;
  /// Makes what was written a file that plays up to here (but for the codec's delay), whatever happens next.
  virtual void flush() = 0;
  /// What is written from here on has these tags, where the format can tell that within a file.
  virtual void change_tags(const std::map<std::string, std::string>&) {}
  /// Ends the file; nothing may follow.
  virtual void finish() = 0;
  /// After a failure the output was cut off where flush() had left it: makes the header agree with that. Writes in
  /// place only, so that it works on a full disk.
  virtual void mend() {}
  /// Size of the file after `samples` more; exact for PCM, an estimate for what is compressed.
  virtual int64_t size_after(int64_t samples) const = 0;
};

}  // namespace astream
