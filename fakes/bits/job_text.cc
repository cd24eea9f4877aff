#include "fakes/bits/job_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace bits::fakes {
namespace {

constexpr std::uint32_t kLanguages[] = {0x0000, 0x0400, 0x0409, 0x0809};

struct ContextText {
  ErrorContext context;
  std::string_view text;
};

constexpr ContextText kContexts[] = {
    {ErrorContext::kNone, "There is no error."},
    {ErrorContext::kUnknown, "The error's place is not known."},
    {ErrorContext::kGeneralQueueManager, "The error occurred in the queue manager."},
    {ErrorContext::kQueueManagerNotification, "The error occurred while the client was being notified."},
    {ErrorContext::kLocalFile, "The error occurred while the local file was being used."},
    {ErrorContext::kRemoteFile, "The error occurred while the remote file was being used."},
    {ErrorContext::kGeneralTransport, "The error occurred in the transport."},
    {ErrorContext::kRemoteApplication, "The error occurred in the server's application."},
};

bool Speaks(std::uint32_t language_id) { return std::ranges::find(kLanguages, language_id) != std::end(kLanguages); }

}  // namespace

Result<std::string> DescribeError(HResult code, std::uint32_t language_id) {
  if (!Speaks(language_id)) return Failure("ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
  return fmt::format("{}.", ToString(code));
}

Result<std::string> DescribeContext(ErrorContext context, std::uint32_t language_id) {
  if (!Speaks(language_id)) return Failure("ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
  const auto* found = std::ranges::find(kContexts, context, &ContextText::context);
  return std::string(found == std::end(kContexts) ? kContexts[1].text : found->text);
}

}  // namespace bits::fakes
