#include "harness/win32/windows_headers.h"

#include "fakes/com/real_http_source.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "fakes/bits/real_exchange.h"
#include "fakes/com/thread_identity.h"
#include "fakes/world/http_status.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::fakes::com {
namespace {

constexpr std::size_t kPieceSize = std::size_t{64} * 1024;
constexpr std::chrono::milliseconds kFlow{50};
constexpr DWORD kLookAgain = 10;  // milliseconds
constexpr DWORD kOk = 200;
constexpr DWORD kPartialContent = 206;
constexpr DWORD kUnauthorized = 401;

struct TransportName {
  HResult winhttp;
  HResult bits;
};
constexpr TransportName kTransportNames[] = {
    {"ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr, "BG_E_NAME_RESOLUTION_FAILURE"_hr},
    {"ERROR_WINHTTP_CANNOT_CONNECT"_hr, "BG_E_CONNECT_FAILURE"_hr},
    {"ERROR_WINHTTP_TIMEOUT"_hr, "BG_E_TIMEOUT"_hr},
    {"ERROR_WINHTTP_SECURE_FAILURE"_hr, "BG_E_SECURE_CHANNEL_FAILURE"_hr},
    {"ERROR_WINHTTP_INVALID_SERVER_RESPONSE"_hr, "BG_E_SERVER_PROTOCOL_VIOLATION"_hr},
    {"ERROR_WINHTTP_CONNECTION_ERROR"_hr, "BG_E_CONNECTION_CLOSED"_hr},
    // Wine passes on what the socket said.
    {"WSAETIMEDOUT"_hr, "BG_E_TIMEOUT"_hr},
    {"WSAECONNREFUSED"_hr, "BG_E_CONNECT_FAILURE"_hr},
    {HResult::FromWin32(WSAECONNRESET), "BG_E_CONNECTION_CLOSED"_hr},
    {HResult::FromWin32(WSAECONNABORTED), "BG_E_CONNECTION_CLOSED"_hr},
};

RealEnd TransportFailure(DWORD error) {
  const HResult result = HResult::FromWin32(error);
  const auto* const known = std::ranges::find(kTransportNames, result, &TransportName::winhttp);
  const HResult named = known == std::end(kTransportNames) ? result : known->bits;
  return {named, ErrorContext::kGeneralTransport, named != "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"_hr};
}

RealEnd RemoteFailure(HResult error, bool transient = false) { return {error, ErrorContext::kRemoteFile, transient}; }

RealEnd StatusFailure(DWORD status) { return RemoteFailure(HResultOfStatus(status), IsTransientStatus(status)); }

// What WinHTTP's threads write to. They keep it for as long as they need it: a request that was given up may still be
// waiting for its server, and nobody waits for that.
struct Operation {
  win32::KernelHandle done{CreateEventW(nullptr, /*bManualReset=*/FALSE, /*bInitialState=*/FALSE, nullptr)};
  std::atomic<DWORD> error{ERROR_SUCCESS};
  std::atomic<DWORD> bytes{0};
  std::vector<char> buffer = std::vector<char>(kPieceSize);
};

void CALLBACK OnStatus(HINTERNET, DWORD_PTR context, DWORD status, LPVOID information, DWORD length) {
  auto* const owner = reinterpret_cast<std::shared_ptr<Operation>*>(context);
  if (owner == nullptr) return;
  if (status == WINHTTP_CALLBACK_STATUS_HANDLE_CLOSING) {
    delete owner;
    return;
  }
  Operation& operation = **owner;
  switch (status) {
    case WINHTTP_CALLBACK_STATUS_SENDREQUEST_COMPLETE:
    case WINHTTP_CALLBACK_STATUS_HEADERS_AVAILABLE:
      operation.error = ERROR_SUCCESS;
      break;
    case WINHTTP_CALLBACK_STATUS_DATA_AVAILABLE:
      operation.error = ERROR_SUCCESS;
      operation.bytes = *static_cast<const DWORD*>(information);
      break;
    case WINHTTP_CALLBACK_STATUS_READ_COMPLETE:
      operation.error = ERROR_SUCCESS;
      operation.bytes = length;
      break;
    case WINHTTP_CALLBACK_STATUS_REQUEST_ERROR:
      operation.error = static_cast<const WINHTTP_ASYNC_RESULT*>(information)->dwError;
      break;
    default:
      return;
  }
  SetEvent(operation.done.get());
}

struct Target {
  std::wstring host;
  INTERNET_PORT port = 0;
  std::wstring resource;
  bool secure = false;
};

std::optional<Target> Crack(std::string_view url) {
  const Result<std::wstring> wide = win32::WideFromUtf8(url);
  if (!wide) return std::nullopt;
  URL_COMPONENTS parts{};
  parts.dwStructSize = sizeof(parts);
  parts.dwHostNameLength = static_cast<DWORD>(-1);  // a pointer into the URL, please
  parts.dwUrlPathLength = static_cast<DWORD>(-1);
  parts.dwExtraInfoLength = static_cast<DWORD>(-1);
  if (!WinHttpCrackUrl(wide->c_str(), static_cast<DWORD>(wide->size()), 0, &parts) || parts.dwHostNameLength == 0) {
    return std::nullopt;
  }
  std::wstring resource(parts.lpszUrlPath, parts.dwUrlPathLength);
  const std::wstring_view extra(parts.lpszExtraInfo, parts.dwExtraInfoLength);
  resource += extra.substr(0, extra.find(L'#'));
  return Target{{parts.lpszHostName, parts.dwHostNameLength},
                parts.nPort,
                std::move(resource),
                parts.nScheme == INTERNET_SCHEME_HTTPS};
}

std::optional<std::uint64_t> Number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

DWORD SchemesOf(AuthScheme scheme) {
  switch (scheme) {
    case AuthScheme::kBasic:
      return WINHTTP_AUTH_SCHEME_BASIC;
    case AuthScheme::kDigest:
      return WINHTTP_AUTH_SCHEME_DIGEST;
    case AuthScheme::kNtlm:
      return WINHTTP_AUTH_SCHEME_NTLM;
    case AuthScheme::kNegotiate:
      return WINHTTP_AUTH_SCHEME_NEGOTIATE;
    case AuthScheme::kPassport:
      return WINHTTP_AUTH_SCHEME_PASSPORT;
  }
  return 0;
}

// One request and its answer. A failure of a step ends it.
class Exchange {
 public:
  Exchange(HINTERNET session, const Target& target, const RealRequest& wanted, const std::stop_token& stop)
      : target_(target), wanted_(wanted), stop_(stop) {
    connection_.reset(WinHttpConnect(session, target.host.c_str(), target.port, 0));
  }

  // Nothing: the headers of the answer are there. `headers`: lines, each with its end.
  std::optional<RealEnd> Send(const wchar_t* method, const std::string& headers) {
    if (!connection_) return TransportFailure(GetLastError());
    request_.reset(WinHttpOpenRequest(connection_.get(), method, target_.resource.c_str(), nullptr, WINHTTP_NO_REFERER,
                                      WINHTTP_DEFAULT_ACCEPT_TYPES, target_.secure ? WINHTTP_FLAG_SECURE : 0));
    if (!request_) return TransportFailure(GetLastError());
    operation_ = std::make_shared<Operation>();
    auto owner = std::make_unique<std::shared_ptr<Operation>>(operation_);
    DWORD_PTR context = reinterpret_cast<DWORD_PTR>(owner.get());
    if (!operation_->done ||
        !WinHttpSetOption(request_.get(), WINHTTP_OPTION_CONTEXT_VALUE, &context, sizeof(context))) {
      return TransportFailure(GetLastError());
    }
    static_cast<void>(owner.release());  // the last callback deletes it
    SetAutologon(WINHTTP_AUTOLOGON_SECURITY_LEVEL_HIGH);
    if (wanted_.without_proxy) {
      WINHTTP_PROXY_INFO direct{WINHTTP_ACCESS_TYPE_NO_PROXY, nullptr, nullptr};
      WinHttpSetOption(request_.get(), WINHTTP_OPTION_PROXY, &direct, sizeof(direct));
    }
    const Result<std::wstring> lines = win32::WideFromUtf8(headers);
    if (!lines) return RemoteFailure("E_INVALIDARG"_hr);
    if (!lines->empty() && !WinHttpAddRequestHeaders(request_.get(), lines->c_str(), static_cast<DWORD>(lines->size()),
                                                     WINHTTP_ADDREQ_FLAG_ADD | WINHTTP_ADDREQ_FLAG_REPLACE)) {
      return TransportFailure(GetLastError());
    }
    position_ = 0;
    flows_ = false;
    last_piece_ = std::chrono::steady_clock::now();
    for (bool answered_challenge = false;; answered_challenge = true) {
      if (const auto failure = Step(WinHttpSendRequest(request_.get(), WINHTTP_NO_ADDITIONAL_HEADERS, 0,
                                                       WINHTTP_NO_REQUEST_DATA, 0, 0, context))) {
        return failure;
      }
      if (const auto failure = Step(WinHttpReceiveResponse(request_.get(), nullptr))) return failure;
      status_ = static_cast<DWORD>(Number(Header(WINHTTP_QUERY_STATUS_CODE)).value_or(0));
      if (status_ != kUnauthorized || answered_challenge || !AnswerChallenge()) return std::nullopt;
    }
  }

  DWORD status() const { return status_; }

  // Empty when there is no such header.
  std::string Header(DWORD information) const {
    DWORD size = 0;
    WinHttpQueryHeaders(request_.get(), information, WINHTTP_HEADER_NAME_BY_INDEX, WINHTTP_NO_OUTPUT_BUFFER, &size,
                        WINHTTP_NO_HEADER_INDEX);
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER) return {};
    std::wstring text(size / sizeof(wchar_t), L'\0');
    if (!WinHttpQueryHeaders(request_.get(), information, WINHTTP_HEADER_NAME_BY_INDEX, text.data(), &size,
                             WINHTTP_NO_HEADER_INDEX)) {
      return {};
    }
    text.resize(size / sizeof(wchar_t));
    return win32::Utf8FromWide(text).value_or(std::string());
  }

  // What tells one file from another at the same place.
  std::string Version() const {
    const std::string tag = Header(WINHTTP_QUERY_ETAG);
    return tag.empty() || tag.starts_with("W/") ? Header(WINHTTP_QUERY_LAST_MODIFIED) : tag;
  }

  // The next bytes of the body, no more than `most`. None: it has ended.
  std::optional<RealEnd> Read(std::uint64_t most, std::string_view& bytes) {
    bytes = {};
    std::uint64_t wanted = kPieceSize - position_ % kPieceSize;
    if (!flows_) {
      // Only what is here: a read waits until its buffer is full, and nobody would see what has come.
      operation_->bytes = 0;
      if (auto failure = Step(WinHttpQueryDataAvailable(request_.get(), nullptr))) return failure;
      wanted = std::min<std::uint64_t>(wanted, operation_->bytes);
      if (wanted == 0) return std::nullopt;
    }
    wanted = std::min(wanted, most);
    operation_->bytes = 0;
    if (auto failure =
            Step(WinHttpReadData(request_.get(), operation_->buffer.data(), static_cast<DWORD>(wanted), nullptr))) {
      return failure;
    }
    bytes = {operation_->buffer.data(), operation_->bytes.load()};
    position_ += bytes.size();
    if (position_ % kPieceSize == 0) {
      const auto now = std::chrono::steady_clock::now();
      flows_ = now - std::exchange(last_piece_, now) < kFlow;
    }
    return std::nullopt;
  }

 private:
  // Waits until a step that was begun is done, or until nobody wants it. Not with a std::stop_callback: the semaphore
  // that its destructor waits on loses a wake-up now and then in the libstdc++ of mingw-w64 (12.2).
  std::optional<RealEnd> Step(BOOL begun) {
    if (!begun) return TransportFailure(GetLastError());
    while (WaitForSingleObject(operation_->done.get(), kLookAgain) != WAIT_OBJECT_0) {
      if (!stop_.stop_requested()) continue;
      request_.reset();
      return TransportFailure(ERROR_WINHTTP_OPERATION_CANCELLED);
    }
    const DWORD error = operation_->error;
    return error == ERROR_SUCCESS ? std::nullopt : std::optional(TransportFailure(error));
  }

  void SetAutologon(DWORD policy) {
    WinHttpSetOption(request_.get(), WINHTTP_OPTION_AUTOLOGON_POLICY, &policy, sizeof(policy));
  }

  // Whether there are credentials for what the server asks for; they are sent with the next request.
  bool AnswerChallenge() {
    DWORD supported = 0;
    DWORD first = 0;
    DWORD target = 0;
    if (!WinHttpQueryAuthSchemes(request_.get(), &supported, &first, &target)) return false;
    const auto fitting = std::ranges::find_if(wanted_.credentials, [&](const ExplicitCredentials& each) {
      return each.target == AuthTarget::kServer && (SchemesOf(each.scheme) & supported) != 0;
    });
    if (fitting == wanted_.credentials.end()) return false;
    if (!fitting->user_name) {
      SetAutologon(WINHTTP_AUTOLOGON_SECURITY_LEVEL_LOW);
      return WinHttpSetCredentials(request_.get(), target, SchemesOf(fitting->scheme), nullptr, nullptr, nullptr);
    }
    const Result<std::wstring> user = win32::WideFromUtf8(*fitting->user_name);
    const Secret none;
    Result<win32::WideSecret> password = win32::WideSecret::From(fitting->password ? *fitting->password : none);
    return user && password &&
           WinHttpSetCredentials(request_.get(), target, SchemesOf(fitting->scheme), user->c_str(), password->c_str(),
                                 nullptr);
  }

  const Target& target_;
  const RealRequest& wanted_;
  const std::stop_token& stop_;
  win32::InternetHandle connection_;
  win32::InternetHandle request_;
  std::shared_ptr<Operation> operation_;
  DWORD status_ = 0;
  std::uint64_t position_ = 0;  // in the body
  // A piece came so quickly that the next may be waited for as a whole: Wine looks at 8 KB at a time.
  bool flows_ = false;
  std::chrono::steady_clock::time_point last_piece_;
};

// "bytes 5-9/10" is the answer to bytes=5-9 of ten.
bool IsContentRange(std::string_view header, const FilePart& part, std::uint64_t size) {
  const std::string range = fmt::format("bytes {}-{}/", part.offset, part.offset + part.length - 1);
  if (!header.starts_with(range)) return false;
  header.remove_prefix(range.size());
  return header == "*" || Number(header) == size;
}

std::string Lines(const std::string& headers, const std::string& more) {
  if (headers.empty() || headers.ends_with("\r\n")) return headers + more;
  return headers + "\r\n" + more;
}

// Passes on the body of an answer, of which `length` bytes are expected.
std::optional<RealEnd> Pass(Exchange& exchange, std::uint64_t length, RealReceiver& receiver) {
  while (length > 0) {
    std::string_view bytes;
    if (auto failure = exchange.Read(length, bytes)) return failure;
    if (bytes.empty()) return TransportFailure(ERROR_WINHTTP_CONNECTION_ERROR);
    if (!receiver.Receive(bytes)) return RealEnd();
    length -= bytes.size();
  }
  return std::nullopt;
}

RealEnd FetchFrom(HINTERNET session, const Target& target, const RealRequest& request, RealReceiver& receiver,
                  const std::stop_token& stop) {
  RealHead head;
  std::vector<FilePart> parts;
  std::uint64_t size = 0;
  {
    Exchange asked(session, target, request, stop);
    if (const auto failure = asked.Send(L"HEAD", Lines(request.headers, "Accept-Encoding: identity\r\n"))) {
      return *failure;
    }
    if (asked.status() != kOk) return StatusFailure(asked.status());
    const std::optional<std::uint64_t> length = Number(asked.Header(WINHTTP_QUERY_CONTENT_LENGTH));
    if (!length) return RemoteFailure("BG_E_MISSING_FILE_SIZE"_hr);
    size = *length;
    head.version = asked.Version();
  }
  const auto all = PartsOf(request.ranges, size);
  if (!all) return RemoteFailure("BG_E_INVALID_RANGE"_hr);
  for (const FilePart& part : *all) head.size += part.length;
  head.offset = OffsetOf(request, head.size, head.version);
  parts = PartsAfter(*all, head.offset);
  if (parts.empty()) {
    static_cast<void>(receiver.Begin(head));
    return {};
  }
  Exchange exchange(session, target, request, stop);
  bool begun = false;
  for (const FilePart& part : parts) {
    const bool whole = request.ranges.empty() && part.offset == 0;
    std::string headers = Lines(request.headers, "Accept-Encoding: identity\r\n");
    if (!whole) headers += fmt::format("Range: bytes={}-{}\r\n", part.offset, part.offset + part.length - 1);
    if (const auto failure = exchange.Send(L"GET", headers)) return *failure;
    std::uint64_t length = part.length;
    const std::string version = exchange.Version();
    const bool another = !version.empty() && !head.version.empty() && version != head.version;
    if (exchange.status() == kPartialContent && !whole && !another) {
      if (!IsContentRange(exchange.Header(WINHTTP_QUERY_CONTENT_RANGE), part, size)) {
        return RemoteFailure("BG_E_INVALID_SERVER_RESPONSE"_hr);
      }
    } else if (exchange.status() == kOk && request.ranges.empty() &&
               Number(exchange.Header(WINHTTP_QUERY_CONTENT_LENGTH)) == size && !another) {
      head.offset = 0;  // the whole, whatever was asked for
      length = size;
    } else if (exchange.status() == kOk && !request.ranges.empty()) {
      return RemoteFailure("BG_E_INSUFFICIENT_RANGE_SUPPORT"_hr);
    } else if (exchange.status() == kOk || exchange.status() == kPartialContent) {
      // It changes at this moment; the next try finds out.
      return RemoteFailure("BG_E_REMOTE_FILE_CHANGED"_hr, /*transient=*/true);
    } else {
      return StatusFailure(exchange.status());
    }
    if (!std::exchange(begun, true) && !receiver.Begin(head)) return {};
    if (const auto end = Pass(exchange, length, receiver)) return *end;
  }
  return {};
}

}  // namespace

RealHttpSource::RealHttpSource(std::chrono::milliseconds patience) {
  // With the proxy that the system finds out by itself, since Windows 8.1; before, with the one configured.
  for (const DWORD proxy : {DWORD{WINHTTP_ACCESS_TYPE_AUTOMATIC_PROXY}, DWORD{WINHTTP_ACCESS_TYPE_DEFAULT_PROXY}}) {
    session_.reset(
        WinHttpOpen(L"Microsoft BITS/7.8", proxy, WINHTTP_NO_PROXY_NAME, WINHTTP_NO_PROXY_BYPASS, WINHTTP_FLAG_ASYNC));
    if (session_) break;
  }
  const auto each = static_cast<int>(std::clamp<std::int64_t>(patience.count(), 1, std::numeric_limits<int>::max()));
  auto response = static_cast<DWORD>(each);
  if (!session_ || !WinHttpSetTimeouts(session_.get(), each, each, each, each) ||
      !WinHttpSetOption(session_.get(), WINHTTP_OPTION_RECEIVE_RESPONSE_TIMEOUT, &response, sizeof(response)) ||
      WinHttpSetStatusCallback(session_.get(), &OnStatus,
                               WINHTTP_CALLBACK_FLAG_ALL_COMPLETIONS | WINHTTP_CALLBACK_FLAG_HANDLES,
                               0) == WINHTTP_INVALID_STATUS_CALLBACK) {
    throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), "WinHTTP");
  }
}

RealHttpSource::~RealHttpSource() = default;

RealEnd RealHttpSource::Fetch(const RealRequest& request, RealReceiver& receiver, const std::stop_token& stop) {
  const std::optional<Target> target = Crack(request.remote_name);
  if (!target) return RemoteFailure("E_INVALIDARG"_hr);
  const ThreadIdentity user(request.token ? request.token->native.get() : nullptr);
  if (user.result().Failed()) return RemoteFailure(user.result());
  return FetchFrom(session_.get(), *target, request, receiver, stop);
}

}  // namespace bits::fakes::com
