// One connection of the test server. Internal to the server: it shows Boost.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "scenarios/http/http_answer.h"
#include "scenarios/http/http_holds.h"

namespace bits::testing {

// Who knows the answers.
class HttpResponder {
 public:
  virtual ~HttpResponder() = default;
  virtual HttpAnswer Respond(const std::string& target, const HttpQuestion& question) = 0;
};

// Reads requests and sends answers until the client closes, an answer is broken off, or the I/O context ends. Keeps
// itself alive by the operation that is pending. Everything happens on the thread of the socket's I/O context.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  // `responder` and `holds` must outlive the I/O context's run.
  HttpConnection(boost::asio::ip::tcp::socket socket, HttpResponder& responder, HttpHolds& holds);

  void Start() { ReadRequest(); }

 private:
  // A piece is sent at once; a pause, if the resource has one, follows each.
  static constexpr std::size_t kPieceSize = std::size_t{64} * 1024;

  void ReadRequest();
  void Answer();
  void SendHead();
  void SendBody();
  void FinishBody();
  void NextRequest();
  void Close();
  void Reset();

  // How much further the answer may go; when that is nothing, `next` runs as soon as it is more.
  HttpPosition Allowance(HttpPosition position, void (HttpConnection::*next)());

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer pause_;
  HttpResponder& responder_;
  HttpHolds& holds_;

  boost::beast::flat_buffer buffer_;
  boost::beast::http::request<boost::beast::http::string_body> request_;
  HttpAnswer answer_;
  std::uint64_t sent_ = 0;  // bytes of the body
  // Made anew for each answer.
  std::optional<boost::beast::http::response<boost::beast::http::buffer_body>> response_;
  std::optional<boost::beast::http::response_serializer<boost::beast::http::buffer_body>> serializer_;
  std::array<char, kPieceSize> piece_;
};

}  // namespace bits::testing
