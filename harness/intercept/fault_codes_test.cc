#include "harness/intercept/fault_codes.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/intercept/interceptor.h"

namespace bits::intercept {
namespace {

using ::testing::Contains;
using ::testing::Field;

TEST(FaultCodes, NamesAreKnownAndNoneIsGivenTwice) {
  std::set<std::string> rows;
  for (const MethodFaults& row : MethodFaultTable()) {
    const std::string name = fmt::format("{}::{}", row.interface_name, row.method);
    EXPECT_TRUE(rows.insert(name).second) << name;
    EXPECT_FALSE(row.source.empty()) << name;
    // Throws for a name that is none.
    const std::vector<FaultCode> codes = FaultCodesOf(row.interface_name, row.method);
    EXPECT_EQ(codes.empty(), row.family == CallFamily::kCallback || row.family == CallFamily::kCannotFail) << name;
    for (const FaultCode& code : codes) EXPECT_FALSE(code.source.empty()) << name << " " << code.code;
  }
}

TEST(FaultCodes, AreTheMethodsOwnAndThoseOfItsFamily) {
  const auto codes = FaultCodesOf("IBackgroundCopyJob", "Resume");
  EXPECT_EQ(codes.front().code, "BG_E_EMPTY"_hr);
  EXPECT_EQ(codes.front().source, "ibackgroundcopyjob-resume");
  EXPECT_THAT(codes, Contains(Field(&FaultCode::code, "RPC_S_SERVER_UNAVAILABLE"_hr)));
  std::set<HResult> once;
  for (const FaultCode& code : codes) EXPECT_TRUE(once.insert(code.code).second) << code.code;
}

TEST(FaultCodes, OfWhatAnInterfaceInherits) {
  EXPECT_EQ(FindMethodFaults("IBackgroundCopyJob4", "AddFile"), FindMethodFaults("IBackgroundCopyJob", "AddFile"));
  EXPECT_NE(FindMethodFaults("IBitsTokenOptions", "QueryInterface"), nullptr);
  EXPECT_EQ(FindMethodFaults("IBackgroundCopyJob", "SetCredentials"), nullptr) << "that came with IBackgroundCopyJob2";
  EXPECT_EQ(FindMethodFaults("LogonApi", "QueryInterface"), nullptr);
  EXPECT_TRUE(FaultCodesOf("nothing", "at all").empty());
}

#ifdef BITS_INTERCEPT_SOURCES
// The wrappers name every method that an interceptor can see.
TEST(FaultCodes, EveryMethodThatIsInterceptedHasARow) {
  const std::regex invoked("Invoke\\(\\s*\"(\\w+)\"");
  std::size_t methods = 0;
  for (const std::string_view file : {"intercepted_environment.cc", "intercepted_objects.cc"}) {
    std::ifstream in(std::filesystem::path(BITS_INTERCEPT_SOURCES) / file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator match(text.begin(), text.end(), invoked), end; match != end; ++match) {
      ++methods;
      EXPECT_THAT(MethodFaultTable(), Contains(Field(&MethodFaults::method, (*match)[1].str()))) << file;
    }
  }
  EXPECT_GT(methods, 120U) << "the sources are not where they were";
}

// And every interface that has methods has rows: what its header declares is all there.
TEST(FaultCodes, EveryDeclaredMethodHasARow) {
  const std::regex declared("\n(?:class|struct) (\\w+)[^;{]*\\{|virtual [^;=]*?(\\w+)\\([^;]*= 0;");
  std::size_t methods = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(BITS_INTERCEPT_SOURCES) / "../api")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".h") || name == "clock.h" || name == "environment.h") continue;  // these pass unseen
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::string type;
    for (std::sregex_iterator match(text.begin(), text.end(), declared), end; match != end; ++match) {
      if ((*match)[1].matched) {
        type = (*match)[1].str();
        continue;
      }
      const std::string method = (*match)[2].str();
      if (type == "Event") continue;  // the client's own to set
      ++methods;
      const auto of_type = [&](const MethodFaults& row) {
        const std::string_view interface_name = row.interface_name;
        const bool fits = interface_name == type || interface_name == "I" + type ||
                          (type == "Enumerator" && interface_name.starts_with("IEnum")) ||
                          (type == "BackgroundCopyCallback2" && interface_name == "IBackgroundCopyCallback");
        return fits && row.method == method;
      };
      EXPECT_TRUE(std::ranges::any_of(MethodFaultTable(), of_type)) << type << "::" << method;
    }
  }
  EXPECT_GT(methods, 120U) << "the headers are not where they were";
}
#endif

}  // namespace
}  // namespace bits::intercept
