// Every value that a seam returns, as JSON and back.
#include "harness/intercept/values_from_json.h"

#include <concepts>

#include <gtest/gtest.h>

namespace bits::intercept {
namespace {

template <class T>
void ExpectComesBack(const T& value) {
  const Json json = ToJson(value);
  T back{};
  FromJson(Json::parse(json.dump()), back);  // by way of a file
  EXPECT_EQ(ToJson(back), json);
  if constexpr (std::equality_comparable<T>) {
    EXPECT_TRUE(back == value) << json;
  }
}

template <class E>
void ExpectNamesComeBack() {
  for (const auto& entry : EnumNames<E>::kNames) ExpectComesBack(entry.value);
  ExpectComesBack(static_cast<E>(77));
}

TEST(ValuesFromJson, EveryTypeComesBack) {
  ExpectComesBack(true);
  ExpectComesBack(false);
  ExpectComesBack(std::string("ä \"\\\n"));
  for (const std::uint32_t number : {0U, 1U, 4'294'967'295U}) ExpectComesBack(number);
  ExpectComesBack(std::numeric_limits<std::uint64_t>::max());
  ExpectComesBack(HResult(0xA0420001));
  ExpectComesBack(*ParseGuid("{4991D34B-80A1-4291-83B6-3328366B9097}"));
  for (const std::int64_t ticks : {std::int64_t{0}, std::int64_t{-116'444'736'000'000'000}, std::int64_t{1} << 60}) {
    ExpectComesBack(FileTime(FileTime::duration(ticks)));
  }
  ExpectComesBack(ProxyBlanket{AuthenticationService::kWinNt, AuthenticationLevel::kCall, ImpersonationLevel::kDelegate,
                               Cloaking::kStatic});
  ExpectComesBack(ProcessSecurity{AuthenticationLevel::kPacket, ImpersonationLevel::kIdentify, Cloaking::kNone});
  ExpectComesBack(FileInfo{"http://a/b", "C:\\b"});
  ExpectComesBack(std::vector<FileRange>{{1, 2}, {3, std::nullopt}});
  ExpectComesBack(FileProgress{5, 6, true});
  ExpectComesBack(JobProgress{std::nullopt, 6, 7, 8});
  ExpectComesBack(JobReplyProgress{9, 10});
  ExpectComesBack(JobTimes{FileTime(FileTime::duration(1)), FileTime(FileTime::duration(2)), std::nullopt});
  ExpectComesBack(ProxySettings{ProxyUsage::kOverride, "p:80", std::nullopt});
  ExpectComesBack(NotifyCmdLine{"a.exe", std::nullopt});
  ExpectComesBack(ClientCertificate{CertificateStoreLocation::kUsers, "MY", {0, 0xAB, 0xFF}, "somebody"});
  ExpectComesBack(JobError{ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr});
  ExpectComesBack(std::vector<std::uint8_t>{0, 1, 255});
  ExpectComesBack(AccountName{"D", "u"});
  ExpectComesBack(ServiceFacts{ServiceState::kRunning,
                               ServiceStartType::kDemand,
                               true,
                               "LocalSystem",
                               "svchost",
                               {"rpcss"},
                               4,
                               "ERROR_SERVICE_NEVER_STARTED"_hr});
  ExpectComesBack(RegistryValue(std::uint64_t{7}));
  ExpectComesBack(RegistryValue(std::string("text")));
  ExpectComesBack(FileVersion{{7, 8, 17763, 1}});
  ExpectComesBack(LogEvent{59, 4, std::chrono::system_clock::time_point(std::chrono::milliseconds(-5)), "started"});
  ExpectComesBack(ProcessInstance{4, FileTime(FileTime::duration(5))});
  ExpectComesBack(HttpResponse{404, "Not Found", {{"Server", "x"}, {"Server", "y"}}});
  ExpectComesBack(OsVersion{{10, 0, 14393}, 5, true, "Windows", "1607", "", "x86-64", "8.0"});
  TokenFacts token;
  token.user = {"S-1-5-21-1-2-3-1001", "D\\u", 0};
  token.groups = {{"S-1-5-32-544", "BUILTIN\\Administrators", 0xC0000007}};
  token.privileges = {{"SeImpersonatePrivilege", 3}};
  token.type = TokenType::kImpersonation;
  token.impersonation_level = ImpersonationLevel::kIdentify;
  token.elevation_type = ElevationType::kLimited;
  token.integrity_rid = 0x2000;
  token.authentication_id = std::uint64_t{1} << 63;
  ExpectComesBack(token);
}

TEST(ValuesFromJson, EveryNameComesBack) {
  ExpectNamesComeBack<JobType>();
  ExpectNamesComeBack<JobState>();
  ExpectNamesComeBack<JobPriority>();
  ExpectNamesComeBack<WaitOutcome>();
  ExpectNamesComeBack<ServiceState>();
  ExpectNamesComeBack<ErrorContext>();
  ExpectNamesComeBack<ElevationType>();
}

TEST(ValuesFromJson, AnObjectIsAStandIn) {
  auto job = std::unique_ptr<BackgroundCopyJob>();
  EXPECT_NO_THROW(FromJson(Json("(object)"), job));
  EXPECT_THROW(FromJson(Json(), job), ValueError);
  CreatedJob created;
  FromJson({{"id", "{4991D34B-80A1-4291-83B6-3328366B9097}"}, {"job", "(object)"}}, created);
  EXPECT_EQ(ToString(created.id), "{4991D34B-80A1-4291-83B6-3328366B9097}");
  TokenHandle token = TokenHandle::kNone;
  FromJson(Json("token 0x1C"), token);
  EXPECT_EQ(token, TokenHandle{0x1C});
  std::shared_ptr<Event> event;
  FromJson(Json("(object)"), event);
  ASSERT_NE(event, nullptr);
  event->Set();
}

template <class T>
std::string Complaint(const Json& json) {
  try {
    T value{};
    FromJson(json, value);
  } catch (const ValueError& error) {
    return error.what();
  }
  return "";
}

TEST(ValuesFromJson, WhatIsNoValueIsSaid) {
  EXPECT_EQ(Complaint<std::string>(Json(5)), "is a number, not a text");
  EXPECT_EQ(Complaint<bool>(Json(1)), "is a number, not true or false");
  EXPECT_EQ(Complaint<std::uint32_t>(Json(4'294'967'296)), "is 4294967296, and 4294967295 is the most there can be");
  EXPECT_EQ(Complaint<std::uint32_t>(Json(-1)), "is a number, not a whole number from zero");
  EXPECT_EQ(Complaint<std::uint32_t>(Json(1.5)), "is a number, not a whole number from zero");
  EXPECT_EQ(Complaint<JobState>(Json("NOWHERE")), "is \"NOWHERE\", which names nothing");
  EXPECT_EQ(Complaint<JobState>(Json("4294967296")), "is \"4294967296\", which names nothing");
  EXPECT_EQ(Complaint<JobError>(Json::object()), "has no field \"context\"");
  EXPECT_EQ(Complaint<JobError>({{"context", "NONE"}, {"code", "0x1"}}),
            "has a field \"code\" that is no HRESULT (0x and eight hexadecimal digits)");
  for (const char* text : {"", "10", "10.0", "10.0.1.2", "10.0.", "10..0", "a.b.c", "10.0.99999999999"}) {
    EXPECT_NE(Complaint<OsBuild>(Json(text)), "") << text;
  }
  for (const char* text : {"token 0x", "token 0x0", "token 5", "0x5", "token 0xFFFFFFFFFFFFFFFFF"}) {
    EXPECT_EQ(Complaint<TokenHandle>(Json(text)), "is no token") << text;
  }
  EXPECT_NE(Complaint<LogEvent>({{"id", 1}, {"level", 1}, {"message", ""}, {"time", INT64_MAX}}), "");
  EXPECT_NE(Complaint<std::vector<std::uint8_t>>({1, 256}), "");
  EXPECT_NE(Complaint<HttpResponse>({{"status", 1}, {"reason", ""}, {"headers", Json::array({Json::array({"one"})})}}),
            "");
}

}  // namespace
}  // namespace bits::intercept
