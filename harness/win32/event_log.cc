#include "harness/win32/event_log.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "harness/win32/conversions.h"
#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

// Wine has these functions without an implementation: they fail and leave no error.
HResult EventLogError() {
  const DWORD error = GetLastError();
  if (error == ERROR_SUCCESS) return "ERROR_CALL_NOT_IMPLEMENTED"_hr;
  return error == ERROR_EVT_CHANNEL_NOT_FOUND ? "ERROR_NOT_FOUND"_hr : HResult::FromWin32(error);
}

// EVT_VARIANTs with the texts they point to behind them.
using RenderedValues = std::vector<std::max_align_t>;

Result<RenderedValues> RenderSystemValues(EVT_HANDLE context, EVT_HANDLE event) {
  RenderedValues values;
  DWORD used = 0;
  DWORD properties = 0;
  for (;;) {
    const auto capacity = static_cast<DWORD>(values.size() * sizeof(std::max_align_t));
    if (EvtRender(context, event, EvtRenderEventValues, capacity, values.data(), &used, &properties)) {
      return Result<RenderedValues>(std::move(values));
    }
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER) return Failure(EventLogError());
    values.resize(used / sizeof(std::max_align_t) + 1);
  }
}

class EventReader {
 public:
  explicit EventReader(EventLogHandle context) : context_(std::move(context)) {}

  Result<LogEvent> Read(EVT_HANDLE event) {
    const Result<RenderedValues> rendered = RenderSystemValues(context_.get(), event);
    if (!rendered) return Failure(rendered.error());
    const auto* const values = reinterpret_cast<const EVT_VARIANT*>(rendered->data());
    LogEvent read;
    // A value that an event lacks is rendered as EvtVarTypeNull, with zeros.
    read.id = values[EvtSystemEventID].UInt16Val;
    read.level = values[EvtSystemLevel].ByteVal;
    const std::uint64_t time = values[EvtSystemTimeCreated].FileTimeVal;
    read.time = std::chrono::time_point_cast<std::chrono::system_clock::duration>(
        FromFileTime({static_cast<DWORD>(time), static_cast<DWORD>(time >> 32)}));
    const EVT_VARIANT& provider = values[EvtSystemProviderName];
    if (provider.Type == EvtVarTypeString) read.message = Message(provider.StringVal, event);
    return read;
  }

 private:
  std::string Message(const std::wstring& provider, EVT_HANDLE event) {
    const auto [publisher, added] = publishers_.try_emplace(provider);
    if (added) publisher->second.reset(EvtOpenPublisherMetadata(nullptr, provider.c_str(), nullptr, 0, 0));
    if (!publisher->second) return {};
    std::wstring text;
    DWORD needed = 0;
    for (;;) {
      const auto capacity = static_cast<DWORD>(text.size());
      const BOOL formatted = EvtFormatMessage(publisher->second.get(), event, 0, 0, nullptr, EvtFormatMessageEvent,
                                              capacity, text.data(), &needed);
      // A text in which an insert is missing is a text still.
      if (formatted || GetLastError() == ERROR_EVT_UNRESOLVED_VALUE_INSERT) break;
      if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || needed <= capacity) return {};
      text.resize(needed);
    }
    return Utf8FromWide(text.c_str()).value_or("");
  }

  EventLogHandle context_;
  std::map<std::wstring, EventLogHandle> publishers_;
};

}  // namespace

Result<std::vector<LogEvent>> ReadNewestEvents(const std::wstring& channel, std::uint32_t count) {
  SetLastError(ERROR_SUCCESS);
  const EventLogHandle query(EvtQuery(nullptr, channel.c_str(), L"*", EvtQueryChannelPath | EvtQueryReverseDirection));
  if (!query) return Failure(EventLogError());
  EventLogHandle context(EvtCreateRenderContext(0, nullptr, EvtRenderContextSystem));
  if (!context) return Failure(EventLogError());
  EventReader reader(std::move(context));

  std::vector<LogEvent> events;
  while (events.size() < count) {
    EVT_HANDLE found = nullptr;
    DWORD returned = 0;
    if (!EvtNext(query.get(), 1, &found, INFINITE, 0, &returned)) {
      if (GetLastError() == ERROR_NO_MORE_ITEMS) break;
      return Failure(EventLogError());
    }
    const EventLogHandle event(found);
    Result<LogEvent> read = reader.Read(event.get());
    if (!read) return Failure(read.error());
    events.push_back(*std::move(read));
  }
  return events;
}

}  // namespace bits::win32
