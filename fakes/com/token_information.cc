#include "harness/win32/windows_headers.h"

#include "fakes/com/token_information.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "harness/win32/sid.h"
#include "harness/win32/utf.h"

namespace bits::fakes::com {
namespace {

LUID ToLuid(std::uint64_t number) { return {static_cast<DWORD>(number), static_cast<LONG>(number >> 32)}; }

// A structure of the SDK with what it points to behind it, before it has an address.
class Structure {
 public:
  // Appends `value`; where it begins.
  template <class T>
  std::size_t Append(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return AppendBytes(&value, sizeof(value), alignof(T));
  }

  // Appends a SID, which the pointer at `pointer` will lead to.
  HResult AppendSid(std::string_view text, std::size_t pointer) {
    const Result<win32::Sid> sid = win32::ParseSid(text);
    if (!sid) return sid.error();
    pointers_.push_back({pointer, AppendBytes(sid->get(), GetLengthSid(sid->get()), alignof(DWORD))});
    return HResult();
  }

  HResult CopyTo(void* buffer, DWORD length, DWORD* needed) const {
    *needed = static_cast<DWORD>(bytes_.size());
    if (buffer == nullptr || length < bytes_.size()) return "ERROR_INSUFFICIENT_BUFFER"_hr;
    auto* const begin = static_cast<std::byte*>(buffer);
    std::memcpy(begin, bytes_.data(), bytes_.size());
    for (const Pointer& pointer : pointers_) {
      void* const target = begin + pointer.target;
      std::memcpy(begin + pointer.at, &target, sizeof(target));
    }
    return HResult();
  }

 private:
  struct Pointer {
    std::size_t at;
    std::size_t target;
  };

  std::size_t AppendBytes(const void* bytes, std::size_t size, std::size_t alignment) {
    const std::size_t begin = (bytes_.size() + alignment - 1) / alignment * alignment;
    bytes_.resize(begin + size);
    std::memcpy(bytes_.data() + begin, bytes, size);
    return begin;
  }

  std::vector<std::byte> bytes_;
  std::vector<Pointer> pointers_;
};

HResult AppendUser(const SidAndAttributes& user, Structure& structure) {
  TOKEN_USER native{};
  native.User.Attributes = user.attributes;
  const std::size_t at = structure.Append(native);
  return structure.AppendSid(user.sid, at + offsetof(TOKEN_USER, User.Sid));
}

HResult AppendGroups(std::span<const SidAndAttributes> groups, Structure& structure) {
  structure.Append(static_cast<DWORD>(groups.size()));
  std::vector<std::size_t> entries;
  for (const SidAndAttributes& group : groups) {
    entries.push_back(structure.Append(SID_AND_ATTRIBUTES{nullptr, group.attributes}));
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const HResult result = structure.AppendSid(groups[i].sid, entries[i] + offsetof(SID_AND_ATTRIBUTES, Sid));
    if (result.Failed()) return result;
  }
  return HResult();
}

HResult AppendPrivileges(std::span<const Privilege> privileges, Structure& structure) {
  structure.Append(static_cast<DWORD>(privileges.size()));
  for (const Privilege& privilege : privileges) {
    const Result<std::wstring> name = win32::WideFromUtf8(privilege.name);
    if (!name) return name.error();
    LUID_AND_ATTRIBUTES native{};
    native.Attributes = privilege.attributes;
    if (!LookupPrivilegeValueW(nullptr, name->c_str(), &native.Luid)) return win32::LastError();
    structure.Append(native);
  }
  return HResult();
}

void AppendStatistics(const TokenFacts& facts, Structure& structure) {
  TOKEN_STATISTICS statistics{};
  statistics.TokenId = ToLuid(facts.token_id);
  statistics.AuthenticationId = ToLuid(facts.authentication_id);
  statistics.TokenType = static_cast<TOKEN_TYPE>(facts.type);
  statistics.ImpersonationLevel = static_cast<SECURITY_IMPERSONATION_LEVEL>(
      static_cast<DWORD>(facts.impersonation_level.value_or(bits::ImpersonationLevel::kAnonymous)) - 1);
  statistics.GroupCount = static_cast<DWORD>(facts.groups.size());
  statistics.PrivilegeCount = static_cast<DWORD>(facts.privileges.size());
  statistics.ModifiedId = ToLuid(facts.token_id);
  structure.Append(statistics);
}

HResult AppendLabel(std::uint32_t rid, Structure& structure) {
  TOKEN_MANDATORY_LABEL label{};
  label.Label.Attributes = SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED;
  const std::size_t at = structure.Append(label);
  return structure.AppendSid("S-1-16-" + std::to_string(rid), at + offsetof(TOKEN_MANDATORY_LABEL, Label.Sid));
}

// The owner and the primary group of what the token makes: the SIDs alone.
HResult AppendSidAlone(std::string_view sid, Structure& structure) {
  const std::size_t at = structure.Append(TOKEN_OWNER{});
  return structure.AppendSid(sid, at);
}

HResult Append(const TokenFacts& facts, TOKEN_INFORMATION_CLASS information, Structure& structure) {
  switch (information) {
    case ::TokenUser:
      return AppendUser(facts.user, structure);
    case ::TokenGroups:
      return AppendGroups(facts.groups, structure);
    case ::TokenRestrictedSids:
      return AppendGroups(facts.restricted_sids, structure);
    case ::TokenPrivileges:
      return AppendPrivileges(facts.privileges, structure);
    case ::TokenOwner: {
      const auto owner = std::ranges::find_if(facts.groups, [](const SidAndAttributes& group) {
        return (group.attributes & GroupAttributes::kOwner) != 0;
      });
      return AppendSidAlone(owner == facts.groups.end() ? facts.user.sid : owner->sid, structure);
    }
    case ::TokenPrimaryGroup:
      return AppendSidAlone(facts.groups.empty() ? facts.user.sid : facts.groups.front().sid, structure);
    case ::TokenType:
      structure.Append(static_cast<TOKEN_TYPE>(facts.type));
      return HResult();
    case ::TokenImpersonationLevel:
      if (!facts.impersonation_level) return "E_INVALIDARG"_hr;
      structure.Append(static_cast<SECURITY_IMPERSONATION_LEVEL>(static_cast<DWORD>(*facts.impersonation_level) - 1));
      return HResult();
    case ::TokenStatistics:
      AppendStatistics(facts, structure);
      return HResult();
    case ::TokenSessionId:
      structure.Append(static_cast<DWORD>(facts.session_id));
      return HResult();
    case ::TokenElevation:
      structure.Append(TOKEN_ELEVATION{facts.elevated.value_or(false) ? 1U : 0U});
      return HResult();
    case ::TokenElevationType:
      structure.Append(static_cast<TOKEN_ELEVATION_TYPE>(facts.elevation_type.value_or(bits::ElevationType::kDefault)));
      return HResult();
    case ::TokenHasRestrictions:
      structure.Append(DWORD{facts.restricted_sids.empty() ? 0U : 1U});
      return HResult();
    case ::TokenIntegrityLevel:
      if (!facts.integrity_rid) return "E_INVALIDARG"_hr;
      return AppendLabel(*facts.integrity_rid, structure);
    case ::TokenVirtualizationAllowed:
    case ::TokenVirtualizationEnabled:
    case ::TokenUIAccess:
    case ::TokenIsAppContainer:
      structure.Append(DWORD{0});
      return HResult();
    default:
      return "E_INVALIDARG"_hr;
  }
}

}  // namespace

HResult WriteTokenInformation(const TokenFacts& facts, TOKEN_INFORMATION_CLASS information, void* buffer, DWORD length,
                              DWORD* needed) {
  Structure structure;
  if (const HResult result = Append(facts, information, structure); result.Failed()) return result;
  return structure.CopyTo(buffer, length, needed);
}

}  // namespace bits::fakes::com
