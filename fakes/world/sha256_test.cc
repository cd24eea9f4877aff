#include "fakes/world/sha256.h"

#include <gtest/gtest.h>

namespace bits::fakes {
namespace {

std::string DigestOf(std::string_view message) {
  Sha256Hasher hasher;
  hasher.Update(message);
  return hasher.HexDigest();
}

// The examples of NIST [fips-180-4 and its CAVP short messages].
TEST(Sha256Hasher, OfNothing) {
  EXPECT_EQ(Sha256Hasher().HexDigest(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Hasher, OfAbc) {
  EXPECT_EQ(DigestOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// The padding does not fit into the first block any more.
TEST(Sha256Hasher, Of448Bits) {
  EXPECT_EQ(DigestOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256Hasher, Of896Bits) {
  EXPECT_EQ(DigestOf("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

TEST(Sha256Hasher, OfAMillionLetters) {
  EXPECT_EQ(DigestOf(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Hasher, OfBytesWithTheHighestBit) {
  EXPECT_EQ(DigestOf("\xbd"), "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
  EXPECT_EQ(DigestOf("\xc9\x8c\x8e\x55"), "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504");
}

TEST(Sha256Hasher, PartsOfAnySizeAreOneMessage) {
  const std::string message(300, 'x');
  const std::string whole = DigestOf(message);
  for (const std::size_t part : {1U, 7U, 63U, 64U, 65U, 128U, 299U}) {
    Sha256Hasher hasher;
    for (std::size_t at = 0; at < message.size(); at += part) hasher.Update(std::string_view(message).substr(at, part));
    EXPECT_EQ(hasher.HexDigest(), whole) << "in parts of " << part;
  }
}

TEST(Sha256Hasher, ADigestDoesNotEndTheMessage) {
  Sha256Hasher hasher;
  hasher.Update("a");
  EXPECT_EQ(hasher.HexDigest(), DigestOf("a"));
  hasher.Update("bc");
  EXPECT_EQ(hasher.HexDigest(), DigestOf("abc"));
}

TEST(Sha256Hasher, OfMessagesAroundTheLengthOfABlock) {
  EXPECT_EQ(DigestOf(std::string(55, 'a')), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  EXPECT_EQ(DigestOf(std::string(56, 'a')), "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  EXPECT_EQ(DigestOf(std::string(64, 'a')), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

}  // namespace
}  // namespace bits::fakes
