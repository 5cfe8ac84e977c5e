// What a call refuses with: its Error(usage) on one line, "" when it refuses nothing.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"

namespace astream::test {

template <typename Call>
std::string usage_error(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.one_line();
  }
  return "";
}

}  // namespace astream::test
