#include "harness/fidelity/comparison.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/intercept/values_from_json.h"
#include "harness/rules/decisions.h"
#include "harness/rules/helper_token_rules.h"
#include "harness/rules/job_call_rules.h"

namespace bits::fidelity {
namespace {

using intercept::Call;
using intercept::Json;
using intercept::Outcome;
using intercept::RecordedCall;
using intercept::Reply;

// What a call is to the comparison.
enum class Role {
  kFact,      // of the machine: answered from the recording alone
  kEvent,     // on its way to a callback: the simulation's own
  kCompared,  //
};

struct RoleRow {
  std::string_view interface_name;
  std::string_view method;  // empty: all
  Role role;
};

constexpr RoleRow kRoles[] = {
    {"Machine", "", Role::kFact},
    {"FileSystem", "", Role::kFact},
    {"HttpClient", "", Role::kFact},
    {"LogonApi", "GetTokenFacts", Role::kFact},
    {"LogonApi", "CheckTokenMembership", Role::kFact},
    {"LogonApi", "LookupAccountName", Role::kFact},
    {"LogonApi", "LookupAccountSid", Role::kFact},
    {"IBackgroundCopyCallback", "", Role::kEvent},
};

Role RoleOf(const Call& call) {
  const auto* const found = std::ranges::find_if(kRoles, [&call](const RoleRow& row) {
    return row.interface_name == call.interface_name && (row.method.empty() || row.method == call.method);
  });
  return found != std::end(kRoles) ? found->role : Role::kCompared;
}

// Methods whose values say what BITS does, and not what the machine holds.
constexpr std::string_view kComparedValues[] = {"GetState",
                                                "GetType",
                                                "GetPriority",
                                                "GetNotifyFlags",
                                                "GetMinimumRetryDelay",
                                                "GetHelperTokenFlags",
                                                "GetHelperTokenSid",
                                                "GetNoProgressTimeout",
                                                "QueryProxyBlanket",
                                                "GetOwner"};

bool YieldsSid(std::string_view method) { return method == "GetOwner" || method == "GetHelperTokenSid"; }

bool Moves(const Json& state) { return state == "QUEUED" || state == "CONNECTING" || state == "TRANSFERRING"; }

// Two ends of GetState agree also where the one is on its way to the other: systems differ in speed.
bool Agree(std::string_view method, const Json& recorded, const Json& simulated) {
  if (method != "GetState") return false;
  return (Moves(recorded) && (Moves(simulated) || simulated == "TRANSFERRED")) ||
         (Moves(simulated) && recorded == "TRANSFERRED");
}

bool Undoes(std::string_view method) {
  return method == "RevertToSelf" || method == "CloseHandle" || method == "CoUninitialize";
}

std::string Describe(const RecordedCall& call) {
  std::string arguments;
  for (const auto& [name, value] : call.arguments.items()) {
    arguments += fmt::format("{}{}={}", arguments.empty() ? "" : ", ", name, value.dump());
  }
  return fmt::format("{}::{}({})", call.interface_name, call.method, arguments);
}

bool IsAbout(const CallQuirk& quirk, std::string_view implementation, const RecordedCall& call) {
  return quirk.implementation == implementation && quirk.interface_name == call.interface_name &&
         quirk.method == call.method &&
         (quirk.argument.empty() || call.arguments.dump().find(quirk.argument) != std::string::npos);
}

struct JobCallRow {
  std::string_view interface_name;
  std::string_view method;
  rules::JobCall call;
};

constexpr JobCallRow kJobCalls[] = {
    {"ComApi", "CoCreateInstance", rules::JobCall::kCoCreateInstance},
    {"IBackgroundCopyManager", "CreateJob", rules::JobCall::kCreateJob},
    {"IBackgroundCopyManager", "GetJob", rules::JobCall::kGetJob},
    {"IBackgroundCopyManager", "EnumJobs", rules::JobCall::kEnumJobs},
    {"IBackgroundCopyJob", "QueryInterface", rules::JobCall::kQueryInterface},
    {"IBackgroundCopyJob", "AddFile", rules::JobCall::kAddFile},
    {"IBackgroundCopyJob", "AddFileSet", rules::JobCall::kAddFile},
    {"IBackgroundCopyJob", "TakeOwnership", rules::JobCall::kTakeOwnership},
};

std::optional<rules::JobCall> JobCallOf(const RecordedCall& call) {
  const auto* const found = std::ranges::find_if(kJobCalls, [&call](const JobCallRow& row) {
    return call.interface_name.starts_with(row.interface_name) && row.method == call.method;
  });
  if (found != std::end(kJobCalls)) return found->call;
  constexpr std::string_view kChanging[] = {"Suspend", "Resume", "Cancel", "Complete"};
  const bool changes =
      call.method.starts_with("Set") || std::ranges::find(kChanging, call.method) != std::end(kChanging);
  const bool of_a_job = call.interface_name.starts_with("IBackgroundCopyJob") && call.method != "SetProxyBlanket";
  return of_a_job && changes ? std::optional(rules::JobCall::kModify) : std::nullopt;
}

}  // namespace

bool FidelityReport::HasUnexplained() const {
  return !quirks_gone.empty() ||
         std::ranges::find(differences, Explanation::kNone, &Difference::explained_by) != differences.end();
}

std::string ImplementationOf(const intercept::Recording& recording) {
  if (recording.program.backend != "windows") return recording.program.backend;
  return recording.os && recording.os->wine_version ? "wine" : "windows";
}

const rules::WindowsProfile& NearestProfile(const std::optional<OsVersion>& os) {
  const auto profiles = rules::WindowsProfiles();
  const rules::WindowsProfile* nearest = nullptr;
  const auto consider = [&](bool any_edition) {
    for (const rules::WindowsProfile& profile : profiles) {
      if (!any_edition && profile.server != os->server) continue;
      if (profile.build <= os->build && (nearest == nullptr || nearest->build < profile.build)) nearest = &profile;
    }
  };
  if (!os) return profiles.back();
  consider(false);
  if (nearest == nullptr) consider(true);
  return nearest != nullptr ? *nearest : profiles.front();
}

rules::TokenKind NearestKind(const std::optional<TokenFacts>& user) {
  using rules::TokenKind;
  if (!user) return TokenKind::kUser;
  if (user->user.sid == kLocalSystemSid) return TokenKind::kSystem;
  if (user->user.sid == kLocalServiceSid) return TokenKind::kLocalService;
  if (user->user.sid == kNetworkServiceSid) return TokenKind::kNetworkService;
  const rules::TokenTraits traits = rules::TraitsOf(*user);
  switch (traits.administrators) {
    case AdministratorsMembership::kEnabled:
      return TokenKind::kAdminElevated;
    case AdministratorsMembership::kDenyOnly:
      return traits.elevated ? TokenKind::kRestricted : TokenKind::kAdminFiltered;
    default:
      return TokenKind::kUser;
  }
}

Comparison::Comparison(const intercept::Recording& recording, Simulation simulation)
    : recording_(recording),
      simulation_(std::move(simulation)),
      calls_(recording),
      gone_(CallQuirks().size()),
      seen_(CallQuirks().size()) {
  report_.implementation = ImplementationOf(recording);
  LogonApi& logon = simulation_.environment.logon();
  if (const Result<Token> token = logon.OpenProcessToken(TokenAccess::kQuery)) {
    if (const Result<TokenFacts> facts = logon.GetTokenFacts(*token)) process_ = *facts;
  }
}

std::optional<TokenFacts> Comparison::FactsOfToken(const Json& handle) const {
  const auto found = std::ranges::find_if(recording_.calls, [&handle](const RecordedCall& call) {
    return call.method == "GetTokenFacts" && call.result.Succeeded() && call.arguments.contains("TokenHandle") &&
           call.arguments["TokenHandle"] == handle;
  });
  if (found == recording_.calls.end()) return std::nullopt;
  try {
    TokenFacts facts;
    intercept::FromJson(found->value, facts);
    return facts;
  } catch (const intercept::ValueError&) {
    return std::nullopt;
  }
}

std::optional<Reply> Comparison::Answer(const Call& call) {
  const Role role = RoleOf(call);
  if (role == Role::kEvent) return std::nullopt;
  const RecordedCall* recorded = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    recorded = calls_.Take(call, intercept::ArgumentMatch::kAny);
    pending_[call.sequence] = recorded;
    if (recorded == nullptr) {
      return Undoes(call.method) ? std::nullopt : std::optional(Reply{intercept::kNotRecorded});
    }
    if (role == Role::kFact || !call.has_backend) {
      ++(role == Role::kFact ? report_.facts : report_.not_played);
      return Reply{recorded->result, recorded->value};
    }
  }
  if (call.method == "LogonUser") {
    if (recorded->result.Failed()) return Reply{recorded->result};
    Token token = simulation_.log_on(FactsOfToken(recorded->value));
    const auto handle = static_cast<std::uintptr_t>(token.Release());
    if (handle == 0) return Reply{intercept::kNotRecorded};
    return Reply{HResult(), fmt::format("token 0x{:X}", handle)};
  }
  // The simulation gets the time that the recorded machine took.
  if (call.method == "GetState" && (recorded->value == "TRANSFERRED" || recorded->value == "ERROR")) {
    simulation_.settle();
  }
  return std::nullopt;
}

void Comparison::Refused(const Call& call, std::string_view why) {
  const std::scoped_lock lock(mutex_);
  const auto found = pending_.find(call.sequence);
  const std::size_t line = found != pending_.end() && found->second != nullptr ? found->second->line : 1;
  if (!flaw_) flaw_.emplace(line, fmt::format("the value of {}::{} {}", call.interface_name, call.method, why));
}

void Comparison::After(const Call& call, Outcome& outcome) {
  const RecordedCall* recorded = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = pending_.find(call.sequence);
    if (found == pending_.end() || found->second == nullptr) return;
    recorded = found->second;
  }
  if (RoleOf(call) != Role::kCompared || !call.has_backend || call.method == "LogonUser") return;
  Compare(call, *recorded, outcome);
  // The client goes on as it did then.
  if (call.method == "RevertToSelf") return;
  const bool simulated = outcome.result.Succeeded();
  outcome.result = recorded->result;
  if (recorded->result.Failed() || recorded->value.is_null()) return;
  const bool is_token =
      recorded->value.is_string() && intercept::HoldsObject(recorded->value) && recorded->value != "(object)";
  if (!simulated && is_token) {
    outcome.result = intercept::kNotRecorded;  // a handle of another machine is none here
  } else if (!simulated || !intercept::HoldsObject(recorded->value)) {
    outcome.instead = recorded->value;
  }
}

// How a call ended, as far as it is compared.
std::string Comparison::Show(const RecordedCall& recorded, HResult result, const Json& value,
                             std::string_view own_sid) const {
  if (result.Failed() || std::ranges::find(kComparedValues, recorded.method) == std::end(kComparedValues)) {
    const std::string_view name = NameOf(result);
    return name.empty() ? ToHex(result) : std::string(name);
  }
  if (!YieldsSid(recorded.method)) return value.dump();
  if (value.is_null()) return "no SID";
  return value == own_sid ? "the process's SID" : "another's SID";
}

void Comparison::NoteSecurity(const Call& call, const RecordedCall& recorded) {
  try {
    if (call.method == "CoInitializeSecurity") intercept::FromJson(recorded.arguments.at("security"), security_);
    if (call.method == "SetProxyBlanket")
      intercept::FromJson(recorded.arguments.at("blanket"), blankets_[call.pointer]);
  } catch (const std::exception&) {
    // What cannot be read was not set.
  }
}

void Comparison::Compare(const Call& call, const RecordedCall& recorded, const Outcome& simulated) {
  const Json value = simulated.result.Succeeded() ? simulated.value() : Json();
  const std::string_view recorded_sid = recording_.user ? recording_.user->user.sid : std::string_view();
  Difference difference;
  difference.line = recorded.line;
  difference.call = Describe(recorded);
  difference.recorded = Show(recorded, recorded.result, recorded.value, recorded_sid);
  difference.simulated = Show(recorded, simulated.result, value, process_.user.sid);
  const bool same = difference.recorded == difference.simulated || Agree(recorded.method, recorded.value, value);
  if (!same) FindRule(call, recorded, difference);

  const std::scoped_lock lock(mutex_);
  ++report_.compared;
  NoteSecurity(call, recorded);
  const auto quirks = CallQuirks();
  for (std::size_t i = 0; i < quirks.size(); ++i) {
    if (!IsAbout(quirks[i], report_.implementation, recorded)) continue;
    if (same) {
      gone_[i] = true;
    } else if (quirks[i].recorded == difference.recorded) {
      seen_[i] = true;
      difference.explained_by = Explanation::kQuirk;
      difference.why = quirks[i].why;
    }
  }
  if (!same) report_.differences.push_back(std::move(difference));
}

void Comparison::FindRule(const Call& call, const RecordedCall& recorded, Difference& difference) const {
  LogonApi& logon = simulation_.environment.logon();
  Result<Token> token = logon.OpenThreadToken(TokenAccess::kQuery, true);
  if (!token) token = logon.OpenProcessToken(TokenAccess::kQuery);
  const Result<TokenFacts> thread = token ? logon.GetTokenFacts(*token) : Failure(token.error());
  const rules::TokenTraits owner = rules::TraitsOf(process_);
  const rules::TokenTraits caller = thread ? rules::TraitsOf(*thread) : owner;
  const auto blanket = blankets_.find(call.pointer);

  const bool asks_for_options =
      recorded.method == "QueryInterface" && recorded.arguments.dump().find("IBitsTokenOptions") != std::string::npos;
  const std::optional<rules::TokenMethod> method =
      asks_for_options ? std::optional(rules::TokenMethod::kQueryInterface)
      : recorded.interface_name == "IBitsTokenOptions" && recorded.method != "QueryInterface"
          ? FromName<rules::TokenMethod>(recorded.method)
          : std::nullopt;
  const auto take = [&difference](const auto& rule) {
    difference.rule = rule.id;
    difference.why = rule.statement;
    difference.decisions = fmt::format("{}", fmt::join(rules::DecisionsIn(rule.source), ", "));
    if (!difference.decisions.empty()) difference.explained_by = Explanation::kDecision;
  };
  if (method) {
    rules::HelperTokenSituation situation;
    situation.build = simulation_.build;
    situation.method = *method;
    situation.owner = owner;
    situation.caller = asks_for_options ? caller : owner;
    situation.helper = caller;
    situation.authentication_level = security_.authentication_level;
    situation.impersonation_level = security_.impersonation_level;
    situation.cloaking = security_.cloaking;
    if (blanket != blankets_.end()) {
      situation.authentication_level = blanket->second.authentication_level;
      situation.impersonation_level = blanket->second.impersonation_level;
      situation.cloaking = blanket->second.cloaking;
    }
    take(rules::Decide(situation));
  } else if (const std::optional<rules::JobCall> job_call = JobCallOf(recorded)) {
    rules::JobCallSituation situation;
    situation.build = simulation_.build;
    situation.call = *job_call;
    situation.caller = caller;
    situation.owner = owner;
    situation.holder = owner;
    situation.authentication_level = security_.authentication_level;
    situation.impersonation_level = security_.impersonation_level;
    take(rules::Decide(situation));
  }
}

FidelityReport Comparison::Report() const {
  const std::scoped_lock lock(mutex_);
  FidelityReport report = report_;
  const auto quirks = CallQuirks();
  for (std::size_t i = 0; i < quirks.size(); ++i) {
    if (seen_[i]) report.quirks_seen.push_back(&quirks[i]);
    if (gone_[i] && !seen_[i]) report.quirks_gone.push_back(&quirks[i]);
  }
  return report;
}

}  // namespace bits::fidelity
