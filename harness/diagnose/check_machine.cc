// Checks of what the machine is and how it is set up.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "harness/diagnose/checks.h"
#include "harness/diagnose/diagnosis.h"
#include "harness/rules/helper_token_rules.h"

namespace bits::diagnose {
namespace {

constexpr std::string_view kPolicyKey = "Software\\Policies\\Microsoft\\Windows\\BITS";
constexpr std::string_view kBitsChannel = "Microsoft-Windows-Bits-Client/Operational";

std::string Describe(const ServiceFacts& service) {
  std::string text = fmt::format("{}, {} start{}, account {}", ToString(service.state), ToString(service.start_type),
                                 service.delayed_auto_start ? " (delayed)" : "",
                                 service.account.empty() ? "not told" : service.account);
  if (!service.dependencies.empty()) {
    text += ", depends on ";
    for (const std::string& name : service.dependencies) {
      if (&name != &service.dependencies.front()) text += ", ";
      text += name;
    }
  }
  return text;
}

// What is documented to break when a policy is set so.
struct PolicyLimit {
  std::string_view name;
  std::uint64_t documented_default;
  std::string_view unit;
};

constexpr PolicyLimit kLimits[] = {
    {"JobInactivityTimeout", 90, "days"}, {"MaxDownloadTime", 7'776'000, "seconds"},
    {"MaxJobsPerMachine", 300, "jobs"},   {"MaxJobsPerUser", 60, "jobs"},
    {"MaxFilesPerJob", 200, "files"},     {"MaxRangesPerFile", 500, "ranges"},
    {"EnableBITSMaxBandwidth", 0, ""},    {"MaxInternetBandwidth", 0, "kilobits a second"},
    {"EnableMaintenanceLimits", 0, ""},   {"EnableBandwidthLimits", 0, ""},
    {"DisableBranchCache", 0, ""},
};

std::optional<std::uint64_t> PolicyNumber(Probe& probe, std::string_view name) {
  const Result<RegistryValue> value =
      probe.environment().machine().ReadRegistry(RegistryRoot::kLocalMachine, kPolicyKey, name);
  if (!value) return std::nullopt;
  const auto* number = std::get_if<std::uint64_t>(&*value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

}  // namespace

CheckResult CheckOsVersion(Probe& probe) {
  const Result<OsVersion>& os = probe.Os();
  if (!os) return UnknownBecause(os.error(), "the version could not be read", "the system does not tell its version");
  std::string evidence = Describe(*os) + "; rules:";
  for (const rules::HelperTokenRule& rule : rules::HelperTokenRules()) {
    if (rules::HoldsOn(rule, os->build) && rule.then.Failed() && !rule.fix.empty()) {
      evidence += fmt::format(" {}", rule.id);
    }
  }
  CheckResult result = Pass(evidence);
  result.source = "helper-tokens-for-bits-transfer-jobs";
  if (os->wine_version) {
    result = Warn(evidence, "This is Wine, not Windows: its BITS moves files but knows nothing of helper tokens.",
                  "Run bitsdoctor on the Windows machine whose helper tokens fail.");
  } else if (os->build < kWindows7) {
    result = Fail("E_NOINTERFACE"_hr, evidence, "Helper tokens came with Windows 7 and Windows Server 2008 R2.",
                  "Move the service to a supported Windows; until then a job has its owner's token only.");
    result.rule = "HT-01";
  } else if (os->build < kWindows10_1607) {
    result.evidence += "; before Windows 10 1607 only administrators may set helper tokens";
    result.rule = "HT-06";
  } else {
    result.evidence += "; an owner who is no administrator may set helper tokens without administrator rights";
    result.rule = "HT-07";
  }
  return result;
}

CheckResult CheckBitsService(Probe& probe) {
  Machine& machine = probe.environment().machine();
  const Result<ServiceFacts> service = machine.QueryService("BITS");
  if (!service) {
    if (service.error() == "E_ACCESSDENIED"_hr) {
      return UnknownBecause(service.error(), "the service may not be looked at",
                            "This account has no right to query the BITS service.");
    }
    CheckResult result = FailedCall("QueryServiceConfig of BITS", service.error());
    result.source = "bits-startup-type";
    return result;
  }
  const std::string evidence = Describe(*service);
  CheckResult result;
  if (service->start_type == ServiceStartType::kDisabled) {
    result = Fail("ERROR_SERVICE_DISABLED"_hr, evidence, "The BITS service is disabled, so no client can reach it.",
                  "Let it start on demand again: sc.exe config BITS start= demand");
    result.source = "bits-startup-type";
    return result;
  }
  for (const std::string& name : service->dependencies) {
    const Result<ServiceFacts> needed = machine.QueryService(name);
    if (needed && needed->start_type != ServiceStartType::kDisabled) continue;
    // Any other failure says nothing of the service.
    if (!needed && needed.error() != "ERROR_SERVICE_DOES_NOT_EXIST"_hr) continue;
    return Fail(needed ? "ERROR_SERVICE_DEPENDENCY_FAIL"_hr : "ERROR_SERVICE_DEPENDENCY_DELETED"_hr,
                fmt::format("{}; {} is {}", evidence, name, needed ? "disabled" : "missing"),
                fmt::format("BITS needs the service {}.", name),
                needed ? fmt::format("Let it start: sc.exe config {} start= auto", name)
                       : fmt::format("Restore the service {}, or correct BITS' dependencies: sc.exe qc BITS", name));
  }
  // A service that nobody has asked for since the system started reports that as its exit code.
  const bool never_started = service->exit_code == "ERROR_SERVICE_NEVER_STARTED"_hr;
  if (service->state == ServiceState::kStopped && service->exit_code.Failed() && !never_started) {
    result = Warn(evidence + "; it stopped with " + ToString(service->exit_code),
                  "The service did not stop by itself the last time.",
                  "Look at what it logged: wevtutil qe System /c:20 /rd:true /f:text");
  } else {
    result = Pass(evidence);
  }
  result.source = "bits-startup-type";
  return result;
}

CheckResult CheckBitsVersion(Probe& probe) {
  Machine& machine = probe.environment().machine();
  std::string registered;
  std::optional<ManagerClass> newest;
  for (const auto& [manager_class, name] : EnumNames<ManagerClass>::kNames) {
    const Result<bool> found = machine.IsClassRegistered(manager_class);
    if (!found || !*found) continue;
    registered += registered.empty() ? "" : ", ";
    registered += name;
    newest = manager_class;
  }
  std::string evidence = "registered classes: " + (registered.empty() ? "none" : registered);
  const Result<FileVersion> file = machine.GetFileVersion("%SystemRoot%\\System32\\qmgr.dll");
  evidence += "; qmgr.dll " + (file ? ToString(*file) : "version not told (" + ToString(file.error()) + ")");
  CheckResult result;
  if (!newest) {
    result = Fail("REGDB_E_CLASSNOTREG"_hr, evidence, "No class of the BITS manager is registered.",
                  "Repair the system's components: DISM /Online /Cleanup-Image /RestoreHealth, then sfc /scannow");
  } else if (*newest < ManagerClass::k4_0) {
    result = Warn(evidence, "The newest registered class is older than BITS 4.0, which brought helper tokens.",
                  "On Windows Vista and Server 2008 install the Windows Management Framework; elsewhere repair the "
                  "system's components: sfc /scannow");
  } else {
    result = Pass(evidence);
  }
  result.source = "determining-the-version-of-bits-on-a-computer";
  return result;
}

CheckResult CheckPolicies(Probe& probe) {
  std::string evidence;
  for (const PolicyLimit& limit : kLimits) {
    const std::optional<std::uint64_t> value = PolicyNumber(probe, limit.name);
    if (!value) continue;
    evidence += fmt::format("{}{} = {}{}{}", evidence.empty() ? "" : ", ", limit.name, *value,
                            limit.unit.empty() ? "" : " ", limit.unit);
    if (limit.documented_default != 0) evidence += fmt::format(" (default {})", limit.documented_default);
  }
  CheckResult result = Pass(evidence.empty() ? "no BITS policy is set" : evidence);
  const std::optional<std::uint64_t> bandwidth = PolicyNumber(probe, "MaxInternetBandwidth");
  const std::optional<std::uint64_t> per_user = PolicyNumber(probe, "MaxJobsPerUser");
  const std::optional<std::uint64_t> per_machine = PolicyNumber(probe, "MaxJobsPerMachine");
  if (bandwidth == 0U) {
    result = Warn(evidence, "MaxInternetBandwidth 0 keeps every background job from moving (BG_E_BLOCKED_BY_POLICY).",
                  "Raise the policy's limit, or use foreground priority: gpresult /h policies.html");
  } else if (per_user.value_or(60) > per_machine.value_or(300)) {
    result = Warn(evidence, "MaxJobsPerUser is above MaxJobsPerMachine: one user can use up the whole machine's jobs.",
                  "Set MaxJobsPerUser below MaxJobsPerMachine: gpresult /h policies.html");
  }
  result.source = "group-policies";
  return result;
}

CheckResult CheckEventLog(Probe& probe) {
  constexpr std::uint32_t kCount = 20;
  constexpr std::uint32_t kWarning = 3;
  const Result<std::vector<LogEvent>> events = probe.environment().machine().ReadEventLog(kBitsChannel, kCount);
  if (!events) {
    return UnknownBecause(events.error(), "the BITS event log could not be read",
                          "This account may not read it, or this system keeps none.");
  }
  const auto is_complaint = [](const LogEvent& event) { return event.level != 0 && event.level <= kWarning; };
  const auto newest = std::ranges::find_if(*events, is_complaint);
  if (newest == events->end()) return Pass(fmt::format("no warning among the last {} events", events->size()));
  CheckResult result =
      Warn(fmt::format("{} of the last {} events are warnings or errors; the newest is event {}: {}",
                       std::ranges::count_if(*events, is_complaint), events->size(), newest->id, newest->message),
           "BITS logged a problem, which may or may not be the one looked for.",
           fmt::format("Read the log: wevtutil qe {} /c:20 /rd:true /f:text", kBitsChannel));
  return result;
}

}  // namespace bits::diagnose
