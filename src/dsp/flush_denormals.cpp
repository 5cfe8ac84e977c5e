#include "dsp/flush_denormals.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace astream {

namespace {

#if defined(__x86_64__) || defined(_M_X64)
constexpr uint64_t kFlushBits = 0x8040;  // FTZ and DAZ of MXCSR
uint64_t control_word() {
  return _mm_getcsr();
}
void set_control_word(uint64_t word) {
  _mm_setcsr(static_cast<unsigned>(word));
}
#elif defined(__aarch64__) && !defined(_MSC_VER)
constexpr uint64_t kFlushBits = uint64_t{1} << 24;  // FZ of FPCR
uint64_t control_word() {
  uint64_t word = 0;
  asm volatile("mrs %0, fpcr" : "=r"(word));
  return word;
}
void set_control_word(uint64_t word) {
  asm volatile("msr fpcr, %0" : : "r"(word));
}
#else
constexpr uint64_t kFlushBits = 0;
uint64_t control_word() {
  return 0;
}
void set_control_word(uint64_t) {}
#endif

}  // namespace

FlushDenormals::FlushDenormals() : saved_(control_word()) {
  set_control_word(saved_ | kFlushBits);
}
FlushDenormals::~FlushDenormals() {
  set_control_word(saved_);
}

}  // namespace astream
