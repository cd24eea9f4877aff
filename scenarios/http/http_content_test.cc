#include "scenarios/http/http_content.h"

#include <string>

#include <gtest/gtest.h>

namespace bits::testing {
namespace {

TEST(HttpContentTest, BytesAreGivenBack) {
  EXPECT_EQ(HttpContent::Bytes("hello").ToString(), "hello");
  EXPECT_EQ(HttpContent::Bytes("hello").size(), 5u);
  EXPECT_EQ(HttpContent().size(), 0u);
}

TEST(HttpContentTest, GeneratedBytesAreTheSameEverywhere) {
  // A user compares checksums between machines, so the sequence may never change.
  EXPECT_EQ(HttpContent::Generated(10).ToString(), std::string("\xAF\xCD\x1D\x7B\x39\xA8\x20\xE2\xF4\x65", 10));
}

TEST(HttpContentTest, AnyPieceIsAsInTheWhole) {
  const HttpContent content = HttpContent::Generated(100, 7);
  const std::string whole = content.ToString();
  for (std::size_t offset = 0; offset < 20; ++offset) {
    for (std::size_t size = 0; size < 30; ++size) {
      std::string piece(size, '\0');
      content.Read(offset, piece);
      EXPECT_EQ(piece, whole.substr(offset, size)) << offset << " " << size;
    }
  }
}

TEST(HttpContentTest, GeneratedContentOfAnySizeTakesNoMemory) {
  const HttpContent content = HttpContent::Generated(std::uint64_t{1} << 60);
  std::string end(16, '\0');
  content.Read(content.size() - end.size(), end);
  EXPECT_NE(end, std::string(16, '\0'));
}

TEST(HttpContentTest, TagsDifferWhereContentDoes) {
  EXPECT_EQ(HttpContent::Bytes("a").tag(), HttpContent::Bytes("a").tag());
  EXPECT_NE(HttpContent::Bytes("a").tag(), HttpContent::Bytes("b").tag());
  EXPECT_NE(HttpContent::Generated(1).tag(), HttpContent::Generated(2).tag());
  EXPECT_NE(HttpContent::Generated(1).tag(), HttpContent::Generated(1, 5).tag());
}

}  // namespace
}  // namespace bits::testing
