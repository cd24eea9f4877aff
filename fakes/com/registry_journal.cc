#include "fakes/com/registry_journal.h"

#include <iterator>
#include <utility>
#include <vector>

#include "harness/win32/handles.h"

namespace bits::fakes::com {
namespace {

using win32::RegistryKey;

// The values of an entry. The key is written last: an entry without one is half an entry, and of no change.
constexpr wchar_t kKey[] = L"Key";
constexpr wchar_t kName[] = L"Name";
constexpr wchar_t kOld[] = L"Old";          // absent: there was no such value
constexpr wchar_t kMadeKey[] = L"MadeKey";  // present: there was no such key

RegistryKey Open(const std::wstring& path, REGSAM access) {
  HKEY opened = nullptr;
  RegOpenKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, access, &opened);
  return RegistryKey(opened);
}

LSTATUS Make(const std::wstring& path, RegistryKey& key) {
  HKEY opened = nullptr;
  const LSTATUS status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, nullptr, 0,
                                         KEY_SET_VALUE | KEY_QUERY_VALUE, nullptr, &opened, nullptr);
  key.reset(opened);
  return status;
}

struct Data {
  DWORD type = REG_SZ;
  std::vector<BYTE> bytes;
};

// Absent: there is none, or none that can be read.
std::optional<Data> Read(HKEY key, const wchar_t* name) {
  Data data;
  DWORD size = 0;
  if (RegQueryValueExW(key, name, nullptr, &data.type, nullptr, &size) != ERROR_SUCCESS) return std::nullopt;
  data.bytes.resize(size);
  if (RegQueryValueExW(key, name, nullptr, &data.type, data.bytes.data(), &size) != ERROR_SUCCESS) return std::nullopt;
  data.bytes.resize(size);
  return data;
}

std::wstring ReadText(HKEY key, const wchar_t* name) {
  const auto data = Read(key, name);
  if (!data || data->type != REG_SZ) return {};
  std::wstring text(reinterpret_cast<const wchar_t*>(data->bytes.data()), data->bytes.size() / sizeof(wchar_t));
  while (!text.empty() && text.back() == L'\0') text.pop_back();
  return text;
}

LSTATUS Write(HKEY key, const wchar_t* name, const Data& data) {
  return RegSetValueExW(key, name, 0, data.type, data.bytes.data(), static_cast<DWORD>(data.bytes.size()));
}
LSTATUS WriteText(HKEY key, const wchar_t* name, const std::wstring& text) {
  return RegSetValueExW(key, name, 0, REG_SZ, reinterpret_cast<const BYTE*>(text.c_str()),
                        static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t)));
}

struct Counts {
  DWORD keys = 0;
  DWORD values = 0;
};
Counts CountIn(const std::wstring& path) {
  Counts counts;
  if (const RegistryKey key = Open(path, KEY_QUERY_VALUE)) {
    RegQueryInfoKeyW(key.get(), nullptr, nullptr, nullptr, &counts.keys, nullptr, nullptr, &counts.values, nullptr,
                     nullptr, nullptr, nullptr);
  }
  return counts;
}

LSTATUS IgnoreAbsent(LSTATUS status) {
  return status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : status;
}

LSTATUS RemoveIfEmpty(const std::wstring& path) {
  const Counts counts = CountIn(path);
  if (counts.keys != 0 || counts.values != 0) return ERROR_SUCCESS;
  return IgnoreAbsent(RegDeleteKeyW(HKEY_LOCAL_MACHINE, path.c_str()));
}

std::wstring ParentOf(const std::wstring& path) { return path.substr(0, path.find_last_of(L'\\')); }

// Entries are numbered from 0.
std::wstring EntryKey(const std::wstring& journal, DWORD number) { return journal + L"\\" + std::to_wstring(number); }

LSTATUS UndoEntry(HKEY entry) {
  const std::wstring path = ReadText(entry, kKey);
  if (path.empty()) return ERROR_SUCCESS;
  const std::wstring name = ReadText(entry, kName);
  LSTATUS status = ERROR_SUCCESS;
  if (const auto old = Read(entry, kOld)) {
    RegistryKey key;
    status = Make(path, key);
    if (status == ERROR_SUCCESS) status = Write(key.get(), name.c_str(), *old);
  } else if (const RegistryKey key = Open(path, KEY_SET_VALUE)) {
    status = IgnoreAbsent(RegDeleteValueW(key.get(), name.c_str()));
  } else if (CountIn(path).values != 0) {
    status = ERROR_ACCESS_DENIED;
  }
  if (status != ERROR_SUCCESS || !Read(entry, kMadeKey)) return status;
  return RemoveIfEmpty(path);
}

}  // namespace

bool RegistryJournal::exists() const { return Open(key_, KEY_QUERY_VALUE) != nullptr; }

LSTATUS RegistryJournal::Set(const std::wstring& key, const std::wstring& name,
                             const std::optional<std::wstring>& value) {
  RegistryKey entry;
  LSTATUS status = Make(EntryKey(key_, CountIn(key_).keys), entry);
  if (status != ERROR_SUCCESS) return status;
  const RegistryKey before = Open(key, KEY_QUERY_VALUE);
  if (!before) status = WriteText(entry.get(), kMadeKey, L"");
  if (const auto old = before ? Read(before.get(), name.c_str()) : std::nullopt; old && status == ERROR_SUCCESS) {
    status = Write(entry.get(), kOld, *old);
  }
  if (status == ERROR_SUCCESS) status = WriteText(entry.get(), kName, name);
  if (status == ERROR_SUCCESS) status = WriteText(entry.get(), kKey, key);
  if (status != ERROR_SUCCESS) return status;
  RegistryKey changed;
  status = Make(key, changed);
  if (status != ERROR_SUCCESS) return status;
  return value ? WriteText(changed.get(), name.c_str(), *value)
               : IgnoreAbsent(RegDeleteValueW(changed.get(), name.c_str()));
}

LSTATUS RegistryJournal::Undo() {
  LSTATUS first = ERROR_SUCCESS;
  for (DWORD number = CountIn(key_).keys; number-- > 0;) {
    const std::wstring path = EntryKey(key_, number);
    LSTATUS status = ERROR_SUCCESS;
    if (const RegistryKey entry = Open(path, KEY_QUERY_VALUE)) status = UndoEntry(entry.get());
    if (status == ERROR_SUCCESS) status = IgnoreAbsent(RegDeleteKeyW(HKEY_LOCAL_MACHINE, path.c_str()));
    if (first == ERROR_SUCCESS) first = status;
  }
  if (first != ERROR_SUCCESS) return first;
  first = IgnoreAbsent(RegDeleteKeyW(HKEY_LOCAL_MACHINE, key_.c_str()));
  return first != ERROR_SUCCESS ? first : RemoveIfEmpty(ParentOf(key_));
}

}  // namespace bits::fakes::com
