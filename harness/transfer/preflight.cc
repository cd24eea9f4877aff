#include "harness/transfer/preflight.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "harness/api/ascii_case.h"

namespace bits::transfer {
namespace {

std::optional<std::string_view> Header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (EqualsIgnoringCase(key, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return value;
}

// "bytes 0-0/1234" tells the whole length behind the slash.
std::optional<std::uint64_t> LengthFromContentRange(std::string_view value) {
  const std::size_t slash = value.rfind('/');
  return slash == std::string_view::npos ? std::nullopt : Number(value.substr(slash + 1));
}

// Statuses with which servers refuse the method rather than the file.
bool RefusesMethod(std::uint32_t status) {
  static constexpr std::array<std::uint32_t, 4> kStatuses = {400, 403, 405, 501};
  return std::ranges::find(kStatuses, status) != kStatuses.end();
}

PreflightFacts FactsOf(const HttpResponse& response, std::string_view method) {
  PreflightFacts facts;
  facts.status = response.status;
  facts.reason = response.reason;
  facts.method = method;
  if (const auto range = Header(response, "Content-Range")) {
    facts.length = LengthFromContentRange(*range);
  } else if (const auto length = Header(response, "Content-Length")) {
    facts.length = Number(*length);
  }
  if (const auto ranges = Header(response, "Accept-Ranges"))
    facts.accepts_ranges = EqualsIgnoringCase(*ranges, "bytes");
  return facts;
}

// A range past the end of the file: for byte 0 that means an empty file, which is no failure.
constexpr std::uint32_t kRangeNotSatisfiable = 416;
constexpr std::uint32_t kPartialContent = 206;

}  // namespace

bool IsHttpUrl(std::string_view url) {
  return EqualsIgnoringCase(url.substr(0, 7), "http://") || EqualsIgnoringCase(url.substr(0, 8), "https://");
}

Result<PreflightFacts> Preflight(HttpClient& http, std::string_view url) {
  HttpRequest request;
  request.url = url;
  const Result<HttpResponse> head = http.Send(request);
  if (!head) return Failure(head.error());
  if (!RefusesMethod(head->status)) return FactsOf(*head, request.method);

  request.method = "GET";
  request.headers = {{"Range", "bytes=0-0"}};
  const Result<HttpResponse> get = http.Send(request);
  if (!get) return Failure(get.error());
  PreflightFacts facts = FactsOf(*get, request.method);
  if (get->status == kRangeNotSatisfiable && facts.length == 0U) {
    facts.status = 200;
    facts.accepts_ranges = true;
  } else if (get->status == kPartialContent) {
    facts.accepts_ranges = true;
  } else if (ResultOfStatus(get->status).Succeeded()) {
    facts.accepts_ranges = false;
  }
  return facts;
}

HResult ResultOfStatus(std::uint32_t status) {
  if (status >= 200 && status < 300) return HResult();
  return HResult(0x80190000U | (status & 0xFFFFU));
}

std::string Describe(const PreflightFacts& facts) {
  std::string text =
      fmt::format("HTTP {}{}{} to {}", facts.status, facts.reason.empty() ? "" : " ", facts.reason, facts.method);
  if (ResultOfStatus(facts.status).Failed()) return text;
  text += facts.length ? fmt::format(", {} bytes", *facts.length) : ", no length announced";
  if (facts.accepts_ranges) {
    text += *facts.accepts_ranges ? ", ranges supported" : ", ranges not supported";
  } else {
    text += ", ranges not announced";
  }
  return text;
}

}  // namespace bits::transfer
