// What a server says about a file, before BITS is sent for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/api/http_client.h"
#include "harness/api/result.h"

namespace bits::transfer {

struct PreflightFacts {
  std::uint32_t status = 0;
  std::string reason;
  std::string method;                   // "HEAD", or "GET" where HEAD was refused
  std::optional<std::uint64_t> length;  // bytes of the whole file, if announced
  std::optional<bool> accepts_ranges;   // absent when the server does not say
};

// Whether `url` is one that Preflight can ask about: http or https.
bool IsHttpUrl(std::string_view url);

// Sends HEAD, or where the server refuses that method a GET for one byte. Any status is a result; failures are those of
// HttpClient::Send.
Result<PreflightFacts> Preflight(HttpClient& http, std::string_view url);

// S_OK for a status with which a download can succeed, else the HRESULT that BITS reports for it (0x8019 and the
// status) [bits-return-values].
HResult ResultOfStatus(std::uint32_t status);

// "HTTP 200 OK to HEAD, 1,048,576 bytes, ranges supported".
std::string Describe(const PreflightFacts& facts);

}  // namespace bits::transfer
