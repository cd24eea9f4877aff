#include "scenarios/http/unused_port.h"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "scenarios/http/loopback.h"

namespace bits::testing {

class UnusedPort::Socket {
 public:
  Socket() { BindToLoopback(socket_, 0, ReusePort::kNo); }
  std::uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
};

UnusedPort::UnusedPort() : socket_(std::make_unique<Socket>()), port_(socket_->port()) {}

UnusedPort::~UnusedPort() = default;

std::string UnusedPort::Url(std::string_view target) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, target);
}

}  // namespace bits::testing
