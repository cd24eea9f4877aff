#include "scenarios/http/http_answer.h"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/http/byte_range.h"

namespace bits::testing {
namespace {

HttpAnswer Refusal(const HttpResource& resource, bool is_head) {
  HttpAnswer answer{.status = 405, .content = HttpContent::Bytes("This method is not allowed here.\n")};
  answer.headers.emplace_back("Allow", resource.head_allowed ? "GET, HEAD" : "GET");
  answer.length = answer.content.size();
  answer.body_sent = !is_head;
  return answer;
}

}  // namespace

HttpAnswer AnswerFor(const HttpResource& resource, const HttpQuestion& question) {
  const bool is_head = question.method == "HEAD";
  const bool allowed = question.method == "GET" || (is_head && resource.head_allowed);
  if (!allowed && resource.breaks != HttpBreak::kResetBeforeAnswer) return Refusal(resource, is_head);

  HttpAnswer answer{.status = resource.status,
                    .headers = resource.headers,
                    .framing = resource.framing,
                    .content = resource.content,
                    .length = resource.content.size(),
                    .body_sent = !is_head,
                    .breaks = resource.breaks,
                    .break_after = resource.break_after,
                    .pause = resource.pause};
  answer.headers.emplace_back("Content-Type", "application/octet-stream");
  if (resource.status != 200) return answer;

  // BITS resumes a download only where the file is known to be the same: it wants one of these two.
  const std::string etag = fmt::format("\"{}\"", resource.content.tag());
  answer.headers.emplace_back("ETag", etag);
  answer.headers.emplace_back("Last-Modified", "Sat, 01 Jan 2022 00:00:00 GMT");

  const bool ranges = resource.ranges_supported && resource.framing == HttpFraming::kContentLength;
  answer.headers.emplace_back("Accept-Ranges", ranges ? "bytes" : "none");
  if (!ranges || is_head || (!question.if_range.empty() && question.if_range != etag)) return answer;

  const std::uint64_t size = resource.content.size();
  const ByteRange range = ParseByteRange(question.range, size);
  switch (range.kind) {
    case ByteRange::Kind::kWhole:
      break;
    case ByteRange::Kind::kPart:
      answer.status = 206;
      answer.first = range.first;
      answer.length = range.length;
      answer.headers.emplace_back("Content-Range",
                                  fmt::format("bytes {}-{}/{}", range.first, range.first + range.length - 1, size));
      break;
    case ByteRange::Kind::kUnsatisfiable:
      answer.status = 416;
      answer.length = 0;
      answer.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
      break;
  }
  return answer;
}

}  // namespace bits::testing
