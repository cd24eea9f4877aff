#include "fakes/world/remote_names.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "fakes/world/network.h"
#include "fakes/world/paths.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

struct Scheme {
  std::string_view prefix;
  std::string_view default_port;
};
constexpr Scheme kHttpSchemes[] = {{"http://", "80"}, {"https://", "443"}};
constexpr std::string_view kFileScheme = "file:";

bool StartsWith(std::string_view text, std::string_view prefix) {
  return EqualsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

bool IsHostCharacter(char c) {
  constexpr std::string_view kOthers = "0123456789-._";
  const char lower = ToLowerAscii(c);
  return (lower >= 'a' && lower <= 'z') || kOthers.find(c) != std::string_view::npos ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsHost(std::string_view host) {
  const bool is_ipv6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_ipv6) return host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
  return !host.empty() && std::ranges::all_of(host, IsHostCharacter);
}

bool IsPort(std::string_view port) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number != 0;
}

// "%20" as a blank; a "%" that is none stays.
std::string Unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view digits = text.substr(i + 1, 2);
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (text[i] != '%' || digits.size() < 2 || error != std::errc() || end != digits.data() + digits.size()) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(byte);
    i += digits.size();
  }
  return plain;
}

}  // namespace

std::optional<std::string> NormalHostAndPort(std::string_view host_and_port, std::string_view default_port) {
  const std::size_t colon = host_and_port.find(':', host_and_port.starts_with('[') ? host_and_port.find(']') : 0);
  const std::string_view host = host_and_port.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? default_port : host_and_port.substr(colon + 1);
  if (!IsHost(host) || !IsPort(port)) return std::nullopt;
  std::string normal = fmt::format("{}:{}", host, port);
  std::ranges::transform(normal, normal.begin(), ToLowerAscii);
  return normal;
}

std::optional<std::string> PathOfRemoteName(std::string_view name) {
  std::string path = WithBackslashes(name);
  if (StartsWith(name, kFileScheme)) {
    path = WithBackslashes(Unescaped(name.substr(kFileScheme.size())));
    // Windows takes any number of slashes before a drive or a server.
    path.erase(0, path.find_first_not_of('\\'));
    if (RootOfPath(path).empty()) path.insert(0, R"(\\)");
  }
  if (!FlawOfPath(path).empty()) return std::nullopt;
  return path;
}

std::string RedirectedUrl(std::string_view origin, std::string_view redirect) {
  return redirect.starts_with('/') ? fmt::format("{}{}", origin, redirect) : std::string(redirect);
}

std::optional<std::pair<std::string, std::string>> Network::SplitUrl(std::string_view url) {
  const auto* const scheme =
      std::ranges::find_if(kHttpSchemes, [url](const Scheme& candidate) { return StartsWith(url, candidate.prefix); });
  if (scheme == std::end(kHttpSchemes)) return std::nullopt;
  url.remove_prefix(scheme->prefix.size());
  const std::size_t end = std::min(url.find_first_of("/?#"), url.size());
  const auto host_and_port = NormalHostAndPort(url.substr(0, end), scheme->default_port);
  if (!host_and_port) return std::nullopt;
  std::string_view rest = url.substr(end);
  rest = rest.substr(0, rest.find('#'));  // a fragment is not sent to a server
  return std::pair(fmt::format("{}{}", scheme->prefix, *host_and_port),
                   fmt::format("{}{}", rest.starts_with('/') ? "" : "/", rest));
}

}  // namespace bits::fakes
