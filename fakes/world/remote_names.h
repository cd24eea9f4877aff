// The names that servers and remote files go by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bits::fakes {

// "Host:8080" as "host:8080", with `default_port` where there is none. Nothing for what is no host and port.
std::optional<std::string> NormalHostAndPort(std::string_view host_and_port, std::string_view default_port);

// The path that a file URL, a UNC path or a path on a drive means: "file:///C:/x" and "file://C:/x" are "C:\x",
// "file://server/share/x" is "\\server\share\x". Nothing for other names.
std::optional<std::string> PathOfRemoteName(std::string_view name);

// Where a redirect leads that a server at `origin` answers with: another URL, or "/path" on the same server.
std::string RedirectedUrl(std::string_view origin, std::string_view redirect);

// The port of a proxy that is named without one.
inline constexpr std::string_view kDefaultProxyPort = "80";

// How many redirects a client follows.
inline constexpr int kMostRedirects = 10;

}  // namespace bits::fakes
