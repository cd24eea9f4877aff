// The answer to one request, decided before a byte of it is sent.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/http/http_resource.h"

namespace bits::testing {

// What of a request an answer depends on. Headers that are absent are empty.
struct HttpQuestion {
  std::string method = {};
  std::string range = {};
  std::string if_range = {};
};

struct HttpAnswer {
  std::uint32_t status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};  // without those of the framing
  HttpFraming framing = HttpFraming::kContentLength;

  // The body: `length` bytes of `content` from `first` on. Announced for HEAD too, but then not sent.
  HttpContent content = {};
  std::uint64_t first = 0;
  std::uint64_t length = 0;
  bool body_sent = true;

  HttpBreak breaks = HttpBreak::kNever;
  std::uint64_t break_after = 0;
  std::chrono::milliseconds pause{0};
};

// What `resource` answers: 200 or the resource's own status, 206, 405, 416.
HttpAnswer AnswerFor(const HttpResource& resource, const HttpQuestion& question);

}  // namespace bits::testing
