#include "fakes/world/network.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "fakes/world/paths.h"
#include "fakes/world/remote_names.h"
#include "fakes/world/transfer_answers.h"

namespace bits::fakes {
namespace {

[[noreturn]] void Refuse(std::string_view name, std::string_view why) {
  throw std::invalid_argument(fmt::format("\"{}\": {}", name, why));
}

std::string OriginKey(std::string_view origin) {
  const auto parts = Network::SplitUrl(origin);
  if (!parts || parts->second != "/") Refuse(origin, "it is no origin, such as http://host or https://host:8443");
  return parts->first;
}

std::string ProxyKey(std::string_view host_and_port) {
  auto key = NormalHostAndPort(host_and_port, kDefaultProxyPort);
  if (!key) Refuse(host_and_port, "it is no proxy, such as proxy:8080");
  return *std::move(key);
}

std::string SmbKey(std::string_view host) {
  if (host.empty() || host.find_first_of(R"(\/:)") != std::string_view::npos) {
    Refuse(host, "it is no name of a file server, such as fileserver");
  }
  return PathKey(host);
}

template <class Server>
using Servers = std::map<std::string, std::unique_ptr<Server>, std::less<>>;

template <class Server>
Server& Add(Servers<Server>& servers, std::string key) {
  const auto [entry, is_new] = servers.try_emplace(std::move(key));
  if (!is_new) Refuse(entry->first, "it is there already");
  entry->second = std::make_unique<Server>();
  return *entry->second;
}

template <class Server>
Server& Get(const Servers<Server>& servers, std::string_view key, std::string_view what) {
  const auto entry = servers.find(key);
  if (entry != servers.end()) return *entry->second;
  std::vector<std::string_view> known;
  for (const auto& [name, server] : servers) known.push_back(name);
  Refuse(key, fmt::format("there is no such {}; there {}", what,
                          known.empty() ? "is none at all" : fmt::format("are {}", fmt::join(known, ", "))));
}

}  // namespace

HttpServer& Network::AddHttpServer(std::string_view origin) { return Add(http_, OriginKey(origin)); }

HttpProxy& Network::AddProxy(std::string_view host_and_port) { return Add(proxies_, ProxyKey(host_and_port)); }

SmbServer& Network::AddSmbServer(std::string_view host) { return Add(smb_, SmbKey(host)); }

HttpResource& Network::AddHttpResource(std::string_view url, FileContent content) {
  const auto parts = SplitUrl(url);
  if (!parts) Refuse(url, "it is no URL, such as http://host/file");
  HttpResource& resource = GetHttpServer(parts->first).resources[parts->second];
  resource = HttpResource{};
  resource.content = std::move(content);
  return resource;
}

HttpServer& Network::GetHttpServer(std::string_view origin) { return Get(http_, OriginKey(origin), "HTTP server"); }

HttpProxy& Network::GetProxy(std::string_view host_and_port) { return Get(proxies_, ProxyKey(host_and_port), "proxy"); }

SmbServer& Network::GetSmbServer(std::string_view host) { return Get(smb_, SmbKey(host), "file server"); }

TransferAnswer Network::Ask(const TransferRequest& request, Disk& local) {
  TransferAnswer answer;
  answer.http = SplitUrl(request.remote_name).has_value();
  if (!connected) {
    FailTransport(answer, "BG_E_NETWORK_DISCONNECTED"_hr, Persistence::kTransient);
    return answer;
  }
  if (answer.http) return AskHttp(request);
  if (const auto path = PathOfRemoteName(request.remote_name)) return AskFile(request, *path, local);
  FailRemoteFile(answer, "E_INVALIDARG"_hr);
  return answer;
}

bool Network::Knows(std::string_view url) const {
  const auto parts = SplitUrl(url);
  return parts && FindHttpServer(parts->first) != nullptr;
}

HttpServer* Network::FindHttpServer(std::string_view origin) const {
  const auto server = http_.find(origin);
  return server == http_.end() ? nullptr : server->second.get();
}

}  // namespace bits::fakes
