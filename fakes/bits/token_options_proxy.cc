#include "fakes/bits/token_options_proxy.h"

namespace bits::fakes {
namespace {

constexpr std::uint32_t kKnownFlags = HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork;

}  // namespace

bool TokenOptionsProxy::ForAdministratorsOnly() const { return world().profile().build < kWindows10_1607; }

// What the four methods beside SetHelperToken need before 1607.
bool TokenOptionsProxy::Permitted() const { return !ForAdministratorsOnly() || administrator(); }

HResult TokenOptionsProxy::SetHelperTokenFlags(std::uint32_t usage_flags) {
  return Modify([&](const JobPtr& job, const Caller&) {
    if (!Permitted()) return "E_ACCESSDENIED"_hr;
    if (!administrator() && job->helper && job->helper->administrator) return "E_ACCESSDENIED"_hr;
    if ((usage_flags & ~kKnownFlags) != 0 && !world().options().decisions.ignore_unknown_flags) {
      return "E_INVALIDARG"_hr;  // decision D13a
    }
    job->helper_flags = usage_flags & kKnownFlags;
    return HResult();
  });
}

Result<std::uint32_t> TokenOptionsProxy::GetHelperTokenFlags() {
  return Use([&](const JobPtr& job, const Caller&) -> Result<std::uint32_t> {
    if (!Permitted()) return Failure("E_ACCESSDENIED"_hr);
    return job->helper_flags;
  });
}

HResult TokenOptionsProxy::SetHelperToken() {
  return Modify([&](const JobPtr& job, const Caller& caller) {
    if (caller.level < ImpersonationLevel::kImpersonate) return world().options().decisions.identify_result;
    if (ForAdministratorsOnly()) {
      if (!job->owner->administrator) return "E_ACCESSDENIED"_hr;
    } else if (!administrator() && caller.token->administrator) {
      return "E_ACCESSDENIED"_hr;
    }
    if (caller.token->session->ended) return "ERROR_NO_SUCH_LOGON_SESSION"_hr;  // decision D21
    job->helper = caller.token;
    return HResult();
  });
}

HResult TokenOptionsProxy::ClearHelperToken() {
  return Modify([&](const JobPtr& job, const Caller&) {
    if (!Permitted()) return "E_ACCESSDENIED"_hr;
    job->helper.reset();
    return HResult();
  });
}

Result<std::optional<std::string>> TokenOptionsProxy::GetHelperTokenSid() {
  return Use([&](const JobPtr& job, const Caller&) -> Result<std::optional<std::string>> {
    if (!Permitted()) return Failure("E_ACCESSDENIED"_hr);
    if (!job->helper) return std::optional<std::string>();
    return std::optional<std::string>(job->helper->sid());
  });
}

}  // namespace bits::fakes
