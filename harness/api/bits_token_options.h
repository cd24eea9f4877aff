// IBitsTokenOptions (BITS 4.0): the helper token of a job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/api/unknown.h"

namespace bits {

// Asked for on a job, by its owner: the service checks access there and then, and later lets this pointer be used
// under the helper's identity [helper-tokens-for-bits-transfer-jobs]. E_NOINTERFACE before Windows 7.
//
// Before Windows 10 1607 every method needs an owner with administrator rights. Since then an owner without them may
// call all five, as long as the helper token has BUILTIN\Administrators not enabled.
class BitsTokenOptions : public Unknown {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBitsTokenOptions;

  // HelperTokenFlags: which resources are opened with the helper token. 0 goes back to the owner's token and keeps the
  // helper's stored. E_ACCESSDENIED, E_INVALIDARG (decision D13a) [ibitstokenoptions-sethelpertokenflags].
  [[nodiscard]] virtual HResult SetHelperTokenFlags(std::uint32_t usage_flags) = 0;

  // [ibitstokenoptions-gethelpertokenflags]
  virtual Result<std::uint32_t> GetHelperTokenFlags() = 0;

  // Sets the identity of the calling COM client as this job's helper token.
  //
  // Captures the thread's token under dynamic cloaking, else the process's; needs level Impersonate or Delegate
  // (SetProxyBlanket on *this* proxy, or CoInitializeSecurity). The token dies with the logon session.
  // Returns E_ACCESSDENIED, CO_E_FAILEDTOIMPERSONATE; see the rules HT-* [ibitstokenoptions-sethelpertoken].
  [[nodiscard]] virtual HResult SetHelperToken() = 0;

  // Forgets the token and keeps the flags [ibitstokenoptions-clearhelpertoken].
  [[nodiscard]] virtual HResult ClearHelperToken() = 0;

  // The token's user SID as text; absent when no token is set [ibitstokenoptions-gethelpertokensid].
  [[nodiscard]] virtual Result<std::optional<std::string>> GetHelperTokenSid() = 0;
};

}  // namespace bits
