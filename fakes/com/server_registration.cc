#include "harness/win32/windows_headers.h"

#include "fakes/com/server_registration.h"

#include <iterator>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "fakes/com/registry_journal.h"
#include "fakes/com/token_options_marshaling.h"
#include "harness/win32/bits_headers.h"
#include "harness/win32/conversions.h"
#include "harness/win32/handles.h"
#include "harness/win32/service_query.h"
#include "harness/win32/utf.h"

namespace bits::fakes::com {
namespace {

constexpr wchar_t kJournal[] = L"Software\\bits-harness\\fakebits_server";
constexpr wchar_t kEvent[] = L"Local\\bits-harness-fakebits_server-ends";

std::wstring Wide(std::string_view text) { return win32::WideFromUtf8(text).value_or(std::wstring()); }

std::wstring TextOf(const GUID& id) {
  wchar_t text[39] = {};
  StringFromGUID2(id, text, static_cast<int>(std::size(text)));
  return text;
}

std::wstring ClassKey(const GUID& id) { return L"Software\\Classes\\CLSID\\" + TextOf(id); }

bool IsMarshaledBySystem() {
  CLSID marshaler{};
  return SUCCEEDED(CoGetPSClsid(__uuidof(IBitsTokenOptions), &marshaler)) && marshaler != kTokenOptionsMarshalingClass;
}

// Writes through the journal until the registry refuses.
class Writer {
 public:
  explicit Writer(RegistryJournal& journal) : journal_(journal) {}

  void Set(const std::wstring& key, const std::wstring& name, const std::optional<std::wstring>& value) {
    if (status == ERROR_SUCCESS) status = journal_.Set(key, name, value);
  }
  LSTATUS status = ERROR_SUCCESS;

 private:
  RegistryJournal& journal_;
};

void WriteMarshaling(const std::wstring& dll, Writer& writer) {
  const std::wstring key = ClassKey(kTokenOptionsMarshalingClass);
  // The class first: an interface must not name a class that is not there.
  writer.Set(key, L"", L"IBitsTokenOptions proxy and stub of fakebits");
  writer.Set(key + L"\\InProcServer32", L"", dll);
  writer.Set(key + L"\\InProcServer32", L"ThreadingModel", L"Both");
  const std::wstring interface_key = L"Software\\Classes\\Interface\\" + TextOf(__uuidof(IBitsTokenOptions));
  writer.Set(interface_key, L"", L"IBitsTokenOptions");
  writer.Set(interface_key + L"\\ProxyStubClsid32", L"", TextOf(kTokenOptionsMarshalingClass));
}

void WriteClass(const ServerRegistration& registration, ManagerClass version, Writer& writer) {
  const std::wstring key = ClassKey(win32::ToGuid(registration.classes.Of(version)));
  if (registration.classes.are_of_bits()) {
    writer.Set(key, L"AppID", std::nullopt);
  } else {
    writer.Set(key, L"", L"BackgroundCopyManager " + Wide(NameOf(version)) + L", simulated by fakebits_server");
  }
  writer.Set(key + L"\\LocalServer32", L"", L"\"" + Wide(registration.program) + L"\" " + Wide(registration.arguments));
}

void RequireStoppedBits() {
  const Result<ServiceFacts> bits = win32::ReadServiceFacts(L"BITS");
  if (!bits || bits->state == ServiceState::kStopped) return;
  throw std::runtime_error("BITS runs, and COM would find it as well as the simulation. Stop it first: net stop BITS");
}

// Tells it to end, and waits a while until it has: its place is free for another one then.
void EndRegisteredServer() {
  constexpr int kTries = 100;
  constexpr DWORD kPause = 50;  // milliseconds
  for (int i = 0; i < kTries; ++i) {
    const win32::KernelHandle event(OpenEventW(EVENT_MODIFY_STATE, FALSE, kEvent));
    if (!event) return;
    SetEvent(event.get());
    Sleep(kPause);
  }
}

}  // namespace

void RegisterServer(const ServerRegistration& registration) {
  RegistryJournal journal(kJournal);
  if (journal.exists()) {
    throw std::runtime_error(
        "a fakebits_server is registered already. Take that back first: fakebits_server --unregister");
  }
  if (registration.classes.are_of_bits()) RequireStoppedBits();
  const bool marshals = !registration.marshaling.empty() && !IsMarshaledBySystem();
  Writer writer(journal);
  if (marshals) WriteMarshaling(Wide(registration.marshaling), writer);
  for (const auto& entry : EnumNames<ManagerClass>::kNames) {
    if (entry.value <= registration.newest) WriteClass(registration, entry.value, writer);
  }
  if (writer.status == ERROR_SUCCESS) return;
  journal.Undo();
  throw std::runtime_error(fmt::format(
      "the classes cannot be registered: {}. {}",
      ToString(HResult::FromWin32(static_cast<std::uint32_t>(writer.status))),
      registration.classes.are_of_bits()
          ? WhyClassIsRefused(CO_E_WRONG_SERVER_IDENTITY)
          : std::string("Run this elevated: HKEY_LOCAL_MACHINE\\Software\\Classes is the administrators'")));
}

bool UnregisterServer() {
  EndRegisteredServer();
  RegistryJournal journal(kJournal);
  if (!journal.exists()) return false;
  if (const LSTATUS status = journal.Undo(); status != ERROR_SUCCESS) {
    throw std::runtime_error(fmt::format(
        "not everything could be put back: {}. Run this elevated, with nobody else editing HKEY_LOCAL_MACHINE\\{}",
        ToString(HResult::FromWin32(static_cast<std::uint32_t>(status))), "Software\\bits-harness\\fakebits_server"));
  }
  return true;
}

std::string WhyClassIsRefused(HRESULT result) {
  if (result == CO_E_WRONG_SERVER_IDENTITY || result == E_ACCESSDENIED) {
    return "Windows keeps BITS' own classes for the BITS service, whoever asks (CO_E_WRONG_SERVER_IDENTITY, "
           "0x80004015); taking its place works under Wine alone. On Windows, register a class of your own "
           "(--class-id) "
           "or redirect the program's imports (ScopedFakeBits)";
  }
  return "COM refuses to register the class: " + ToString(HResult(static_cast<std::uint32_t>(result)));
}

RegisteredServerSlot::RegisteredServerSlot() : event_(CreateEventW(nullptr, /*bManualReset=*/TRUE, FALSE, kEvent)) {
  is_first_ = event_ && GetLastError() != ERROR_ALREADY_EXISTS;
}

bool RegisteredServerSlot::WaitForEnd(DWORD milliseconds) const {
  return WaitForSingleObject(event_.get(), milliseconds) == WAIT_OBJECT_0;
}

}  // namespace bits::fakes::com
