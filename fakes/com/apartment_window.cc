#include "fakes/com/apartment_window.h"

#include <system_error>
#include <utility>

namespace bits::fakes::com {
namespace {

constexpr wchar_t kClassName[] = L"bits-harness apartment";
constexpr UINT kWake = WM_APP;
constexpr UINT kEnd = WM_APP + 1;

}  // namespace

// What the window knows; it may outlive the object, until its thread looks at its messages.
struct ApartmentWindow::State {
  std::recursive_mutex mutex;  // held during on_wake, which may end in the destructor
  std::function<void()> on_wake;
};

LRESULT CALLBACK ApartmentWindow::Procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  auto* const held = reinterpret_cast<std::shared_ptr<State>*>(GetWindowLongPtrW(window, GWLP_USERDATA));
  if (held == nullptr) return DefWindowProcW(window, message, wparam, lparam);
  switch (message) {
    case kWake: {
      const std::shared_ptr<State> state = *held;
      const std::lock_guard lock(state->mutex);
      if (state->on_wake) std::function(state->on_wake)();
      return 0;
    }
    case kEnd:
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

ApartmentWindow::~ApartmentWindow() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->on_wake = nullptr;
  }
  if (GetCurrentThreadId() == thread_) {
    DestroyWindow(window_);
  } else {
    PostMessageW(window_, kEnd, 0, 0);  // a thread that has ended took its window with it
  }
}

void ApartmentWindow::Wake() const { PostMessageW(window_, kWake, 0, 0); }

}  // namespace bits::fakes::com
