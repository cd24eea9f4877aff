// The Range header of a request.
#pragma once

#include <cstdint>
#include <string_view>

namespace bits::testing {

// What a Range header asks of a body: all of it, one part, or a part that it does not have.
struct ByteRange {
  enum class Kind { kWhole, kPart, kUnsatisfiable };

  Kind kind = Kind::kWhole;
  std::uint64_t first = 0;
  std::uint64_t length = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// Reads a Range header for a body of `size` bytes: "bytes=0-99", "bytes=100-", "bytes=-5". An empty, malformed or
// multiple one means the whole body, as a server may take it [RFC 9110, 14.2].
ByteRange ParseByteRange(std::string_view header, std::uint64_t size);

}  // namespace bits::testing
