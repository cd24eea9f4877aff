// What unconfigured mocks answer where an empty value would not be a sensible one, for both kinds of mocks.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/api/background_copy_error.h"
#include "harness/api/http_client.h"
#include "harness/api/logon_api.h"
#include "harness/api/machine.h"
#include "harness/api/token_facts.h"

namespace bits::mocks {

// The user of every token, and the owner of every job.
inline constexpr std::string_view kMockSid = "S-1-5-21-1111-2222-3333-1001";

inline constexpr std::string_view kMockRemoteName = "http://server.test/file";
inline constexpr std::string_view kMockLocalName = "C:\\file";

// The SHA-256 of nothing.
inline constexpr std::string_view kMockSha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// What BITS itself takes, in seconds [ibackgroundcopyjob-setminimumretrydelay, -setnoprogresstimeout,
// ibackgroundcopyjob4-setmaximumdownloadtime].
inline constexpr std::uint32_t kMockMinimumRetryDelay = 600;
inline constexpr std::uint32_t kMockNoProgressTimeout = 1'209'600;
inline constexpr std::uint32_t kMockMaximumDownloadTime = 7'776'000;

inline constexpr std::uint32_t kMockIntegrity = 0x2000;  // medium

AccountName MockAccount();
JobError MockJobError();
TokenFacts MockTokenFacts();
OsVersion MockOsVersion();
ServiceFacts MockServiceFacts();
FileVersion MockFileVersion();
ProcessInstance MockProcess();
HttpResponse MockHttpResponse();

}  // namespace bits::mocks
