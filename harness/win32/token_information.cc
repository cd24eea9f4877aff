#include "harness/win32/token_information.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/win32/account_names.h"
#include "harness/win32/sid.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

// A class of information of fixed size.
template <class T>
Result<T> Query(HANDLE token, TOKEN_INFORMATION_CLASS information) {
  T value{};
  DWORD size = 0;
  if (!GetTokenInformation(token, information, &value, sizeof(value), &size)) return Failure(LastError());
  return value;
}

template <class T>
std::optional<T> QueryIfKnown(HANDLE token, TOKEN_INFORMATION_CLASS information) {
  const Result<T> value = Query<T>(token, information);
  return value ? std::optional<T>(*value) : std::nullopt;
}

// A class of information that ends in an array or holds SIDs: the structure with what it points to behind it.
template <class T>
class Variable {
 public:
  explicit Variable(DWORD size) : storage_((size + sizeof(std::max_align_t) - 1) / sizeof(std::max_align_t) + 1) {}

  void* data() { return storage_.data(); }
  const T* operator->() const { return reinterpret_cast<const T*>(storage_.data()); }

 private:
  std::vector<std::max_align_t> storage_;
};

template <class T>
Result<Variable<T>> QueryVariable(HANDLE token, TOKEN_INFORMATION_CLASS information) {
  DWORD size = 0;
  for (;;) {
    Variable<T> value(size);
    if (GetTokenInformation(token, information, value.data(), size, &size)) {
      return Result<Variable<T>>(std::move(value));
    }
    // Groups and privileges may grow between two calls, so the size is asked for until it fits.
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER) return Failure(LastError());
  }
}

std::uint64_t ToNumber(const LUID& luid) {
  return (std::uint64_t{static_cast<std::uint32_t>(luid.HighPart)} << 32) | luid.LowPart;
}

class FactReader {
 public:
  explicit FactReader(HANDLE token) : token_(token) {}

  Result<TokenFacts> Read() {
    TokenFacts facts;
    for (const auto step : {&FactReader::ReadStatistics, &FactReader::ReadUser, &FactReader::ReadGroups,
                            &FactReader::ReadPrivileges, &FactReader::ReadSession}) {
      if (const HResult result = (this->*step)(facts); result.Failed()) return Failure(result);
    }
    ReadRestrictingSids(facts);
    ReadElevation(facts);
    ReadIntegrity(facts);
    return facts;
  }

 private:
  HResult ReadStatistics(TokenFacts& facts) {
    const auto statistics = Query<TOKEN_STATISTICS>(token_, ::TokenStatistics);
    if (!statistics) return statistics.error();
    facts.token_id = ToNumber(statistics->TokenId);
    facts.authentication_id = ToNumber(statistics->AuthenticationId);
    facts.type = static_cast<bits::TokenType>(statistics->TokenType);
    if (facts.type == bits::TokenType::kImpersonation)
      facts.impersonation_level = LevelOf(statistics->ImpersonationLevel);
    return HResult();
  }

  // SECURITY_IMPERSONATION_LEVEL counts from zero, RPC_C_IMP_LEVEL from one.
  static ImpersonationLevel LevelOf(SECURITY_IMPERSONATION_LEVEL level) {
    return static_cast<ImpersonationLevel>(static_cast<std::uint32_t>(level) + 1);
  }

  HResult ReadUser(TokenFacts& facts) {
    const auto user = QueryVariable<TOKEN_USER>(token_, ::TokenUser);
    if (!user) return user.error();
    return Describe((*user)->User, facts.user);
  }

  HResult ReadGroups(TokenFacts& facts) { return ReadSids(::TokenGroups, facts.groups); }

  HResult ReadPrivileges(TokenFacts& facts) {
    const auto privileges = QueryVariable<TOKEN_PRIVILEGES>(token_, ::TokenPrivileges);
    if (!privileges) return privileges.error();
    for (const LUID_AND_ATTRIBUTES& entry : std::span((*privileges)->Privileges, (*privileges)->PrivilegeCount)) {
      Result<std::string> name = PrivilegeName(entry.Luid);
      if (!name) return name.error();
      facts.privileges.push_back({*std::move(name), entry.Attributes});
    }
    return HResult();
  }

  static Result<std::string> PrivilegeName(LUID privilege) {
    DWORD length = 0;
    LookupPrivilegeNameW(nullptr, &privilege, nullptr, &length);
    std::wstring name(length, L'\0');
    if (!LookupPrivilegeNameW(nullptr, &privilege, name.data(), &length)) return Failure(LastError());
    return Utf8FromWide(std::wstring_view(name.data(), length));
  }

  HResult ReadSession(TokenFacts& facts) {
    const auto session = Query<DWORD>(token_, ::TokenSessionId);
    if (!session) return session.error();
    facts.session_id = *session;
    return HResult();
  }

  void ReadRestrictingSids(TokenFacts& facts) {
    std::vector<SidAndAttributes> sids;
    if (ReadSids(::TokenRestrictedSids, sids).Succeeded()) facts.restricted_sids = std::move(sids);
  }

  void ReadElevation(TokenFacts& facts) {
    if (const auto elevation = QueryIfKnown<TOKEN_ELEVATION>(token_, ::TokenElevation)) {
      facts.elevated = elevation->TokenIsElevated != 0;
    }
    if (const auto type = QueryIfKnown<TOKEN_ELEVATION_TYPE>(token_, ::TokenElevationType)) {
      facts.elevation_type = static_cast<bits::ElevationType>(*type);
    }
  }

  void ReadIntegrity(TokenFacts& facts) {
    const auto label = QueryVariable<TOKEN_MANDATORY_LABEL>(token_, ::TokenIntegrityLevel);
    if (!label) return;
    PSID sid = (*label)->Label.Sid;
    const DWORD last = *GetSidSubAuthorityCount(sid) - 1U;
    facts.integrity_rid = *GetSidSubAuthority(sid, last);
  }

  HResult ReadSids(TOKEN_INFORMATION_CLASS information, std::vector<SidAndAttributes>& sids) {
    const auto groups = QueryVariable<TOKEN_GROUPS>(token_, information);
    if (!groups) return groups.error();
    for (const SID_AND_ATTRIBUTES& entry : std::span((*groups)->Groups, (*groups)->GroupCount)) {
      if (const HResult result = Describe(entry, sids.emplace_back()); result.Failed()) return result;
    }
    return HResult();
  }

  HResult Describe(const SID_AND_ATTRIBUTES& entry, SidAndAttributes& described) {
    Result<std::string> text = SidText(entry.Sid);
    if (!text) return text.error();
    described.sid = *std::move(text);
    described.account = names_.NameOf(entry.Sid, described.sid);
    described.attributes = entry.Attributes;
    return HResult();
  }

  HANDLE token_;
  AccountNames names_;
};

}  // namespace

Result<TokenFacts> ReadTokenFacts(HANDLE token) { return FactReader(token).Read(); }

HResult VerifyToken(HANDLE token) { return HResultOf(Query<TOKEN_STATISTICS>(token, ::TokenStatistics)); }

Result<HANDLE> ReadLinkedToken(HANDLE token) {
  const auto linked = Query<TOKEN_LINKED_TOKEN>(token, ::TokenLinkedToken);
  if (!linked) return Failure(linked.error());
  return linked->LinkedToken;
}

}  // namespace bits::win32
