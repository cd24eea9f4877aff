#include "fakes/world/file_content.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "fakes/world/sha256.h"

namespace bits::fakes {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::size_t kPieceSize = std::size_t{16} * 1024;
constexpr std::uint64_t kWordSize = 8;

// One step of splitmix64, which scatters even neighbouring numbers.
constexpr std::uint64_t Scatter(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

void Synthesize(std::uint64_t seed, std::uint64_t offset, std::span<char> to) {
  // The seed is scattered too, or contents of neighbouring seeds would be each other's shifted copies.
  const std::uint64_t start = Scatter(seed);
  for (std::size_t i = 0; i < to.size();) {
    const std::uint64_t word = Scatter(start ^ ((offset + i) / kWordSize));
    for (std::uint64_t byte = (offset + i) % kWordSize; byte < kWordSize && i < to.size(); ++byte, ++i) {
      to[i] = static_cast<char>(word >> (8 * byte) & 0xFF);
    }
  }
}

}  // namespace

FileContent::FileContent(std::string bytes) : size_(bytes.size()) {
  if (size_ > 0) bytes_ = std::make_shared<const std::string>(std::move(bytes));
}

FileContent FileContent::Synthetic(std::uint64_t size, std::uint64_t seed) {
  FileContent content;
  content.size_ = size;
  content.seed_ = seed;
  return content;
}

FileContent FileContent::Slice(std::uint64_t offset, std::uint64_t length) const {
  if (offset >= size_ || length == 0) return FileContent();
  FileContent part = *this;
  part.offset_ = offset_ + offset;
  part.size_ = std::min(length, size_ - offset);
  return part;
}

FileContent FileContent::Followed(const FileContent& tail) const {
  if (tail.size_ == 0) return *this;
  if (size_ == 0) return tail;
  if (bytes_ == tail.bytes_ && seed_ == tail.seed_ && tail.offset_ == offset_ + size_) {
    FileContent whole = *this;
    whole.size_ += tail.size_;
    return whole;
  }
  if (size_ > kMostBytes || tail.size_ > kMostBytes - size_) {
    throw std::length_error(
        fmt::format("{} and {} bytes of different contents are too many to hold", size_, tail.size_));
  }
  return FileContent(Bytes() + tail.Bytes());
}

std::string FileContent::Bytes() const {
  if (size_ > kMostBytes) throw std::length_error(fmt::format("{} bytes are too many to hold", size_));
  std::string bytes(static_cast<std::size_t>(size_), '\0');
  CopyTo(0, bytes);
  return bytes;
}

std::string FileContent::Sha256() const {
  Sha256Hasher hasher;
  std::array<char, kPieceSize> buffer;
  for (std::uint64_t offset = 0; offset < size_; offset += kPieceSize) {
    const std::span<char> piece(buffer.data(),
                                static_cast<std::size_t>(std::min<std::uint64_t>(kPieceSize, size_ - offset)));
    CopyTo(offset, piece);
    hasher.Update(std::string_view(piece.data(), piece.size()));
  }
  return hasher.HexDigest();
}

bool operator==(const FileContent& a, const FileContent& b) {
  if (a.size_ != b.size_) return false;
  if (a.bytes_ == b.bytes_ && a.seed_ == b.seed_ && a.offset_ == b.offset_) return true;
  std::array<char, kPieceSize> buffer_a;
  std::array<char, kPieceSize> buffer_b;
  // Different contents differ early, as a rule: the first piece is small.
  for (std::uint64_t offset = 0, length = 64; offset < a.size_; offset += length, length = kPieceSize) {
    length = std::min(length, a.size_ - offset);
    const std::span<char> piece_a(buffer_a.data(), static_cast<std::size_t>(length));
    const std::span<char> piece_b(buffer_b.data(), static_cast<std::size_t>(length));
    a.CopyTo(offset, piece_a);
    b.CopyTo(offset, piece_b);
    if (!std::ranges::equal(piece_a, piece_b)) return false;
  }
  return true;
}

void FileContent::CopyTo(std::uint64_t offset, std::span<char> to) const {
  if (bytes_ == nullptr) return Synthesize(seed_, offset_ + offset, to);
  std::copy_n(bytes_->data() + offset_ + offset, to.size(), to.data());
}

}  // namespace bits::fakes
