// Taking a port of this machine. Internal to the server: it shows Boost.
#pragma once

#include <cstdint>
#include <system_error>

#include <boost/asio/ip/tcp.hpp>

namespace bits::testing {

enum class ReusePort { kNo, kYes };

// Opens `socket`, a tcp::socket or tcp::acceptor, and binds it to 127.0.0.1 and `port`; 0 is any free one. Throws
// std::system_error.
template <class Socket>
void BindToLoopback(Socket& socket, std::uint16_t port, ReusePort reuse) {
  using boost::asio::ip::tcp;
  const tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error && reuse == ReusePort::kYes) socket.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) socket.bind(endpoint, error);
  if (error) throw std::system_error(error, "127.0.0.1 cannot be bound");
}

}  // namespace bits::testing
