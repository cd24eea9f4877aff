#include "fakes/com/apartment_window.h"

#include <mutex>
#include <system_error>
#include <utility>

#include "harness/win32/handles.h"

namespace bits::fakes::com {
namespace {

constexpr wchar_t kClassName[] = L"bits-harness apartment";
constexpr UINT kWake = WM_APP;
constexpr UINT kEnd = WM_APP + 1;

std::mutex windows_mutex;
// Leaked: threads that outlive static objects may still close theirs.
std::vector<std::weak_ptr<ApartmentWindow>>& Windows() {
  static auto* const windows = new std::vector<std::weak_ptr<ApartmentWindow>>;
  return *windows;
}

}  // namespace

// What the window knows; it may outlive the object, until its thread looks at its messages.
struct ApartmentWindow::State {
  void Serve() {
    RunTasks();
    const std::lock_guard lock(mutex);
    if (const std::function<void()> call = on_wake) call();
  }
  void RunTasks() {
    std::vector<std::function<void()>> due;
    {
      const std::lock_guard lock(tasks_mutex);
      due.swap(tasks);
    }
    for (const std::function<void()>& task : due) task();
  }

  std::recursive_mutex mutex;  // held during on_wake, which may end in Close
  std::function<void()> on_wake;
  std::mutex tasks_mutex;
  std::vector<std::function<void()>> tasks;
  const win32::KernelHandle event{CreateEventW(nullptr, /*bManualReset=*/FALSE, /*bInitialState=*/FALSE, nullptr)};
};

LRESULT CALLBACK ApartmentWindow::Procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  auto* const held = reinterpret_cast<std::shared_ptr<State>*>(GetWindowLongPtrW(window, GWLP_USERDATA));
  if (held == nullptr) return DefWindowProcW(window, message, wparam, lparam);
  switch (message) {
    case kWake:
      std::shared_ptr<State>(*held)->Serve();
      return 0;
    case kEnd:
      std::shared_ptr<State>(*held)->RunTasks();
      DestroyWindow(window);
      return 0;
    case WM_NCDESTROY:
      SetWindowLongPtrW(window, GWLP_USERDATA, 0);
      delete held;
      break;
    default:
      break;
  }
  return DefWindowProcW(window, message, wparam, lparam);
}

std::shared_ptr<ApartmentWindow> ApartmentWindow::Make(std::function<void()> on_wake) {
  std::shared_ptr<ApartmentWindow> made(new ApartmentWindow(std::move(on_wake)));
  const std::lock_guard lock(windows_mutex);
  std::erase_if(Windows(), [](const auto& gone) { return gone.expired(); });
  Windows().push_back(made);
  return made;
}

std::vector<std::shared_ptr<ApartmentWindow>> ApartmentWindow::OfThisThread() {
  std::vector<std::shared_ptr<ApartmentWindow>> found;
  // Outside the lock: the last reference may be let go of here.
  std::vector<std::shared_ptr<ApartmentWindow>> all;
  {
    const std::lock_guard lock(windows_mutex);
    for (const auto& window : Windows()) all.push_back(window.lock());
  }
  for (auto& window : all) {
    if (window && window->IsOfThisThread()) found.push_back(std::move(window));
  }
  return found;
}

ApartmentWindow::ApartmentWindow(std::function<void()> on_wake)
    : state_(std::make_shared<State>()), thread_(GetCurrentThreadId()) {
  state_->on_wake = std::move(on_wake);
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                     reinterpret_cast<LPCWSTR>(&kClassName), &module);
  WNDCLASSW window_class{};
  window_class.lpfnWndProc = &Procedure;
  window_class.hInstance = module;
  window_class.lpszClassName = kClassName;
  RegisterClassW(&window_class);  // fails when it is there already
  window_ = CreateWindowExW(0, kClassName, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr, module, nullptr);
  if (window_ == nullptr) {
    throw std::system_error(static_cast<int>(GetLastError()), std::system_category(),
                            "a window for the callbacks of an apartment");
  }
  SetWindowLongPtrW(window_, GWLP_USERDATA, reinterpret_cast<LONG_PTR>(new std::shared_ptr<State>(state_)));
}

void ApartmentWindow::Close() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->on_wake = nullptr;
  }
  if (IsOfThisThread()) {
    state_->RunTasks();
    DestroyWindow(window_);
  } else if (!PostMessageW(window_, kEnd, 0, 0)) {
    state_->RunTasks();  // the thread has ended and took its window with it, or it was closed before
  }
}

bool ApartmentWindow::IsOfThisThread() const {
  return GetCurrentThreadId() == thread_ && GetWindowThreadProcessId(window_, nullptr) == thread_;
}

void ApartmentWindow::Wake() const {
  SetEvent(event());
  PostMessageW(window_, kWake, 0, 0);
}

void ApartmentWindow::Run(std::function<void()> task) {
  if (GetCurrentThreadId() == thread_) return task();
  {
    const std::lock_guard lock(state_->tasks_mutex);
    state_->tasks.push_back(std::move(task));
  }
  SetEvent(event());
  if (!PostMessageW(window_, kWake, 0, 0)) state_->RunTasks();
}

HANDLE ApartmentWindow::event() const { return state_->event.get(); }

void ApartmentWindow::Serve() { state_->Serve(); }

}  // namespace bits::fakes::com
