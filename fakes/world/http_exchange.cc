// How BITS downloads and uploads over HTTP.
#include <algorithm>
#include <optional>
#include <string>

#include "fakes/world/http_status.h"
#include "fakes/world/network.h"
#include "fakes/world/remote_names.h"
#include "fakes/world/transfer_answers.h"

namespace bits::fakes {
namespace {

constexpr std::uint32_t kUnauthorized = 401;
constexpr std::uint32_t kProxyAuthenticationRequired = 407;

// What stands between a request and what it asks for.
struct Gate {
  AuthTarget target;
  const std::vector<AuthScheme>& challenges;
  const std::set<std::string>& allowed;
  const NetworkIdentity& identity;
};

// The schemes that can answer with the identity of a logon session, without a password [authentication].
bool TakesImplicitCredentials(AuthScheme scheme) {
  return scheme == AuthScheme::kNtlm || scheme == AuthScheme::kNegotiate;
}

// The account that the credentials prove; nothing when they prove none.
std::optional<std::string> AccountOf(const ExplicitCredentials& credentials, const NetworkIdentity& identity,
                                     const CredentialCheck& check) {
  if (credentials.user_name) {
    return check(*credentials.user_name, credentials.password ? credentials.password->Reveal() : std::string_view());
  }
  if (!TakesImplicitCredentials(credentials.scheme) || identity.anonymous || !identity.valid) return std::nullopt;
  return identity.account_sid.value_or(identity.token.user.sid);
}

bool LetsIn(const Gate& gate, const std::vector<ExplicitCredentials>& credentials, const CredentialCheck& check) {
  if (gate.challenges.empty()) return true;
  return std::ranges::any_of(credentials, [&](const ExplicitCredentials& answer) {
    const bool is_asked_for =
        answer.target == gate.target && std::ranges::find(gate.challenges, answer.scheme) != gate.challenges.end();
    if (!is_asked_for) return false;
    const std::optional<std::string> account = AccountOf(answer, gate.identity, check);
    return account && (gate.allowed.empty() || gate.allowed.contains(*account));
  });
}

bool TakesCertificate(const HttpServer& server, const std::optional<std::string>& subject) {
  if (!server.needs_client_certificate) return true;
  return subject && (server.client_certificates.empty() || server.client_certificates.contains(*subject));
}

void FailWithStatus(TransferAnswer& answer, std::uint32_t status) {
  FailRemoteFile(answer, HResultOfStatus(status),
                 IsTransientStatus(status) ? Persistence::kTransient : Persistence::kFatal);
}

void Upload(const TransferRequest& request, const std::string& path, const HttpResource& resource, HttpServer& server,
            TransferAnswer& answer) {
  constexpr std::uint32_t kNotImplemented = 501;
  if (!resource.accepts_upload) return FailWithStatus(answer, kNotImplemented);
  const FileContent& content = request.upload_content;
  const std::uint64_t left = content.size() - std::min(request.offset, content.size());
  answer.total = content.size();
  answer.offset = request.offset;
  answer.reply = resource.reply;
  if (resource.cut_after && *resource.cut_after < left) {
    answer.cut_after = resource.cut_after;
  } else {
    server.uploads.insert_or_assign(path, content);
  }
}

void Download(const TransferRequest& request, const HttpResource& resource, TransferAnswer& answer) {
  constexpr std::uint32_t kMethodNotAllowed = 405;
  if (!resource.head_allowed) return FailWithStatus(answer, kMethodNotAllowed);
  if (!resource.announces_length) return FailRemoteFile(answer, "BG_E_MISSING_FILE_SIZE"_hr);
  if (request.range_count > 0 && !resource.ranges) {
    return FailRemoteFile(answer, "BG_E_INSUFFICIENT_RANGE_SUPPORT"_hr);
  }
  if (request.range_count > 1 && resource.merges_ranges) {
    return FailRemoteFile(answer, "BG_E_INVALID_SERVER_RESPONSE"_hr);
  }
  AnswerFrom(answer, resource.content, resource.ranges ? request.offset : 0);
  answer.cut_after = resource.cut_after;
}

}  // namespace

TransferAnswer Network::AskHttp(const TransferRequest& request) {
  constexpr std::uint32_t kOk = 200;
  HttpResource missing;
  missing.status = 404;
  TransferAnswer answer;
  std::string url = request.remote_name;
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    const auto parts = SplitUrl(url);
    if (!parts) break;
    const auto& [origin, path] = *parts;
    if (!PassProxy(request, answer)) return answer;
    HttpServer* const server = Connect(request, origin, answer);
    if (server == nullptr) return answer;
    const auto found = server->resources.find(path);
    const HttpResource& resource = found == server->resources.end() ? missing : found->second;
    const Gate gate{AuthTarget::kServer, resource.challenges, resource.allowed, request.server_identity};
    if (!LetsIn(gate, request.credentials, check_)) {
      FailWithStatus(answer, kUnauthorized);
    } else if (resource.redirect) {
      url = RedirectedUrl(origin, *resource.redirect);
      continue;
    } else if (resource.status != kOk) {
      FailWithStatus(answer, resource.status);
    } else if (request.upload) {
      Upload(request, path, resource, *server, answer);
    } else {
      Download(request, resource, answer);
    }
    return answer;
  }
  FailRemoteFile(answer, "BG_E_INVALID_SERVER_RESPONSE"_hr);
  return answer;
}

bool Network::PassProxy(const TransferRequest& request, TransferAnswer& answer) {
  if (!request.proxy) return true;
  const auto found = proxies_.find(NormalHostAndPort(*request.proxy, kDefaultProxyPort).value_or(std::string()));
  if (found == proxies_.end()) {
    FailTransport(answer, "BG_E_PROXY_NAME_RESOLUTION_FAILURE"_hr, Persistence::kTransient);
    return false;
  }
  HttpProxy& proxy = *found->second;
  answer.latency += proxy.latency;
  if (proxy.failure.Failed()) {
    FailTransport(answer, proxy.failure, Persistence::kTransient);
    return false;
  }
  ++proxy.requests;
  const Gate gate{AuthTarget::kProxy, proxy.challenges, proxy.allowed, request.proxy_identity};
  if (LetsIn(gate, request.credentials, check_)) return true;
  FailWithStatus(answer, kProxyAuthenticationRequired);
  return false;
}

HttpServer* Network::Connect(const TransferRequest& request, std::string_view origin, TransferAnswer& answer) {
  HttpServer* const server = FindHttpServer(origin);
  if (server == nullptr) {
    FailTransport(answer, "BG_E_NAME_RESOLUTION_FAILURE"_hr, Persistence::kTransient);
    return nullptr;
  }
  answer.latency += server->latency;
  answer.bytes_per_second = server->bytes_per_second;
  if (server->failure.Failed()) {
    FailTransport(answer, server->failure, Persistence::kTransient);
    return nullptr;
  }
  if (!TakesCertificate(*server, request.client_certificate)) {
    FailTransport(answer, "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"_hr, Persistence::kFatal);
    return nullptr;
  }
  ++server->requests;
  return server;
}

}  // namespace bits::fakes
