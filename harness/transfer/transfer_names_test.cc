#include "harness/transfer/transfer_names.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bits::transfer {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

TEST(RemoteName, TakesWhatBitsTakes) {
  for (const char* name : {"http://server/f", "HTTPS://server:8443/a/b?c=d", "http://[::1]:80/f", "http://u@server/",
                           "file:///c:/x", "\\\\server\\share\\dir\\file"}) {
    EXPECT_EQ(WhatIsWrongWithRemoteName(name), std::nullopt) << name;
  }
}

TEST(RemoteName, SaysWhatIsWrong) {
  EXPECT_THAT(WhatIsWrongWithRemoteName(""), Optional(HasSubstr("empty")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("server/f"), Optional(HasSubstr("http://")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("ftp://server/f"), Optional(HasSubstr("http://")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("http:///f"), Optional(HasSubstr("no server")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("http://:80/f"), Optional(HasSubstr("no server")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("http://server:0/f"), Optional(HasSubstr("no port")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("http://server:99999/f"), Optional(HasSubstr("no port")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("http://server:x/f"), Optional(HasSubstr("no port")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("http://server/a b"), Optional(HasSubstr("%20")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("\\\\server"), Optional(HasSubstr("share")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("\\\\server\\share\\*"), Optional(HasSubstr("wildcards")));
  EXPECT_THAT(WhatIsWrongWithRemoteName("http://s/" + std::string(2200, 'a')), Optional(HasSubstr("2209 characters")));
}

TEST(LocalName, TakesWhatWindowsTakes) {
  for (const char* name : {"out.bin", "C:\\dir\\out.bin", "/tmp/out.bin", "..\\x", "\\\\server\\share\\x"}) {
    EXPECT_EQ(WhatIsWrongWithLocalName(name), std::nullopt) << name;
  }
}

TEST(LocalName, SaysWhatIsWrong) {
  EXPECT_THAT(WhatIsWrongWithLocalName(""), Optional(HasSubstr("empty")));
  EXPECT_THAT(WhatIsWrongWithLocalName("C:\\dir\\"), Optional(HasSubstr("directory")));
  EXPECT_THAT(WhatIsWrongWithLocalName("C:\\a*b"), Optional(HasSubstr("character *")));
  EXPECT_THAT(WhatIsWrongWithLocalName("C:\\a:b"), Optional(HasSubstr("streams")));
  EXPECT_THAT(WhatIsWrongWithLocalName("\\\\?\\C:\\a"), Optional(HasSubstr("\\\\?\\")));
  EXPECT_THAT(WhatIsWrongWithLocalName("a\tb"), Optional(HasSubstr("control")));
}

}  // namespace
}  // namespace bits::transfer
