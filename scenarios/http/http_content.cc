#include "scenarios/http/http_content.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace bits::testing {
namespace {

// SplitMix64: any word of the sequence can be had without those before it.
std::uint64_t WordAt(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t word = seed + (index + 1) * 0x9E3779B97F4A7C15u;
  word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
  word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
  return word ^ (word >> 31);
}

}  // namespace

HttpContent::HttpContent(std::uint64_t size, std::uint64_t seed, std::shared_ptr<const std::string> bytes,
                         std::string tag)
    : size_(size), seed_(seed), bytes_(std::move(bytes)), tag_(std::move(tag)) {}

HttpContent HttpContent::Bytes(std::string bytes) {
  std::string tag = fmt::format("bytes-{}-{:x}", bytes.size(), std::hash<std::string>{}(bytes));
  const std::uint64_t size = bytes.size();
  return {size, 0, std::make_shared<const std::string>(std::move(bytes)), std::move(tag)};
}

HttpContent HttpContent::Generated(std::uint64_t size, std::uint64_t seed) {
  return {size, seed, nullptr, fmt::format("generated-{}-{}", size, seed)};
}

void HttpContent::Read(std::uint64_t offset, std::span<char> out) const {
  if (bytes_ != nullptr) {
    bytes_->copy(out.data(), out.size(), static_cast<std::size_t>(offset));
    return;
  }
  std::size_t filled = 0;
  while (filled < out.size()) {
    const std::uint64_t position = offset + filled;
    const std::uint64_t first = position % 8;
    const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(8 - first), out.size() - filled);
    std::uint64_t word = WordAt(seed_, position / 8) >> (8 * first);
    for (std::size_t i = 0; i < count; ++i, word >>= 8) out[filled + i] = static_cast<char>(word & 0xFF);
    filled += count;
  }
}

std::string HttpContent::ToString() const {
  std::string all(static_cast<std::size_t>(size_), '\0');
  Read(0, all);
  return all;
}

}  // namespace bits::testing
