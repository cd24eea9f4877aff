// What a resource of the test server holds: bytes given, or bytes made up on demand.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace bits::testing {

// Immutable; a copy shares the bytes. Any thread.
class HttpContent {
 public:
  // No bytes.
  HttpContent() : HttpContent(Bytes({})) {}

  static HttpContent Bytes(std::string bytes);

  // `size` bytes that look random and are the same on every machine and in every run for the same seed. They take no
  // memory: each is computed when it is read.
  static HttpContent Generated(std::uint64_t size, std::uint64_t seed = 0);

  std::uint64_t size() const { return size_; }

  // Differs where the content does: fit for an ETag, without its quotes.
  const std::string& tag() const { return tag_; }

  // Fills `out` with the bytes from `offset` on; offset + out.size() must not exceed size().
  void Read(std::uint64_t offset, std::span<char> out) const;

  // All of it, in memory.
  std::string ToString() const;

 private:
  HttpContent(std::uint64_t size, std::uint64_t seed, std::shared_ptr<const std::string> bytes, std::string tag);

  std::uint64_t size_;
  std::uint64_t seed_;
  std::shared_ptr<const std::string> bytes_;  // null for generated content
  std::string tag_;
};

}  // namespace bits::testing
