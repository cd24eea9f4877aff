// What a simulated file holds.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace bits::fakes {

// Either real bytes, shared and never changed, or bytes that are computed from a seed: a file of 100 GB costs nothing.
// A value type; copies share. Any thread.
class FileContent {
 public:
  FileContent() = default;
  explicit FileContent(std::string bytes);
  // `size` bytes that depend on `seed` and on their offset alone.
  static FileContent Synthetic(std::uint64_t size, std::uint64_t seed = 0);

  std::uint64_t size() const { return size_; }

  // The part [offset, offset + length), as far as there is one.
  FileContent Slice(std::uint64_t offset, std::uint64_t length) const;

  // This content followed by `tail`. Neighbouring parts of one content, in order, are joined without copying; anything
  // else becomes real bytes, and throws std::length_error above 1 GiB.
  FileContent Followed(const FileContent& tail) const;

  // The bytes themselves. Throws std::length_error above 1 GiB.
  std::string Bytes() const;

  // 64 lower-case hexadecimal digits.
  std::string Sha256() const;

  // Whether the bytes are the same.
  friend bool operator==(const FileContent& a, const FileContent& b);

 private:
  // Fills `to` with the bytes from `offset` on, which must be there.
  void CopyTo(std::uint64_t offset, std::span<char> to) const;

  // Set for real bytes, null for synthetic ones.
  std::shared_ptr<const std::string> bytes_;
  std::uint64_t offset_ = 0;  // of the first byte, within `bytes_` or the synthetic sequence
  std::uint64_t size_ = 0;
  std::uint64_t seed_ = 0;
};

}  // namespace bits::fakes
