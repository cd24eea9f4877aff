// What the samples download, on any server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bits::samples {

struct SampleFile {
  std::string_view name;  // its path is "/" and this
  std::uint64_t size;
};

inline constexpr SampleFile kSampleFiles[] = {{"small", 1'000}, {"large", 1'000'000}, {"empty", 0}};

// Bytes that differ by file and place.
inline std::string ContentOf(const SampleFile& file) {
  std::string content;
  content.reserve(static_cast<std::size_t>(file.size));
  std::uint32_t state = static_cast<std::uint32_t>(file.size);
  for (std::uint64_t i = 0; i < file.size; ++i) {
    state = state * 1664525 + 1013904223;
    content.push_back(static_cast<char>(state >> 24));
  }
  return content;
}

}  // namespace bits::samples
