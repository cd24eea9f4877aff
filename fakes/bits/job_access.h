// A job behind an interface pointer, and what its holder may do.
#pragma once

#include <memory>
#include <utility>

#include "fakes/bits/client_proxy.h"
#include "fakes/bits/job_proxies.h"
#include "harness/api/machine.h"

namespace bits::fakes {

// Since Windows 7 access is checked when a pointer is got, so that later calls may be made under another identity;
// before, at each call [helper-tokens-for-bits-transfer-jobs].
template <class Base>
class JobPointer : public Proxied<Base> {
 public:
  // `administrator`: whether the pointer was got by one.
  JobPointer(Process& process, JobPtr job, Access access, bool administrator)
      : Proxied<Base>(process), job_(std::move(job)), access_(access), administrator_(administrator) {}

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override {
    // Nobody is asked for an interface that the machine's COM has no proxy for.
    if (!HasJobInterface(this->world(), id)) return Failure("E_NOINTERFACE"_hr);
    return this->Call([&](const Caller& caller) -> Result<std::unique_ptr<Unknown>> {
      const Access access = this->service().AccessTo(*caller.token, *job_);
      // Helper tokens are for those who may change the job.
      const Access needed = id == InterfaceId::kBitsTokenOptions ? Access::kModify : Access::kRead;
      if (access < needed) return Failure("E_ACCESSDENIED"_hr);
      return MakeJobInterface(this->process(), job_, access, caller.token->administrator, id);
    });
  }

 protected:
  // Calls `function` with the job and the caller if they may read the job.
  template <class Function>
  auto Read(Function function) {
    return Guarded(Access::kRead, function);
  }

  // The same for those who may change the job, while it is not final.
  template <class Function>
  auto Use(Function function) {
    return Guarded(Access::kModify, [&](const JobPtr& job, const Caller& caller) {
      using R = std::invoke_result_t<Function, const JobPtr&, const Caller&>;
      if (IsFinal(job->state)) return this->template Refused<R>("BG_E_INVALID_STATE"_hr);
      return function(job, caller);
    });
  }

  // The same, and success is noted as a modification.
  template <class Function>
  auto Modify(Function function) {
    return Use([&](const JobPtr& job, const Caller& caller) {
      auto result = function(job, caller);
      if (HResultOf(result).Succeeded() && !IsFinal(job->state)) this->service().Touch(job);
      return result;
    });
  }

  bool administrator() const { return administrator_; }
  const JobPtr& job() const { return job_; }

 private:
  template <class Function>
  auto Guarded(Access needed, Function function) {
    using R = std::invoke_result_t<Function, const JobPtr&, const Caller&>;
    return this->Call([&](const Caller& caller) -> R {
      const bool at_each_call = this->world().profile().build < kWindows7;
      const Access access = at_each_call ? this->service().AccessTo(*caller.token, *job_) : access_;
      if (access < needed) return this->template Refused<R>("E_ACCESSDENIED"_hr);
      return function(job_, caller);
    });
  }

  JobPtr job_;
  Access access_;
  bool administrator_;
};

}  // namespace bits::fakes
