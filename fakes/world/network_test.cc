#include "fakes/world/network.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/world/test_tokens.h"

namespace bits::fakes {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

auto Refuses(std::string_view part) { return ThrowsMessage<std::invalid_argument>(HasSubstr(std::string(part))); }

class NetworkTest : public ::testing::Test {
 protected:
  Network network_{[](std::string_view, std::string_view) { return std::nullopt; }};
  Disk local_;

  TransferAnswer AskAs(const NetworkIdentity& identity, std::string_view name) {
    TransferRequest request;
    request.remote_name = name;
    request.server_identity = identity;
    return network_.Ask(request, local_);
  }
  TransferAnswer Ask(std::string_view name) { return AskAs({Alice(), /*anonymous=*/false}, name); }
};

// --- set-up ---

TEST_F(NetworkTest, AServerIsFoundUnderEverySpellingOfItsOrigin) {
  const HttpServer* const server = &network_.AddHttpServer("http://Files");
  EXPECT_EQ(&network_.GetHttpServer("http://files:80/"), server);
  EXPECT_THAT([&] { network_.GetHttpServer("https://files"); },
              Refuses("no such HTTP server; there are http://files:80"));
}

TEST_F(NetworkTest, AProxyAndAFileServerAreFoundWithoutCase) {
  const HttpProxy* const proxy = &network_.AddProxy("Proxy:8080");
  const SmbServer* const server = &network_.AddSmbServer("FileServer");
  EXPECT_EQ(&network_.GetProxy("proxy:8080"), proxy);
  EXPECT_EQ(&network_.GetSmbServer("fileserver"), server);
}

TEST_F(NetworkTest, SetUpSaysWhatIsMissing) {
  EXPECT_THAT([&] { network_.GetProxy("proxy"); }, Refuses("\"proxy:80\": there is no such proxy; there is none"));
  EXPECT_THAT([&] { network_.GetSmbServer("nas"); }, Refuses("\"nas\": there is no such file server"));
  EXPECT_THAT([&] { network_.AddHttpResource("http://files/x", {}); }, Refuses("no such HTTP server"));
}

TEST_F(NetworkTest, SetUpRefusesNamesThatAreNone) {
  EXPECT_THAT([&] { network_.AddHttpServer("files"); }, Refuses("\"files\": it is no origin"));
  EXPECT_THAT([&] { network_.AddHttpServer("http://files/x"); }, Refuses("no origin"));
  EXPECT_THAT([&] { network_.AddProxy("http://proxy"); }, Refuses("no proxy"));
  EXPECT_THAT([&] { network_.AddSmbServer(R"(\\nas)"); }, Refuses("no name of a file server"));
  EXPECT_THAT([&] { network_.AddHttpResource("files/x", {}); }, Refuses("no URL"));
}

TEST_F(NetworkTest, SetUpRefusesASecondServerOfOneName) {
  network_.AddHttpServer("http://files");
  EXPECT_THAT([&] { network_.AddHttpServer("http://FILES:80"); }, Refuses("there already"));
}

TEST_F(NetworkTest, AResourceThatIsAddedAgainReplacesTheOlderOne) {
  network_.AddHttpServer("http://files");
  network_.AddHttpResource("http://files/x", FileContent("old")).status = 404;
  network_.AddHttpResource("http://files/x", FileContent("new"));
  EXPECT_EQ(Ask("http://files/x").content.Bytes(), "new");
}

// --- every protocol ---

TEST_F(NetworkTest, WithoutTheCableEveryRequestWaitsForIt) {
  network_.connected = false;
  for (const std::string_view name : {"http://files/x", R"(\\nas\share\x)", R"(C:\x)"}) {
    const TransferAnswer answer = Ask(name);
    EXPECT_EQ(answer.error, "BG_E_NETWORK_DISCONNECTED"_hr) << name;
    EXPECT_EQ(answer.context, ErrorContext::kGeneralTransport) << name;
    EXPECT_TRUE(answer.transient) << name;
  }
}

TEST_F(NetworkTest, ANameThatMeansNothingIsRefused) {
  const TransferAnswer answer = Ask("ftp://files/x");
  EXPECT_EQ(answer.error, "E_INVALIDARG"_hr);
  EXPECT_EQ(answer.context, ErrorContext::kRemoteFile);
  EXPECT_FALSE(answer.transient);
}

// --- files ---

class FileExchangeTest : public NetworkTest {
 protected:
  FileExchangeTest() {
    server_.disk.AddDirectory(R"(\\nas\share)");
    server_.disk.AddDirectory(R"(\\nas\alice)", AllowOnly({kAliceSid}));
    server_.disk.AddFile(R"(\\nas\share\x)", FileContent("0123456789"));
    server_.disk.AddFile(R"(\\nas\alice\x)", FileContent("hers"));
    local_.AddDirectory(R"(C:\local)", AllowOnly({kAliceSid}));
    local_.AddFile(R"(C:\local\x)", FileContent("local"));
  }

  SmbServer& server_ = network_.AddSmbServer("nas");
};

TEST_F(FileExchangeTest, AFileServerAnswersWithTheWholeFile) {
  server_.latency = std::chrono::milliseconds(7);
  server_.bytes_per_second = 42;
  const TransferAnswer answer = Ask(R"(\\NAS\share\x)");
  EXPECT_EQ(answer.error, HResult());
  EXPECT_FALSE(answer.http);
  EXPECT_EQ(answer.content.Bytes(), "0123456789");
  EXPECT_EQ(answer.total, 10U);
  EXPECT_EQ(answer.latency, std::chrono::milliseconds(7));
  EXPECT_EQ(answer.bytes_per_second, 42U);
}

TEST_F(FileExchangeTest, AFileUrlMeansAFileServerOrTheMachineItself) {
  EXPECT_EQ(Ask("file://nas/share/x").content.Bytes(), "0123456789");
  EXPECT_EQ(Ask("file:///C:/local/x").content.Bytes(), "local");
  EXPECT_EQ(Ask("file://C:/local/x").content.Bytes(), "local");
  EXPECT_EQ(Ask(R"(C:\local\x)").content.Bytes(), "local");
}

TEST_F(FileExchangeTest, ADownloadGoesOnWhereItWas) {
  TransferRequest request;
  request.remote_name = R"(\\nas\share\x)";
  request.offset = 4;
  TransferAnswer answer = network_.Ask(request, local_);
  EXPECT_EQ(answer.offset, 4U);
  EXPECT_EQ(answer.content.Bytes(), "456789");
  request.offset = 10;
  answer = network_.Ask(request, local_);
  EXPECT_EQ(answer.offset, 10U);
  EXPECT_EQ(answer.content.size(), 0U);
}

TEST_F(FileExchangeTest, AFileThatBecameShorterIsReadFromItsStart) {
  TransferRequest request;
  request.remote_name = R"(\\nas\share\x)";
  request.offset = 11;
  const TransferAnswer answer = network_.Ask(request, local_);
  EXPECT_EQ(answer.offset, 0U);
  EXPECT_EQ(answer.content.size(), 10U);
}

TEST_F(FileExchangeTest, TheIdentityShownDecidesAboutAccess) {
  EXPECT_EQ(AskAs({Alice(), /*anonymous=*/false}, R"(\\nas\alice\x)").error, HResult());
  const TransferAnswer answer = AskAs({Bob(), /*anonymous=*/false}, R"(\\nas\alice\x)");
  EXPECT_EQ(answer.error, "E_ACCESSDENIED"_hr);
  EXPECT_EQ(answer.context, ErrorContext::kRemoteFile);
  EXPECT_FALSE(answer.transient);
}

TEST_F(FileExchangeTest, AnAnonymousIdentityIsNotItsToken) {
  EXPECT_EQ(AskAs({Alice(), /*anonymous=*/true}, R"(\\nas\alice\x)").error, "E_ACCESSDENIED"_hr);
  server_.disk.AddDirectory(R"(\\nas\alice)", AllowOnly({std::string(kAnonymousSid)}));
  EXPECT_EQ(AskAs({Alice(), /*anonymous=*/true}, R"(\\nas\alice\x)").error, HResult());
}

TEST_F(FileExchangeTest, WrongCredentialsDoNotLogOnToAFileServer) {
  EXPECT_EQ(AskAs({Alice(), /*anonymous=*/false, /*valid=*/false}, R"(\\nas\share\x)").error, "ERROR_LOGON_FAILURE"_hr);
}

TEST_F(FileExchangeTest, OnTheMachineItselfTheTokenCounts) {
  EXPECT_EQ(AskAs({Alice(), /*anonymous=*/true, /*valid=*/false}, R"(C:\local\x)").error, HResult());
  EXPECT_EQ(AskAs({Bob(), /*anonymous=*/false}, R"(C:\local\x)").error, "E_ACCESSDENIED"_hr);
}

TEST_F(FileExchangeTest, WhatIsMissingIsFatal) {
  for (const auto& [name, error] : {std::pair(R"(\\nas\share\none)", "ERROR_FILE_NOT_FOUND"_hr),
                                    std::pair(R"(\\nas\none\x)", "ERROR_PATH_NOT_FOUND"_hr)}) {
    EXPECT_EQ(Ask(name).error, error) << name;
    EXPECT_EQ(Ask(name).context, ErrorContext::kRemoteFile) << name;
    EXPECT_FALSE(Ask(name).transient) << name;
  }
}

TEST_F(FileExchangeTest, AnUnknownServerMayComeBack) {
  const TransferAnswer answer = Ask(R"(\\unknown\share\x)");
  EXPECT_EQ(answer.error, "ERROR_BAD_NETPATH"_hr);
  EXPECT_EQ(answer.context, ErrorContext::kGeneralTransport);
  EXPECT_TRUE(answer.transient);
  EXPECT_FALSE(answer.http);
}

TEST_F(FileExchangeTest, AServerThatFailsMayComeBack) {
  server_.failure = "BG_E_CONNECT_FAILURE"_hr;
  EXPECT_EQ(Ask(R"(\\nas\share\x)").error, "BG_E_CONNECT_FAILURE"_hr);
  EXPECT_EQ(Ask(R"(\\nas\share\x)").context, ErrorContext::kGeneralTransport);
  EXPECT_TRUE(Ask(R"(\\nas\share\x)").transient);
}

TEST_F(FileExchangeTest, AFileInUseMayBecomeFree) {
  server_.disk.SetLocked(R"(\\nas\share\x)", true);
  EXPECT_EQ(Ask(R"(\\nas\share\x)").error, "ERROR_SHARING_VIOLATION"_hr);
  EXPECT_TRUE(Ask(R"(\\nas\share\x)").transient);
}

TEST_F(FileExchangeTest, AnUploadIsWrittenWithTheIdentityShown) {
  TransferRequest request;
  request.remote_name = R"(\\nas\alice\new)";
  request.upload = true;
  request.upload_content = FileContent("sent");
  request.server_identity = {Bob(), /*anonymous=*/false};
  EXPECT_EQ(network_.Ask(request, local_).error, "E_ACCESSDENIED"_hr);
  EXPECT_EQ(server_.disk.Find(R"(\\nas\alice\new)"), nullptr);
  request.server_identity.token = Alice();
  const TransferAnswer answer = network_.Ask(request, local_);
  EXPECT_EQ(answer.error, HResult());
  EXPECT_EQ(answer.total, 4U);
  ASSERT_NE(server_.disk.Find(R"(\\nas\alice\new)"), nullptr);
  EXPECT_EQ(server_.disk.Find(R"(\\nas\alice\new)")->content.Bytes(), "sent");
}

}  // namespace
}  // namespace bits::fakes
