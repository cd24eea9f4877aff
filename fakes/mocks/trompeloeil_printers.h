// What Trompeloeil cannot print, or not well, by itself.
#pragma once

#include <cstddef>
#include <optional>
#include <ostream>

#include <gmock/gmock.h>

#include <gtest/trompeloeil.hpp>

#include "fakes/mocks/printers.h"

namespace bits {

// Trompeloeil asks every value that it prints whether it is null. tl::expected claims to be comparable to anything and
// then does not compile; a Result is never null.
template <class T>
bool operator==(const tl::expected<T, HResult>& result, std::nullptr_t null) = delete;

}  // namespace bits

namespace trompeloeil {

template <class T>
struct printer<std::optional<T>> {
  static void print(std::ostream& out, const std::optional<T>& value) {
    if (value) {
      trompeloeil::print(out, *value);
    } else {
      out << "absent";
    }
  }
};

}  // namespace trompeloeil
