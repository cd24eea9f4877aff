#include "fakes/com/token_options_marshaling.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "fakes/com/apartment_test.h"

namespace bits::fakes::com {
namespace {

using win32::OutText;

constexpr HRESULT kNullPointer = static_cast<HRESULT>(0x800706F4);  // RPC_X_NULL_REF_POINTER
constexpr HRESULT kMalformed = static_cast<HRESULT>(0x800706F7);    // RPC_X_BAD_STUB_DATA
constexpr HRESULT kNoSuchMethod = static_cast<HRESULT>(0x800706D1);
constexpr HRESULT kServersOwn = static_cast<HRESULT>(0x80200011);

const std::wstring kNonAscii = L"S-1-5-21-\x00e4\x20ac\xd83d\xde00";

// What the object does next is chosen with SetHelperTokenFlags, so that it can be in another process.
enum Behaviour : BG_TOKEN {
  kNoSid,
  kEmptySid,
  kOddSid,
  kLongSid,
  kNonAsciiSid,
  kFails,        // every other method; out-parameters left alone
  kFailsFilled,  // likewise; out-parameters filled, against the rules
  kRefuses = 0x80000000,
};

class Options final : public IBitsTokenOptions {
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

  HRESULT STDMETHODCALLTYPE SetHelperTokenFlags(BG_TOKEN flags) override {
    flags_ = flags;
    return flags == kRefuses ? E_INVALIDARG : S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetHelperTokenFlags(BG_TOKEN* flags) override {
    if (flags_ == kFails) return E_ACCESSDENIED;
    *flags = flags_;
    return flags_ == kFailsFilled ? E_ACCESSDENIED : S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetHelperToken() override { return flags_ == kFails ? kServersOwn : S_FALSE; }
  HRESULT STDMETHODCALLTYPE ClearHelperToken() override { return flags_ == kFails ? E_ACCESSDENIED : S_OK; }
  HRESULT STDMETHODCALLTYPE GetHelperTokenSid(LPWSTR* sid) override {
    switch (flags_) {
      case kNoSid:
        *sid = nullptr;
        return S_OK;
      case kEmptySid:
        return Give(L"", sid);
      case kOddSid:
        return Give(L"S-1-5-18", sid);
      case kLongSid:
        return Give(std::wstring(100'001, L'S'), sid);
      case kNonAsciiSid:
        return Give(kNonAscii, sid);
      case kFailsFilled:
        Give(L"S-1-5-18", sid);
        return E_ACCESSDENIED;
      default:
        return E_ACCESSDENIED;
    }
  }

  ULONG references() const { return references_; }

 private:
  static HRESULT Give(const std::wstring& text, LPWSTR* out) {
    const std::size_t size = (text.size() + 1) * sizeof(wchar_t);
    *out = static_cast<LPWSTR>(CoTaskMemAlloc(size));
    std::memcpy(*out, text.c_str(), size);
    return S_OK;
  }

  std::atomic<ULONG> references_{0};
  std::atomic<BG_TOKEN> flags_{0};
};

// --- Across apartments and processes ---

// An object somewhere else, and a pointer to it in the calling apartment.
class Remote {
 public:
  virtual ~Remote() = default;

  ComPtr<IBitsTokenOptions> options;
};

// In an apartment of the other kind of this process.
class InOtherApartment final : public Remote {
 public:
  explicit InOtherApartment(COINIT type) : thread_(std::make_unique<ApartmentThread>(type)) {
    IStream* stream = nullptr;
    thread_->Run([&] {
      registration_ = std::make_unique<Registration>();
      EXPECT_EQ(CoMarshalInterThreadInterfaceInStream(__uuidof(IBitsTokenOptions), &object_, &stream), S_OK);
    });
    EXPECT_EQ(CoGetInterfaceAndReleaseStream(stream, IID_PPV_ARGS(options.GetAddressOf())), S_OK);
  }
  ~InOtherApartment() override {
    options.Reset();
    thread_->Run([&] { registration_.reset(); });
    thread_.reset();
    EXPECT_EQ(object_.references(), 0U);
  }

 private:
  Options object_;
  std::unique_ptr<ApartmentThread> thread_;
  std::unique_ptr<Registration> registration_;
};

class InOtherProcess final : public Remote {
 public:
  InOtherProcess() : process_(L"HoldsOptions") {
    options = Unmarshal<IBitsTokenOptions>(process_.connection().Receive().value());
  }
  ~InOtherProcess() override { options.Reset(); }

 private:
  SecondProcess process_;
};

TEST(SecondProcess, DISABLED_HoldsOptions) {
  Connection first = FirstProcess();
  Options object;
  {
    const ScopedApartment apartment(COINIT_MULTITHREADED);
    const Registration registration;
    first.Send(Marshal<IBitsTokenOptions>(&object, MSHCTX_LOCAL));
    EXPECT_FALSE(first.Receive());
  }
  EXPECT_EQ(object.references(), 0U);
}

struct Place {
  const char* name;
  COINIT own;
  std::unique_ptr<Remote> (*make)();
};

const Place kPlaces[] = {
    {"FromStaToMta", COINIT_APARTMENTTHREADED,
     []() -> std::unique_ptr<Remote> { return std::make_unique<InOtherApartment>(COINIT_MULTITHREADED); }},
    {"FromMtaToSta", COINIT_MULTITHREADED,
     []() -> std::unique_ptr<Remote> { return std::make_unique<InOtherApartment>(COINIT_APARTMENTTHREADED); }},
    {"FromStaToProcess", COINIT_APARTMENTTHREADED,
     []() -> std::unique_ptr<Remote> { return std::make_unique<InOtherProcess>(); }},
    {"FromMtaToProcess", COINIT_MULTITHREADED,
     []() -> std::unique_ptr<Remote> { return std::make_unique<InOtherProcess>(); }},
};

class RemoteTokenOptionsTest : public testing::TestWithParam<Place> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(remote_->options);
    options_ = remote_->options.Get();
  }

  void Choose(Behaviour behaviour) { EXPECT_EQ(options_->SetHelperTokenFlags(behaviour), S_OK); }

  std::optional<std::wstring> Sid() {
    OutText text;
    EXPECT_EQ(options_->GetHelperTokenSid(text.Receive()), S_OK);
    const LPCWSTR sid = *text.Receive();
    return sid != nullptr ? std::optional<std::wstring>(sid) : std::nullopt;
  }

  const ScopedApartment apartment_{GetParam().own};
  const Registration registration_;
  const std::unique_ptr<Remote> remote_ = GetParam().make();
  IBitsTokenOptions* options_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Places, RemoteTokenOptionsTest, testing::ValuesIn(kPlaces),
                         [](const auto& place) { return place.param.name; });

TEST_P(RemoteTokenOptionsTest, CarriesFlagsBothWays) {
  BG_TOKEN flags = 1;
  EXPECT_EQ(options_->SetHelperTokenFlags(0x7654321F), S_OK);
  EXPECT_EQ(options_->GetHelperTokenFlags(&flags), S_OK);
  EXPECT_EQ(flags, 0x7654321FU);
}

TEST_P(RemoteTokenOptionsTest, CarriesResults) {
  EXPECT_EQ(options_->SetHelperTokenFlags(kRefuses), E_INVALIDARG);
  EXPECT_EQ(options_->SetHelperToken(), S_FALSE);
  EXPECT_EQ(options_->ClearHelperToken(), S_OK);
  Choose(kFails);
  EXPECT_EQ(options_->SetHelperToken(), kServersOwn);
  EXPECT_EQ(options_->ClearHelperToken(), E_ACCESSDENIED);
}

TEST_P(RemoteTokenOptionsTest, CarriesSids) {
  EXPECT_EQ(Sid(), std::nullopt);
  Choose(kEmptySid);
  EXPECT_EQ(Sid(), L"");
  Choose(kOddSid);
  EXPECT_EQ(Sid(), L"S-1-5-18");
  Choose(kNonAsciiSid);
  EXPECT_EQ(Sid(), kNonAscii);
  Choose(kLongSid);
  EXPECT_EQ(Sid(), std::wstring(100'001, L'S'));
}

TEST_P(RemoteTokenOptionsTest, RefusesNull) {
  EXPECT_EQ(options_->GetHelperTokenFlags(nullptr), kNullPointer);
  EXPECT_EQ(options_->GetHelperTokenSid(nullptr), kNullPointer);
}

TEST_P(RemoteTokenOptionsTest, ClearsWhatAFailingMethodLeavesAlone) {
  Choose(kFails);
  BG_TOKEN flags = 5;
  EXPECT_EQ(options_->GetHelperTokenFlags(&flags), E_ACCESSDENIED);
  EXPECT_EQ(flags, 0U);
  wchar_t text[] = L"before";
  LPWSTR sid = text;
  EXPECT_EQ(options_->GetHelperTokenSid(&sid), E_ACCESSDENIED);
  EXPECT_EQ(sid, nullptr);
}

TEST_P(RemoteTokenOptionsTest, HandsOnWhatAFailingMethodGives) {
  Choose(kFailsFilled);
  BG_TOKEN flags = 0;
  EXPECT_EQ(options_->GetHelperTokenFlags(&flags), E_ACCESSDENIED);
  EXPECT_EQ(flags, BG_TOKEN{kFailsFilled});
  OutText sid;
  EXPECT_EQ(options_->GetHelperTokenSid(sid.Receive()), E_ACCESSDENIED);
  EXPECT_STREQ(*sid.Receive(), L"S-1-5-18");
}

TEST_P(RemoteTokenOptionsTest, KeepsTheObjectsIdentity) {
  ComPtr<IUnknown> unknown;
  ASSERT_EQ(options_->QueryInterface(IID_PPV_ARGS(unknown.GetAddressOf())), S_OK);
  ComPtr<IBitsTokenOptions> again;
  ASSERT_EQ(unknown->QueryInterface(IID_PPV_ARGS(again.GetAddressOf())), S_OK);
  EXPECT_EQ(again.Get(), options_);
  ComPtr<IUnknown> same;
  ASSERT_EQ(again->QueryInterface(IID_PPV_ARGS(same.GetAddressOf())), S_OK);
  EXPECT_EQ(same.Get(), unknown.Get());
  ComPtr<IClientSecurity> manager;  // the proxy manager's own
  EXPECT_EQ(options_->QueryInterface(IID_PPV_ARGS(manager.GetAddressOf())), S_OK);
  ComPtr<IPersist> other;
  EXPECT_EQ(options_->QueryInterface(IID_PPV_ARGS(other.GetAddressOf())), E_NOINTERFACE);
  ComPtr<IRpcProxyBuffer> hidden;
  EXPECT_EQ(options_->QueryInterface(IID_PPV_ARGS(hidden.GetAddressOf())), E_NOINTERFACE);
}

TEST_P(RemoteTokenOptionsTest, GivesEveryReferenceBack) {
  remote_->options.Reset();
  // Each place checks that when it ends.
  for (int round = 0; round < 20; ++round) {
    const auto remote = GetParam().make();
    BG_TOKEN flags = 0;
    EXPECT_EQ(remote->options->GetHelperTokenFlags(&flags), S_OK);
  }
}

TEST(TokenOptionsMarshalingTest, LeavesNothingBehind) {
  for (const Place& place : kPlaces) {
    const ScopedApartment apartment(place.own);
    {
      const Registration registration;
      EXPECT_EQ(place.make()->options->SetHelperToken(), S_FALSE);
    }
    EXPECT_EQ(TokenOptionsMarshalingReferences(), 0U) << place.name;
  }
}

TEST(TokenOptionsMarshalingTest, NeedsAnApartment) {
  const auto registered = RegisterTokenOptionsMarshaling();
  ASSERT_FALSE(registered);
  EXPECT_EQ(registered.error().value(), 0x800401F0U);  // CO_E_NOTINITIALIZED
}

TEST(TokenOptionsMarshalingTest, CanBeRegisteredSeveralTimes) {
  const ScopedApartment apartment(COINIT_APARTMENTTHREADED);
  auto first = RegisterTokenOptionsMarshaling();
  ASSERT_TRUE(first);
  {
    const auto second = RegisterTokenOptionsMarshaling();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->redundant(), first->redundant());
    const TokenOptionsMarshaling moved = *std::move(first);
  }
  const auto third = RegisterTokenOptionsMarshaling();
  EXPECT_TRUE(third);
  EXPECT_EQ(InOtherApartment(COINIT_MULTITHREADED).options->SetHelperToken(), S_FALSE);
}

TEST(TokenOptionsMarshalingTest, SaysSoWhenTheServerIsGone) {
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const Registration registration;
  SecondProcess process(L"HoldsOptions");
  const auto options = Unmarshal<IBitsTokenOptions>(process.connection().Receive().value());
  process.Kill();
  BG_TOKEN flags = 5;
  EXPECT_TRUE(FAILED(options->GetHelperTokenFlags(&flags)));
  EXPECT_EQ(flags, 0U);
}

// --- Proxy and stub by themselves ---

// Memory after which there is none: who reads past its end crashes.
class GuardedBytes {
 public:
  explicit GuardedBytes(const Bytes& bytes) {
    SYSTEM_INFO system = {};
    GetSystemInfo(&system);
    const std::size_t pages = (bytes.size() + system.dwPageSize) / system.dwPageSize;
    base_ = VirtualAlloc(nullptr, (pages + 1) * system.dwPageSize, MEM_RESERVE, PAGE_NOACCESS);
    data_ = static_cast<std::byte*>(base_) + pages * system.dwPageSize - bytes.size();
    VirtualAlloc(base_, pages * system.dwPageSize, MEM_COMMIT, PAGE_READWRITE);
    if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
  }
  ~GuardedBytes() { VirtualFree(base_, 0, MEM_RELEASE); }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  void* data() const { return data_; }

 private:
  void* base_ = nullptr;
  std::byte* data_ = nullptr;
};

// Stands in for the way between proxy and stub.
class Channel final : public IRpcChannelBuffer {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID, void** object) override {
    *object = nullptr;
    return E_NOINTERFACE;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override { return --references_; }

  HRESULT STDMETHODCALLTYPE GetBuffer(RPCOLEMESSAGE* message, REFIID id) override {
    EXPECT_TRUE(id == __uuidof(IBitsTokenOptions));
    if (no_buffer != S_OK) return no_buffer;
    if (message->Buffer == nullptr) method = message->iMethod;
    buffer_ = std::make_unique<GuardedBytes>(Bytes(message->cbBuffer, std::byte{0xee}));
    message->Buffer = buffer_->data();
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE SendReceive(RPCOLEMESSAGE* message, ULONG* status) override {
    sent = Copy(*message);
    *status = fault;
    if (answer != S_OK) return answer;
    buffer_ = std::make_unique<GuardedBytes>(reply);
    message->Buffer = buffer_->data();
    message->cbBuffer = static_cast<ULONG>(reply.size());
    message->dataRepresentation = representation;
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE FreeBuffer(RPCOLEMESSAGE* message) override {
    ++freed;
    buffer_.reset();
    message->Buffer = nullptr;
    return S_OK;
  }

  HRESULT STDMETHODCALLTYPE GetDestCtx(DWORD*, void**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE IsConnected() override { return S_OK; }

  static Bytes Copy(const RPCOLEMESSAGE& message) {
    const auto* const first = static_cast<const std::byte*>(message.Buffer);
    return Bytes(first, first + message.cbBuffer);
  }

  ULONG references() const { return references_; }

  HRESULT no_buffer = S_OK;
  HRESULT answer = S_OK;
  ULONG fault = 0;
  Bytes reply;
  RPCOLEDATAREP representation = 0x10;

  ULONG method = 0;
  Bytes sent;
  int freed = 0;

 private:
  ULONG references_ = 0;
  std::unique_ptr<GuardedBytes> buffer_;
};

Bytes Words(std::initializer_list<ULONG> words) {
  Bytes bytes;
  for (const ULONG word : words) {
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::byte>(word >> shift));
  }
  return bytes;
}

ComPtr<IPSFactoryBuffer> Factory() {
  ComPtr<IPSFactoryBuffer> factory;
  EXPECT_EQ(GetTokenOptionsMarshalingFactory(IID_PPV_ARGS(factory.GetAddressOf())), S_OK);
  return factory;
}

class TokenOptionsProxyTest : public testing::Test {
 protected:
  TokenOptionsProxyTest() {
    IRpcProxyBuffer* proxy = nullptr;
    void* options = nullptr;
    EXPECT_EQ(Factory()->CreateProxy(nullptr, __uuidof(IBitsTokenOptions), &proxy, &options), S_OK);
    proxy_ = win32::TakeReference(proxy);
    options_ = win32::TakeReference(static_cast<IBitsTokenOptions*>(options));
    EXPECT_EQ(proxy_->Connect(&channel_), S_OK);
  }
  ~TokenOptionsProxyTest() override {
    options_.Reset();
    proxy_.Reset();
    EXPECT_EQ(channel_.references(), 0U);
    EXPECT_EQ(TokenOptionsMarshalingReferences(), 0U);
  }

  // The result of GetHelperTokenSid for a reply; the out-parameter is checked to be cleared where there is no other.
  HRESULT SidFrom(Bytes reply, LPCWSTR expected = nullptr) {
    channel_.reply = std::move(reply);
    wchar_t before[] = L"before";
    LPWSTR sid = before;
    const HRESULT result = options_->GetHelperTokenSid(&sid);
    EXPECT_NE(sid, before);
    if (expected == nullptr) {
      EXPECT_EQ(sid, nullptr);
    } else {
      EXPECT_STREQ(sid, expected);
    }
    CoTaskMemFree(sid);
    return result;
  }

  Channel channel_;
  ComPtr<IRpcProxyBuffer> proxy_;
  ComPtr<IBitsTokenOptions> options_;
};

TEST_F(TokenOptionsProxyTest, SendsWhatMidlSends) {
  channel_.reply = Words({0});
  EXPECT_EQ(options_->SetHelperTokenFlags(3), S_OK);
  EXPECT_EQ(channel_.method, 3U);
  EXPECT_EQ(channel_.sent, Words({3}));
  EXPECT_EQ(options_->SetHelperToken(), S_OK);
  EXPECT_EQ(channel_.method, 5U);
  EXPECT_EQ(options_->ClearHelperToken(), S_OK);
  EXPECT_EQ(channel_.method, 6U);
  EXPECT_EQ(channel_.sent, Bytes());
  channel_.reply = Words({2, 0});
  BG_TOKEN flags = 0;
  EXPECT_EQ(options_->GetHelperTokenFlags(&flags), S_OK);
  EXPECT_EQ(flags, 2U);
  EXPECT_EQ(channel_.method, 4U);
  EXPECT_EQ(SidFrom(Words({0x20000, 3, 0, 3, 0x0042'0041, 0, 0}), L"AB"), S_OK);
  EXPECT_EQ(channel_.method, 7U);
  EXPECT_EQ(channel_.freed, 5);
}

TEST_F(TokenOptionsProxyTest, TakesEveryWellFormedSid) {
  EXPECT_EQ(SidFrom(Words({0, 0})), S_OK);
  EXPECT_EQ(SidFrom(Words({0, 0x80070005})), E_ACCESSDENIED);
  EXPECT_EQ(SidFrom(Words({1, 1, 0, 1, 0xffff'0000, 0}), L""), S_OK);
  EXPECT_EQ(SidFrom(Words({1, 0xffffffff, 0, 2, 0x0000'0041, 0}), L"A"), S_OK);
  EXPECT_EQ(SidFrom(Words({1, 2, 0, 2, 0x0000'0041, 0, 99, 99}), L"A"), S_OK);
}

TEST_F(TokenOptionsProxyTest, RefusesMalformedReplies) {
  const std::initializer_list<ULONG> whole = {1, 3, 0, 3, 0x0042'0041, 0, 0};
  for (std::size_t size = 0; size < whole.size() * sizeof(ULONG); ++size) {
    Bytes cut = Words(whole);
    cut.resize(size);
    EXPECT_EQ(SidFrom(cut), kMalformed) << size;
  }
  EXPECT_EQ(SidFrom(Words({1, 2, 0, 3, 0x0042'0041, 0, 0})), kMalformed) << "more than the maximum";
  EXPECT_EQ(SidFrom(Words({1, 3, 1, 2, 0x0042'0041, 0, 0})), kMalformed) << "an offset";
  EXPECT_EQ(SidFrom(Words({1, 0, 0, 0, 0})), kMalformed) << "not even a terminator";
  EXPECT_EQ(SidFrom(Words({1, 2, 0, 2, 0x0042'0041, 0})), kMalformed) << "not terminated";
  EXPECT_EQ(SidFrom(Words({1, 0xffffffff, 0, 0xffffffff, 0x0042'0041, 0, 0})), kMalformed);
  EXPECT_EQ(SidFrom(Words({1, 0x80000001, 0, 0x80000001, 0, 0})), kMalformed);

  BG_TOKEN flags = 5;
  for (std::size_t size = 0; size < 8; ++size) {
    channel_.reply = Bytes(size);
    EXPECT_EQ(options_->GetHelperTokenFlags(&flags), kMalformed) << size;
    EXPECT_EQ(flags, 0U);
  }
  channel_.reply = {};
  EXPECT_EQ(options_->SetHelperToken(), kMalformed);
}

TEST_F(TokenOptionsProxyTest, SurvivesAnyReply) {
  std::mt19937 random(1);
  for (int round = 0; round < 3'000; ++round) {
    Bytes reply = Words({1, 4, 0, 4, 0x0042'0041, 0x0000'0043, 0});
    for (int changes = 0; changes < 3; ++changes) reply[random() % reply.size()] = static_cast<std::byte>(random() % 5);
    reply.resize(random() % (reply.size() + 1));
    channel_.reply = std::move(reply);
    OutText sid;
    options_->GetHelperTokenSid(sid.Receive());
  }
}

TEST_F(TokenOptionsProxyTest, RefusesOtherRepresentations) {
  channel_.reply = Words({0});
  for (const RPCOLEDATAREP representation : {0x00UL, 0x01UL, 0x11UL, 0x20UL}) {
    channel_.representation = representation;
    EXPECT_EQ(options_->SetHelperToken(), kMalformed) << representation;
  }
}

TEST_F(TokenOptionsProxyTest, HandsOnTheChannelsFailures) {
  channel_.answer = RPC_E_DISCONNECTED;
  EXPECT_EQ(options_->SetHelperToken(), RPC_E_DISCONNECTED);
  channel_.answer = RPC_S_CALL_FAILED;
  EXPECT_EQ(options_->SetHelperToken(), static_cast<HRESULT>(0x800706BE));
  channel_.answer = RPC_E_FAULT;
  channel_.fault = RPC_S_SERVER_UNAVAILABLE;
  EXPECT_EQ(options_->SetHelperToken(), static_cast<HRESULT>(0x800706BA));
  channel_.no_buffer = E_OUTOFMEMORY;
  EXPECT_EQ(options_->SetHelperToken(), E_OUTOFMEMORY);
  EXPECT_EQ(channel_.freed, 3);
  proxy_->Disconnect();
  EXPECT_EQ(channel_.references(), 0U);
  BG_TOKEN flags = 5;
  EXPECT_EQ(options_->GetHelperTokenFlags(&flags), CO_E_OBJNOTCONNECTED);
  EXPECT_EQ(flags, 0U);
}

TEST_F(TokenOptionsProxyTest, IsItsOwnObjectWithoutAnOuterOne) {
  ComPtr<IBitsTokenOptions> options;
  EXPECT_EQ(proxy_->QueryInterface(IID_PPV_ARGS(options.GetAddressOf())), S_OK);
  EXPECT_EQ(options.Get(), options_.Get());
  ComPtr<IUnknown> unknown;
  EXPECT_EQ(options_->QueryInterface(IID_PPV_ARGS(unknown.GetAddressOf())), S_OK);
  EXPECT_EQ(unknown.Get(), static_cast<IUnknown*>(proxy_.Get()));
  ComPtr<IPersist> other;
  EXPECT_EQ(proxy_->QueryInterface(IID_PPV_ARGS(other.GetAddressOf())), E_NOINTERFACE);
}

TEST(TokenOptionsFactoryTest, AggregatesTheProxy) {
  Options outer;  // any object will do
  IRpcProxyBuffer* proxy = nullptr;
  void* object = nullptr;
  ASSERT_EQ(Factory()->CreateProxy(&outer, __uuidof(IBitsTokenOptions), &proxy, &object), S_OK);
  auto* const options = static_cast<IBitsTokenOptions*>(object);
  EXPECT_EQ(outer.references(), 1U) << "the pointer that was given";
  ComPtr<IUnknown> unknown;
  EXPECT_EQ(options->QueryInterface(IID_PPV_ARGS(unknown.GetAddressOf())), S_OK);
  EXPECT_EQ(unknown.Get(), static_cast<IUnknown*>(&outer));
  unknown.Reset();
  EXPECT_EQ(options->Release(), 0U);
  EXPECT_EQ(proxy->Release(), 0U);
  EXPECT_EQ(TokenOptionsMarshalingReferences(), 0U);
}

TEST(TokenOptionsFactoryTest, KnowsOneInterface) {
  Options server;
  IRpcProxyBuffer* proxy = nullptr;
  void* object = nullptr;
  EXPECT_EQ(Factory()->CreateProxy(nullptr, __uuidof(IPersist), &proxy, &object), E_NOINTERFACE);
  EXPECT_EQ(proxy, nullptr);
  EXPECT_EQ(object, nullptr);
  IRpcStubBuffer* stub = nullptr;
  EXPECT_EQ(Factory()->CreateStub(__uuidof(IPersist), &server, &stub), E_NOINTERFACE);
  EXPECT_EQ(stub, nullptr);
}

class TokenOptionsStubTest : public testing::Test {
 protected:
  TokenOptionsStubTest() {
    IRpcStubBuffer* stub = nullptr;
    EXPECT_EQ(Factory()->CreateStub(__uuidof(IBitsTokenOptions), &server_, &stub), S_OK);
    stub_ = win32::TakeReference(stub);
  }
  ~TokenOptionsStubTest() override {
    stub_.Reset();
    EXPECT_EQ(server_.references(), 0U);
    EXPECT_EQ(TokenOptionsMarshalingReferences(), 0U);
  }

  HRESULT Invoke(ULONG method, const Bytes& request, RPCOLEDATAREP representation = 0x10) {
    const GuardedBytes guarded(request);
    RPCOLEMESSAGE message = {};
    message.dataRepresentation = representation;
    message.Buffer = guarded.data();
    message.cbBuffer = static_cast<ULONG>(request.size());
    message.iMethod = method;
    const HRESULT result = stub_->Invoke(&message, &channel_);
    reply_ = result == S_OK ? Channel::Copy(message) : Bytes();
    return result;
  }

  Options server_;
  Channel channel_;
  ComPtr<IRpcStubBuffer> stub_;
  Bytes reply_;
};

TEST_F(TokenOptionsStubTest, AnswersWhatMidlAnswers) {
  EXPECT_EQ(Invoke(3, Words({kOddSid})), S_OK);
  EXPECT_EQ(reply_, Words({0}));
  EXPECT_EQ(Invoke(4, {}), S_OK);
  EXPECT_EQ(reply_, Words({kOddSid, 0}));
  EXPECT_EQ(Invoke(5, {}), S_OK);
  EXPECT_EQ(reply_, Words({1}));
  EXPECT_EQ(Invoke(6, {}), S_OK);
  EXPECT_EQ(reply_, Words({0}));
  EXPECT_EQ(Invoke(7, {}), S_OK);
  EXPECT_EQ(reply_, Words({0x20000, 9, 0, 9, 0x002d'0053, 0x002d'0031, 0x002d'0035, 0x0038'0031, 0, 0}));
  EXPECT_EQ(Invoke(3, Words({kNoSid})), S_OK);
  EXPECT_EQ(Invoke(7, {}), S_OK);
  EXPECT_EQ(reply_, Words({0, 0}));
}

TEST_F(TokenOptionsStubTest, RefusesMalformedRequests) {
  for (std::size_t size = 0; size < sizeof(ULONG); ++size) EXPECT_EQ(Invoke(3, Bytes(size)), kMalformed) << size;
  for (const ULONG method : {0UL, 1UL, 2UL, 8UL, 0x8003UL, 0xffffffffUL}) {
    EXPECT_EQ(Invoke(method, Words({0})), kNoSuchMethod) << method;
  }
  EXPECT_EQ(Invoke(5, {}, 0x00), kMalformed);
  EXPECT_EQ(Invoke(5, {}, 0x11), kMalformed);
  RPCOLEMESSAGE empty = {};
  empty.dataRepresentation = 0x10;
  empty.cbBuffer = 4;
  empty.iMethod = 3;
  EXPECT_EQ(stub_->Invoke(&empty, &channel_), kMalformed);
}

TEST_F(TokenOptionsStubTest, HandsOnThatThereIsNoBuffer) {
  channel_.no_buffer = E_OUTOFMEMORY;
  EXPECT_EQ(Invoke(3, Words({kLongSid})), E_OUTOFMEMORY);
  EXPECT_EQ(Invoke(7, {}), E_OUTOFMEMORY);
}

TEST_F(TokenOptionsStubTest, ConnectsAndDisconnects) {
  EXPECT_EQ(stub_->CountRefs(), 1U);
  EXPECT_EQ(server_.references(), 1U);
  void* lent = nullptr;
  EXPECT_EQ(stub_->DebugServerQueryInterface(&lent), S_OK);
  EXPECT_EQ(lent, &server_);
  stub_->DebugServerRelease(lent);
  EXPECT_EQ(stub_->IsIIDSupported(__uuidof(IBitsTokenOptions)), stub_.Get());
  EXPECT_EQ(stub_->IsIIDSupported(__uuidof(IPersist)), nullptr);

  stub_->Disconnect();
  EXPECT_EQ(server_.references(), 0U);
  EXPECT_EQ(stub_->CountRefs(), 0U);
  EXPECT_EQ(stub_->DebugServerQueryInterface(&lent), E_UNEXPECTED);
  EXPECT_EQ(lent, nullptr);
  EXPECT_EQ(Invoke(5, {}), CO_E_OBJNOTCONNECTED);
  Channel no_options;
  EXPECT_EQ(stub_->Connect(&no_options), E_NOINTERFACE);
  EXPECT_EQ(stub_->Connect(&server_), S_OK);
  EXPECT_EQ(Invoke(5, {}), S_OK);
}

}  // namespace
}  // namespace bits::fakes::com
