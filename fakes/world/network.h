// The servers that a simulated machine can reach.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/world/disk.h"
#include "fakes/world/file_content.h"
#include "harness/api/http_client.h"
#include "harness/api/job_types.h"
#include "harness/api/result.h"
#include "harness/api/secret.h"

namespace bits::fakes {

// What a URL serves.
struct HttpResource {
  FileContent content;
  std::uint32_t status = 200;
  bool announces_length = true;            // Content-Length
  bool ranges = true;                      // Accept-Ranges, and answers with 206; BITS goes on where it was
  bool merges_ranges = false;              // answers several ranges with one: BG_E_INVALID_SERVER_RESPONSE
  bool head_allowed = true;                // else 405, to BITS too [http-requirements-for-bits-downloads]
  bool accepts_upload = false;             // BITS uploads (BITS server extensions); else 501
  FileContent reply;                       // of an upload-reply
  std::optional<std::uint64_t> cut_after;  // the connection breaks after so many bytes of each answer
  std::vector<AuthScheme> challenges;      // 401 until one of them is answered; empty: open to all
  std::set<std::string> allowed;           // SIDs that may have it; empty: every account the server knows
  std::optional<std::string> redirect;     // another URL or "/path", which is served instead
};

// A server, or a proxy's way to it. Fields may be changed at any time through World.
struct HttpServer {
  std::chrono::nanoseconds latency{2'000'000};
  std::uint64_t bytes_per_second = 100'000'000;
  HResult failure;  // not reached at all: BG_E_CONNECT_FAILURE, BG_E_NAME_RESOLUTION_FAILURE...
  bool needs_client_certificate = false;
  std::set<std::string> client_certificates;                   // subjects that it takes; empty: any
  std::map<std::string, HttpResource, std::less<>> resources;  // by path with query: "/setup.msi"
  std::map<std::string, FileContent, std::less<>> uploads;     // what was uploaded, by path
  std::uint64_t requests = 0;                                  // how many were answered
};

// A proxy that HTTP can go through.
struct HttpProxy {
  std::chrono::nanoseconds latency{1'000'000};
  HResult failure;
  std::vector<AuthScheme> challenges;  // 407 until one of them is answered
  std::set<std::string> allowed;       // SIDs; empty: every account
  std::uint64_t requests = 0;
};

// A file server: its shares are directories of `disk`, by UNC path ("\\server\share").
struct SmbServer {
  std::chrono::nanoseconds latency{1'000'000};
  std::uint64_t bytes_per_second = 100'000'000;
  HResult failure;
  Disk disk;
};

// Who asks.
struct NetworkIdentity {
  TokenFacts token;       // who it is on the machine itself, and to servers unless account_sid says otherwise
  bool anonymous = true;  // LocalService, or a logon that keeps no credentials
  bool valid = true;      // false: the credentials of a new-credentials logon are wrong
  // Another account that is shown to servers, without groups: a service's computer, the one of a new-credentials logon.
  std::optional<std::string> account_sid = std::nullopt;
};

// User name and password, as SetCredentials got them.
struct ExplicitCredentials {
  AuthTarget target = AuthTarget::kServer;
  AuthScheme scheme = AuthScheme::kNegotiate;
  std::optional<std::string> user_name = std::nullopt;  // absent: the implicit credentials of `identity`
  std::shared_ptr<const Secret> password = nullptr;     // absent: empty; the copies share it, the last one wipes it
};

// One request of BITS.
struct TransferRequest {
  std::string remote_name;   // http, https or file URL, UNC path, or a path on a drive
  std::uint64_t offset = 0;  // where to go on
  bool upload = false;
  FileContent upload_content;       // the whole file, whatever the offset
  NetworkIdentity server_identity;  // for SMB, and for implicit credentials to a server
  NetworkIdentity proxy_identity;   // for implicit credentials to a proxy
  std::vector<ExplicitCredentials> credentials;
  std::optional<std::string> proxy;               // "host:port"; absent: directly
  std::optional<std::string> client_certificate;  // its subject
  std::size_t range_count = 0;                    // 0: the whole file
};

// How a request ends.
struct TransferAnswer {
  HResult error;  // a failure, with its context
  ErrorContext context = ErrorContext::kNone;
  bool transient = false;                  // worth another try
  bool http = true;                        // the protocol: http, or file
  FileContent content;                     // from the offset asked for, or from 0: see offset
  std::uint64_t offset = 0;                // of the first byte of `content` in the file
  std::optional<std::uint64_t> total;      // of the whole file, when the server tells
  std::optional<std::uint64_t> cut_after;  // the connection breaks after so many bytes of `content`
  std::chrono::nanoseconds latency{};
  std::uint64_t bytes_per_second = 100'000'000;
  FileContent reply;  // of an upload-reply
};

// Which SID a user name and password belong to; nothing for wrong ones. Given by the world's accounts.
using CredentialCheck =
    std::function<std::optional<std::string>(std::string_view user_name, std::string_view password)>;

// Not thread-safe: the world's lock guards it. References stay valid as long as the network.
class Network {
 public:
  explicit Network(CredentialCheck check) : check_(std::move(check)) {}

  // --- set-up: throws std::invalid_argument that names what is wrong, and what is missing ---------------------------
  // Hosts compare without case; http means port 80, https 443, and a proxy 80, where no port is named.

  // "http://files.contoso.test" or "https://host:8443". Throws for one that is there already.
  HttpServer& AddHttpServer(std::string_view origin);
  // "proxy:8080". Throws for one that is there already.
  HttpProxy& AddProxy(std::string_view host_and_port);
  // "fileserver". Throws for one that is there already.
  SmbServer& AddSmbServer(std::string_view host);
  // A resource of a server that exists; the URL is whole. Replaces an older one.
  HttpResource& AddHttpResource(std::string_view url, FileContent content);

  HttpServer& GetHttpServer(std::string_view origin);
  HttpProxy& GetProxy(std::string_view host_and_port);
  SmbServer& GetSmbServer(std::string_view host);

  // Whether a server of this network is at the URL's origin.
  bool Knows(std::string_view url) const;

  // The cable. Without it every request ends in BG_E_NETWORK_DISCONNECTED.
  bool connected = true;

  // --- what BITS and programs do ------------------------------------------------------------------------------------

  // Names are resolved against `local` for file URLs and paths on a drive. Up to ten redirects are followed.
  //
  // An upload that the connection survives is stored at once: in `uploads`, or on the disk of a file server; one that
  // is cut off is not. With ranges the whole content is answered, for BITS to pick from.
  //
  // Errors with context REMOTE_FILE: an HTTP status as BG_E_HTTP_ERROR_nnn, transient for 408, 500, 502, 503, 504 and
  // others that may pass; fatal are BG_E_MISSING_FILE_SIZE, BG_E_INSUFFICIENT_RANGE_SUPPORT,
  // BG_E_INVALID_SERVER_RESPONSE (also for too many redirects); from files E_ACCESSDENIED, ERROR_FILE_NOT_FOUND,
  // ERROR_PATH_NOT_FOUND, ERROR_LOGON_FAILURE for an identity that is not valid, and, transient,
  // ERROR_SHARING_VIOLATION; E_INVALIDARG for a name that means nothing.
  //
  // Errors with context GENERAL_TRANSPORT: transient are BG_E_NAME_RESOLUTION_FAILURE,
  // BG_E_PROXY_NAME_RESOLUTION_FAILURE, ERROR_BAD_NETPATH, BG_E_NETWORK_DISCONNECTED, and the `failure` of a server or
  // proxy; fatal is ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED.
  TransferAnswer Ask(const TransferRequest& request, Disk& local);

  // As a program's own HTTP client asks, directly and without credentials or a certificate: see HttpClient. `failure`
  // of a server shows as WinHTTP would name it; one that is slower than the request's timeout is
  // ERROR_WINHTTP_TIMEOUT, and too many redirects are ERROR_WINHTTP_INVALID_SERVER_RESPONSE.
  Result<HttpResponse> Send(const HttpRequest& request);

  // The URL's origin and the rest: "http://host:80/a?b" is {"http://host:80", "/a?b"}. Nothing for what is no HTTP URL.
  static std::optional<std::pair<std::string, std::string>> SplitUrl(std::string_view url);

 private:
  HttpServer* FindHttpServer(std::string_view origin) const;
  TransferAnswer AskHttp(const TransferRequest& request);
  TransferAnswer AskFile(const TransferRequest& request, std::string_view path, Disk& local);
  // Each adds to `answer`, and writes there why it failed.
  bool PassProxy(const TransferRequest& request, TransferAnswer& answer);
  HttpServer* Connect(const TransferRequest& request, std::string_view origin, TransferAnswer& answer);

  CredentialCheck check_;
  std::map<std::string, std::unique_ptr<HttpServer>, std::less<>> http_;  // by lower-case origin with port
  std::map<std::string, std::unique_ptr<HttpProxy>, std::less<>> proxies_;
  std::map<std::string, std::unique_ptr<SmbServer>, std::less<>> smb_;
};

}  // namespace bits::fakes
