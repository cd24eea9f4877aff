// How the thread of a single-threaded apartment is told that something waits for it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// A hidden window of the thread that made it. COM itself reaches such a thread by the same way: whatever dispatches the
// thread's messages lets the call in. A wait of COM's dispatches its own messages alone, hence event().
class ApartmentWindow {
 public:
  // `on_wake` is called on this thread while it dispatches messages, once or more after each Wake. Throws
  // std::system_error where the system makes no window.
  static std::shared_ptr<ApartmentWindow> Make(std::function<void()> on_wake);
  ~ApartmentWindow() { Close(); }
  ApartmentWindow(const ApartmentWindow&) = delete;
  ApartmentWindow& operator=(const ApartmentWindow&) = delete;

  // The calling thread's that are not closed.
  static std::vector<std::shared_ptr<ApartmentWindow>> OfThisThread();

  // Any thread; never blocks.
  void Wake() const;

  // Any thread; never blocks. `task` is run and destroyed as on_wake is called; at once on the thread itself, and here
  // when that thread has ended.
  void Run(std::function<void()> task);

  // Any thread; no `on_wake` is under way or comes afterwards, but for one of this very thread that it is called from.
  // What was to be run still is.
  void Close();

  // The thread is still there, and is the calling one.
  bool IsOfThisThread() const;

  // Signalled after Wake and Run; waiting for it resets it.
  HANDLE event() const;
  // On the window's thread: what dispatching its messages would do.
  void Serve();

 private:
  struct State;
  explicit ApartmentWindow(std::function<void()> on_wake);
  static LRESULT CALLBACK Procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam);

  const std::shared_ptr<State> state_;
  HWND window_ = nullptr;
  DWORD thread_ = 0;
};

}  // namespace bits::fakes::com
