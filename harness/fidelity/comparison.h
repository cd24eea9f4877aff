// The calls of a recording, made once more on a simulation: what comes out otherwise.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/environment.h"
#include "harness/fidelity/call_quirks.h"
#include "harness/intercept/interceptor.h"
#include "harness/intercept/recorded_calls.h"
#include "harness/intercept/recording.h"
#include "harness/rules/token_traits.h"
#include "harness/rules/windows_profile.h"

namespace bits::fidelity {

// Who explains a difference: a row of the quirk table, or a decision that the documentation leaves open.
enum class Explanation { kQuirk, kDecision, kNone };

struct Difference {
  std::size_t line = 0;   // of the recording
  std::string call;       // "IBackgroundCopyJob::QueryInterface(riid="IBitsTokenOptions")"
  std::string recorded;   // "E_NOINTERFACE", or the value
  std::string simulated;  // the same of the simulation
  Explanation explained_by = Explanation::kNone;
  std::string why;        // the row's reason, or what the rule says
  std::string rule;       // that decides the call: "HT-07", "JC-14"; empty where no rule is about it
  std::string decisions;  // "D2", "D15, D16": those that the rule rests on
};

struct FidelityReport {
  std::string implementation;  // "windows", "wine", or the recording's backend
  std::string profile;
  std::string user;                           // rules::TokenKind by name
  std::size_t compared = 0;                   // calls that the simulation answered too
  std::size_t facts = 0;                      // calls about the machine itself, which the simulation is not
  std::size_t not_played = 0;                 // calls on what the simulation has not
  std::vector<Difference> differences;        // in the order of the calls
  std::vector<const CallQuirk*> quirks_seen;  // each once, in the order of the table
  std::vector<const CallQuirk*> quirks_gone;  // whose call ended as in the simulation
  bool HasUnexplained() const;                // or a quirk that is gone
};

// What a recording was made on, as the quirk table names it.
std::string ImplementationOf(const intercept::Recording& recording);

// The newest profile that is no newer than the build, of the same edition where there is one; the oldest when all are
// newer.
const rules::WindowsProfile& NearestProfile(const std::optional<OsVersion>& os);

// The kind whose token is most like the user's.
rules::TokenKind NearestKind(const std::optional<TokenFacts>& user);

// Lets each call that the recording has go to the simulation, compares, and gives the client what was recorded: so the
// client makes the same calls as then. Calls about the machine itself (Machine, FileSystem, HttpClient, accounts) are
// answered from the recording alone; objects and tokens are the simulation's. A call that was not recorded fails with
// kNotRecorded.
class Comparison : public intercept::Interceptor {
 public:
  struct Simulation {
    Environment& environment;  // without interceptors
    OsBuild build;
    std::function<void()> settle;                                   // until no job moves
    std::function<Token(const std::optional<TokenFacts>&)> log_on;  // instead of LogonUser; an empty token for nobody
  };

  // Both must outlive this.
  Comparison(const intercept::Recording& recording, Simulation simulation);

  std::optional<intercept::Reply> Answer(const intercept::Call& call) override;
  void Refused(const intercept::Call& call, std::string_view why) override;
  void After(const intercept::Call& call, intercept::Outcome& outcome) override;

  // What was found until now; profile and user are the caller's to fill in.
  FidelityReport Report() const;
  const std::optional<intercept::RecordingError>& flaw() const { return flaw_; }

 private:
  void Compare(const intercept::Call& call, const intercept::RecordedCall& recorded,
               const intercept::Outcome& simulated);
  void NoteSecurity(const intercept::Call& call, const intercept::RecordedCall& recorded);
  void FindRule(const intercept::Call& call, const intercept::RecordedCall& recorded, Difference& difference) const;
  std::string Show(const intercept::RecordedCall& recorded, HResult result, const intercept::Json& value,
                   std::string_view own_sid) const;
  std::optional<TokenFacts> FactsOfToken(const intercept::Json& handle) const;

  const intercept::Recording& recording_;
  Simulation simulation_;
  TokenFacts process_;  // of the simulation
  mutable std::mutex mutex_;
  intercept::RecordedCalls calls_;
  std::map<std::uint64_t, const intercept::RecordedCall*> pending_;  // by sequence number
  ProcessSecurity security_;
  std::map<std::uint64_t, ProxyBlanket> blankets_;  // by pointer
  FidelityReport report_;
  std::vector<bool> gone_;  // by row of the quirk table
  std::vector<bool> seen_;
  std::optional<intercept::RecordingError> flaw_;
};

}  // namespace bits::fidelity

template <>
struct bits::EnumNames<bits::fidelity::Explanation> {
  using Explanation = bits::fidelity::Explanation;
  static constexpr EnumName<Explanation> kNames[] = {
      {Explanation::kQuirk, "quirk"}, {Explanation::kDecision, "decision"}, {Explanation::kNone, "none"}};
};
