// An HTTP server of a test's own, on a free port of the loopback address.
#pragma once

#include <map>
#include <string>
#include <thread>
#include <vector>

#include <winsock2.h>

namespace bits::win32 {

// Answers each path with the text given for it, status line and headers included, and any other with 404. Serves one
// request a connection. A path whose text is empty is never answered: the connection stays open until the server ends.
class TestHttpServer {
 public:
  using Answers = std::map<std::string, std::string>;

  explicit TestHttpServer(Answers answers);
  ~TestHttpServer();
  TestHttpServer(const TestHttpServer&) = delete;
  TestHttpServer& operator=(const TestHttpServer&) = delete;

  // "http://127.0.0.1:port" and `path`.
  std::string Url(const std::string& path) const;

  // What the clients sent, in order; only after the answer to it was received.
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  void Serve();

  const Answers answers_;
  SOCKET listener_ = INVALID_SOCKET;
  unsigned short port_ = 0;
  std::vector<std::string> requests_;
  std::vector<SOCKET> silent_;
  std::jthread thread_;
};

}  // namespace bits::win32
