// The HTTP server of the tests: on this machine only, and as badly behaved as a test wants.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/http/http_resource.h"

namespace bits::testing {

// A request as it came in.
struct RecordedRequest {
  std::string method = {};
  std::string target = {};  // path and query
  std::string range = {};   // the Range header, or empty
  friend bool operator==(const RecordedRequest&, const RecordedRequest&) = default;
};

// Serves at 127.0.0.1 from its construction to its destruction, HTTP/1.0 and 1.1 without TLS, any number of connections
// at once, each kept alive as the client wishes. Every method may be called on any thread at any time.
//
//   HttpServer server;
//   server.Set("/a", {.content = HttpContent::Generated(100)});
//   server.Hold("/a", 10);                           // ten bytes of the body, then it waits
//   job.AddFile(server.Url("/a"), path);
//   ASSERT_TRUE(server.WaitUntilHeld("/a"));
//   server.Release("/a");
class HttpServer {
 public:
  // Yields what is served at `target`, or nothing. Called on the server's thread; must not throw.
  using Resolver = std::function<std::optional<HttpResource>(std::string_view target)>;

  // Listens at `port`; 0 lets the system choose a free one. `resolver` answers for targets that were not Set. Throws
  // std::system_error when the port cannot be had.
  explicit HttpServer(std::uint16_t port = 0, Resolver resolver = {});

  // Breaks off every connection, whatever it is doing, and waits for the server's thread.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

  // "http://127.0.0.1:PORT" and `target`, which begins with a slash.
  std::string Url(std::string_view target) const;

  // What is served at `target` from now on. A target that nothing is known of is answered with 404.
  void Set(std::string target, HttpResource resource);

  // Answers for `target` are not begun any more: the request is read and recorded, then it waits. The second form lets
  // the head and so many bytes of the body go out first; called again with more, it lets an answer trickle. Answers
  // under way are stopped too, if they have not come so far yet.
  void Hold(const std::string& target);
  void Hold(const std::string& target, std::uint64_t body_bytes);

  // Lets all answers for `target` go on, and new ones begin.
  void Release(const std::string& target);

  // Waits until `count` answers for `target` have come to where they are held. False when that took longer than
  // `limit`, which is there to end a broken test only.
  bool WaitUntilHeld(const std::string& target, std::size_t count = 1,
                     std::chrono::milliseconds limit = std::chrono::seconds(60));

  // Every request so far, in the order they came in.
  std::vector<RecordedRequest> Requests() const;

 private:
  class Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace bits::testing
