// Everything a token tells about itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/com_security.h"
#include "harness/api/enum_names.h"

namespace bits {

// SIDs that rules speak of, as text.
inline constexpr std::string_view kAdministratorsSid = "S-1-5-32-544";
inline constexpr std::string_view kLocalSystemSid = "S-1-5-18";
inline constexpr std::string_view kLocalServiceSid = "S-1-5-19";
inline constexpr std::string_view kNetworkServiceSid = "S-1-5-20";

// TOKEN_TYPE.
enum class TokenType : std::uint32_t { kPrimary = 1, kImpersonation = 2 };

// TOKEN_ELEVATION_TYPE: kDefault has no linked token; kFull and kLimited are the halves of a UAC logon.
enum class ElevationType : std::uint32_t { kDefault = 1, kFull = 2, kLimited = 3 };

// SE_GROUP_*: SID_AND_ATTRIBUTES.Attributes.
struct GroupAttributes {
  enum : std::uint32_t {
    kMandatory = 0x1,
    kEnabledByDefault = 0x2,
    kEnabled = 0x4,
    kOwner = 0x8,
    kUseForDenyOnly = 0x10,
    kIntegrity = 0x20,
    kLogonId = 0xC0000000,
  };
};

// SE_PRIVILEGE_*: LUID_AND_ATTRIBUTES.Attributes.
struct PrivilegeAttributes {
  enum : std::uint32_t { kEnabledByDefault = 0x1, kEnabled = 0x2, kRemoved = 0x4 };
};

// A SID, the account it names ("BUILTIN\Administrators"; empty when it cannot be resolved), and GroupAttributes.
struct SidAndAttributes {
  std::string sid;
  std::string account;
  std::uint32_t attributes = 0;
  friend bool operator==(const SidAndAttributes&, const SidAndAttributes&) = default;
};

// A privilege by its SDK name ("SeImpersonatePrivilege") and PrivilegeAttributes.
struct Privilege {
  std::string name;
  std::uint32_t attributes = 0;
  friend bool operator==(const Privilege&, const Privilege&) = default;
};

// What GetTokenInformation yields [ne-winnt-token_information_class]. Fields that a system cannot tell are absent.
struct TokenFacts {
  SidAndAttributes user;
  std::vector<SidAndAttributes> groups;
  std::vector<SidAndAttributes> restricted_sids;  // the restricting SIDs of CreateRestrictedToken
  std::vector<Privilege> privileges;
  TokenType type = TokenType::kPrimary;
  std::optional<ImpersonationLevel> impersonation_level;  // impersonation tokens only
  std::optional<bool> elevated;
  std::optional<ElevationType> elevation_type;
  std::optional<std::uint32_t> integrity_rid;  // 0x1000 low, 0x2000 medium, 0x3000 high, 0x4000 system
  std::uint64_t token_id = 0;                  // a LUID: differs for every token object
  std::uint64_t authentication_id = 0;         // the LUID of the logon session
  std::uint32_t session_id = 0;                // the terminal-services session
  friend bool operator==(const TokenFacts&, const TokenFacts&) = default;
};

// How BUILTIN\Administrators stands in a token: the question that the Windows 10 1607 rule turns on. Deny-only is what
// UAC's filtering leaves.
enum class AdministratorsMembership { kAbsent, kDenyOnly, kDisabled, kEnabled };

AdministratorsMembership AdministratorsIn(const TokenFacts& facts);

// Whether the token holds the privilege, enabled or not; nothing when it does not.
std::optional<Privilege> FindPrivilege(const TokenFacts& facts, std::string_view name);

// "low", "medium", "high", "system", or the RID in hex.
std::string IntegrityName(std::uint32_t integrity_rid);

template <>
struct EnumNames<TokenType> {
  static constexpr EnumName<TokenType> kNames[] = {{TokenType::kPrimary, "primary"},
                                                   {TokenType::kImpersonation, "impersonation"}};
};

template <>
struct EnumNames<ElevationType> {
  static constexpr EnumName<ElevationType> kNames[] = {
      {ElevationType::kDefault, "default"}, {ElevationType::kFull, "full"}, {ElevationType::kLimited, "limited"}};
};

template <>
struct EnumNames<AdministratorsMembership> {
  static constexpr EnumName<AdministratorsMembership> kNames[] = {
      {AdministratorsMembership::kAbsent, "absent"},
      {AdministratorsMembership::kDenyOnly, "deny-only"},
      {AdministratorsMembership::kDisabled, "disabled"},
      {AdministratorsMembership::kEnabled, "enabled"},
  };
};

}  // namespace bits
