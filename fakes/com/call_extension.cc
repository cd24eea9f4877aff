#include "fakes/com/call_extension.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "harness/win32/system_error.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {
namespace {

constexpr GUID kExtension = {0x2c94f0d3, 0x7b1a, 0x4e66, {0xa5, 0x0f, 0x91, 0xd2, 0x3e, 0x48, 0xb7, 0x05}};

// An extension is one byte that says whether the provider gave something, and then what it gave. There always is that
// byte: it lets the server hear of the call.
constexpr std::byte kDeclined{0};
constexpr std::byte kGiven{1};

// The call that a hook is asked about: its address is the same for all questions about one call on one side (on Wine),
// and no other call's in the meantime.
const SChannelHookCallInfo& InfoOf(REFIID id) { return reinterpret_cast<const SChannelHookCallInfo&>(id); }

// Something that a thread is in the middle of: a call it executes, or one it has made.
struct Frame {
  enum class Kind { kIncoming, kOutgoing };

  Kind kind;
  const SChannelHookCallInfo* info;
  GUID causality;
  std::uintptr_t stack;                             // an address on the stack where the frame was entered
  std::vector<std::byte> bytes;                     // as on the wire; keep their place when frames are moved
  std::shared_ptr<CallExtensionProvider> provider;  // to be told Done
  std::uintptr_t mark = 0;
};

// Calls on one thread are nested, but a hook does not hear the end of all: those that failed, and the beginning of
// those without an extension. What ended unheard is found by its place on the stack, which grows downwards: whatever
// is entered at the address of a frame, or above, is not inside it.
//
// It is kept for each fiber, which has a stack of its own. (Nor would thread_local do: mingw-w64 frees such an object
// before it calls its destructor.)
class Thread {
 public:
  Thread() = default;
  ~Thread() { CutTo(0); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // The calling one; null if it has been in no call yet.
  static Thread* Find() { return static_cast<Thread*>(FlsGetValue(Slot())); }

  // The calling one. Throws std::bad_alloc.
  static Thread& Current() {
    if (Thread* const known = Find()) return *known;
    auto made = std::make_unique<Thread>();
    if (!FlsSetValue(Slot(), made.get())) throw std::bad_alloc();
    return *made.release();
  }

  void Enter(Frame frame) {
    const auto left = std::ranges::find_if(frames_, [&](const Frame& outer) { return outer.stack <= frame.stack; });
    CutTo(left - frames_.begin());
    frames_.push_back(std::move(frame));
  }

  // What of the call's frame is left, and of those inside it.
  void Leave(Frame::Kind kind, const SChannelHookCallInfo* info) {
    const auto found = FrameOf(kind, info);
    if (found != frames_.end()) CutTo(found - frames_.begin());
  }

  // The call whose bytes are wanted; null if there is none.
  const Frame* Outgoing(const SChannelHookCallInfo* info) {
    const auto found = FrameOf(Frame::Kind::kOutgoing, info);
    return found != frames_.end() ? &*found : nullptr;
  }

  // The call that is being executed by the code at `stack`; null if it carries no extension.
  const Frame* Executing(std::uintptr_t stack) {
    // A call that was made further down the stack is over, and so is all that happened during it. (No such thing can be
    // said of a call that came in: what executes it need not be further down than what told the hook.)
    const auto over = std::ranges::find_if(
        frames_, [&](const Frame& frame) { return frame.kind == Frame::Kind::kOutgoing && frame.stack <= stack; });
    CutTo(over - frames_.begin());
    GUID causality = {};
    if (FAILED(CoGetCurrentLogicalThreadId(&causality))) return nullptr;
    for (auto frame = frames_.rbegin(); frame != frames_.rend() && frame->kind == Frame::Kind::kIncoming; ++frame) {
      // Of another causality: it is over without a reply, or what executes now was let in during it.
      if (frame->causality == causality) return &*frame;
    }
    return nullptr;
  }

 private:
  static void WINAPI End(void* thread) { delete static_cast<Thread*>(thread); }

  static DWORD Slot() {
    static const DWORD slot = FlsAlloc(&End);
    return slot;
  }

  // The innermost frame of that call. One that made is notified last, so if no address fits it is the innermost made.
  std::vector<Frame>::iterator FrameOf(Frame::Kind kind, const SChannelHookCallInfo* info) {
    auto candidate = frames_.end();
    for (auto frame = frames_.end(); frame != frames_.begin();) {
      --frame;
      if (frame->kind != kind) continue;
      if (frame->info == info) return frame;
      if (kind == Frame::Kind::kOutgoing && candidate == frames_.end()) candidate = frame;
    }
    return candidate;
  }

  void CutTo(std::ptrdiff_t count) {
    while (std::ssize(frames_) > count) {
      const Frame ended = std::move(frames_.back());
      frames_.pop_back();
      if (ended.provider != nullptr) ended.provider->Done(ended.mark);
    }
  }

  std::vector<Frame> frames_;  // outermost first
};

std::mutex provider_mutex;
std::shared_ptr<CallExtensionProvider>& ProviderSlot() {
  static auto* const slot = new std::shared_ptr<CallExtensionProvider>;  // COM may call until the process is gone
  return *slot;
}

std::shared_ptr<CallExtensionProvider> Provider() {
  const std::lock_guard lock(provider_mutex);
  return ProviderSlot();
}

// Preserves the thread's last error, which is the caller's of COM.
class LastErrorGuard {
 public:
  LastErrorGuard() = default;
  ~LastErrorGuard() { SetLastError(error_); }
  LastErrorGuard(const LastErrorGuard&) = delete;
  LastErrorGuard& operator=(const LastErrorGuard&) = delete;

 private:
  const DWORD error_ = GetLastError();
};

template <class T>
std::uintptr_t AddressOf(const T& local) {
  return reinterpret_cast<std::uintptr_t>(&local);
}

// An address on the stack of whoever made a call. What runs while the call waits is further down than the frames that
// lead from there to the hook, but not by so much that the hook's own might be counted: it takes the address of the
// caller's variable, if that is on the stack.
std::uintptr_t PlaceOfCall(const ULONG& size, const LastErrorGuard& local) {
  constexpr std::uintptr_t kOneFrame = 0x4000;
  const std::uintptr_t callers = AddressOf(size);
  return callers - AddressOf(local) < kOneFrame ? callers : AddressOf(local);
}

// Never destroyed, as COM never gives it up.
class Hook final : public IChannelHook {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
    if (object == nullptr) return E_POINTER;
    const bool offered = id == __uuidof(IUnknown) || id == __uuidof(IChannelHook);
    *object = offered ? this : nullptr;
    return offered ? S_OK : E_NOINTERFACE;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }

  // The provider is asked here, since the size on the wire is settled here.
  void STDMETHODCALLTYPE ClientGetSize(REFGUID, REFIID id, ULONG* size) override {
    const LastErrorGuard local;
    *size = 0;
    try {
      Frame frame{.kind = Frame::Kind::kOutgoing,
                  .info = &InfoOf(id),
                  .causality = InfoOf(id).uCausality,
                  .stack = PlaceOfCall(*size, local),
                  .bytes = {kDeclined},
                  .provider = nullptr};
      if (auto provider = Provider()) {
        if (const auto filled = provider->Fill()) {
          frame.provider = std::move(provider);
          frame.mark = filled->mark;
          if (filled->bytes.size() <= kMaximumCallExtension) {
            frame.bytes.reserve(1 + filled->bytes.size());
            frame.bytes.front() = kGiven;
            frame.bytes.insert(frame.bytes.end(), filled->bytes.begin(), filled->bytes.end());
          }
        }
      }
      const auto wanted = static_cast<ULONG>(frame.bytes.size());
      Thread::Current().Enter(std::move(frame));
      *size = wanted;
    } catch (...) {
      // No memory: the call goes without.
    }
  }

  void STDMETHODCALLTYPE ClientFillBuffer(REFGUID, REFIID id, ULONG* size, void* buffer) override {
    const LastErrorGuard local;
    Thread* const thread = Thread::Find();
    const Frame* const frame = thread != nullptr ? thread->Outgoing(&InfoOf(id)) : nullptr;
    const std::size_t room = *size;
    *size = 0;
    if (frame == nullptr || frame->bytes.size() > room) return;
    std::memcpy(buffer, frame->bytes.data(), frame->bytes.size());
    *size = static_cast<ULONG>(frame->bytes.size());
  }

  void STDMETHODCALLTYPE ClientNotify(REFGUID, REFIID id, ULONG, void*, DWORD, HRESULT) override {
    const LastErrorGuard local;
    if (Thread* const thread = Thread::Find()) thread->Leave(Frame::Kind::kOutgoing, &InfoOf(id));
  }

  void STDMETHODCALLTYPE ServerNotify(REFGUID, REFIID id, ULONG size, void* data, DWORD) override {
    const LastErrorGuard local;
    try {
      const auto* const first = static_cast<const std::byte*>(data);
      const bool sound = first != nullptr && size != 0 && size <= 1 + kMaximumCallExtension;
      Thread::Current().Enter({.kind = Frame::Kind::kIncoming,
                               .info = &InfoOf(id),
                               .causality = InfoOf(id).uCausality,
                               .stack = AddressOf(local),
                               .bytes = sound ? std::vector(first, first + size) : std::vector{kDeclined},
                               .provider = nullptr});
    } catch (...) {
      // No memory: the call appears as one without an extension, or as part of the one it came in during.
    }
  }

  // Asked once the method has run: nothing else says so.
  void STDMETHODCALLTYPE ServerGetSize(REFGUID, REFIID id, HRESULT, ULONG* size) override {
    const LastErrorGuard local;
    *size = 0;
    if (Thread* const thread = Thread::Find()) thread->Leave(Frame::Kind::kIncoming, &InfoOf(id));
  }

  void STDMETHODCALLTYPE ServerFillBuffer(REFGUID, REFIID, ULONG* size, void*, HRESULT) override { *size = 0; }
};

// COM keeps the hook, so the code must stay.
void PinModule(const void* address) {
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                     static_cast<LPCWSTR>(address), &module);
}

}  // namespace

HResult InstallCallExtension() {
  static std::mutex mutex;
  static bool installed = false;
  static auto* const hook = new Hook;
  const std::lock_guard lock(mutex);
  if (installed) return HResult();
  PinModule(&kExtension);
  const HRESULT result = CoRegisterChannelHook(kExtension, hook);
  installed = SUCCEEDED(result);
  return win32::FromHresult(result);
}

void SetCallExtensionProvider(std::shared_ptr<CallExtensionProvider> provider) {
  const std::lock_guard lock(provider_mutex);
  std::swap(ProviderSlot(), provider);
}

std::optional<std::span<const std::byte>> CallExtension() {
  const LastErrorGuard local;
  Thread* const thread = Thread::Find();
  const Frame* const frame = thread != nullptr ? thread->Executing(AddressOf(local)) : nullptr;
  if (frame == nullptr || frame->bytes.front() != kGiven) return std::nullopt;
  return std::span(frame->bytes).subspan(1);
}

}  // namespace bits::fakes::com
