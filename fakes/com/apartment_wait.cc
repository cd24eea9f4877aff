#include "harness/win32/windows_headers.h"

#include "fakes/com/apartment_wait.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "fakes/com/apartment_window.h"
#include "fakes/com/real_functions.h"

namespace bits::fakes::com {
namespace {

// CWMO_DISPATCH_CALLS, which not every SDK's header has.
constexpr DWORD kDispatchCalls = 1;

// `wait` is the system's function; `lets_in` whether calls are to come in meanwhile.
template <class Handles>
HRESULT Wait(HRESULT(WINAPI* wait)(DWORD, DWORD, ULONG, Handles, DWORD*), bool lets_in, DWORD flags, DWORD timeout,
             ULONG count, Handles handles, DWORD* index) {
  const std::vector<std::shared_ptr<ApartmentWindow>> windows = ApartmentWindow::OfThisThread();
  const bool wrong = handles == nullptr || index == nullptr || count == 0;
  // COM needs one of the places for the messages.
  if (windows.empty() || !lets_in || wrong || count + windows.size() >= MAXIMUM_WAIT_OBJECTS) {
    return wait(flags, timeout, count, handles, index);
  }
  std::vector<HANDLE> both(handles, handles + count);
  for (const auto& window : windows) both.push_back(window->event());
  const ULONGLONG begin = GetTickCount64();
  DWORD left = timeout;
  for (;;) {
    const HRESULT result = wait(flags, left, static_cast<ULONG>(both.size()), both.data(), index);
    if (FAILED(result) || *index < count || *index >= both.size()) return result;
    windows[*index - count]->Serve();
    if (timeout != INFINITE)
      left = timeout - static_cast<DWORD>(std::min<ULONGLONG>(GetTickCount64() - begin, timeout));
  }
}

HRESULT WINAPI CoWaitForMultipleHandles(DWORD flags, DWORD timeout, ULONG count, LPHANDLE handles, LPDWORD index) {
  return Wait(Real().CoWaitForMultipleHandles, (flags & COWAIT_WAITALL) == 0, flags, timeout, count, handles, index);
}

HRESULT WINAPI CoWaitForMultipleObjects(DWORD flags, DWORD timeout, ULONG count, const HANDLE* handles, LPDWORD index) {
  return Wait(Real().CoWaitForMultipleObjects, (flags & kDispatchCalls) != 0, flags, timeout, count, handles, index);
}

}  // namespace

std::span<const RedirectedFunction> ApartmentWaitFunctions() {
  static const RedirectedFunction kFunctions[] = {
      {"CoWaitForMultipleHandles", kComLibraries, reinterpret_cast<void*>(&CoWaitForMultipleHandles)},
      {"CoWaitForMultipleObjects", kComLibraries, reinterpret_cast<void*>(&CoWaitForMultipleObjects)},
  };
  static_cast<void>(Real());
  return kFunctions;
}

}  // namespace bits::fakes::com
