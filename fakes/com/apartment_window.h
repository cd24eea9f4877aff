// How the thread of a single-threaded apartment is told that something waits for it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// A hidden window of the thread that made it. COM itself reaches such a thread by the same way: whatever dispatches the
// thread's messages lets the call in.
class ApartmentWindow {
 public:
  // `on_wake` is called on this thread while it dispatches messages, once or more after each Wake. Throws
  // std::system_error where the system makes no window.
  explicit ApartmentWindow(std::function<void()> on_wake);
  // Any thread; no `on_wake` is under way or comes afterwards, but for one of this very thread that it is called from.
  ~ApartmentWindow();
  ApartmentWindow(const ApartmentWindow&) = delete;
  ApartmentWindow& operator=(const ApartmentWindow&) = delete;

  // Any thread; never blocks.
  void Wake() const;

 private:
  struct State;
  static LRESULT CALLBACK Procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam);

  std::shared_ptr<State> state_;
  HWND window_ = nullptr;
  DWORD thread_ = 0;
};

}  // namespace bits::fakes::com
