// The decision space once more, through everything that lies between a client and a BITS in another process: the code
// that talks to real Windows, redirected imports, COM with its proxies and stubs, and the channel hook.
//
// A cell costs some milliseconds there, so a sample is played (SampleCells); with BITS_SOAK in the environment every
// kSoakStride-th of all cells (ci/soak.sh).
#include "harness/win32/windows_headers.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fakes/bits/cell_sample.h"
#include "fakes/bits/matrix_runner.h"
#include "fakes/com/remote_bits.h"
#include "harness/win32/environment.h"

namespace bits::fakes::com {
namespace {

using rules::CapturedSid;
using rules::Cell;
using rules::HelperTokenRule;
using rules::TokenMethod;
using rules::Verdict;
using rules::WindowsProfile;

// Shares no factor with the size of any column.
constexpr std::size_t kSoakStride = 47;

template <class T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error("the set-up of a cell failed: " + ToString(result.error()));
  return std::move(*result);
}
void Must(HResult result) {
  if (result.Failed()) throw std::runtime_error("the set-up of a cell failed: " + ToString(result));
}

std::string ScriptFor(const WindowsProfile& profile, std::string_view more) {
  return fmt::format(R"({{"profile": "{}", "cast": true, "clock": {{"real_time": true}}{}}})", profile.name, more);
}

// A program of the owner's and its job, on a server of its own. Everything is done from outside: what a cell finds, and
// what it leaves, LocalSystem sets and reads by the same methods.
//
// No pointer to the job outlives a step: while one lives, COM answers QueryInterface for what was asked before by
// itself, and everybody's pointers share a blanket.
class RemoteOwner {
 public:
  // `script` is added to the world script.
  RemoteOwner(const WindowsProfile& profile, rules::TokenKind kind, std::string_view script = "")
      : remote_(ScriptFor(profile, script), [kind](const ScriptedWorld& world) { return world.cast->Owner(kind); }),
        windows_(win32::CreateEnvironment()),
        apartment_(Must(Apartment::Enter(windows_->com(), ApartmentType::kMultiThreaded))) {
    Must(windows_->com().CoInitializeSecurity({}));
    manager_ = Must(windows_->com().CoCreateInstance(ManagerClass::k1_0));
    job_id_ = Must(manager_->CreateJob("matrix", JobType::kDownload)).id;
    system_ = Open(remote_.scripted_world().world->ServiceToken(kLocalSystemSid));
    other_user_ = Open(remote_.scripted_world().cast->OtherUser());
    other_admin_ = Open(remote_.scripted_world().cast->OtherAdmin());
    has_options_ = profile.build >= kWindows7;
  }

  std::unique_ptr<BackgroundCopyJob> GetJob() { return Must(manager_->GetJob(job_id_)); }

  Played Play(const Cell& cell) {
    const TokenPtr helper =
        cell.helper_same_as_owner ? remote_.process().token() : remote_.scripted_world().cast->Helper(cell.helper);
    const Token token = Open(helper);
    Prepare(cell, token);
    Played played;
    played.result = PlayCall({*manager_, job_id_, logon(), token, other_user_, other_admin_}, cell);
    if (!has_options_) return played;
    const auto sid = Must(SystemsOptions()->GetHelperTokenSid());
    carries_ = sid.has_value();
    if (!sid) return played;
    if (*sid == remote_.process().token()->sid()) {
      played.captured_sid = CapturedSid::kOwner;
    } else if (*sid == helper->sid()) {
      played.captured_sid = CapturedSid::kHelper;
    } else {
      played.result = "E_UNEXPECTED"_hr;
    }
    return played;
  }

 private:
  LogonApi& logon() { return windows_->logon(); }
  Token Open(const TokenPtr& token) { return remote_.process().Open(token); }

  // LocalSystem's, for the length of a step.
  std::unique_ptr<BitsTokenOptions> SystemsOptions() {
    Must(logon().ImpersonateLoggedOnUser(system_));
    auto options = Must(Query<BitsTokenOptions>(*GetJob()));
    Must(options->SetProxyBlanket({}));
    Must(logon().RevertToSelf());
    return options;
  }

  void Prepare(const Cell& cell, const Token& helper) {
    if (!has_options_) return;
    const auto options = SystemsOptions();
    const bool is_to_carry = cell.method != TokenMethod::kQueryInterface && cell.method != TokenMethod::kSetHelperToken;
    if (is_to_carry) {
      Must(logon().ImpersonateLoggedOnUser(helper));
      static_cast<void>(options->SetHelperToken());  // on some builds nobody may
      Must(logon().RevertToSelf());
    } else if (carries_) {
      Must(options->ClearHelperToken());
    }
    Must(options->SetHelperTokenFlags(cell.method == TokenMethod::kSetHelperTokenFlags ? 0 : cell.flags));
  }

  RemoteBits remote_;
  std::unique_ptr<Environment> windows_;
  Apartment apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
  Guid job_id_;
  Token system_;
  Token other_user_;
  Token other_admin_;
  bool has_options_ = false;
  bool carries_ = false;  // whether the job had a helper token when last looked at
};

bool IsUnidentified(const Cell& cell) {
  return cell.authentication_level == AuthenticationLevel::kNone ||
         cell.impersonation_level == ImpersonationLevel::kAnonymous;
}
bool Always(const Cell&) { return true; }

// Where COM between processes cannot carry what the rules demand. A row that shows nowhere among its rule's cells
// fails.
struct Quirk {
  std::string_view rule;
  bool (*when)(const Cell&);
  HResult instead;
  bool of_wine;
  std::string_view why;
};
constexpr Quirk kQuirks[] = {
    {"HT-01", IsUnidentified, "E_ACCESSDENIED"_hr, false,
     "a caller whom COM does not identify is refused before the object is asked for its interfaces"},
    {"HT-04", Always, "E_NOINTERFACE"_hr, true, "Wine 8 tells a client of no other failure of QueryInterface"},
    {"HT-05", Always, "E_NOINTERFACE"_hr, true, "Wine 8 tells a client of no other failure of QueryInterface"},
};

std::string Describe(const Cell& cell) {
  return fmt::format("{} {} {} {} {} {} {} {} {}", cell.profile->name, NameOf(cell.owner), NameOf(cell.caller_at_query),
                     rules::HelperName(cell), NameOf(cell.authentication_level), NameOf(cell.impersonation_level),
                     NameOf(cell.cloaking), rules::FlagsName(cell.flags), NameOf(cell.method));
}

std::vector<Cell> CellsToPlay(const WindowsProfile& profile) {
  std::vector<Cell> cells;
  if (GetEnvironmentVariableW(L"BITS_SOAK", nullptr, 0) == 0) {
    static const std::vector<Cell> sample = SampleCells();
    std::ranges::copy_if(sample, std::back_inserter(cells), [&](const Cell& cell) { return cell.profile == &profile; });
    return cells;
  }
  for (std::size_t i = 0; i < rules::DecisionSpaceSize(); i += kSoakStride) {
    if (const Cell cell = rules::CellAt(i); cell.profile == &profile) cells.push_back(cell);
  }
  return cells;
}

// One of each set of rules, the newest client and the newest server; with BITS_SOAK all.
constexpr std::string_view kUsualProfiles[] = {"vista", "win7", "win10-1607", "win11-24h2", "server2025"};

std::vector<std::size_t> ProfilesToPlay() {
  const bool soak = GetEnvironmentVariableW(L"BITS_SOAK", nullptr, 0) != 0;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rules::WindowsProfiles().size(); ++i) {
    const std::string_view name = rules::WindowsProfiles()[i].name;
    if (soak || std::ranges::find(kUsualProfiles, name) != std::end(kUsualProfiles)) places.push_back(i);
  }
  return places;
}

std::string ProfileTestName(const ::testing::TestParamInfo<std::size_t>& info) {
  std::string name(rules::WindowsProfiles()[info.param].name);
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
}

class MatrixOutOfProcess : public ::testing::TestWithParam<std::size_t> {
 protected:
  const WindowsProfile& profile_ = rules::WindowsProfiles()[GetParam()];
};

TEST_P(MatrixOutOfProcess, RulesAndSimulationAgree) {
  // The rules that decide cells of this profile at all.
  std::set<std::string_view> expected;
  const std::size_t cells = rules::DecisionSpaceSize() / rules::WindowsProfiles().size();
  for (std::size_t i = GetParam() * cells; i < (GetParam() + 1) * cells; ++i) {
    expected.insert(rules::Judge(rules::CellAt(i)).rule->id);
  }

  const bool on_wine = Must(win32::CreateEnvironment()->machine().GetOsVersion()).wine_version.has_value();
  std::map<std::string_view, std::size_t> decided;
  std::map<std::string_view, std::size_t> quirks_seen;  // by rule
  std::optional<RemoteOwner> owner;
  std::optional<rules::TokenKind> owner_kind;
  std::size_t differences = 0;
  const std::vector<Cell> sample = CellsToPlay(profile_);
  for (const Cell& cell : sample) {
    if (owner_kind != cell.owner) {
      owner.reset();
      owner.emplace(profile_, cell.owner);
      owner_kind = cell.owner;
    }
    const Verdict verdict = rules::Judge(cell);
    ++decided[verdict.rule->id];
    const Played played = owner->Play(cell);
    if (played.result == verdict.result && played.captured_sid == verdict.captured_sid) continue;
    const auto quirk = std::ranges::find_if(kQuirks, [&](const Quirk& row) {
      return row.rule == verdict.rule->id && row.when(cell) && row.instead == played.result &&
             (on_wine || !row.of_wine);
    });
    if (quirk != std::end(kQuirks) && played.captured_sid == verdict.captured_sid) {
      ++quirks_seen[quirk->rule];
      continue;
    }
    if (++differences > 10) continue;
    ADD_FAILURE() << Describe(cell) << "\n  " << verdict.rule->id << " demands " << verdict.result << ", captured "
                  << NameOf(verdict.captured_sid) << "\n  the server does " << played.result << ", captured "
                  << NameOf(played.captured_sid);
  }
  EXPECT_EQ(differences, 0U);
  for (const Quirk& row : kQuirks) {
    if (row.of_wine && !on_wine) continue;
    EXPECT_EQ(quirks_seen.contains(row.rule), decided.contains(row.rule)) << row.rule << ": " << row.why;
  }
  for (const std::string_view id : expected) EXPECT_TRUE(decided.contains(id)) << id << " decided no cell";
  std::string rules_text;
  for (const auto& [id, count] : decided) rules_text += fmt::format(" {}:{}", id, count);
  std::size_t quirks = 0;
  for (const auto& [rule, count] : quirks_seen) quirks += count;
  std::printf("%s: %zu cells of %zu played out of process, %zu of them quirks; %zu of %zu rules decided:%s\n",
              profile_.name.data(), sample.size(), cells, quirks, decided.size(), expected.size(), rules_text.c_str());
}

INSTANTIATE_TEST_SUITE_P(Profiles, MatrixOutOfProcess, ::testing::ValuesIn(ProfilesToPlay()), &ProfileTestName);

// --- the rules of situations that are no cell

class SituationOutOfProcess : public MatrixOutOfProcess {
 protected:
  Cell AdministratorsCell(TokenMethod method) const {
    Cell cell;
    cell.profile = &profile_;
    cell.owner = rules::TokenKind::kAdminElevated;
    cell.helper = rules::TokenKind::kUser;
    cell.method = method;
    return cell;
  }
};

TEST_P(SituationOutOfProcess, UnknownFlags) {
  Cell cell = AdministratorsCell(TokenMethod::kSetHelperTokenFlags);
  cell.flags = 4;
  const HelperTokenRule& rule = rules::Decide(rules::SituationOf(cell));
  EXPECT_EQ(rule.id, profile_.build < kWindows7 ? "HT-01" : "HT-12");
  EXPECT_EQ(RemoteOwner(profile_, cell.owner).Play(cell).result, rule.then);
}

TEST_P(SituationOutOfProcess, ATooLowLevelByTheOtherDecision) {
  Cell cell = AdministratorsCell(TokenMethod::kSetHelperToken);
  cell.impersonation_level = ImpersonationLevel::kIdentify;
  rules::HelperTokenSituation situation = rules::SituationOf(cell);
  situation.decisions.identify_result = "E_ACCESSDENIED"_hr;
  const HelperTokenRule& rule = rules::Decide(situation);
  EXPECT_EQ(rule.id, profile_.build < kWindows7 ? "HT-01" : "HT-03b");
  RemoteOwner owner(profile_, cell.owner, R"(, "decisions": {"identify_result": "E_ACCESSDENIED"})");
  EXPECT_EQ(owner.Play(cell).result, rule.then);
}

TEST_P(SituationOutOfProcess, AFinalJob) {
  RemoteOwner owner(profile_, rules::TokenKind::kAdminElevated);
  const auto job = owner.GetJob();
  const auto options = Query<BitsTokenOptions>(*job);
  ASSERT_TRUE(job->Cancel().Succeeded());
  if (profile_.build < kWindows7) {
    EXPECT_EQ(HResultOf(options), "E_NOINTERFACE"_hr);
    return;
  }
  ASSERT_TRUE(options);
  const std::map<TokenMethod, HResult> results = {
      {TokenMethod::kSetHelperToken, (*options)->SetHelperToken()},
      {TokenMethod::kSetHelperTokenFlags, (*options)->SetHelperTokenFlags(1)},
      {TokenMethod::kGetHelperTokenFlags, HResultOf((*options)->GetHelperTokenFlags())},
      {TokenMethod::kClearHelperToken, (*options)->ClearHelperToken()},
      {TokenMethod::kGetHelperTokenSid, HResultOf((*options)->GetHelperTokenSid())},
  };
  for (const auto& [method, result] : results) {
    rules::HelperTokenSituation situation = rules::SituationOf(AdministratorsCell(method));
    situation.state = JobState::kCancelled;
    const HelperTokenRule& rule = rules::Decide(situation);
    EXPECT_EQ(rule.id, "HT-13");
    EXPECT_EQ(result, rule.then) << NameOf(method);
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, SituationOutOfProcess, ::testing::ValuesIn(ProfilesToPlay()), &ProfileTestName);

}  // namespace
}  // namespace bits::fakes::com
