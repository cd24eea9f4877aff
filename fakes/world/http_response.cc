// What servers answer to a program's own HTTP client.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "fakes/world/http_status.h"
#include "fakes/world/network.h"
#include "fakes/world/remote_names.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

struct TransportName {
  HResult bits;
  HResult winhttp;
};
constexpr TransportName kTransportNames[] = {
    {"BG_E_NAME_RESOLUTION_FAILURE"_hr, "ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr},
    {"BG_E_CONNECT_FAILURE"_hr, "ERROR_WINHTTP_CANNOT_CONNECT"_hr},
    {"BG_E_TIMEOUT"_hr, "ERROR_WINHTTP_TIMEOUT"_hr},
    {"BG_E_SECURE_CHANNEL_FAILURE"_hr, "ERROR_WINHTTP_SECURE_FAILURE"_hr},
    {"BG_E_TRUST_FAILURE"_hr, "ERROR_WINHTTP_SECURE_FAILURE"_hr},
    {"BG_E_INVALID_SERVER_RESPONSE"_hr, "ERROR_WINHTTP_INVALID_SERVER_RESPONSE"_hr},
    {"BG_E_SERVER_PROTOCOL_VIOLATION"_hr, "ERROR_WINHTTP_INVALID_SERVER_RESPONSE"_hr},
    {"BG_E_CONNECTION_CLOSED"_hr, "ERROR_WINHTTP_CONNECTION_ERROR"_hr},
    {"BG_E_RECEIVE_FAILURE"_hr, "ERROR_WINHTTP_CONNECTION_ERROR"_hr},
    {"BG_E_SEND_FAILURE"_hr, "ERROR_WINHTTP_CONNECTION_ERROR"_hr},
};

// Codes that are not BITS' own are what WinHTTP said.
HResult AsWinHttp(HResult failure) {
  const auto* const found = std::ranges::find(kTransportNames, failure, &TransportName::bits);
  if (found != std::end(kTransportNames)) return found->winhttp;
  return failure.facility() == "BG_E_TIMEOUT"_hr.facility() ? "ERROR_WINHTTP_CANNOT_CONNECT"_hr : failure;
}

struct Challenge {
  AuthScheme scheme;
  std::string_view header;
};
constexpr Challenge kChallenges[] = {
    {AuthScheme::kBasic, "Basic realm=\"simulation\""},
    {AuthScheme::kDigest, "Digest realm=\"simulation\", nonce=\"0\", qop=\"auth\""},
    {AuthScheme::kNtlm, "NTLM"},
    {AuthScheme::kNegotiate, "Negotiate"},
    {AuthScheme::kPassport, "Passport1.4"},
};

HttpResponse Respond(std::uint32_t status) { return {status, std::string(ReasonOfStatus(status)), {}}; }

HttpResponse RespondWithoutBody(std::uint32_t status) {
  HttpResponse response = Respond(status);
  response.headers.emplace_back("Content-Length", "0");
  return response;
}

HttpResponse RespondWithChallenges(const std::vector<AuthScheme>& schemes) {
  HttpResponse response = RespondWithoutBody(401);
  for (const Challenge& challenge : kChallenges) {
    if (std::ranges::find(schemes, challenge.scheme) == schemes.end()) continue;
    response.headers.emplace_back("WWW-Authenticate", challenge.header);
  }
  return response;
}

struct ByteRange {
  std::uint64_t first;
  std::uint64_t last;
};

std::optional<std::uint64_t> Number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// "bytes=0-9", "bytes=10-" or "bytes=-5" of `size` bytes; `first` past the end means that nothing of it is there.
// Nothing for anything else, which a server may ignore [rfc-9110 14.2].
std::optional<ByteRange> ParseRange(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!EqualsIgnoringCase(header.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  const std::string_view range = header.substr(kUnit.size());
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::uint64_t end = size == 0 ? 0 : size - 1;
  const std::optional<std::uint64_t> first = Number(range.substr(0, dash));
  const std::optional<std::uint64_t> last = Number(range.substr(dash + 1));
  if (dash == 0) return last ? std::optional(ByteRange{size - std::min(*last, size), end}) : std::nullopt;
  if (!first || (!last && dash + 1 < range.size()) || (last && *last < *first)) return std::nullopt;
  return ByteRange{*first, std::min(last.value_or(end), end)};
}

std::optional<ByteRange> RangeOf(const HttpRequest& request, std::uint64_t size) {
  const auto range = std::ranges::find_if(request.headers,
                                          [](const auto& header) { return EqualsIgnoringCase(header.first, "Range"); });
  return range == request.headers.end() ? std::nullopt : ParseRange(range->second, size);
}

HttpResponse RespondWithContent(const HttpResource& resource, const HttpRequest& request) {
  const std::uint64_t size = resource.content.size();
  const bool honours_range = resource.ranges && request.method == "GET";
  const std::optional<ByteRange> range = honours_range ? RangeOf(request, size) : std::nullopt;
  if (range && range->first >= size) {
    HttpResponse response = RespondWithoutBody(416);
    response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return response;
  }
  HttpResponse response = Respond(range ? 206 : 200);
  if (range) {
    const std::string total = resource.announces_length ? fmt::format("{}", size) : "*";
    response.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, total));
  }
  if (resource.announces_length) {
    const std::uint64_t length = range ? range->last - range->first + 1 : size;
    response.headers.emplace_back("Content-Length", fmt::format("{}", length));
  }
  response.headers.emplace_back("Accept-Ranges", resource.ranges ? "bytes" : "none");
  return response;
}

HttpResponse RespondTo(const HttpRequest& request, const HttpResource& resource) {
  if (!resource.challenges.empty()) return RespondWithChallenges(resource.challenges);
  if (request.method != "GET" && (request.method != "HEAD" || !resource.head_allowed)) {
    HttpResponse response = RespondWithoutBody(405);
    response.headers.emplace_back("Allow", resource.head_allowed ? "GET, HEAD" : "GET");
    return response;
  }
  if (resource.status != 200) return RespondWithoutBody(resource.status);
  return RespondWithContent(resource, request);
}

}  // namespace

Result<HttpResponse> Network::Send(const HttpRequest& request) {
  if (!SplitUrl(request.url)) return Failure("E_INVALIDARG"_hr);
  std::string url = request.url;
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    const auto parts = SplitUrl(url);
    if (!parts) break;
    const auto& [origin, path] = *parts;
    HttpServer* const server = FindHttpServer(origin);
    if (!connected || server == nullptr) return Failure("ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr);
    if (server->failure.Failed()) return Failure(AsWinHttp(server->failure));
    if (server->needs_client_certificate) return Failure("ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"_hr);
    if (server->latency > request.timeout) return Failure("ERROR_WINHTTP_TIMEOUT"_hr);
    ++server->requests;
    const auto resource = server->resources.find(path);
    if (resource == server->resources.end()) return RespondWithoutBody(404);
    const bool is_redirect = resource->second.redirect && resource->second.challenges.empty();
    if (!is_redirect) return RespondTo(request, resource->second);
    url = RedirectedUrl(origin, *resource->second.redirect);
  }
  return Failure("ERROR_WINHTTP_INVALID_SERVER_RESPONSE"_hr);
}

}  // namespace bits::fakes
