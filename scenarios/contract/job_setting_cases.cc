// The settings of IBackgroundCopyJob: defaults, limits, values that are refused.
#include <algorithm>

#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

void ANewJobHasDefaults(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  contract.Expect("GetDescription of a new job", job->GetDescription(), "");
  contract.Expect("GetPriority of a new job", job->GetPriority(), JobPriority::kNormal);
  contract.Expect("GetNotifyFlags of a new job", job->GetNotifyFlags(),
                  NotifyFlags::kJobTransferred | NotifyFlags::kJobError);
  const auto callback = job->GetNotifyInterface();
  contract.Expect("GetNotifyInterface of a new job", HResultOf(callback), HResult());
  contract.Expect("the callback of a new job is none", callback && *callback == nullptr, true);
  contract.Expect("GetMinimumRetryDelay of a new job", job->GetMinimumRetryDelay(), 600U);
  contract.Expect("GetNoProgressTimeout of a new job", job->GetNoProgressTimeout(), 1'209'600U);
  contract.Expect("GetErrorCount of a new job", job->GetErrorCount(), 0U);
  contract.Expect("GetProxySettings of a new job", job->GetProxySettings(), ProxySettings{});
  contract.Expect("GetProgress of a new job", job->GetProgress(), JobProgress{.bytes_total = 0});
  contract.Expect("GetError of a new job", HResultOf(job->GetError()), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
}

void SetDisplayNameTakes256Characters(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const std::string longest(256, 'n');
  contract.Require("SetDisplayName with 256 characters", job->SetDisplayName(longest), HResult());
  contract.Expect("GetDisplayName", job->GetDisplayName(), longest);
  contract.Expect("SetDisplayName with 257 characters", job->SetDisplayName(longest + "n"), "BG_E_STRING_TOO_LONG"_hr);
  contract.Expect("GetDisplayName afterwards", job->GetDisplayName(), longest);
}

void SetDescriptionTakes1024Characters(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const std::string longest(1024, 'd');
  contract.Expect("SetDescription with 1024 characters", job->SetDescription(longest), HResult());
  contract.Expect("GetDescription", job->GetDescription(), longest);
  contract.Expect("SetDescription with 1025 characters", job->SetDescription(longest + "d"), "BG_E_STRING_TOO_LONG"_hr);
  contract.Expect("GetDescription afterwards", job->GetDescription(), longest);
  contract.Expect("SetDescription with none", job->SetDescription(""), HResult());
  contract.Expect("GetDescription of none", job->GetDescription(), "");
}

void TextsAreOfAnyScript(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  constexpr std::string_view kText = "w\xC3\xB6rk \xE4\xBD\x9C \xF0\x9F\x9A\x80";
  contract.Expect("SetDescription", job->SetDescription(kText), HResult());
  contract.Expect("GetDescription", job->GetDescription(), kText);
  contract.Expect("SetDescription with what is no UTF-8", job->SetDescription("\xFF"), "E_INVALIDARG"_hr);
}

void FourPrioritiesAreKnown(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (const auto& [priority, name] : EnumNames<JobPriority>::kNames) {
    contract.Expect(fmt::format("SetPriority({})", name), job->SetPriority(priority), HResult());
    contract.Expect(fmt::format("GetPriority after {}", name), job->GetPriority(), priority);
  }
  contract.Expect("SetPriority(4)", job->SetPriority(static_cast<JobPriority>(4)), "E_NOTIMPL"_hr);
  contract.Expect("GetPriority after 4", job->GetPriority(), JobPriority::kLow);
}

void NotifyFlagsAreKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (const std::uint32_t flags : {0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x20U, 0x00U, 0x0FU}) {
    contract.Expect(fmt::format("SetNotifyFlags({:#x})", flags), job->SetNotifyFlags(flags), HResult());
    contract.Expect(fmt::format("GetNotifyFlags after {:#x} gives it", flags), Must(job->GetNotifyFlags()) == flags,
                    true);
  }
  contract.Expect("SetNotifyFlags(0x40)", job->SetNotifyFlags(0x40), "E_NOTIMPL"_hr);
  contract.Expect("GetNotifyFlags after 0x40", job->GetNotifyFlags(), 0x0FU);
}

void TheRetryDelayIsAtLeastFiveSeconds(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (const std::uint32_t delay : {61U, 5U, 4U, 0U}) {
    contract.Expect(fmt::format("SetMinimumRetryDelay({})", delay), job->SetMinimumRetryDelay(delay), HResult());
    contract.Expect(fmt::format("GetMinimumRetryDelay after {}", delay), job->GetMinimumRetryDelay(),
                    std::max(delay, 5U));
  }
}

void TheNoProgressTimeoutIsKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (const std::uint32_t timeout : {62U, 0U, 4'294'967'295U}) {
    contract.Expect(fmt::format("SetNoProgressTimeout({})", timeout), job->SetNoProgressTimeout(timeout), HResult());
    contract.Expect(fmt::format("GetNoProgressTimeout after {}", timeout), job->GetNoProgressTimeout(), timeout);
  }
}

void ProxySettingsAreKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (const ProxyUsage usage : {ProxyUsage::kNoProxy, ProxyUsage::kAutodetect, ProxyUsage::kPreconfig}) {
    contract.Require(fmt::format("SetProxySettings({})", ToString(usage)), job->SetProxySettings(usage, {}, {}),
                     HResult());
    contract.Expect(fmt::format("GetProxySettings after {}", ToString(usage)), job->GetProxySettings(),
                    ProxySettings{usage, std::nullopt, std::nullopt});
  }
  contract.Expect("SetProxySettings(OVERRIDE)", job->SetProxySettings(ProxyUsage::kOverride, "proxy:80", "<local>"),
                  HResult());
  contract.Expect("GetProxySettings after OVERRIDE", job->GetProxySettings(),
                  ProxySettings{ProxyUsage::kOverride, "proxy:80", "<local>"});
  contract.Expect("SetProxySettings(OVERRIDE) without a bypass list",
                  job->SetProxySettings(ProxyUsage::kOverride, "proxy:80", {}), HResult());
}

void ProxyListsBelongToOverride(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (const ProxyUsage usage : {ProxyUsage::kPreconfig, ProxyUsage::kNoProxy, ProxyUsage::kAutodetect}) {
    contract.Expect(fmt::format("SetProxySettings({}) with a proxy list", ToString(usage)),
                    job->SetProxySettings(usage, "proxy:80", {}), "E_INVALIDARG"_hr);
    contract.Expect(fmt::format("SetProxySettings({}) with a bypass list", ToString(usage)),
                    job->SetProxySettings(usage, {}, "<local>"), "E_INVALIDARG"_hr);
  }
  contract.Expect("SetProxySettings(OVERRIDE) without a proxy list",
                  job->SetProxySettings(ProxyUsage::kOverride, {}, {}), "E_INVALIDARG"_hr);
  contract.Expect("SetProxySettings(4)", job->SetProxySettings(static_cast<ProxyUsage>(4), {}, {}), "E_NOTIMPL"_hr);
}

void ProxyListsAreLimited(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const std::string too_long(16'385, 'p');  // beyond 32 KB in UTF-16: decision D5
  contract.Expect("SetProxySettings with a proxy list of 32 KB and a character",
                  job->SetProxySettings(ProxyUsage::kOverride, too_long, "p"), "BG_E_PROXY_LIST_TOO_LARGE"_hr);
  contract.Expect("SetProxySettings with a bypass list of 32 KB and a character",
                  job->SetProxySettings(ProxyUsage::kOverride, "p", too_long), "BG_E_PROXY_BYPASS_LIST_TOO_LARGE"_hr);
}

void TheOwnerIsWhoMadeTheJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  LogonApi& logon = client->environment().logon();
  const Token own = Must(logon.OpenProcessToken(TokenAccess::kQuery));
  contract.Expect("GetOwner", job->GetOwner(), Must(logon.GetTokenFacts(own)).user.sid);
}

void TimesTellOfTheJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const JobTimes before = contract.Get("GetTimes", job->GetTimes());
  contract.Expect("created after it was modified", before.creation_time > before.modification_time, false);
  contract.Expect("a completion time before the end", before.transfer_completion_time.has_value(), false);
  Must(job->SetDescription("modified"));
  contract.Expect("SetDescription is a modification",
                  Must(job->GetTimes()).modification_time >= before.modification_time, true);
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  const JobTimes after = Must(job->GetTimes());
  contract.Expect("the creation time stays", after.creation_time == before.creation_time, true);
  contract.Require("a completion time at the end", after.transfer_completion_time.has_value(), true);
  contract.Expect("completed before it was created", *after.transfer_completion_time < before.creation_time, false);
}

void TakingOwnershipNeedsAnAdministrator(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  contract.Expect("TakeOwnership by a standard user", job->TakeOwnership(), "E_ACCESSDENIED"_hr);
}

void AnAdministratorTakesOwnership(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const Guid id = Must(job->GetId());
  const auto administrator = stage.Start({.person = Person::kAdministrator});
  const ScopedJob taken(Must(administrator->manager().GetJob(id)));
  contract.Require("TakeOwnership by an administrator", taken->TakeOwnership(), HResult());
  LogonApi& logon = administrator->environment().logon();
  const Token own = Must(logon.OpenProcessToken(TokenAccess::kQuery));
  contract.Expect("GetOwner afterwards", taken->GetOwner(), Must(logon.GetTokenFacts(own)).user.sid);
  contract.Expect("GetJob by the former owner", HResultOf(client->manager().GetJob(id)), "E_ACCESSDENIED"_hr);
}

const Case kCases[] = {
    {"ANewJobHasDefaults", "nn-bits-ibackgroundcopyjob", {}, ANewJobHasDefaults},
    {"SetDisplayNameTakes256Characters", "ibackgroundcopyjob-setdisplayname", {}, SetDisplayNameTakes256Characters},
    {"SetDescriptionTakes1024Characters", "ibackgroundcopyjob-setdescription", {}, SetDescriptionTakes1024Characters},
    {"TextsAreOfAnyScript", "ibackgroundcopyjob-setdescription", {}, TextsAreOfAnyScript},
    {"FourPrioritiesAreKnown", "ibackgroundcopyjob-setpriority", {}, FourPrioritiesAreKnown},
    {"NotifyFlagsAreKept", "ibackgroundcopyjob-setnotifyflags", {}, NotifyFlagsAreKept},
    {"TheRetryDelayIsAtLeastFiveSeconds",
     "ibackgroundcopyjob-setminimumretrydelay",
     {},
     TheRetryDelayIsAtLeastFiveSeconds},
    {"TheNoProgressTimeoutIsKept", "ibackgroundcopyjob-setnoprogresstimeout", {}, TheNoProgressTimeoutIsKept},
    {"ProxySettingsAreKept", "ibackgroundcopyjob-setproxysettings", {}, ProxySettingsAreKept},
    {"ProxyListsBelongToOverride", "ibackgroundcopyjob-setproxysettings", {}, ProxyListsBelongToOverride},
    {"ProxyListsAreLimited", "ibackgroundcopyjob-setproxysettings", {}, ProxyListsAreLimited},
    {"TheOwnerIsWhoMadeTheJob", "ibackgroundcopyjob-getowner", {}, TheOwnerIsWhoMadeTheJob},
    {"TimesTellOfTheJob", "bg_job_times", {}, TimesTellOfTheJob},
    {"TakingOwnershipNeedsAnAdministrator",
     "ibackgroundcopyjob-takeownership",
     {Need::kStandardUser},
     TakingOwnershipNeedsAnAdministrator},
    {"AnAdministratorTakesOwnership",
     "ibackgroundcopyjob-takeownership",
     {Need::kSecondUser},
     AnAdministratorTakesOwnership},
};

}  // namespace

std::span<const Case> JobSettingCases() { return kCases; }

}  // namespace bits::contract
