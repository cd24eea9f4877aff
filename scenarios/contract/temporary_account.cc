#include "harness/win32/windows_headers.h"

#include <lm.h>

#include "scenarios/contract/temporary_account.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/win32/account_names.h"
#include "harness/win32/handles.h"
#include "harness/win32/sid.h"
#include "harness/win32/utf.h"

namespace bits::contract {
namespace {

// Stands in each account's comment, before the number of the process that made it.
constexpr std::string_view kComment = "bits-harness: temporary, of process ";

HResult FromNet(NET_API_STATUS status) { return HResult(HRESULT_FROM_WIN32(status)); }

struct NetBuffer {
  ~NetBuffer() {
    if (memory != nullptr) NetApiBufferFree(memory);
  }
  BYTE* memory = nullptr;
};

// Letters and digits that nobody can guess.
Result<Secret> RandomText(std::size_t length) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  static_assert(kDigits.size() == 64);
  std::vector<std::uint8_t> bytes(length);
  const NTSTATUS status =
      BCryptGenRandom(nullptr, bytes.data(), static_cast<ULONG>(bytes.size()), BCRYPT_USE_SYSTEM_PREFERRED_RNG);
  if (status < 0) return Failure(HResult(HRESULT_FROM_NT(status)));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(kDigits[byte % kDigits.size()]);
  Secret text(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  WipeMemory(bytes.data(), bytes.size());
  return text;
}

// What password policies ask for, whatever the random part has.
Result<Secret> RandomPassword() {
  constexpr std::string_view kClasses = "aA1!";
  Result<Secret> random = RandomText(28);
  if (!random) return random;
  std::string text(kClasses);
  text.reserve(kClasses.size() + random->Reveal().size());
  text += random->Reveal();
  Secret password(text);
  WipeMemory(text.data(), text.size());
  return password;
}

bool IsRunning(DWORD process_id) {
  const win32::KernelHandle process(OpenProcess(SYNCHRONIZE, FALSE, process_id));
  if (!process) return GetLastError() == ERROR_ACCESS_DENIED;
  return WaitForSingleObject(process.get(), 0) == WAIT_TIMEOUT;
}

// The process that a comment names.
std::optional<DWORD> ProcessOf(std::string_view comment) {
  if (!comment.starts_with(kComment)) return std::nullopt;
  comment.remove_prefix(kComment.size());
  DWORD process_id = 0;
  const auto [end, error] = std::from_chars(comment.data(), comment.data() + comment.size(), process_id);
  if (error != std::errc() || end != comment.data() + comment.size()) return std::nullopt;
  return process_id;
}

void DeleteLeftBehind() {
  NetBuffer users;
  DWORD read = 0;
  DWORD total = 0;
  if (NetUserEnum(nullptr, 1, FILTER_NORMAL_ACCOUNT, &users.memory, MAX_PREFERRED_LENGTH, &read, &total, nullptr) !=
      NERR_Success) {
    return;
  }
  const auto* const first = reinterpret_cast<const USER_INFO_1*>(users.memory);
  for (const USER_INFO_1* user = first; user != first + read; ++user) {
    const Result<std::string> name = win32::Utf8FromWide(user->usri1_name);
    const Result<std::string> comment = win32::Utf8FromWide(user->usri1_comment == nullptr ? L"" : user->usri1_comment);
    if (!name || !comment || !name->starts_with(kTemporaryAccountPrefix)) continue;
    const std::optional<DWORD> process = ProcessOf(*comment);
    if (process && *process != GetCurrentProcessId() && !IsRunning(*process)) NetUserDel(nullptr, user->usri1_name);
  }
}

// The name of BUILTIN\Administrators or Users in this Windows' language.
Result<std::wstring> GroupName(std::string_view sid_text) {
  const Result<win32::Sid> sid = win32::ParseSid(sid_text);
  if (!sid) return Failure(sid.error());
  const Result<AccountName> name = win32::AccountOf(sid->get());
  if (!name) return Failure(name.error());
  return win32::WideFromUtf8(name->name);
}

HResult AddToGroup(const std::wstring& user, std::string_view group_sid) {
  const Result<std::wstring> group = GroupName(group_sid);
  if (!group) return group.error();
  std::wstring name = user;
  LOCALGROUP_MEMBERS_INFO_3 member{name.data()};
  const NET_API_STATUS status =
      NetLocalGroupAddMembers(nullptr, group->c_str(), 3, reinterpret_cast<BYTE*>(&member), 1);
  return status == ERROR_MEMBER_IN_ALIAS ? HResult() : FromNet(status);
}

}  // namespace

Result<std::unique_ptr<TemporaryAccount>> TemporaryAccount::Make(LogonApi& logon, Kind kind) {
  constexpr std::string_view kUsersSid = "S-1-5-32-545";
  DeleteLeftBehind();
  Result<Secret> random_name = RandomText(8);
  Result<Secret> password = RandomPassword();
  if (!random_name || !password) return Failure(random_name ? password.error() : random_name.error());
  std::string name = std::string(kTemporaryAccountPrefix) + std::string(random_name->Reveal());
  const Result<std::wstring> wide_name = win32::WideFromUtf8(name);
  Result<win32::WideSecret> wide_password = win32::WideSecret::From(*password);
  const Result<std::wstring> comment = win32::WideFromUtf8(fmt::format("{}{}", kComment, GetCurrentProcessId()));
  if (!wide_name || !wide_password || !comment) return Failure("E_UNEXPECTED"_hr);
  std::wstring user_name = *wide_name;
  std::wstring user_comment = *comment;
  USER_INFO_1 user{};
  user.usri1_name = user_name.data();
  user.usri1_password = wide_password->c_str();
  user.usri1_priv = USER_PRIV_USER;
  user.usri1_comment = user_comment.data();
  user.usri1_flags = UF_SCRIPT | UF_NORMAL_ACCOUNT | UF_DONT_EXPIRE_PASSWD;
  const HResult added = FromNet(NetUserAdd(nullptr, 1, reinterpret_cast<BYTE*>(&user), nullptr));
  if (added.Failed()) return Failure(added);
  // From here on it goes with the object.
  std::unique_ptr<TemporaryAccount> account(new TemporaryAccount(std::move(name), *std::move(password)));
  if (const Result<std::string> sid = logon.LookupAccountName(account->name()); !sid) return Failure(sid.error());
  const HResult member = AddToGroup(user_name, kind == Kind::kAdministrator ? kAdministratorsSid : kUsersSid);
  if (member.Failed()) return Failure(member);
  return account;
}

TemporaryAccount::~TemporaryAccount() {
  if (const Result<std::wstring> name = win32::WideFromUtf8(name_)) NetUserDel(nullptr, name->c_str());
}

}  // namespace bits::contract
