#include "harness/win32/event_wait.h"

#include <algorithm>

#include "harness/win32/system_error.h"

namespace bits::win32 {
namespace {

using SteadyClock = std::chrono::steady_clock;

SteadyClock::time_point DeadlineAfter(std::chrono::nanoseconds timeout) {
  const SteadyClock::time_point now = SteadyClock::now();
  const auto longest = SteadyClock::time_point::max() - now;
  return now + std::clamp<SteadyClock::duration>(timeout, SteadyClock::duration::zero(), longest);
}

// Whether COM delivers calls to this thread as window messages.
bool IsServedByMessages() {
  APTTYPE type = APTTYPE_CURRENT;
  APTTYPEQUALIFIER qualifier = APTTYPEQUALIFIER_NONE;
  if (FAILED(CoGetApartmentType(&type, &qualifier))) return false;
  return type == APTTYPE_STA || type == APTTYPE_MAINSTA;
}

// One message, so that a flood of them does not keep the event waiting. False for WM_QUIT.
bool DispatchOneMessage() {
  MSG message;
  if (!PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) return true;
  if (message.message == WM_QUIT) {
    PostQuitMessage(static_cast<int>(message.wParam));
    return false;
  }
  TranslateMessage(&message);
  DispatchMessageW(&message);
  return true;
}

}  // namespace

DWORD ToWaitMilliseconds(std::chrono::nanoseconds left) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongest = std::chrono::hours(24);
  if (left >= kLongest) return static_cast<DWORD>(kLongest.count());
  return static_cast<DWORD>(std::max(std::chrono::ceil<milliseconds>(left), milliseconds::zero()).count());
}

Result<WaitOutcome> WaitForObject(HANDLE object, std::chrono::nanoseconds timeout) {
  const bool served_by_messages = IsServedByMessages();
  const SteadyClock::time_point deadline = DeadlineAfter(timeout);
  for (;;) {
    const DWORD wait = ToWaitMilliseconds(deadline - SteadyClock::now());
    const DWORD outcome =
        served_by_messages
            ? MsgWaitForMultipleObjectsEx(1, &object, wait, QS_ALLINPUT | QS_ALLPOSTMESSAGE, MWMO_INPUTAVAILABLE)
            : WaitForSingleObjectEx(object, wait, /*bAlertable=*/FALSE);
    switch (outcome) {
      case WAIT_OBJECT_0:
        return WaitOutcome::kSignalled;
      case WAIT_OBJECT_0 + 1:
        if (!DispatchOneMessage()) return Failure("E_ABORT"_hr);
        break;
      case WAIT_TIMEOUT:
        break;
      default:
        return Failure(LastError());
    }
    if (SteadyClock::now() < deadline) continue;
    // The message dispatched last may have been the callback that sets it.
    const bool signalled = WaitForSingleObjectEx(object, 0, /*bAlertable=*/FALSE) == WAIT_OBJECT_0;
    return signalled ? WaitOutcome::kSignalled : WaitOutcome::kTimedOut;
  }
}

}  // namespace bits::win32
