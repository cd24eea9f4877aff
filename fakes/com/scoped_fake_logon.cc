#include "harness/win32/windows_headers.h"

#include "fakes/com/scoped_fake_logon.h"

#include <algorithm>
#include <concepts>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "fakes/com/import_redirection.h"
#include "fakes/com/real_functions.h"
#include "fakes/com/scope_levels.h"
#include "fakes/com/token_information.h"
#include "fakes/world/simulated_logon.h"
#include "harness/win32/com_call.h"
#include "harness/win32/sid.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::fakes::com {
namespace {

HANDLE ToHandle(TokenHandle handle) { return reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(handle)); }

bool IsSimulated(HANDLE handle) {
  const auto number = reinterpret_cast<std::uintptr_t>(handle);
  return number >= kFirstSimulatedHandle && number <= kLastSimulatedHandle;
}

// GetCurrentProcessToken() and its kin, which need no handle.
enum class PseudoToken { kProcess = -4, kThread = -5, kEffective = -6 };
std::optional<PseudoToken> PseudoTokenOf(HANDLE handle) {
  const auto number = reinterpret_cast<std::intptr_t>(handle);
  if (number < -6 || number > -4) return std::nullopt;
  return static_cast<PseudoToken>(number);
}

// How Win32 functions fail: FALSE, and GetLastError says why.
BOOL Answer(HResult result) {
  if (result.Succeeded()) return TRUE;
  SetLastError(result.facility() == FACILITY_WIN32 ? result.code() : result.value());
  return FALSE;
}

// Where code was called from: "service.exe+0x1A2B".
std::string DescribeAddress(const void* address) {
  HMODULE module = nullptr;
  wchar_t path[MAX_PATH] = L"";
  if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                          static_cast<LPCWSTR>(address), &module) ||
      GetModuleFileNameW(module, path, MAX_PATH) == 0) {
    return fmt::format("{}", address);
  }
  const std::string name = win32::Utf8FromWide(path).value_or("?");
  return fmt::format("{}+0x{:X}", name.substr(name.find_last_of("\\/") + 1),
                     static_cast<const char*>(address) - reinterpret_cast<const char*>(module));
}

bool IsThisThread(HANDLE thread) { return thread == GetCurrentThread() || GetThreadId(thread) == GetCurrentThreadId(); }
bool IsThisProcess(HANDLE process) {
  return process == GetCurrentProcess() || GetProcessId(process) == GetCurrentProcessId();
}

}  // namespace

class ScopedFakeLogon::State {
 public:
  explicit State(Process& process) : process_(process), logon_(process.simulated_logon()) {}

  void Redirect(const std::shared_ptr<State>& self, std::span<const HMODULE> modules);
  void Restore() {
    redirection_.reset();
    Levels::Leave(level_);
    --process_.logon_scopes;
  }

  LogonApi& logon() { return logon_; }

  // A token to call the simulation with. Its handle stays the program's.
  class Borrowed {
   public:
    Borrowed(LogonApi& api, HANDLE handle)
        : token_(api, static_cast<TokenHandle>(reinterpret_cast<std::uintptr_t>(handle))) {}
    ~Borrowed() { token_.Release(); }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    const Token& operator*() const { return token_; }

   private:
    Token token_;
  };
  Borrowed Borrow(HANDLE handle) { return Borrowed(logon_, handle); }

  // Hands the token that `call` yields to the program; `name` is the function that it called.
  template <std::invocable<> Call>
  BOOL Give(const char* name, HANDLE* out, Call&& call) {
    if (out == nullptr) return Answer(HResult::FromWin32(ERROR_NOACCESS));
    *out = nullptr;
    Result<Token> token = call();
    if (!token) return Answer(token.error());
    const Result<TokenFacts> facts = logon_.GetTokenFacts(*token);
    void* caller = nullptr;
    // This function, and the replacement that called it.
    CaptureStackBackTrace(2, 1, &caller, nullptr);
    *out = ToHandle(token->Release());
    const std::lock_guard lock(mutex_);
    origins_[*out] = {name, facts ? facts->user.account : std::string(), caller};
    return TRUE;
  }

  BOOL Close(HANDLE handle) {
    {
      const std::lock_guard lock(mutex_);
      origins_.erase(handle);
    }
    return Answer(logon_.CloseHandle(static_cast<TokenHandle>(reinterpret_cast<std::uintptr_t>(handle))));
  }

  // What a token tells, a pseudo-handle's too.
  Result<TokenFacts> Facts(HANDLE handle) {
    const std::optional<PseudoToken> pseudo = PseudoTokenOf(handle);
    if (!pseudo) return logon_.GetTokenFacts(*Borrow(handle));
    if (*pseudo != PseudoToken::kProcess) {
      const Result<Token> thread = logon_.OpenThreadToken(TokenAccess::kQuery, true);
      if (thread) return logon_.GetTokenFacts(*thread);
      if (*pseudo == PseudoToken::kThread) return Failure(thread.error());
    }
    const Result<Token> process = logon_.OpenProcessToken(TokenAccess::kQuery);
    if (!process) return Failure(process.error());
    return logon_.GetTokenFacts(*process);
  }

  SimulatedLogon& simulated() { return logon_; }

  std::vector<std::string> Leaks() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> leaks;
    for (const auto& [handle, origin] : origins_) {
      leaks.push_back(
          fmt::format("{} made handle {} of {}{}", origin.function, handle, origin.account,
                      origin.caller == nullptr ? std::string() : ", called at " + DescribeAddress(origin.caller)));
    }
    return leaks;
  }

  using Levels = ScopeLevels<State>;

  template <std::size_t kLevel>
  struct Replacements;

 private:
  struct Origin {
    const char* function;
    std::string account;
    void* caller;  // null where the system cannot tell
  };

  Process& process_;
  SimulatedLogon& logon_;
  std::size_t level_ = 0;
  mutable std::mutex mutex_;
  std::map<HANDLE, Origin> origins_;
  std::optional<ImportRedirection> redirection_;
};

namespace {

// The arguments of LogonUserW, taken over from the program.
template <class State>
Result<Token> LogOn(State& state, LPCWSTR user_name, LPCWSTR domain, LPCWSTR password, DWORD type, DWORD provider) {
  if (user_name == nullptr) return Failure("E_INVALIDARG"_hr);
  const Result<std::string> user = win32::Utf8FromWide(user_name);
  if (!user) return Failure(user.error());
  std::optional<std::string> named_domain;
  if (domain != nullptr && *domain != L'\0') {
    Result<std::string> text = win32::Utf8FromWide(domain);
    if (!text) return Failure(text.error());
    named_domain = *std::move(text);
  }
  Result<Secret> secret = win32::SecretFromWide(password == nullptr ? L"" : password);
  if (!secret) return Failure(secret.error());
  return state.logon().LogonUser(*user, named_domain, *secret, static_cast<LogonType>(type),
                                 static_cast<LogonProvider>(provider));
}

// Text of the ANSI code page; a password, so it is wiped.
class WideText {
 public:
  explicit WideText(LPCSTR text) : absent_(text == nullptr) {
    if (absent_) return;
    const int length = MultiByteToWideChar(CP_ACP, 0, text, -1, nullptr, 0);
    text_.resize(static_cast<std::size_t>(std::max(length, 1)));
    MultiByteToWideChar(CP_ACP, 0, text, -1, text_.data(), length);
  }
  ~WideText() { WipeMemory(text_.data(), text_.size() * sizeof(wchar_t)); }
  WideText(const WideText&) = delete;
  WideText& operator=(const WideText&) = delete;
  LPCWSTR get() const { return absent_ ? nullptr : text_.data(); }

 private:
  bool absent_;
  std::vector<wchar_t> text_;
};

Result<std::vector<std::string>> SidTexts(std::span<const SID_AND_ATTRIBUTES> sids) {
  std::vector<std::string> texts;
  for (const SID_AND_ATTRIBUTES& entry : sids) {
    Result<std::string> text = win32::SidText(entry.Sid);
    if (!text) return Failure(text.error());
    texts.push_back(*std::move(text));
  }
  return texts;
}

Result<std::vector<std::string>> PrivilegeNames(std::span<const LUID_AND_ATTRIBUTES> privileges) {
  std::vector<std::string> names;
  for (const LUID_AND_ATTRIBUTES& entry : privileges) {
    wchar_t name[64] = L"";
    DWORD length = 64;
    LUID luid = entry.Luid;
    if (!LookupPrivilegeNameW(nullptr, &luid, name, &length)) return Failure(win32::LastError());
    Result<std::string> text = win32::Utf8FromWide(name);
    if (!text) return Failure(text.error());
    names.push_back(*std::move(text));
  }
  return names;
}

// A text into a caller's buffer whose length counts the terminating null, as the Lookup functions do.
bool Fill(std::wstring_view text, LPWSTR buffer, DWORD* length) {
  const auto needed = static_cast<DWORD>(text.size() + 1);
  if (buffer == nullptr || *length < needed) {
    *length = needed;
    return false;
  }
  std::memcpy(buffer, text.data(), text.size() * sizeof(wchar_t));
  buffer[text.size()] = L'\0';
  *length = static_cast<DWORD>(text.size());
  return true;
}

// What kind of account a SID of the simulation names, which its authority tells [well-known-sids].
SID_NAME_USE UseOf(std::string_view sid) {
  if (sid.starts_with("S-1-5-21-")) return SidTypeUser;
  return sid.starts_with("S-1-5-32-") ? SidTypeAlias : SidTypeWellKnownGroup;
}

template <class T>
std::span<const T> SpanOf(const T* values, DWORD count) {
  return values == nullptr ? std::span<const T>() : std::span<const T>(values, count);
}

}  // namespace

// The functions of the system as the modules of the scope of one level meet them.
template <std::size_t kLevel>
struct ScopedFakeLogon::State::Replacements {
  static BOOL WINAPI LogonUserW(LPCWSTR user_name, LPCWSTR domain, LPCWSTR password, DWORD type, DWORD provider,
                                PHANDLE token) {
    const auto scope = Levels::At(kLevel);
    if (!scope) return Real().LogonUserW(user_name, domain, password, type, provider, token);
    return scope->Give("LogonUserW", token, [&] { return LogOn(*scope, user_name, domain, password, type, provider); });
  }

  static BOOL WINAPI LogonUserA(LPCSTR user_name, LPCSTR domain, LPCSTR password, DWORD type, DWORD provider,
                                PHANDLE token) {
    const auto scope = Levels::At(kLevel);
    if (!scope) return Real().LogonUserA(user_name, domain, password, type, provider, token);
    const WideText wide_user(user_name);
    const WideText wide_domain(domain);
    const WideText wide_password(password);
    return scope->Give("LogonUserA", token, [&] {
      return LogOn(*scope, wide_user.get(), wide_domain.get(), wide_password.get(), type, provider);
    });
  }

  static BOOL WINAPI LogonUserExW(LPCWSTR user_name, LPCWSTR domain, LPCWSTR password, DWORD type, DWORD provider,
                                  PHANDLE token, PSID* logon_sid, PVOID* profile, LPDWORD profile_length,
                                  PQUOTA_LIMITS quotas) {
    const auto scope = Levels::At(kLevel);
    if (!scope) {
      return Real().LogonUserExW(user_name, domain, password, type, provider, token, logon_sid, profile, profile_length,
                                 quotas);
    }
    if (profile != nullptr) *profile = nullptr;
    if (profile_length != nullptr) *profile_length = 0;
    if (quotas != nullptr) *quotas = {};
    // The token is not asked for by everybody.
    HANDLE made = nullptr;
    HANDLE* const out = token != nullptr ? token : &made;
    if (!scope->Give("LogonUserExW", out, [&] { return LogOn(*scope, user_name, domain, password, type, provider); })) {
      return FALSE;
    }
    HResult result;
    if (logon_sid != nullptr) {
      const Result<TokenFacts> facts = scope->Facts(*out);
      Result<win32::Sid> sid = facts ? win32::ParseSid(facts->user.sid) : Failure(facts.error());
      result = HResultOf(sid);
      *logon_sid = sid ? sid->release() : nullptr;
    }
    if (token == nullptr || result.Failed()) scope->Close(std::exchange(*out, nullptr));
    return Answer(result);
  }

  static BOOL WINAPI ImpersonateLoggedOnUser(HANDLE token) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsSimulated(token)) return Real().ImpersonateLoggedOnUser(token);
    return Answer(scope->logon().ImpersonateLoggedOnUser(*scope->Borrow(token)));
  }

  static BOOL WINAPI ImpersonateSelf(SECURITY_IMPERSONATION_LEVEL level) {
    const auto scope = Levels::At(kLevel);
    if (!scope) return Real().ImpersonateSelf(level);
    const Result<Token> own = scope->logon().OpenProcessToken(TokenAccess::kDuplicate);
    if (!own) return Answer(own.error());
    const Result<Token> copy = scope->logon().DuplicateTokenEx(*own, TokenAccess::kImpersonate,
                                                               static_cast<bits::ImpersonationLevel>(level + 1),
                                                               bits::TokenType::kImpersonation);
    return Answer(copy ? scope->logon().SetThreadToken(&*copy) : copy.error());
  }

  static BOOL WINAPI SetThreadToken(PHANDLE thread, HANDLE token) {
    const auto scope = Levels::At(kLevel);
    const bool other_thread = thread != nullptr && !IsThisThread(*thread);
    if (!scope || other_thread || (token != nullptr && !IsSimulated(token))) {
      return Real().SetThreadToken(thread, token);
    }
    if (token == nullptr) return Revert(*scope);
    return Answer(scope->logon().SetThreadToken(&*scope->Borrow(token)));
  }

  static BOOL WINAPI RevertToSelf() {
    const auto scope = Levels::At(kLevel);
    return scope ? Revert(*scope) : Real().RevertToSelf();
  }

  static BOOL WINAPI OpenThreadToken(HANDLE thread, DWORD desired_access, BOOL as_self, PHANDLE token) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsThisThread(thread)) return Real().OpenThreadToken(thread, desired_access, as_self, token);
    return scope->Give("OpenThreadToken", token,
                       [&] { return scope->logon().OpenThreadToken(desired_access, as_self != FALSE); });
  }

  static BOOL WINAPI OpenProcessToken(HANDLE process, DWORD desired_access, PHANDLE token) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsThisProcess(process)) return Real().OpenProcessToken(process, desired_access, token);
    return scope->Give("OpenProcessToken", token, [&] { return scope->logon().OpenProcessToken(desired_access); });
  }

  static BOOL WINAPI GetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS information, LPVOID buffer, DWORD length,
                                         PDWORD needed) {
    const auto scope = Levels::At(kLevel);
    if (!scope || (!IsSimulated(token) && !PseudoTokenOf(token))) {
      return Real().GetTokenInformation(token, information, buffer, length, needed);
    }
    if (needed == nullptr) return Answer(HResult::FromWin32(ERROR_NOACCESS));
    if (information == ::TokenLinkedToken) {
      *needed = sizeof(TOKEN_LINKED_TOKEN);
      if (buffer == nullptr || length < *needed) return Answer("ERROR_INSUFFICIENT_BUFFER"_hr);
      return scope->Give("GetTokenInformation(TokenLinkedToken)",
                         &static_cast<TOKEN_LINKED_TOKEN*>(buffer)->LinkedToken,
                         [&] { return scope->logon().GetLinkedToken(*scope->Borrow(token)); });
    }
    const Result<TokenFacts> facts = scope->Facts(token);
    if (!facts) return Answer(facts.error());
    return Answer(WriteTokenInformation(*facts, information, buffer, length, needed));
  }

  static BOOL WINAPI CheckTokenMembership(HANDLE token, PSID sid, PBOOL is_member) {
    const auto scope = Levels::At(kLevel);
    if (!scope || (token != nullptr && !IsSimulated(token))) return Real().CheckTokenMembership(token, sid, is_member);
    *is_member = FALSE;
    const Result<std::string> text = win32::SidText(sid);
    if (!text) return Answer(text.error());
    const Result<bool> member = token == nullptr ? scope->logon().CheckTokenMembership(nullptr, *text)
                                                 : scope->logon().CheckTokenMembership(&*scope->Borrow(token), *text);
    if (member) *is_member = *member ? TRUE : FALSE;
    return Answer(HResultOf(member));
  }

  static BOOL WINAPI DuplicateToken(HANDLE token, SECURITY_IMPERSONATION_LEVEL level, PHANDLE duplicate) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsSimulated(token)) return Real().DuplicateToken(token, level, duplicate);
    return scope->Give("DuplicateToken", duplicate, [&] {
      return scope->logon().DuplicateTokenEx(*scope->Borrow(token), TokenAccess::kImpersonate | TokenAccess::kQuery,
                                             static_cast<bits::ImpersonationLevel>(level + 1),
                                             bits::TokenType::kImpersonation);
    });
  }

  static BOOL WINAPI DuplicateTokenEx(HANDLE token, DWORD desired_access, LPSECURITY_ATTRIBUTES attributes,
                                      SECURITY_IMPERSONATION_LEVEL level, TOKEN_TYPE type, PHANDLE duplicate) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsSimulated(token)) {
      return Real().DuplicateTokenEx(token, desired_access, attributes, level, type, duplicate);
    }
    return scope->Give("DuplicateTokenEx", duplicate, [&] {
      return scope->logon().DuplicateTokenEx(*scope->Borrow(token), desired_access,
                                             static_cast<bits::ImpersonationLevel>(level + 1),
                                             static_cast<bits::TokenType>(type));
    });
  }

  static BOOL WINAPI CreateRestrictedToken(HANDLE token, DWORD flags, DWORD disable_count,
                                           PSID_AND_ATTRIBUTES to_disable, DWORD delete_count,
                                           PLUID_AND_ATTRIBUTES to_delete, DWORD restrict_count,
                                           PSID_AND_ATTRIBUTES to_restrict, PHANDLE restricted) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsSimulated(token)) {
      return Real().CreateRestrictedToken(token, flags, disable_count, to_disable, delete_count, to_delete,
                                          restrict_count, to_restrict, restricted);
    }
    return scope->Give("CreateRestrictedToken", restricted, [&]() -> Result<Token> {
      const auto disabled = SidTexts(SpanOf(to_disable, disable_count));
      if (!disabled) return Failure(disabled.error());
      const auto restricting = SidTexts(SpanOf(to_restrict, restrict_count));
      if (!restricting) return Failure(restricting.error());
      const auto deleted = PrivilegeNames(SpanOf(to_delete, delete_count));
      if (!deleted) return Failure(deleted.error());
      TokenRestrictions restrictions;
      restrictions.disable_max_privilege = (flags & DISABLE_MAX_PRIVILEGE) != 0;
      restrictions.lua_token = (flags & LUA_TOKEN) != 0;
      restrictions.sids_to_disable = *disabled;
      restrictions.sids_to_restrict = *restricting;
      restrictions.privileges_to_delete = *deleted;
      return scope->logon().CreateRestrictedToken(*scope->Borrow(token), restrictions);
    });
  }

  static BOOL WINAPI LookupAccountSidW(LPCWSTR system, PSID sid, LPWSTR name, LPDWORD name_length, LPWSTR domain,
                                       LPDWORD domain_length, PSID_NAME_USE use) {
    const auto scope = Levels::At(kLevel);
    if (scope && system == nullptr) {
      const Result<std::string> text = win32::SidText(sid);
      if (!text) return Answer(text.error());
      if (const Result<AccountName> account = scope->logon().LookupAccountSid(*text)) {
        const Result<std::wstring> wide_name = win32::WideFromUtf8(account->name);
        const Result<std::wstring> wide_domain = win32::WideFromUtf8(account->domain);
        if (!wide_name || !wide_domain) return Answer("ERROR_NONE_MAPPED"_hr);
        if (use != nullptr) *use = UseOf(*text);
        const bool name_fits = Fill(*wide_name, name, name_length);
        const bool domain_fits = Fill(*wide_domain, domain, domain_length);
        return Answer(name_fits && domain_fits ? HResult() : "ERROR_INSUFFICIENT_BUFFER"_hr);
      }
    }
    return Real().LookupAccountSidW(system, sid, name, name_length, domain, domain_length, use);
  }

  static BOOL WINAPI LookupAccountNameW(LPCWSTR system, LPCWSTR account, PSID sid, LPDWORD sid_size, LPWSTR domain,
                                        LPDWORD domain_length, PSID_NAME_USE use) {
    const auto scope = Levels::At(kLevel);
    if (scope && system == nullptr && account != nullptr) {
      const Result<std::string> name = win32::Utf8FromWide(account);
      const Result<std::string> found = name ? scope->logon().LookupAccountName(*name) : Failure(name.error());
      if (found) {
        const Result<win32::Sid> made = win32::ParseSid(*found);
        const Result<AccountName> whole = scope->logon().LookupAccountSid(*found);
        const Result<std::wstring> wide_domain = win32::WideFromUtf8(whole ? whole->domain : std::string());
        if (!made || !wide_domain) return Answer("ERROR_NONE_MAPPED"_hr);
        if (use != nullptr) *use = UseOf(*found);
        const DWORD size = GetLengthSid(made->get());
        const bool sid_fits = sid != nullptr && *sid_size >= size && CopySid(size, sid, made->get()) != FALSE;
        *sid_size = size;
        const bool domain_fits = Fill(*wide_domain, domain, domain_length);
        return Answer(sid_fits && domain_fits ? HResult() : "ERROR_INSUFFICIENT_BUFFER"_hr);
      }
    }
    return Real().LookupAccountNameW(system, account, sid, sid_size, domain, domain_length, use);
  }

  static BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process, LPHANDLE target,
                                     DWORD desired_access, BOOL inherit, DWORD options) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsSimulated(source) || !IsThisProcess(source_process)) {
      return Real().DuplicateHandle(source_process, source, target_process, target, desired_access, inherit, options);
    }
    // A simulated handle means nothing to another process.
    if (target != nullptr && !IsThisProcess(target_process)) return Answer(HResult::FromWin32(ERROR_NOT_SUPPORTED));
    const bool same_access = (options & DUPLICATE_SAME_ACCESS) != 0;
    BOOL made = TRUE;
    if (target != nullptr) {
      made = scope->Give("DuplicateHandle", target, [&] {
        return scope->simulated().DuplicateHandle(*scope->Borrow(source),
                                                  same_access ? std::nullopt : std::optional(desired_access));
      });
    }
    // The source is closed whatever else happens [handleapi-duplicatehandle].
    if ((options & DUPLICATE_CLOSE_SOURCE) != 0) {
      const DWORD last_error = GetLastError();
      const BOOL closed = scope->Close(source);
      if (!made) SetLastError(last_error);
      return made && closed;
    }
    return made;
  }

  static BOOL WINAPI CloseHandle(HANDLE handle) {
    const auto scope = Levels::At(kLevel);
    if (!scope || !IsSimulated(handle)) return Real().CloseHandle(handle);
    return scope->Close(handle);
  }

  static std::vector<RedirectedFunction> Of() {
    const auto security = [](const char* name, auto* replacement) {
      return RedirectedFunction{name, kSecurityLibraries, reinterpret_cast<void*>(replacement)};
    };
    const auto kernel = [](const char* name, auto* replacement) {
      return RedirectedFunction{name, kKernelLibraries, reinterpret_cast<void*>(replacement)};
    };
    return {
        security("LogonUserW", &LogonUserW),
        security("LogonUserA", &LogonUserA),
        security("LogonUserExW", &LogonUserExW),
        security("ImpersonateLoggedOnUser", &ImpersonateLoggedOnUser),
        security("ImpersonateSelf", &ImpersonateSelf),
        security("SetThreadToken", &SetThreadToken),
        security("RevertToSelf", &RevertToSelf),
        security("OpenThreadToken", &OpenThreadToken),
        security("OpenProcessToken", &OpenProcessToken),
        security("GetTokenInformation", &GetTokenInformation),
        security("CheckTokenMembership", &CheckTokenMembership),
        security("DuplicateToken", &DuplicateToken),
        security("DuplicateTokenEx", &DuplicateTokenEx),
        security("CreateRestrictedToken", &CreateRestrictedToken),
        security("LookupAccountSidW", &LookupAccountSidW),
        security("LookupAccountNameW", &LookupAccountNameW),
        kernel("DuplicateHandle", &DuplicateHandle),
        kernel("CloseHandle", &CloseHandle),
    };
  }

 private:
  // The thread may impersonate somebody of the system's as well, from before.
  static BOOL Revert(State& scope) {
    const BOOL simulated = Answer(scope.logon().RevertToSelf());
    return Real().RevertToSelf() && simulated;
  }
};

void ScopedFakeLogon::State::Redirect(const std::shared_ptr<State>& self, std::span<const HMODULE> modules) {
  level_ = Levels::Enter(self, "ScopedFakeLogon");
  try {
    redirection_.emplace(modules, MakeForLevel<Replacements, Levels::kCount>(level_));
  } catch (...) {
    Levels::Leave(level_);
    throw;
  }
  ++process_.logon_scopes;
}

ScopedFakeLogon::ScopedFakeLogon(Process& process, std::span<const HMODULE> modules)
    : state_(std::make_shared<State>(process)) {
  static_cast<void>(Real());
  state_->Redirect(state_, modules);
}

ScopedFakeLogon::~ScopedFakeLogon() { state_->Restore(); }

std::vector<std::string> ScopedFakeLogon::Leaks() const { return state_->Leaks(); }

}  // namespace bits::fakes::com
