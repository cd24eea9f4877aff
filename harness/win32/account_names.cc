#include "harness/win32/account_names.h"

#include <utility>
#include <vector>

#include "harness/win32/sid.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {

Result<AccountName> AccountOf(PSID sid) {
  if (!IsValidSid(sid)) return Failure("E_INVALIDARG"_hr);
  DWORD name_length = 0;
  DWORD domain_length = 0;
  SID_NAME_USE use{};
  if (LookupAccountSidW(nullptr, sid, nullptr, &name_length, nullptr, &domain_length, &use) == FALSE &&
      GetLastError() != ERROR_INSUFFICIENT_BUFFER) {
    return Failure(LastError());
  }
  std::wstring name(name_length, L'\0');
  std::wstring domain(domain_length, L'\0');
  if (!LookupAccountSidW(nullptr, sid, name.data(), &name_length, domain.data(), &domain_length, &use)) {
    return Failure(LastError());
  }
  Result<std::string> utf8_domain = Utf8FromWide(domain.c_str());
  if (!utf8_domain) return Failure(utf8_domain.error());
  Result<std::string> utf8_name = Utf8FromWide(name.c_str());
  if (!utf8_name) return Failure(utf8_name.error());
  return AccountName{*std::move(utf8_domain), *std::move(utf8_name)};
}

Result<std::string> SidOfAccount(std::string_view account) {
  const Result<std::wstring> wide = WideFromUtf8(account);
  if (!wide) return Failure(wide.error());
  DWORD sid_size = 0;
  DWORD domain_length = 0;
  SID_NAME_USE use{};
  if (LookupAccountNameW(nullptr, wide->c_str(), nullptr, &sid_size, nullptr, &domain_length, &use) == FALSE &&
      GetLastError() != ERROR_INSUFFICIENT_BUFFER) {
    return Failure(LastError());
  }
  std::vector<BYTE> sid(sid_size);
  std::wstring domain(domain_length, L'\0');
  if (!LookupAccountNameW(nullptr, wide->c_str(), sid.data(), &sid_size, domain.data(), &domain_length, &use)) {
    return Failure(LastError());
  }
  return SidText(sid.data());
}

std::string AccountNames::NameOf(PSID sid, const std::string& text) {
  const auto [entry, added] = names_.try_emplace(text);
  if (added) {
    if (const Result<AccountName> account = AccountOf(sid)) {
      entry->second = account->domain.empty() ? account->name : account->domain + "\\" + account->name;
    }
  }
  return entry->second;
}

}  // namespace bits::win32
