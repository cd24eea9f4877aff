#include "harness/win32/windows_headers.h"

#include "harness/win32/http_client.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

// The parts of a URL that WinHTTP asks for one by one.
struct Target {
  std::wstring host;
  INTERNET_PORT port = 0;
  std::wstring resource;  // path and query
  bool secure = false;
};

Result<Target> Crack(std::string_view url) {
  const Result<std::wstring> wide = WideFromUtf8(url);
  if (!wide) return Failure(wide.error());
  URL_COMPONENTS parts{};
  parts.dwStructSize = sizeof(parts);
  parts.dwHostNameLength = static_cast<DWORD>(-1);  // a pointer into the URL, please
  parts.dwUrlPathLength = static_cast<DWORD>(-1);
  parts.dwExtraInfoLength = static_cast<DWORD>(-1);
  if (!WinHttpCrackUrl(wide->c_str(), static_cast<DWORD>(wide->size()), 0, &parts) || parts.dwHostNameLength == 0) {
    return Failure("E_INVALIDARG"_hr);
  }
  std::wstring resource(parts.lpszUrlPath, parts.dwUrlPathLength);
  const std::wstring_view extra(parts.lpszExtraInfo, parts.dwExtraInfoLength);
  resource += extra.substr(0, extra.find(L'#'));  // a fragment is not sent to a server
  return Target{{parts.lpszHostName, parts.dwHostNameLength},
                parts.nPort,
                std::move(resource),
                parts.nScheme == INTERNET_SCHEME_HTTPS};
}

Result<std::wstring> HeaderLines(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string lines;
  for (const auto& [name, value] : headers) {
    constexpr std::string_view kLineBreaks = "\r\n";
    if (name.empty() || name.find_first_of("\r\n:") != std::string::npos ||
        value.find_first_of(kLineBreaks) != std::string::npos) {
      return Failure("E_INVALIDARG"_hr);
    }
    lines.append(name).append(": ").append(value).append(kLineBreaks);
  }
  return WideFromUtf8(lines);
}

// With the proxy the system finds out by itself, since Windows 8.1; before, with the one configured.
InternetHandle OpenSession() {
  for (const DWORD proxy : {DWORD{WINHTTP_ACCESS_TYPE_AUTOMATIC_PROXY}, DWORD{WINHTTP_ACCESS_TYPE_DEFAULT_PROXY}}) {
    InternetHandle session(
        WinHttpOpen(L"bits-harness", proxy, WINHTTP_NO_PROXY_NAME, WINHTTP_NO_PROXY_BYPASS, /*dwFlags=*/0));
    if (session) return session;
  }
  return nullptr;
}

// The same time for each step. Zero would mean for ever.
BOOL SetTimeouts(HINTERNET session, std::chrono::milliseconds each) {
  const auto timeout = static_cast<int>(std::clamp<std::int64_t>(each.count(), 1, std::numeric_limits<int>::max()));
  // How long a server may think before it answers is an option of its own.
  auto response_timeout = static_cast<DWORD>(timeout);
  return WinHttpSetTimeouts(session, timeout, timeout, timeout, timeout) &&
         WinHttpSetOption(session, WINHTTP_OPTION_RECEIVE_RESPONSE_TIMEOUT, &response_timeout,
                          sizeof(response_timeout));
}

// Wine passes on what the socket said.
HResult TransportError() {
  const HResult error = LastError();
  return error == "WSAETIMEDOUT"_hr ? "ERROR_WINHTTP_TIMEOUT"_hr : error;
}

Result<std::string> QueryText(HINTERNET request, DWORD information) {
  DWORD size = 0;  // in bytes
  WinHttpQueryHeaders(request, information, WINHTTP_HEADER_NAME_BY_INDEX, WINHTTP_NO_OUTPUT_BUFFER, &size,
                      WINHTTP_NO_HEADER_INDEX);
  if (GetLastError() != ERROR_INSUFFICIENT_BUFFER) return Failure(LastError());
  std::wstring text(size / sizeof(wchar_t), L'\0');
  if (!WinHttpQueryHeaders(request, information, WINHTTP_HEADER_NAME_BY_INDEX, text.data(), &size,
                           WINHTTP_NO_HEADER_INDEX)) {
    return Failure(LastError());
  }
  text.resize(size / sizeof(wchar_t));
  return Utf8FromWide(text);
}

// The header lines of a response, without the status line before them.
std::vector<std::pair<std::string, std::string>> ParseHeaders(std::string_view lines) {
  constexpr std::string_view kLineBreak = "\r\n";
  std::vector<std::pair<std::string, std::string>> headers;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find(kLineBreak), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + kLineBreak.size(), lines.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    headers.emplace_back(line.substr(0, colon), value);
  }
  return headers;
}

Result<HttpResponse> ReadResponse(HINTERNET request) {
  HttpResponse response;
  DWORD status = 0;
  DWORD size = sizeof(status);
  if (!WinHttpQueryHeaders(request, WINHTTP_QUERY_STATUS_CODE | WINHTTP_QUERY_FLAG_NUMBER, WINHTTP_HEADER_NAME_BY_INDEX,
                           &status, &size, WINHTTP_NO_HEADER_INDEX)) {
    return Failure(LastError());
  }
  response.status = status;
  // A server may leave the reason out.
  response.reason = QueryText(request, WINHTTP_QUERY_STATUS_TEXT).value_or("");
  const Result<std::string> lines = QueryText(request, WINHTTP_QUERY_RAW_HEADERS_CRLF);
  if (!lines) return Failure(lines.error());
  response.headers = ParseHeaders(*lines);
  return response;
}

}  // namespace

Result<HttpResponse> HttpClient::Send(const HttpRequest& request) {
  const Result<Target> target = Crack(request.url);
  if (!target) return Failure(target.error());
  const Result<std::wstring> method = WideFromUtf8(request.method);
  if (!method) return Failure(method.error());
  const Result<std::wstring> headers = HeaderLines(request.headers);
  if (!headers) return Failure(headers.error());

  const InternetHandle session = OpenSession();
  if (!session) return Failure(LastError());
  if (!SetTimeouts(session.get(), request.timeout)) return Failure(LastError());
  const InternetHandle connection(WinHttpConnect(session.get(), target->host.c_str(), target->port, 0));
  if (!connection) return Failure(LastError());
  const InternetHandle handle(WinHttpOpenRequest(connection.get(), method->c_str(), target->resource.c_str(),
                                                 /*pwszVersion=*/nullptr, WINHTTP_NO_REFERER,
                                                 WINHTTP_DEFAULT_ACCEPT_TYPES,
                                                 target->secure ? WINHTTP_FLAG_SECURE : 0));
  if (!handle) return Failure(LastError());
  const wchar_t* const lines = headers->empty() ? WINHTTP_NO_ADDITIONAL_HEADERS : headers->c_str();
  if (!WinHttpSendRequest(handle.get(), lines, static_cast<DWORD>(headers->size()), WINHTTP_NO_REQUEST_DATA, 0, 0, 0) ||
      !WinHttpReceiveResponse(handle.get(), nullptr)) {
    return Failure(TransportError());
  }
  return ReadResponse(handle.get());
}

}  // namespace bits::win32
