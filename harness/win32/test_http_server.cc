#include "harness/win32/test_http_server.h"

#include <stdexcept>
#include <utility>

namespace bits::win32 {
namespace {

// The path of a request's first line, "GET /path HTTP/1.1".
std::string PathOf(const std::string& request) {
  const std::size_t begin = request.find(' ') + 1;
  return request.substr(begin, request.find(' ', begin) - begin);
}

// Up to the empty line that ends the headers; empty when the client closed before.
std::string ReadRequest(SOCKET client) {
  std::string request;
  while (request.find("\r\n\r\n") == std::string::npos) {
    char buffer[4096];
    const int received = recv(client, buffer, sizeof(buffer), 0);
    if (received <= 0) return {};
    request.append(buffer, static_cast<std::size_t>(received));
  }
  return request;
}

}  // namespace

TestHttpServer::TestHttpServer(Answers answers) : answers_(std::move(answers)) {
  WSADATA data{};
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) throw std::runtime_error("WSAStartup failed");
  listener_ = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { Serve(); });
}

TestHttpServer::~TestHttpServer() {
  closesocket(listener_);  // ends accept()
  thread_.join();
  for (const SOCKET client : silent_) closesocket(client);
  WSACleanup();
}

std::string TestHttpServer::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void TestHttpServer::Serve() {
  for (;;) {
    const SOCKET client = accept(listener_, nullptr, nullptr);
    if (client == INVALID_SOCKET) return;
    const std::string request = ReadRequest(client);
    requests_.push_back(request);
    const auto found = answers_.find(PathOf(request));
    std::string answer =
        found != answers_.end() ? found->second : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    if (answer.empty()) {
      silent_.push_back(client);
      continue;
    }
    // Else a client may send its next request into a connection that is being closed.
    answer.insert(answer.find("\r\n"), "\r\nConnection: close");
    send(client, answer.data(), static_cast<int>(answer.size()), 0);
    shutdown(client, SD_BOTH);
    closesocket(client);
  }
}

}  // namespace bits::win32
