#include "fakes/com/token_options_marshaling.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <cwchar>
#include <map>
#include <mutex>
#include <new>
#include <span>
#include <tuple>
#include <utility>

#include <rpcndr.h>

#include "harness/win32/com_call.h"
#include "harness/win32/counted_object.h"
#include "harness/win32/system_error.h"

namespace bits::fakes::com {
namespace {

using win32::ComPtr;
using win32::CoTaskMemory;

// HRESULT_FROM_WIN32 is no constant expression in every SDK.
constexpr HRESULT kNullPointer = static_cast<HRESULT>(0x800706F4);  // RPC_X_NULL_REF_POINTER
constexpr HRESULT kMalformed = static_cast<HRESULT>(0x800706F7);    // RPC_X_BAD_STUB_DATA

// The indices of the methods in the interface's table, which is what a message names them by.
enum Method : ULONG {
  kSetHelperTokenFlags = 3,
  kGetHelperTokenFlags,
  kSetHelperToken,
  kClearHelperToken,
  kGetHelperTokenSid,
};

// What keeps the module loaded.
std::atomic<ULONG> module_references{0};

class ModuleReference {
 public:
  ModuleReference() { ++module_references; }
  ~ModuleReference() { --module_references; }
  ModuleReference(const ModuleReference&) = delete;
  ModuleReference& operator=(const ModuleReference&) = delete;
};

// --- NDR ---

// The lowest byte says how integers (high half) and characters are represented. Of floating point, which the next byte
// is about, the interface has none.
bool IsOwnRepresentation(RPCOLEDATAREP representation) {
  return (representation & 0xff) == (NDR_LOCAL_DATA_REPRESENTATION & 0xff);
}

constexpr std::size_t Aligned(std::size_t size) { return (size + sizeof(ULONG) - 1) / sizeof(ULONG) * sizeof(ULONG); }

// What stands before the characters of a string: maximum count, offset, actual count.
constexpr std::size_t kStringHeader = 3 * sizeof(ULONG);

// Any value but 0 says that a unique pointer is not null; MIDL's first one is this.
constexpr ULONG kReferent = 0x20000;

// Writes into a buffer that was made large enough.
class NdrWriter {
 public:
  explicit NdrWriter(void* buffer) : start_(static_cast<std::byte*>(buffer)) {}

  void Write(ULONG value) { Write(&value, sizeof value); }

  // A string pointer; null is a value.
  void Write(LPCWSTR text) {
    Write(text != nullptr ? kReferent : 0);
    if (text == nullptr) return;
    const std::size_t count = std::wcslen(text) + 1;
    Write(static_cast<ULONG>(count));
    Write(0UL);
    Write(static_cast<ULONG>(count));
    Write(text, count * sizeof(WCHAR));
    while (written_ != Aligned(written_)) start_[written_++] = std::byte{};
  }

  // How many bytes Write(text) takes.
  static std::size_t SizeOf(LPCWSTR text) {
    return sizeof(ULONG) +
           (text != nullptr ? kStringHeader + Aligned((std::wcslen(text) + 1) * sizeof(WCHAR)) : std::size_t{});
  }

 private:
  void Write(const void* data, std::size_t size) {
    std::memcpy(start_ + written_, data, size);
    written_ += size;
  }

  std::byte* start_;
  std::size_t written_ = 0;
};

// Reads what came through a channel, where anything may have come. All methods: false, and nothing more to be read,
// when it is not there or not well formed.
class NdrReader {
 public:
  explicit NdrReader(const RPCOLEMESSAGE& message)
      : left_(static_cast<const std::byte*>(message.Buffer), message.Buffer != nullptr ? message.cbBuffer : 0) {}

  bool Read(ULONG& value) {
    if (left_.size() < sizeof value) return false;
    std::memcpy(&value, left_.data(), sizeof value);
    left_ = left_.subspan(sizeof value);
    return true;
  }

  bool Read(HRESULT& value) {
    ULONG bits = 0;
    if (!Read(bits)) return false;
    value = static_cast<HRESULT>(bits);
    return true;
  }

  // Also false when there is no memory for the string.
  bool Read(CoTaskMemory<WCHAR>& text) {
    ULONG referent = 0;
    if (!Read(referent)) return false;
    if (referent == 0) return true;
    ULONG maximum = 0;
    ULONG offset = 0;
    ULONG count = 0;
    if (!Read(maximum) || !Read(offset) || !Read(count)) return false;
    if (offset != 0 || count == 0 || count > maximum || count > left_.size() / sizeof(WCHAR)) return false;
    const std::size_t size = count * sizeof(WCHAR);
    CoTaskMemory<WCHAR> copy(static_cast<WCHAR*>(CoTaskMemAlloc(size)));
    if (copy == nullptr) return false;
    std::memcpy(copy.get(), left_.data(), size);
    if (copy.get()[count - 1] != L'\0' || Aligned(size) > left_.size()) return false;
    left_ = left_.subspan(Aligned(size));
    text = std::move(copy);
    return true;
  }

 private:
  std::span<const std::byte> left_;
};

// --- The client's side ---

class Proxy final : public win32::CountedObject<IRpcProxyBuffer> {
 public:
  // `outer` is the proxy manager, in which this is aggregated; not counted, since it owns this. Null: stands alone.
  explicit Proxy(IUnknown* outer) : methods_(*this, outer != nullptr ? *outer : static_cast<IUnknown&>(*this)) {}

  // Not counted.
  IBitsTokenOptions* methods() { return &methods_; }

  HRESULT STDMETHODCALLTYPE Connect(IRpcChannelBuffer* channel) override {
    if (channel == nullptr) return E_POINTER;
    Exchange(channel);
    return S_OK;
  }

  void STDMETHODCALLTYPE Disconnect() override { Exchange(nullptr); }

 private:
  // The interface that clients see: its IUnknown is the outer object's.
  class Methods final : public IBitsTokenOptions {
   public:
    Methods(Proxy& proxy, IUnknown& outer) : proxy_(proxy), outer_(outer) {}

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
      return outer_.QueryInterface(id, object);
    }
    ULONG STDMETHODCALLTYPE AddRef() override { return outer_.AddRef(); }
    ULONG STDMETHODCALLTYPE Release() override { return outer_.Release(); }

    HRESULT STDMETHODCALLTYPE SetHelperTokenFlags(BG_TOKEN flags) override {
      std::array<std::byte, sizeof(ULONG)> arguments;
      NdrWriter(arguments.data()).Write(flags);
      return proxy_.Call(kSetHelperTokenFlags, arguments);
    }

    HRESULT STDMETHODCALLTYPE GetHelperTokenFlags(BG_TOKEN* flags) override {
      if (flags == nullptr) return kNullPointer;
      *flags = 0;
      BG_TOKEN read = 0;
      const HRESULT result = proxy_.Call(kGetHelperTokenFlags, {}, read);
      *flags = read;
      return result;
    }

    HRESULT STDMETHODCALLTYPE SetHelperToken() override { return proxy_.Call(kSetHelperToken, {}); }

    HRESULT STDMETHODCALLTYPE ClearHelperToken() override { return proxy_.Call(kClearHelperToken, {}); }

    HRESULT STDMETHODCALLTYPE GetHelperTokenSid(LPWSTR* sid) override {
      if (sid == nullptr) return kNullPointer;
      *sid = nullptr;
      CoTaskMemory<WCHAR> read;
      const HRESULT result = proxy_.Call(kGetHelperTokenSid, {}, read);
      *sid = read.release();
      return result;
    }

   private:
    Proxy& proxy_;
    IUnknown& outer_;
  };

  ~Proxy() override = default;

  // The object's own IUnknown, which does not delegate.
  IUnknown* Find(REFIID id) override {
    if (id == __uuidof(IUnknown) || id == __uuidof(IRpcProxyBuffer)) return this;
    return id == __uuidof(IBitsTokenOptions) ? static_cast<IUnknown*>(&methods_) : nullptr;
  }

  void Exchange(ComPtr<IRpcChannelBuffer> channel) {
    const std::lock_guard lock(mutex_);
    std::swap(channel_, channel);
  }

  ComPtr<IRpcChannelBuffer> Channel() {
    const std::lock_guard lock(mutex_);
    return channel_;
  }

  // Calls the object: its HRESULT, or why there is none. `results` are all set, or all as they were.
  template <class... Out>
  HRESULT Call(Method method, std::span<const std::byte> arguments, Out&... results) {
    const ComPtr<IRpcChannelBuffer> channel = Channel();
    if (!channel) return CO_E_OBJNOTCONNECTED;
    RPCOLEMESSAGE message{};
    message.dataRepresentation = NDR_LOCAL_DATA_REPRESENTATION;
    message.cbBuffer = static_cast<ULONG>(arguments.size());
    message.iMethod = method;
    if (const HRESULT result = channel->GetBuffer(&message, __uuidof(IBitsTokenOptions)); result != S_OK) {
      return AsFailure(result);
    }
    if (!arguments.empty()) std::memcpy(message.Buffer, arguments.data(), arguments.size());
    message.cbBuffer = static_cast<ULONG>(arguments.size());  // the channel may have made more room
    ULONG status = RPC_S_OK;
    HRESULT result = channel->SendReceive(&message, &status);
    if (result == S_OK) {
      result = ReadReply(message, results...);
    } else {
      result = result == RPC_E_FAULT ? AsFailure(static_cast<HRESULT>(status)) : AsFailure(result);
    }
    channel->FreeBuffer(&message);  // after a failure too: the channel knows what is left
    return result;
  }

  template <class... Out>
  static HRESULT ReadReply(const RPCOLEMESSAGE& message, Out&... results) {
    if (!IsOwnRepresentation(message.dataRepresentation)) return kMalformed;
    NdrReader reader(message);
    HRESULT returned = S_OK;
    auto read = std::tuple<Out...>();
    const bool whole = std::apply([&](auto&... value) { return (reader.Read(value) && ...); }, read);
    if (!whole || !reader.Read(returned)) return kMalformed;
    std::tie(results...) = std::move(read);
    return returned;
  }

  // Codes of RPC are no HRESULTs.
  static HRESULT AsFailure(HRESULT code) {
    if (code == S_OK) return E_UNEXPECTED;
    return FAILED(code) ? code : HRESULT_FROM_WIN32(static_cast<ULONG>(code));
  }

  const ModuleReference module_;
  std::mutex mutex_;
  ComPtr<IRpcChannelBuffer> channel_;
  Methods methods_;
};

// --- The server's side ---

class Stub final : public win32::CountedObject<IRpcStubBuffer> {
 public:
  HRESULT STDMETHODCALLTYPE Connect(IUnknown* server) override {
    if (server == nullptr) return E_POINTER;
    ComPtr<IBitsTokenOptions> options;
    const HRESULT result = server->QueryInterface(IID_PPV_ARGS(options.GetAddressOf()));
    if (FAILED(result)) return result;
    Exchange(std::move(options));
    return S_OK;
  }

  void STDMETHODCALLTYPE Disconnect() override { Exchange(nullptr); }

  HRESULT STDMETHODCALLTYPE Invoke(RPCOLEMESSAGE* message, IRpcChannelBuffer* channel) override {
    if (message == nullptr || channel == nullptr) return E_POINTER;
    const ComPtr<IBitsTokenOptions> server = Server();
    if (!server) return CO_E_OBJNOTCONNECTED;
    if (!IsOwnRepresentation(message->dataRepresentation)) return kMalformed;
    switch (message->iMethod) {
      case kSetHelperTokenFlags: {
        BG_TOKEN flags = 0;
        if (!NdrReader(*message).Read(flags)) return kMalformed;
        return Reply(*message, *channel, server->SetHelperTokenFlags(flags));
      }
      case kGetHelperTokenFlags: {
        BG_TOKEN flags = 0;
        const HRESULT result = server->GetHelperTokenFlags(&flags);
        return Reply(*message, *channel, result, flags);
      }
      case kSetHelperToken:
        return Reply(*message, *channel, server->SetHelperToken());
      case kClearHelperToken:
        return Reply(*message, *channel, server->ClearHelperToken());
      case kGetHelperTokenSid: {
        LPWSTR sid = nullptr;
        const HRESULT result = server->GetHelperTokenSid(&sid);
        const CoTaskMemory<WCHAR> owner(sid);
        return Reply(*message, *channel, result, static_cast<LPCWSTR>(sid));
      }
      default:
        return HRESULT_FROM_WIN32(RPC_S_PROCNUM_OUT_OF_RANGE);
    }
  }

  // Not counted for the caller, as in the stubs that MIDL's runtime makes.
  IRpcStubBuffer* STDMETHODCALLTYPE IsIIDSupported(REFIID id) override {
    // A connected object has shown in Connect that it supports the interface.
    return id == __uuidof(IBitsTokenOptions) ? this : nullptr;
  }

  ULONG STDMETHODCALLTYPE CountRefs() override { return Server() ? 1 : 0; }

  // Lent until DebugServerRelease, not counted, so that a debugger runs no code of the object's.
  HRESULT STDMETHODCALLTYPE DebugServerQueryInterface(void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = Server().Get();
    return *object != nullptr ? S_OK : E_UNEXPECTED;
  }

  void STDMETHODCALLTYPE DebugServerRelease(void*) override {}

 private:
  ~Stub() override = default;

  void Exchange(ComPtr<IBitsTokenOptions> server) {
    const std::lock_guard lock(mutex_);
    std::swap(server_, server);
  }

  ComPtr<IBitsTokenOptions> Server() {
    const std::lock_guard lock(mutex_);
    return server_;
  }

  static std::size_t SizeOf(ULONG) { return sizeof(ULONG); }
  static std::size_t SizeOf(LPCWSTR text) { return NdrWriter::SizeOf(text); }

  // Answers with the out-parameters, in their order, and the method's HRESULT.
  template <class... Out>
  static HRESULT Reply(RPCOLEMESSAGE& message, IRpcChannelBuffer& channel, HRESULT result, Out... values) {
    const std::size_t size = (SizeOf(values) + ... + sizeof(ULONG));
    if (size > MAXLONG) return HRESULT_FROM_WIN32(RPC_S_STRING_TOO_LONG);
    message.cbBuffer = static_cast<ULONG>(size);
    if (const HRESULT got = channel.GetBuffer(&message, __uuidof(IBitsTokenOptions)); got != S_OK) return got;
    message.dataRepresentation = NDR_LOCAL_DATA_REPRESENTATION;
    NdrWriter writer(message.Buffer);
    (writer.Write(values), ...);
    writer.Write(static_cast<ULONG>(result));
    message.cbBuffer = static_cast<ULONG>(size);  // the channel may have made more room
    return S_OK;
  }

  const ModuleReference module_;
  std::mutex mutex_;
  ComPtr<IBitsTokenOptions> server_;
};

// --- What makes both ---

class Factory final : public IPSFactoryBuffer {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
    if (object == nullptr) return E_POINTER;
    const bool offered = id == __uuidof(IUnknown) || id == __uuidof(IPSFactoryBuffer);
    *object = offered ? this : nullptr;
    if (!offered) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }

  // It lives as long as the module.
  ULONG STDMETHODCALLTYPE AddRef() override { return ++module_references; }
  ULONG STDMETHODCALLTYPE Release() override { return --module_references; }

  HRESULT STDMETHODCALLTYPE CreateProxy(IUnknown* outer, REFIID id, IRpcProxyBuffer** proxy, void** object) override {
    if (proxy == nullptr || object == nullptr) return E_POINTER;
    *proxy = nullptr;
    *object = nullptr;
    if (id != __uuidof(IBitsTokenOptions)) return E_NOINTERFACE;
    auto* const made = new (std::nothrow) Proxy(outer);
    if (made == nullptr) return E_OUTOFMEMORY;
    *proxy = made;
    made->methods()->AddRef();
    *object = made->methods();
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE CreateStub(REFIID id, IUnknown* server, IRpcStubBuffer** stub) override {
    if (stub == nullptr) return E_POINTER;
    *stub = nullptr;
    if (id != __uuidof(IBitsTokenOptions)) return E_NOINTERFACE;
    const auto made = win32::TakeReference<IRpcStubBuffer>(new (std::nothrow) Stub);
    if (!made) return E_OUTOFMEMORY;
    if (server != nullptr) {
      if (const HRESULT result = made->Connect(server); FAILED(result)) return result;
    }
    return made.CopyTo(stub);
  }
};

Factory factory;

// --- Registration ---

// Names the calling thread's apartment: its thread, or 0 for the multi-threaded one.
Result<DWORD> CurrentApartment() {
  APTTYPE type = APTTYPE_CURRENT;
  APTTYPEQUALIFIER qualifier = APTTYPEQUALIFIER_NONE;
  const HRESULT result = CoGetApartmentType(&type, &qualifier);
  if (FAILED(result)) return Failure(win32::FromHresult(result));
  return type == APTTYPE_STA || type == APTTYPE_MAINSTA ? GetCurrentThreadId() : 0;
}

// The factory is registered once an apartment, however many want it: of a second time in the same one, Wine's
// CoRegisterClassObject says S_OK and gives no cookie.
class Registrations {
 public:
  static Registrations& Instance() {
    static auto* const instance = new Registrations;
    return *instance;
  }

  HRESULT Add(DWORD apartment) {
    const std::lock_guard lock(mutex_);
    Registration& registration = registrations_[apartment];
    if (registration.count == 0) {
      const HRESULT result = CoRegisterClassObject(kTokenOptionsMarshalingClass, &factory, CLSCTX_INPROC_SERVER,
                                                   REGCLS_MULTIPLEUSE, &registration.cookie);
      if (FAILED(result)) {
        registrations_.erase(apartment);
        return result;
      }
    }
    ++registration.count;
    return S_OK;
  }

  void Remove(DWORD apartment) {
    const std::lock_guard lock(mutex_);
    const auto found = registrations_.find(apartment);
    if (--found->second.count != 0) return;
    CoRevokeClassObject(found->second.cookie);
    registrations_.erase(found);
  }

 private:
  struct Registration {
    DWORD cookie = 0;
    int count = 0;
  };

  std::mutex mutex_;
  std::map<DWORD, Registration> registrations_;
};

}  // namespace

HRESULT GetTokenOptionsMarshalingFactory(REFIID id, void** object) { return factory.QueryInterface(id, object); }

ULONG TokenOptionsMarshalingReferences() { return module_references; }

TokenOptionsMarshaling::TokenOptionsMarshaling(TokenOptionsMarshaling&& other) noexcept
    : apartment_(std::exchange(other.apartment_, std::nullopt)) {}

TokenOptionsMarshaling::~TokenOptionsMarshaling() {
  if (apartment_) Registrations::Instance().Remove(*apartment_);
}

Result<TokenOptionsMarshaling> RegisterTokenOptionsMarshaling() {
  CLSID known = {};
  if (SUCCEEDED(CoGetPSClsid(__uuidof(IBitsTokenOptions), &known)) && known != kTokenOptionsMarshalingClass) {
    return TokenOptionsMarshaling(std::nullopt);
  }
  const Result<DWORD> apartment = CurrentApartment();
  if (!apartment) return Failure(apartment.error());
  const HRESULT result = Registrations::Instance().Add(*apartment);
  if (FAILED(result)) return Failure(win32::FromHresult(result));
  TokenOptionsMarshaling registered(*apartment);
  const HRESULT named = CoRegisterPSClsid(__uuidof(IBitsTokenOptions), kTokenOptionsMarshalingClass);
  if (FAILED(named)) return Failure(win32::FromHresult(named));
  return registered;
}

}  // namespace bits::fakes::com
