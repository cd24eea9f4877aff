#include "scenarios/http/http_server.h"

#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "scenarios/http/http_answer.h"
#include "scenarios/http/http_connection.h"
#include "scenarios/http/http_holds.h"
#include "scenarios/http/loopback.h"

namespace bits::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

}  // namespace

class HttpServer::Impl : public HttpResponder {
 public:
  Impl(std::uint16_t port, Resolver resolver) : resolver_(std::move(resolver)) {
    // A port that was asked for is taken even where connections of an earlier run linger (TIME_WAIT).
    BindToLoopback(acceptor_, port, port == 0 ? ReusePort::kNo : ReusePort::kYes);
    boost::system::error_code error;
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) throw std::system_error(error, "127.0.0.1 cannot be listened at");
    port_ = acceptor_.local_endpoint().port();
    Accept();
    thread_ = std::thread([this] { context_.run(); });
  }

  ~Impl() override {
    context_.stop();
    thread_.join();
    // Whoever is held has a socket of the context; the context itself ends the others.
    holds_.Clear();
  }

  std::uint16_t port() const { return port_; }
  HttpHolds& holds() { return holds_; }

  void Set(std::string target, HttpResource resource) {
    const std::lock_guard lock(mutex_);
    resources_.insert_or_assign(std::move(target), std::move(resource));
  }

  std::vector<RecordedRequest> Requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  HttpAnswer Respond(const std::string& target, const HttpQuestion& question) override {
    return AnswerFor(Record(target, question), question);
  }

 private:
  HttpResource Record(const std::string& target, const HttpQuestion& question) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back({.method = question.method, .target = target, .range = question.range});
      if (const auto found = resources_.find(target); found != resources_.end()) return found->second;
    }
    if (resolver_) {
      if (std::optional<HttpResource> resource = resolver_(target)) return *std::move(resource);
    }
    return {.status = 404, .content = HttpContent::Bytes("There is nothing here.\n")};
  }

  void Accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (!error) {
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        std::make_shared<HttpConnection>(std::move(socket), *this, holds_)->Start();
      }
      // A connection that was gone before it was accepted is no reason to stop.
      Accept();
    });
  }

  const Resolver resolver_;
  mutable std::mutex mutex_;  // guards the next two
  std::map<std::string, HttpResource> resources_;
  std::vector<RecordedRequest> requests_;
  asio::io_context context_{1};  // run by one thread
  HttpHolds holds_;              // after the context: what is held goes first
  tcp::acceptor acceptor_{context_};
  std::uint16_t port_ = 0;
  std::thread thread_;
};

HttpServer::HttpServer(std::uint16_t port, Resolver resolver)
    : impl_(std::make_unique<Impl>(port, std::move(resolver))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->port(); }

std::string HttpServer::Url(std::string_view target) const {
  return fmt::format("http://127.0.0.1:{}{}", port(), target);
}

void HttpServer::Set(std::string target, HttpResource resource) { impl_->Set(std::move(target), std::move(resource)); }

void HttpServer::Hold(const std::string& target) { impl_->holds().SetLimit(target, kNothingSent); }

void HttpServer::Hold(const std::string& target, std::uint64_t body_bytes) {
  impl_->holds().SetLimit(target, 1 + body_bytes);
}

void HttpServer::Release(const std::string& target) { impl_->holds().SetLimit(target, kNoLimit); }

bool HttpServer::WaitUntilHeld(const std::string& target, std::size_t count, std::chrono::milliseconds limit) {
  return impl_->holds().WaitUntilHeld(target, count, limit);
}

std::vector<RecordedRequest> HttpServer::Requests() const { return impl_->Requests(); }

}  // namespace bits::testing
