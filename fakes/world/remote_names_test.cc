#include "fakes/world/remote_names.h"

#include <gtest/gtest.h>

#include "fakes/world/network.h"

namespace bits::fakes {
namespace {

using UrlParts = std::optional<std::pair<std::string, std::string>>;

UrlParts Parts(std::string origin, std::string rest) { return std::pair(std::move(origin), std::move(rest)); }

TEST(SplitUrl, AddsThePortOfTheScheme) {
  EXPECT_EQ(Network::SplitUrl("http://host/a?b"), Parts("http://host:80", "/a?b"));
  EXPECT_EQ(Network::SplitUrl("https://host/a"), Parts("https://host:443", "/a"));
  EXPECT_EQ(Network::SplitUrl("https://host:8443/a"), Parts("https://host:8443", "/a"));
}

TEST(SplitUrl, SchemeAndHostAreLowerCaseThePathIsNot) {
  EXPECT_EQ(Network::SplitUrl("HTTP://Host/A"), Parts("http://host:80", "/A"));
}

TEST(SplitUrl, WithoutAPathIsTheRoot) {
  EXPECT_EQ(Network::SplitUrl("http://host"), Parts("http://host:80", "/"));
  EXPECT_EQ(Network::SplitUrl("http://host?q"), Parts("http://host:80", "/?q"));
}

TEST(SplitUrl, AFragmentIsNotSent) { EXPECT_EQ(Network::SplitUrl("http://host/a#b"), Parts("http://host:80", "/a")); }

TEST(SplitUrl, TakesAnIpv6Address) {
  EXPECT_EQ(Network::SplitUrl("http://[::1]:81/a"), Parts("http://[::1]:81", "/a"));
  EXPECT_EQ(Network::SplitUrl("http://[::1]/a"), Parts("http://[::1]:80", "/a"));
}

TEST(SplitUrl, RefusesWhatIsNoHttpUrl) {
  for (const std::string_view url :
       {"", "host", "http:", "http://", "http:///a", "http://:80/a", "http://host:/a", "http://host:0/a",
        "http://host:65536/a", "http://host:1x/a", "http://user@host/a", "http://ho st/a", "ftp://host/a",
        "file:///C:/x", R"(\\server\share\x)", "http://[::1/a", "http://[]/a", "http://[::1]x/a"}) {
    EXPECT_FALSE(Network::SplitUrl(url)) << url;
  }
}

TEST(NormalHostAndPort, IsOneSpellingOfThem) {
  EXPECT_EQ(NormalHostAndPort("Proxy:8080", "80"), "proxy:8080");
  EXPECT_EQ(NormalHostAndPort("proxy", "80"), "proxy:80");
  EXPECT_EQ(NormalHostAndPort("http://proxy", "80"), std::nullopt);
  EXPECT_EQ(NormalHostAndPort("", "80"), std::nullopt);
}

TEST(PathOfRemoteName, ReadsFileUrls) {
  EXPECT_EQ(PathOfRemoteName("file:///C:/dir/x"), R"(C:\dir\x)");
  EXPECT_EQ(PathOfRemoteName("file://C:/dir/x"), R"(C:\dir\x)");
  EXPECT_EQ(PathOfRemoteName("FILE://server/share/x"), R"(\\server\share\x)");
  EXPECT_EQ(PathOfRemoteName("file:////server/share/x"), R"(\\server\share\x)");
}

TEST(PathOfRemoteName, UnescapesFileUrlsOnly) {
  EXPECT_EQ(PathOfRemoteName("file:///C:/a%20b"), R"(C:\a b)");
  EXPECT_EQ(PathOfRemoteName("file:///C:/100%/%zz/%4"), R"(C:\100%\%zz\%4)");
  EXPECT_EQ(PathOfRemoteName(R"(C:\a%20b)"), R"(C:\a%20b)");
}

TEST(PathOfRemoteName, ReadsPaths) {
  EXPECT_EQ(PathOfRemoteName(R"(\\server\share\x)"), R"(\\server\share\x)");
  EXPECT_EQ(PathOfRemoteName(R"(D:\x)"), R"(D:\x)");
}

TEST(PathOfRemoteName, RefusesOtherNames) {
  for (const std::string_view name : {"", "x", "http://host/x", "ftp://host/x", "file:", "file://server", "C:x",
                                      R"(\\server)", R"(\\server\share\*)"}) {
    EXPECT_EQ(PathOfRemoteName(name), std::nullopt) << name;
  }
}

TEST(RedirectedUrl, IsAnotherUrlOrAnotherPath) {
  EXPECT_EQ(RedirectedUrl("http://host:80", "/b"), "http://host:80/b");
  EXPECT_EQ(RedirectedUrl("http://host:80", "https://other/b"), "https://other/b");
}

}  // namespace
}  // namespace bits::fakes
