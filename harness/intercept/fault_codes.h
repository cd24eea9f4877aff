// What each call can yield besides S_OK, as data: from the contracts in harness/api, each code with its documentation.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/api/hresult.h"

namespace bits::intercept {

// Where a call goes, which decides what it can yield besides its own codes.
enum class CallFamily {
  kService,     // to BITS, through COM and RPC
  kProxy,       // to a proxy in the client's own process
  kComLibrary,  // to COM in the client's own process
  kLogon,
  kMachine,
  kFiles,
  kHttp,
  kCallback,   // from BITS to the client: its answer is the client's own
  kCannotFail  // it yields nothing
};

// One row a method, under the interface that declares it.
struct MethodFaults {
  std::string_view interface_name;
  std::string_view method;
  CallFamily family;
  std::string_view source;  // the documentation page of `codes`
  std::string_view codes;   // SDK names with blanks between them; what the family yields is not repeated
};
std::span<const MethodFaults> MethodFaultTable();

// What every call of the family can yield, in the same form.
struct FamilyFaults {
  CallFamily family;
  std::string_view source;
  std::string_view codes;
};
std::span<const FamilyFaults> FamilyFaultTable();

// The row of a method as it is called: one that the interface inherits is found as well. Null for an unknown one.
const MethodFaults* FindMethodFaults(std::string_view interface_name, std::string_view method);

struct FaultCode {
  HResult code;  // a success code (S_FALSE, BG_S_*) comes only with the call's effect
  std::string_view source;
};

// All codes of a method, its own first, none twice. Empty for an unknown method.
std::vector<FaultCode> FaultCodesOf(std::string_view interface_name, std::string_view method);

}  // namespace bits::intercept
