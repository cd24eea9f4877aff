#include "harness/rules/decisions.h"

#include <algorithm>
#include <cstddef>

namespace bits::rules {
namespace {

constexpr Decision kDecisions[] = {
    {"D1", "Which impersonation level do ordinary calls need?",
     "Identify, as the page about connecting says; a lower one ends in E_ACCESSDENIED",
     "Impersonate, as the documented example says", "ordinary_call_level"},
    {"D2", "Which code tells of a level that is too low?",
     "E_ACCESSDENIED below the level of D1; CO_E_FAILEDTOIMPERSONATE for SetHelperToken at Identify",
     "E_ACCESSDENIED for both", "identify_result"},
    {"D3", "In which states is GetError available?", "ERROR and TRANSIENT_ERROR", "ERROR only",
     "error_in_transient_state"},
    {"D4", "Which code tells of a display name that is too long?",
     "E_INVALIDARG from CreateJob, BG_E_STRING_TOO_LONG from SetDisplayName", "", ""},
    {"D5", "How long may a proxy list be?", "32 KB: 16,384 UTF-16 units", "", ""},
    {"D6", "How long may a password be?", "65,535 characters", "", ""},
    {"D9", "What may the owner of an elevated job do without elevation?", "nothing: E_ACCESSDENIED", "read it",
     "elevated_job_readable"},
    {"D10", "What becomes of a job whose owner logs off?",
     "A transferring job goes to QUEUED; an unfinished one whose helper-token flags are set goes to ERROR with "
     "BG_E_TOKEN_REQUIRED",
     "", ""},
    {"D12", "Who is an administrator where limits exempt administrators?",
     "a token with Administrators enabled, or a service account's", "", ""},
    {"D13a", "What becomes of helper-token flags outside 0x3?", "E_INVALIDARG, and nothing changes", "they are ignored",
     "ignore_unknown_flags"},
    {"D13b", "How do helper-token calls end on an acknowledged or cancelled job?", "BG_E_INVALID_STATE", "", ""},
    {"D13c", "What becomes of the helper token at TakeOwnership?",
     "it is dropped and the flags stay, as credentials are dropped", "it stays", "token_survives_take_ownership"},
    {"D13d", "What becomes of the helper token at Suspend and Resume?", "it stays", "", ""},
    {"D13e", "What does Resume do when the flags are set and no token is?",
     "it succeeds; the job then enters ERROR with BG_E_TOKEN_REQUIRED, context GENERAL_QUEUE_MANAGER",
     "it fails with BG_E_TOKEN_REQUIRED", "resume_needs_token"},
    {"D13f", "What survives a restart of the service?",
     "jobs and flags, not tokens; an unfinished job that needs its token enters ERROR with BG_E_TOKEN_REQUIRED when it "
     "is next scheduled",
     "", ""},
    {"D15", "Whose token does SetHelperToken capture without cloaking?",
     "the process's, and it succeeds; GetHelperTokenSid then shows the wrong SID", "", ""},
    {"D16", "Whose token does SetHelperToken capture under static cloaking?",
     "the one that was on the thread when the blanket was set, else at the first call on that proxy", "", ""},
    {"D17", "What does QueryInterface(IBitsTokenOptions) say to a thread that is neither owner nor administrator?",
     "E_ACCESSDENIED", "", ""},
    {"D18", "Which logon types give an administrator's full token under UAC?",
     "batch and service; interactive and network logons are filtered; the built-in Administrator is never filtered",
     "filtered or full, an account", "the account's uac_filtered"},
    {"D19", "When does a new-credentials logon fail?",
     "never on the password: the local SID stays the caller's, and wrong credentials show on the network only", "", ""},
    {"D20", "What can a caller at authentication level None do?", "nothing: every call ends in E_ACCESSDENIED", "", ""},
    {"D21", "What does SetHelperToken do with a token whose logon session has ended?",
     "it fails with ERROR_NO_SUCH_LOGON_SESSION, since no helper token outlives its session", "", ""},
};

}  // namespace

std::span<const Decision> DecisionTable() { return kDecisions; }

std::vector<std::string_view> DecisionsIn(std::string_view source) {
  constexpr std::string_view kIdCharacters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::vector<std::string_view> ids;
  std::size_t at = source.find("decision");
  while (at != std::string_view::npos && (at = source.find('D', at)) != std::string_view::npos) {
    const std::size_t end = std::min(source.find_first_not_of(kIdCharacters, at + 1), source.size());
    ids.push_back(source.substr(at, end - at));
    at = end;
  }
  return ids;
}

}  // namespace bits::rules
