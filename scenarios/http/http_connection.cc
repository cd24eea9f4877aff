#include "scenarios/http/http_connection.h"

#include <algorithm>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>

namespace bits::testing {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

// No body, and no Content-Length either [RFC 9110, 8.6].
bool StatusHasNoBody(std::uint32_t status) { return status == 204 || status == 304; }

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, HttpResponder& responder, HttpHolds& holds)
    : socket_(std::move(socket)), pause_(socket_.get_executor()), responder_(responder), holds_(holds) {}

void HttpConnection::ReadRequest() {
  request_ = {};
  http::async_read(socket_, buffer_, request_, [self = shared_from_this()](error_code error, std::size_t) {
    if (!error) self->Answer();
  });
}

void HttpConnection::Answer() {
  const HttpQuestion question{.method = std::string(request_.method_string()),
                              .range = std::string(request_[http::field::range]),
                              .if_range = std::string(request_[http::field::if_range])};
  answer_ = responder_.Respond(std::string(request_.target()), question);
  sent_ = 0;

  // HTTP/1.0 knows no chunks.
  if (answer_.framing == HttpFraming::kChunked && request_.version() < 11) answer_.framing = HttpFraming::kUntilClose;
  response_.emplace();
  response_->version(request_.version());
  response_->result(answer_.status);
  for (const auto& [name, value] : answer_.headers) response_->insert(name, value);
  response_->keep_alive(request_.keep_alive() && answer_.framing != HttpFraming::kUntilClose);
  if (answer_.framing == HttpFraming::kChunked) response_->chunked(true);
  if (answer_.framing == HttpFraming::kContentLength && !StatusHasNoBody(answer_.status)) {
    response_->content_length(answer_.length);
  }
  if (StatusHasNoBody(answer_.status)) answer_.body_sent = false;
  response_->body().more = true;
  serializer_.emplace(*response_);
  SendHead();
}

void HttpConnection::SendHead() {
  if (Allowance(kNothingSent, &HttpConnection::SendHead) == 0) return;
  if (answer_.breaks == HttpBreak::kResetBeforeAnswer) {
    Reset();
    return;
  }
  http::async_write_header(socket_, *serializer_, [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return;
    if (self->answer_.body_sent) {
      self->SendBody();
    } else {
      self->NextRequest();
    }
  });
}

void HttpConnection::SendBody() {
  const bool breaks = answer_.breaks != HttpBreak::kNever;
  const std::uint64_t end = breaks ? std::min(answer_.length, answer_.break_after) : answer_.length;
  if (sent_ == end) {
    FinishBody();
    return;
  }
  const HttpPosition allowed = Allowance(1 + sent_, &HttpConnection::SendBody);
  if (allowed == 0) return;

  const auto size = static_cast<std::size_t>(std::min({end - sent_, allowed, std::uint64_t{kPieceSize}}));
  answer_.content.Read(answer_.first + sent_, std::span(piece_).first(size));
  response_->body().data = piece_.data();
  response_->body().size = size;
  http::async_write(socket_, *serializer_, [self = shared_from_this(), size](error_code error, std::size_t) {
    // The serializer's way to say that it wants the next piece.
    if (error && error != http::error::need_buffer) return;
    self->sent_ += size;
    if (self->answer_.pause.count() == 0) {
      self->SendBody();
      return;
    }
    self->pause_.expires_after(self->answer_.pause);
    self->pause_.async_wait([self](error_code pause_error) {
      if (!pause_error) self->SendBody();
    });
  });
}

void HttpConnection::FinishBody() {
  if (answer_.breaks == HttpBreak::kResetInBody) {
    Reset();
    return;
  }
  if (answer_.breaks == HttpBreak::kCloseInBody) {
    Close();
    return;
  }
  response_->body().data = nullptr;
  response_->body().size = 0;
  response_->body().more = false;
  http::async_write(socket_, *serializer_, [self = shared_from_this()](error_code error, std::size_t) {
    if (!error) self->NextRequest();
  });
}

void HttpConnection::NextRequest() {
  if (response_->keep_alive()) {
    ReadRequest();
  } else {
    Close();
  }
}

void HttpConnection::Close() {
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  // To close with unread bytes in the socket would be a reset: the client's own end is waited for.
  buffer_.clear();
  socket_.async_read_some(buffer_.prepare(kPieceSize), [self = shared_from_this()](error_code error, std::size_t) {
    if (!error) self->Close();
  });
}

void HttpConnection::Reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

HttpPosition HttpConnection::Allowance(HttpPosition position, void (HttpConnection::*next)()) {
  auto resume = [self = shared_from_this(), next]() mutable {
    // Moved, so that the connection ends on its own thread.
    auto executor = self->socket_.get_executor();
    asio::post(executor, [self = std::move(self), next] { (self.get()->*next)(); });
  };
  return holds_.Allowance(std::string(request_.target()), position, std::move(resume));
}

}  // namespace bits::testing
