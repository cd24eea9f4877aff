#include "fakes/com/call_extension.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/com/apartment_test.h"

namespace bits::fakes::com {
namespace {

using win32::OutText;

// The extension of the call that is being executed, as text.
std::wstring Extension() {
  const auto bytes = CallExtension();
  if (!bytes) return L"none";
  std::wstring text = L"[";
  for (const std::byte byte : *bytes) text += static_cast<wchar_t>(byte);
  return text + L"]";
}

// Fills in the text that the calling thread has set, and counts.
class ThreadTextProvider final : public CallExtensionProvider {
 public:
  ~ThreadTextProvider() override { EXPECT_EQ(filled, done); }

  // Null: declines.
  static void Set(const char* text) { text_ = text; }

  std::optional<Filled> Fill() noexcept override {
    SetLastError(ERROR_INVALID_DATA);  // must not reach the caller
    if (text_ == nullptr) return std::nullopt;
    ++filled;
    return Filled{std::as_bytes(std::span(text_, std::strlen(text_))), GetCurrentThreadId()};
  }

  void Done(std::uintptr_t mark) noexcept override {
    EXPECT_EQ(mark, GetCurrentThreadId());
    ++done;
  }

  std::atomic<int> filled{0};
  std::atomic<int> done{0};

 private:
  static thread_local const char* text_;
};
thread_local const char* ThreadTextProvider::text_ = nullptr;

// Does what it is told, by way of an interface that can be marshaled.
class Object final : public IBitsTokenOptions {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
    const bool offered = id == __uuidof(IUnknown) || id == __uuidof(IBitsTokenOptions);
    *object = offered ? this : nullptr;
    if (!offered) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override { return --references_; }

  HRESULT STDMETHODCALLTYPE SetHelperTokenFlags(BG_TOKEN) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetHelperTokenFlags(BG_TOKEN* flags) override {
    *flags = 7;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetHelperToken() override { return Do(set); }
  HRESULT STDMETHODCALLTYPE ClearHelperToken() override { return Do(clear); }
  // The extension of this call.
  HRESULT STDMETHODCALLTYPE GetHelperTokenSid(LPWSTR* sid) override {
    const std::wstring text = Extension();
    const std::size_t size = (text.size() + 1) * sizeof(wchar_t);
    *sid = static_cast<LPWSTR>(CoTaskMemAlloc(size));
    std::memcpy(*sid, text.c_str(), size);
    return S_OK;
  }

  std::function<void()> set;
  std::function<void()> clear;

 private:
  static HRESULT Do(const std::function<void()>& what) {
    if (what) what();
    return S_OK;
  }

  std::atomic<ULONG> references_{0};
};

// The extension that a call made here has there.
std::wstring ExtensionAt(IBitsTokenOptions* object) {
  OutText text;
  EXPECT_EQ(object->GetHelperTokenSid(text.Receive()), S_OK);
  return *text.Receive() != nullptr ? *text.Receive() : L"null";
}
std::wstring ExtensionAt(const ComPtr<IBitsTokenOptions>& object) { return ExtensionAt(object.Get()); }

// --- Second processes ---

// Holds an object whose SetHelperToken calls the object back that the first process sent.
void HoldObject(bool hooked) {
  Connection first = FirstProcess();
  if (hooked) {
    EXPECT_TRUE(InstallCallExtension().Succeeded());
    SetCallExtensionProvider(std::make_shared<ThreadTextProvider>());
  }
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const Registration registration;
  ComPtr<IBitsTokenOptions> back;
  Object object;
  object.set = [&] {
    ThreadTextProvider::Set("second");
    EXPECT_EQ(back->SetHelperTokenFlags(0), S_OK);
    EXPECT_EQ(back->ClearHelperToken(), S_OK);
    ThreadTextProvider::Set(nullptr);
  };
  first.Send(Marshal<IBitsTokenOptions>(&object, MSHCTX_LOCAL));
  while (const auto bytes = first.Receive()) {
    back = Unmarshal<IBitsTokenOptions>(*bytes);
    first.Send({});
  }
  back.Reset();
  SetCallExtensionProvider(nullptr);
}

TEST(SecondProcess, DISABLED_HoldsHookedObject) { HoldObject(true); }
TEST(SecondProcess, DISABLED_HoldsPlainObject) { HoldObject(false); }

class CallExtensionTest : public testing::Test {
 protected:
  CallExtensionTest() {
    EXPECT_TRUE(InstallCallExtension().Succeeded());
    SetCallExtensionProvider(provider_);
    server_->Run([&] {
      registration_there_ = std::make_unique<Registration>();
      marshaled_ = Marshal<IBitsTokenOptions>(&object_, MSHCTX_INPROC);
    });
    proxy_ = Unmarshal<IBitsTokenOptions>(marshaled_);
  }
  ~CallExtensionTest() override {
    ThreadTextProvider::Set(nullptr);
    proxy_.Reset();
    server_->Run([&] { registration_there_.reset(); });
    server_.reset();
    SetCallExtensionProvider(nullptr);
  }

  // A pointer to the object, for one more apartment or process.
  Bytes MarshalAgain(MSHCTX context) {
    Bytes bytes;
    server_->Run([&] { bytes = Marshal<IBitsTokenOptions>(&object_, context); });
    return bytes;
  }

  const ScopedApartment apartment_{COINIT_MULTITHREADED};
  const Registration registration_;
  const std::shared_ptr<ThreadTextProvider> provider_ = std::make_shared<ThreadTextProvider>();
  Object object_;
  std::unique_ptr<ApartmentThread> server_ = std::make_unique<ApartmentThread>(COINIT_APARTMENTTHREADED);
  std::unique_ptr<Registration> registration_there_;
  Bytes marshaled_;
  ComPtr<IBitsTokenOptions> proxy_;
};

TEST_F(CallExtensionTest, IsAbsentOutsideACall) { EXPECT_FALSE(CallExtension()); }

TEST_F(CallExtensionTest, ReachesAnotherApartment) {
  ThreadTextProvider::Set("one");
  EXPECT_EQ(ExtensionAt(proxy_), L"[one]");
  ThreadTextProvider::Set("");
  EXPECT_EQ(ExtensionAt(proxy_), L"[]");
  const std::string most(kMaximumCallExtension, 'm');
  ThreadTextProvider::Set(most.c_str());
  EXPECT_TRUE(ExtensionAt(proxy_) == L"[" + std::wstring(most.begin(), most.end()) + L"]");
  const std::string more = most + "m";
  ThreadTextProvider::Set(more.c_str());
  EXPECT_EQ(ExtensionAt(proxy_), L"none");
  for (std::size_t size = 1; size < 20; ++size) {
    ThreadTextProvider::Set(most.c_str() + kMaximumCallExtension - size);
    EXPECT_EQ(ExtensionAt(proxy_), L"[" + std::wstring(size, L'm') + L"]");
  }
}

TEST_F(CallExtensionTest, IsAbsentWithoutAProvider) {
  ThreadTextProvider::Set("one");
  EXPECT_EQ(ExtensionAt(proxy_), L"[one]");
  SetCallExtensionProvider(nullptr);
  EXPECT_EQ(ExtensionAt(proxy_), L"none");
  SetCallExtensionProvider(provider_);
  EXPECT_EQ(ExtensionAt(proxy_), L"[one]");
  ThreadTextProvider::Set(nullptr);
  EXPECT_EQ(ExtensionAt(proxy_), L"none");
}

TEST_F(CallExtensionTest, IsAbsentInTheServersOwnWork) {
  ThreadTextProvider::Set("one");
  EXPECT_EQ(ExtensionAt(proxy_), L"[one]");
  server_->Run([] { EXPECT_EQ(Extension(), L"none"); });
  // In a call that stays in the apartment it is still the call that came in.
  std::wstring seen;
  object_.set = [&] { seen = ExtensionAt(&object_); };
  EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
  EXPECT_EQ(seen, L"[one]");
}

TEST_F(CallExtensionTest, IsEachThreadsOwn) {
  std::vector<std::thread> clients;
  for (const char* const text : {"a", "bb", "ccc", "dddd"}) {
    clients.emplace_back([&, text] {
      const ScopedApartment apartment(COINIT_MULTITHREADED);
      ThreadTextProvider::Set(text);
      const std::wstring expected = L"[" + std::wstring(text, text + std::strlen(text)) + L"]";
      for (int round = 0; round < 100; ++round) EXPECT_EQ(ExtensionAt(proxy_), expected);
    });
  }
  for (std::thread& client : clients) client.join();
}

TEST_F(CallExtensionTest, IsDoneAfterTheCall) {
  ThreadTextProvider::Set("one");
  provider_->filled = provider_->done = 0;
  object_.set = [&] { EXPECT_EQ(provider_->filled - provider_->done, 1); };
  for (int round = 1; round <= 10; ++round) {
    EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
    EXPECT_EQ(provider_->filled, round);
    EXPECT_EQ(provider_->done, round);
  }
}

TEST_F(CallExtensionTest, KeepsAReplacedProviderUntilItsCallIsDone) {
  auto other = std::make_shared<ThreadTextProvider>();
  ThreadTextProvider::Set("one");
  object_.set = [&] { SetCallExtensionProvider(other); };
  EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
  EXPECT_EQ(provider_->filled, provider_->done);
  EXPECT_EQ(other->filled, 0);
}

TEST_F(CallExtensionTest, PreservesTheLastError) {
  ThreadTextProvider::Set("one");
  object_.set = [&] {
    SetLastError(4711);
    Extension();
    EXPECT_EQ(GetLastError(), 4711U);
  };
  EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
}

TEST_F(CallExtensionTest, ReachesAnotherProcess) {
  SecondProcess process(L"HoldsHookedObject");
  const auto remote = Unmarshal<IBitsTokenOptions>(process.connection().Receive().value());
  ThreadTextProvider::Set("across");
  EXPECT_EQ(ExtensionAt(remote), L"[across]");
  ThreadTextProvider::Set(nullptr);
  EXPECT_EQ(ExtensionAt(remote), L"none");
  ThreadTextProvider::Set("again");
  EXPECT_EQ(ExtensionAt(remote), L"[again]");
}

TEST_F(CallExtensionTest, DoesNotDisturbAServerWithoutTheHook) {
  SecondProcess process(L"HoldsPlainObject");
  const auto remote = Unmarshal<IBitsTokenOptions>(process.connection().Receive().value());
  ThreadTextProvider::Set("across");
  EXPECT_EQ(ExtensionAt(remote), L"none");
  BG_TOKEN flags = 0;
  EXPECT_EQ(remote->GetHelperTokenFlags(&flags), S_OK);
  EXPECT_EQ(flags, 7U);
}

// A call that comes in on the server's thread while an outer one, with an extension, is being executed there.
class NestedCallExtensionTest : public CallExtensionTest {
 protected:
  // Lets the second process call the object back during each SetHelperToken.
  void Connect(SecondProcess& process) {
    Bytes there = process.connection().Receive().value();
    server_->Run([&] { remote_ = Unmarshal<IBitsTokenOptions>(there); });
    process.connection().Send(MarshalAgain(MSHCTX_LOCAL));
    EXPECT_TRUE(process.connection().Receive());
    object_.set = [this] {
      ThreadTextProvider::Set("server");
      const auto before = CallExtension();
      seen_.push_back(Extension());
      EXPECT_EQ(remote_->SetHelperToken(), S_OK);
      seen_.push_back(Extension());
      // What was given before still is what it was.
      EXPECT_TRUE(before && before->data() == CallExtension()->data());
    };
    object_.clear = [this] {
      seen_.push_back(Extension());
      in_flight_ = provider_->filled - provider_->done;
    };
  }

  void Disconnect() {
    server_->Run([this] { remote_.Reset(); });
  }

  ComPtr<IBitsTokenOptions> remote_;
  std::vector<std::wstring> seen_;
  int in_flight_ = 0;  // calls that were not done during the inner one
};

using Seen = std::vector<std::wstring>;

TEST_F(NestedCallExtensionTest, IsTheInnerCallsAndThenTheOuterOnesAgain) {
  SecondProcess process(L"HoldsHookedObject");
  Connect(process);
  ThreadTextProvider::Set("client");
  for (int round = 0; round < 3; ++round) {
    seen_.clear();
    EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
    EXPECT_EQ(seen_, (Seen{L"[client]", L"[second]", L"[client]"}));
    EXPECT_EQ(in_flight_, 2);
  }
  Disconnect();
}

TEST_F(NestedCallExtensionTest, IsAbsentInAnInnerCallWithoutTheHook) {
  SecondProcess process(L"HoldsPlainObject");
  Connect(process);
  ThreadTextProvider::Set("client");
  for (int round = 0; round < 3; ++round) {
    seen_.clear();
    EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
    EXPECT_EQ(seen_, (Seen{L"[client]", L"none", L"[client]"}));
    EXPECT_EQ(in_flight_, 2);
  }
  Disconnect();
}

TEST_F(NestedCallExtensionTest, IsAbsentInALaterCallWithoutTheHook) {
  SecondProcess process(L"HoldsPlainObject");
  Connect(process);
  ThreadTextProvider::Set("client");
  EXPECT_EQ(ExtensionAt(proxy_), L"[client]");
  // From outside any call: here there is nothing to restore.
  seen_.clear();
  server_->Run([this] { EXPECT_EQ(remote_->SetHelperToken(), S_OK); });
  EXPECT_EQ(seen_, (Seen{L"none"}));
  Disconnect();
}

// Another client's call, let in by a method that serves its messages itself: no call of its own is under way.
TEST_F(NestedCallExtensionTest, IsTheCallsOwnWhenTheMethodServesMessages) {
  SecondProcess process(L"HoldsPlainObject");
  Connect(process);
  Bytes there;
  server_->Run([&] { there = Marshal<IBitsTokenOptions>(remote_.Get(), MSHCTX_INPROC); });
  ApartmentThread other(COINIT_MULTITHREADED);
  object_.set = [&] {
    seen_.push_back(Extension());
    const KernelHandle done(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    other.Post([&] {
      {
        const Registration registration;
        const auto remote = Unmarshal<IBitsTokenOptions>(there);
        EXPECT_EQ(remote->SetHelperToken(), S_OK);  // which calls back
      }
      SetEvent(done.get());
    });
    WaitServing(done.get());
    seen_.push_back(Extension());
  };
  ThreadTextProvider::Set("client");
  EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
  EXPECT_EQ(seen_, (Seen{L"[client]", L"none", L"[client]"}));
  Disconnect();
}

TEST_F(NestedCallExtensionTest, StaysWhenACallOutFails) {
  SecondProcess process(L"HoldsHookedObject");
  Connect(process);
  object_.set = [&] {
    ThreadTextProvider::Set("server");
    process.Kill();
    for (int round = 0; round < 3; ++round) {
      EXPECT_TRUE(FAILED(remote_->SetHelperToken()));
      seen_.push_back(Extension());
    }
    ThreadTextProvider::Set(nullptr);
  };
  ThreadTextProvider::Set("client");
  EXPECT_EQ(proxy_->SetHelperToken(), S_OK);
  EXPECT_EQ(seen_, (Seen{L"[client]", L"[client]", L"[client]"}));
  EXPECT_EQ(provider_->filled, provider_->done);
  Disconnect();
}

TEST_F(CallExtensionTest, IsDoneWhenTheThreadEndsAfterAFailure) {
  SecondProcess process(L"HoldsHookedObject");
  Bytes there = process.connection().Receive().value();
  {
    ApartmentThread client(COINIT_APARTMENTTHREADED);
    client.Run([&] {
      const Registration registration;
      const auto remote = Unmarshal<IBitsTokenOptions>(there);
      EXPECT_EQ(ExtensionAt(remote), L"none");
      process.Kill();
      ThreadTextProvider::Set("lost");
      EXPECT_TRUE(FAILED(remote->SetHelperToken()));
    });
  }
  EXPECT_GT(provider_->filled, 0);
  EXPECT_EQ(provider_->filled, provider_->done);
}

}  // namespace
}  // namespace bits::fakes::com
