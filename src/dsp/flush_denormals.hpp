// Denormal numbers are treated as zero while an object of this type lives, on the thread that made it.
//
// Recursive filters that fade out in silence otherwise run 10 to 50 times slower. Restores what was set before. Does
// nothing on processors other than x86-64 and AArch64.
#pragma once

#include <cstdint>

namespace astream {

class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  uint64_t saved_;
};

}  // namespace astream
