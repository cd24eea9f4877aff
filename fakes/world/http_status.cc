#include "fakes/world/http_status.h"

#include <algorithm>
#include <iterator>

namespace bits::fakes {
namespace {

struct Status {
  std::uint32_t status;
  std::string_view reason;
  bool transient = false;
};

// "Server unavailable is transient, access denied is fatal" is all that the documentation says
// [best-practices-when-using-bits]; transient here are the statuses by which HTTP itself means "later".
constexpr Status kStatuses[] = {
    {200, "OK"},
    {204, "No Content"},
    {206, "Partial Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout", true},
    {410, "Gone"},
    {413, "Content Too Large"},
    {416, "Range Not Satisfiable"},
    {429, "Too Many Requests", true},
    {449, "Retry With", true},
    {500, "Internal Server Error", true},
    {501, "Not Implemented"},
    {502, "Bad Gateway", true},
    {503, "Service Unavailable", true},
    {504, "Gateway Timeout", true},
    {505, "HTTP Version Not Supported"},
};

const Status* Find(std::uint32_t status) {
  const auto* const found = std::ranges::find(kStatuses, status, &Status::status);
  return found == std::end(kStatuses) ? nullptr : found;
}

}  // namespace

std::string_view ReasonOfStatus(std::uint32_t status) {
  const Status* const known = Find(status);
  return known == nullptr ? std::string_view() : known->reason;
}

bool IsTransientStatus(std::uint32_t status) {
  const Status* const known = Find(status);
  return known != nullptr && known->transient;
}

}  // namespace bits::fakes
