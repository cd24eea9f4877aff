// COM security as the client chooses it: for the whole process, or for one proxy.
#pragma once

#include <cstdint>

#include "harness/api/enum_names.h"

namespace bits {

// RPC_C_AUTHN_LEVEL_*.
enum class AuthenticationLevel : std::uint32_t {
  kDefault = 0,
  kNone = 1,
  kConnect = 2,
  kCall = 3,
  kPacket = 4,
  kPacketIntegrity = 5,
  kPacketPrivacy = 6,
};

// RPC_C_IMP_LEVEL_*. SetHelperToken needs kImpersonate or kDelegate [ibitstokenoptions-sethelpertoken].
enum class ImpersonationLevel : std::uint32_t {
  kDefault = 0,
  kAnonymous = 1,
  kIdentify = 2,
  kImpersonate = 3,
  kDelegate = 4,
};

// Whose identity COM shows the server: the process's (kNone), the thread's at the first call on a proxy (kStatic,
// EOAC_STATIC_CLOAKING), or the thread's at each call (kDynamic, EOAC_DYNAMIC_CLOAKING).
enum class Cloaking : std::uint32_t {
  kNone = 0x00,
  kStatic = 0x20,
  kDynamic = 0x40,
};

// RPC_C_AUTHN_*: the authentication service of a proxy.
enum class AuthenticationService : std::uint32_t {
  kNone = 0,
  kNegotiate = 9,
  kWinNt = 10,
  kKerberos = 16,
  kDefault = 0xFFFFFFFF,
};

// The arguments of CoInitializeSecurity that matter to a client; the rest are NULL [combaseapi-coinitializesecurity].
struct ProcessSecurity {
  AuthenticationLevel authentication_level = AuthenticationLevel::kConnect;
  ImpersonationLevel impersonation_level = ImpersonationLevel::kImpersonate;
  Cloaking cloaking = Cloaking::kDynamic;
};

// The arguments of CoSetProxyBlanket and the results of CoQueryProxyBlanket that matter; the authentication identity
// is always the caller's own (pAuthInfo NULL), which cloaking requires [combaseapi-cosetproxyblanket].
struct ProxyBlanket {
  AuthenticationService authentication_service = AuthenticationService::kDefault;
  AuthenticationLevel authentication_level = AuthenticationLevel::kConnect;
  ImpersonationLevel impersonation_level = ImpersonationLevel::kImpersonate;
  Cloaking cloaking = Cloaking::kDynamic;
};

template <>
struct EnumNames<AuthenticationLevel> {
  static constexpr EnumName<AuthenticationLevel> kNames[] = {
      {AuthenticationLevel::kDefault, "default"},
      {AuthenticationLevel::kNone, "none"},
      {AuthenticationLevel::kConnect, "connect"},
      {AuthenticationLevel::kCall, "call"},
      {AuthenticationLevel::kPacket, "packet"},
      {AuthenticationLevel::kPacketIntegrity, "packet-integrity"},
      {AuthenticationLevel::kPacketPrivacy, "packet-privacy"},
  };
};

template <>
struct EnumNames<ImpersonationLevel> {
  static constexpr EnumName<ImpersonationLevel> kNames[] = {
      {ImpersonationLevel::kDefault, "default"},   {ImpersonationLevel::kAnonymous, "anonymous"},
      {ImpersonationLevel::kIdentify, "identify"}, {ImpersonationLevel::kImpersonate, "impersonate"},
      {ImpersonationLevel::kDelegate, "delegate"},
  };
};

template <>
struct EnumNames<Cloaking> {
  static constexpr EnumName<Cloaking> kNames[] = {
      {Cloaking::kNone, "none"},
      {Cloaking::kStatic, "static"},
      {Cloaking::kDynamic, "dynamic"},
  };
};

template <>
struct EnumNames<AuthenticationService> {
  static constexpr EnumName<AuthenticationService> kNames[] = {
      {AuthenticationService::kNone, "none"},       {AuthenticationService::kNegotiate, "negotiate"},
      {AuthenticationService::kWinNt, "ntlm"},      {AuthenticationService::kKerberos, "kerberos"},
      {AuthenticationService::kDefault, "default"},
  };
};

}  // namespace bits
