#include "harness/transfer/transfer_names.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace bits::transfer {
namespace {

constexpr std::size_t kLongestRemoteName = 2200;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool HasControlOrBlank(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
}

// The port of "host:port", which must be a number from 1 to 65535.
std::optional<std::string> WhatIsWrongWithAuthority(std::string_view authority) {
  authority = authority.substr(authority.find('@') == std::string_view::npos ? 0 : authority.find('@') + 1);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (authority.substr(0, colon).empty()) return "it names no server";
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view port = authority.substr(colon + 1);
  const bool digits = std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (port.empty() || port.size() > 5 || !digits || std::stoi(std::string(port)) < 1 ||
      std::stoi(std::string(port)) > 65535) {
    return fmt::format("\"{}\" is no port", port);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> WhatIsWrongWithRemoteName(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > kLongestRemoteName) {
    return fmt::format("it has {} characters, and BITS takes at most {}", name.size(), kLongestRemoteName);
  }
  if (name.starts_with("\\\\")) {
    const std::size_t share = name.find('\\', 2);
    if (share == 2 || share == std::string_view::npos || share + 1 == name.size()) {
      return "a UNC path needs a server and a share: \\\\server\\share\\file";
    }
    if (name.find_first_of("*?") != std::string_view::npos) return "BITS takes no wildcards";
    return std::nullopt;
  }
  const std::size_t colon = name.find("://");
  const std::string scheme = colon == std::string_view::npos ? "" : Lower(name.substr(0, colon));
  if (scheme != "http" && scheme != "https" && scheme != "file") {
    return "BITS takes http://, https:// and file:// URLs and UNC paths (\\\\server\\share\\file)";
  }
  if (HasControlOrBlank(name)) return "it holds a blank or a control character; write a blank as %20";
  if (scheme == "file") {
    if (name.size() == colon + 3) return "it names no file";
    return std::nullopt;
  }
  const std::string_view rest = name.substr(colon + 3);
  return WhatIsWrongWithAuthority(rest.substr(0, rest.find_first_of("/?#")));
}

std::optional<std::string> WhatIsWrongWithLocalName(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.starts_with("\\\\?\\") || name.starts_with("\\\\.\\")) return "BITS takes no \\\\?\\ or \\\\.\\ paths";
  if (name.back() == '\\' || name.back() == '/') return "it names a directory; name the file to write";
  for (const unsigned char c : name) {
    if (c < 0x20) return "it holds a control character";
    if (std::string_view("*?\"<>|").find(static_cast<char>(c)) != std::string_view::npos) {
      return fmt::format("no file name may hold the character {}", static_cast<char>(c));
    }
  }
  const bool drive = name.size() >= 2 && std::isalpha(static_cast<unsigned char>(name[0])) != 0 && name[1] == ':';
  if (name.find(':', drive ? 2 : 0) != std::string_view::npos) {
    return "a colon may follow a drive letter only; BITS writes no alternate streams";
  }
  return std::nullopt;
}

}  // namespace bits::transfer
