// IBitsTokenOptions over a job of the simulated service.
#pragma once

#include "fakes/bits/job_access.h"
#include "harness/api/bits_token_options.h"

namespace bits::fakes {

class TokenOptionsProxy : public JobPointer<BitsTokenOptions> {
 public:
  using JobPointer::JobPointer;

  HResult SetHelperTokenFlags(std::uint32_t usage_flags) override;
  Result<std::uint32_t> GetHelperTokenFlags() override;
  HResult SetHelperToken() override;
  HResult ClearHelperToken() override;
  Result<std::optional<std::string>> GetHelperTokenSid() override;

 private:
  // Whether helper tokens are open to whoever got this pointer.
  bool ForAdministratorsOnly() const;
  bool Permitted() const;
};

}  // namespace bits::fakes
