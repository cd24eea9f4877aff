// SHA-256 [fips-180-4], of our own because no library serves both builds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bits::fakes {

// Takes a message in parts of any size. One thread at a time.
class Sha256Hasher {
 public:
  void Update(std::string_view bytes);

  // The digest of everything so far, as 64 lower-case hexadecimal digits. More may follow.
  std::string HexDigest() const;

 private:
  static constexpr std::size_t kBlockSize = 64;

  void AddBlock(const char* block);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<char, kBlockSize> pending_{};  // the bytes that do not fill a block yet
  std::size_t pending_size_ = 0;
  std::uint64_t size_ = 0;  // of the message
};

}  // namespace bits::fakes
