// A port at which nobody listens.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bits::testing {

// Takes a TCP port of 127.0.0.1 without listening: connections to it are refused, and nobody else can get it, for as
// long as this object lives. Throws std::system_error when there is none to be had.
class UnusedPort {
 public:
  UnusedPort();
  ~UnusedPort();
  UnusedPort(const UnusedPort&) = delete;
  UnusedPort& operator=(const UnusedPort&) = delete;

  std::uint16_t port() const { return port_; }

  // "http://127.0.0.1:PORT" and `target`, which begins with a slash.
  std::string Url(std::string_view target) const;

 private:
  class Socket;

  std::unique_ptr<Socket> socket_;
  std::uint16_t port_ = 0;
};

}  // namespace bits::testing
