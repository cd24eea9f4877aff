#include "scenarios/http/http_routes.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace bits::testing {
namespace {

using Numbers = std::vector<std::uint64_t>;

HttpResource Generated(const Numbers& numbers) { return {.content = HttpContent::Generated(numbers[0])}; }

struct Route {
  std::string_view pattern;  // N, M: numbers
  std::string_view description;
  HttpResource (*make)(const Numbers& numbers);
};

constexpr Route kRoutes[] = {
    {"/bytes/N", "N bytes; HEAD and Range work", Generated},
    {"/status/N", "an answer with this status (200 to 599)",
     [](const Numbers& numbers) -> HttpResource {
       return {.status = static_cast<std::uint32_t>(numbers[0]),
               .content = HttpContent::Bytes(fmt::format("This is the status {} that was asked for.\n", numbers[0]))};
     }},
    {"/truncated/N/M", "N bytes announced, closed after M",
     [](const Numbers& numbers) {
       HttpResource resource = Generated(numbers);
       resource.breaks = HttpBreak::kCloseInBody;
       resource.break_after = numbers[1];
       return resource;
     }},
    {"/reset", "the connection is reset, with no answer",
     [](const Numbers&) -> HttpResource { return {.breaks = HttpBreak::kResetBeforeAnswer}; }},
    {"/reset/N/M", "N bytes announced, the connection is reset after M",
     [](const Numbers& numbers) {
       HttpResource resource = Generated(numbers);
       resource.breaks = HttpBreak::kResetInBody;
       resource.break_after = numbers[1];
       return resource;
     }},
    {"/head-refused/N", "N bytes by GET, 405 for HEAD",
     [](const Numbers& numbers) {
       HttpResource resource = Generated(numbers);
       resource.head_allowed = false;
       return resource;
     }},
    {"/no-ranges/N", "N bytes; Range is ignored",
     [](const Numbers& numbers) {
       HttpResource resource = Generated(numbers);
       resource.ranges_supported = false;
       return resource;
     }},
    {"/no-length/N", "N bytes without Content-Length, until the connection closes",
     [](const Numbers& numbers) {
       HttpResource resource = Generated(numbers);
       resource.framing = HttpFraming::kUntilClose;
       return resource;
     }},
    {"/chunked/N", "N bytes without Content-Length, in chunks",
     [](const Numbers& numbers) {
       HttpResource resource = Generated(numbers);
       resource.framing = HttpFraming::kChunked;
       return resource;
     }},
    {"/slow/N", "N bytes, 64 KB every quarter of a second",
     [](const Numbers& numbers) {
       HttpResource resource = Generated(numbers);
       resource.pause = std::chrono::milliseconds(250);
       return resource;
     }},
};

// Not in the table, since what follows is not a number.
constexpr std::string_view kRedirect = "/redirect/";

// Removes and returns what comes before the next slash.
std::string_view TakeSegment(std::string_view& path) {
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), segment.size() + 1));
  return segment;
}

// The numbers of `target` when it is of this pattern.
std::optional<Numbers> Match(std::string_view pattern, std::string_view target) {
  if (std::ranges::count(pattern, '/') != std::ranges::count(target, '/')) return std::nullopt;
  Numbers numbers;
  while (!pattern.empty()) {
    const std::string_view wanted = TakeSegment(pattern);
    const std::string_view given = TakeSegment(target);
    if (wanted != "N" && wanted != "M") {
      if (wanted != given) return std::nullopt;
      continue;
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
    if (error != std::errc() || end != given.data() + given.size()) return std::nullopt;
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::optional<HttpResource> ResourceAt(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (target == "/") return HttpResource{.content = HttpContent::Bytes(DescribeRoutes())};
  if (target.starts_with(kRedirect)) {
    return HttpResource{.status = 302, .headers = {{"Location", std::string(target.substr(kRedirect.size() - 1))}}};
  }
  for (const Route& route : kRoutes) {
    if (const std::optional<Numbers> numbers = Match(route.pattern, target)) {
      HttpResource resource = route.make(*numbers);
      if (resource.status < 200 || resource.status > 599) return std::nullopt;
      return resource;
    }
  }
  return std::nullopt;
}

std::string DescribeRoutes() {
  std::string text;
  for (const Route& route : kRoutes) {
    fmt::format_to(std::back_inserter(text), "  {:<18}{}\n", route.pattern, route.description);
  }
  fmt::format_to(std::back_inserter(text), "  {:<18}{}\n", "/redirect/PATH", "302 to /PATH, which may be any of these");
  return text;
}

}  // namespace bits::testing
