#include <gtest/gtest.h>

#include "fakes/world/network.h"
#include "fakes/world/test_tokens.h"
#include "harness/api/secret.h"

namespace bits::fakes {
namespace {

// A server that asks who is there. Alice's password is "secret".
class HttpChallengeTest : public ::testing::Test {
 protected:
  HttpChallengeTest() {
    network_.AddHttpServer("http://files");
    request_.remote_name = "http://files/x";
    request_.server_identity = {Alice(), /*anonymous=*/false};
    request_.proxy_identity = {Bob(), /*anonymous=*/false};
  }

  HResult Ask() { return network_.Ask(request_, local_).error; }

  void AddExplicit(AuthTarget target, AuthScheme scheme, std::string_view password = "secret") {
    request_.credentials.push_back({target, scheme, "alice", std::make_shared<const Secret>(password)});
  }
  void AddImplicit(AuthTarget target, AuthScheme scheme) { request_.credentials.push_back({target, scheme}); }

  Network network_{[](std::string_view user, std::string_view password) {
    return user == "alice" && password == "secret" ? std::optional<std::string>(kAliceSid) : std::nullopt;
  }};
  Disk local_;
  TransferRequest request_;
};

// --- of servers ---

class ServerChallengeTest : public HttpChallengeTest {
 protected:
  void SetUp() override {
    resource_ = &network_.AddHttpResource("http://files/x", FileContent("content"));
    resource_->challenges = {AuthScheme::kNegotiate};
  }
  HttpResource* resource_ = nullptr;
};

TEST_F(ServerChallengeTest, WithoutCredentialsTheAnswerIs401ForGood) {
  const TransferAnswer answer = network_.Ask(request_, local_);
  EXPECT_EQ(answer.error, "BG_E_HTTP_ERROR_401"_hr);
  EXPECT_EQ(answer.context, ErrorContext::kRemoteFile);
  EXPECT_FALSE(answer.transient);
}

TEST_F(ServerChallengeTest, TheRightPasswordOpens) {
  AddExplicit(AuthTarget::kServer, AuthScheme::kNegotiate);
  EXPECT_EQ(Ask(), HResult());
}

TEST_F(ServerChallengeTest, AWrongPasswordDoesNot) {
  AddExplicit(AuthTarget::kServer, AuthScheme::kNegotiate, "wrong");
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

TEST_F(ServerChallengeTest, CredentialsForAnotherSchemeDoNotCount) {
  AddExplicit(AuthTarget::kServer, AuthScheme::kBasic);
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

TEST_F(ServerChallengeTest, CredentialsForAProxyDoNotCount) {
  AddExplicit(AuthTarget::kProxy, AuthScheme::kNegotiate);
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

TEST_F(ServerChallengeTest, AnyOfSeveralSchemesIsEnough) {
  resource_->challenges = {AuthScheme::kNegotiate, AuthScheme::kBasic};
  AddExplicit(AuthTarget::kServer, AuthScheme::kBasic);
  EXPECT_EQ(Ask(), HResult());
}

TEST_F(ServerChallengeTest, AWrongPasswordLeavesTheOthersTheirChance) {
  resource_->challenges = {AuthScheme::kNegotiate, AuthScheme::kBasic};
  AddExplicit(AuthTarget::kServer, AuthScheme::kNegotiate, "wrong");
  AddExplicit(AuthTarget::kServer, AuthScheme::kBasic);
  EXPECT_EQ(Ask(), HResult());
}

TEST_F(ServerChallengeTest, ImplicitCredentialsShowTheIdentityOfTheSession) {
  resource_->allowed = {kAliceSid};
  AddImplicit(AuthTarget::kServer, AuthScheme::kNegotiate);
  EXPECT_EQ(Ask(), HResult());
  request_.server_identity.token = Bob();
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

TEST_F(ServerChallengeTest, ImplicitCredentialsAnswerNtlmToo) {
  resource_->challenges = {AuthScheme::kNtlm};
  AddImplicit(AuthTarget::kServer, AuthScheme::kNtlm);
  EXPECT_EQ(Ask(), HResult());
}

TEST_F(ServerChallengeTest, ImplicitCredentialsAnswerNoSchemeThatNeedsAPassword) {
  for (const AuthScheme scheme : {AuthScheme::kBasic, AuthScheme::kDigest, AuthScheme::kPassport}) {
    resource_->challenges = {scheme};
    AddImplicit(AuthTarget::kServer, scheme);
    EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr) << NameOf(scheme);
  }
}

TEST_F(ServerChallengeTest, AnAnonymousIdentityProvesNothing) {
  AddImplicit(AuthTarget::kServer, AuthScheme::kNegotiate);
  request_.server_identity.anonymous = true;
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

TEST_F(ServerChallengeTest, WrongCredentialsOfTheSessionShowHere) {
  AddImplicit(AuthTarget::kServer, AuthScheme::kNegotiate);
  request_.server_identity.valid = false;
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

TEST_F(ServerChallengeTest, APasswordDoesNotDependOnTheIdentity) {
  AddExplicit(AuthTarget::kServer, AuthScheme::kNegotiate);
  request_.server_identity = {};
  EXPECT_EQ(Ask(), HResult());
}

TEST_F(ServerChallengeTest, AKnownAccountThatIsNotAllowedStaysOut) {
  resource_->allowed = {kBobSid};
  AddExplicit(AuthTarget::kServer, AuthScheme::kNegotiate);
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

TEST_F(ServerChallengeTest, ARedirectIsToldOnlyToThoseLetIn) {
  network_.AddHttpResource("http://files/y", FileContent("other"));
  resource_->redirect = "/y";
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_401"_hr);
}

// --- of proxies ---

class ProxyChallengeTest : public HttpChallengeTest {
 protected:
  void SetUp() override {
    network_.AddHttpResource("http://files/x", FileContent("content"));
    request_.proxy = "Proxy:8080";
    proxy_ = &network_.AddProxy("proxy:8080");
  }
  HttpProxy* proxy_ = nullptr;
};

TEST_F(ProxyChallengeTest, AnOpenProxyAddsItsLatency) {
  proxy_->latency = std::chrono::milliseconds(5);
  network_.GetHttpServer("http://files").latency = std::chrono::milliseconds(2);
  const TransferAnswer answer = network_.Ask(request_, local_);
  EXPECT_EQ(answer.error, HResult());
  EXPECT_EQ(answer.latency, std::chrono::milliseconds(7));
  EXPECT_EQ(proxy_->requests, 1U);
}

TEST_F(ProxyChallengeTest, AnUnknownProxyMayBecomeKnown) {
  request_.proxy = "unknown:8080";
  const TransferAnswer answer = network_.Ask(request_, local_);
  EXPECT_EQ(answer.error, "BG_E_PROXY_NAME_RESOLUTION_FAILURE"_hr);
  EXPECT_EQ(answer.context, ErrorContext::kGeneralTransport);
  EXPECT_TRUE(answer.transient);
}

TEST_F(ProxyChallengeTest, AProxyThatFailsMayComeBack) {
  proxy_->failure = "BG_E_CONNECT_FAILURE"_hr;
  const TransferAnswer answer = network_.Ask(request_, local_);
  EXPECT_EQ(answer.error, "BG_E_CONNECT_FAILURE"_hr);
  EXPECT_TRUE(answer.transient);
  EXPECT_EQ(proxy_->requests, 0U);
}

TEST_F(ProxyChallengeTest, WithoutCredentialsTheAnswerIs407ForGood) {
  proxy_->challenges = {AuthScheme::kNtlm};
  const TransferAnswer answer = network_.Ask(request_, local_);
  EXPECT_EQ(answer.error, "BG_E_HTTP_ERROR_407"_hr);
  EXPECT_FALSE(answer.transient);
  EXPECT_EQ(network_.GetHttpServer("http://files").requests, 0U);
}

TEST_F(ProxyChallengeTest, ImplicitCredentialsShowTheProxysIdentityNotTheServers) {
  proxy_->challenges = {AuthScheme::kNtlm};
  proxy_->allowed = {kBobSid};
  AddImplicit(AuthTarget::kServer, AuthScheme::kNtlm);
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_407"_hr);
  AddImplicit(AuthTarget::kProxy, AuthScheme::kNtlm);
  EXPECT_EQ(Ask(), HResult());
  proxy_->allowed = {kAliceSid};
  EXPECT_EQ(Ask(), "BG_E_HTTP_ERROR_407"_hr);
}

TEST_F(ProxyChallengeTest, FilesDoNotGoThroughIt) {
  network_.AddSmbServer("nas").disk.AddDirectory(R"(\\nas\share)");
  network_.GetSmbServer("nas").disk.AddFile(R"(\\nas\share\x)", {});
  request_.proxy = "unknown";
  request_.remote_name = R"(\\nas\share\x)";
  EXPECT_EQ(Ask(), HResult());
}

}  // namespace
}  // namespace bits::fakes
