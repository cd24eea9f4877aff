// IBitsTokenOptions over COM.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/api/bits_token_options.h"
#include "harness/win32/com_object.h"

namespace bits::win32 {

template <class Base>
class TokenOptionsMethods : public Base {
 public:
  using Base::Base;

  HResult SetHelperTokenFlags(std::uint32_t usage_flags) override {
    return FromHresult(this->com()->SetHelperTokenFlags(static_cast<BG_TOKEN>(usage_flags)));
  }
  Result<std::uint32_t> GetHelperTokenFlags() override {
    return GetValue<std::uint32_t>(this->com(), &IBitsTokenOptions::GetHelperTokenFlags);
  }
  HResult SetHelperToken() override { return FromHresult(this->com()->SetHelperToken()); }
  HResult ClearHelperToken() override { return FromHresult(this->com()->ClearHelperToken()); }
  Result<std::optional<std::string>> GetHelperTokenSid() override {
    return GetOptionalText(this->com(), &IBitsTokenOptions::GetHelperTokenSid);
  }
};

}  // namespace bits::win32
