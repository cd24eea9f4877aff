#include "tools/bitsdoctor/matrix_columns.h"

#include <algorithm>

namespace bits::doctor {
namespace {

using namespace rules;  // NOLINT(google-build-using-namespace): the columns are the rules' own words

template <class E>
std::vector<std::string> NamesOf(std::span<const E> values) {
  std::vector<std::string> names;
  for (const E value : values) names.push_back(ToString(value));
  return names;
}

std::vector<std::string> ProfileNames() {
  std::vector<std::string> names;
  for (const WindowsProfile& profile : WindowsProfiles()) names.emplace_back(profile.name);
  return names;
}

std::vector<std::string> HelperNames() {
  std::vector<std::string> names = NamesOf(OwnerKinds());
  names.emplace_back(kSameAsOwner);
  return names;
}

std::vector<std::string> FlagNames() {
  std::vector<std::string> names;
  for (const std::uint32_t flags : FlagValues()) names.emplace_back(FlagsName(flags));
  return names;
}

std::vector<std::string> ResultValues() {
  std::vector<std::string> values;
  for (const HelperTokenRule& rule : HelperTokenRules()) {
    const std::string value = ToHex(rule.then);
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  }
  return values;
}

std::vector<std::string> RuleIds() {
  std::vector<std::string> ids;
  for (const HelperTokenRule& rule : HelperTokenRules()) ids.emplace_back(rule.id);
  return ids;
}

constexpr MatrixColumn kColumns[] = {
    {"profile", "--profile", "the Windows version",
     [](const MatrixRow& r, std::string& t) { t += r.cell.profile->name; }, ProfileNames},
    {"owner", "--owner", "the token that the job was made with",
     [](const MatrixRow& r, std::string& t) { t += NameOf(r.cell.owner); }, [] { return NamesOf(OwnerKinds()); }},
    {"caller_at_query", "--caller-at-query", "who asks the job for IBitsTokenOptions",
     [](const MatrixRow& r, std::string& t) { t += NameOf(r.cell.caller_at_query); },
     [] { return NamesOf(CallersAtQuery()); }},
    {"helper", "--helper", "the thread's token at the call",
     [](const MatrixRow& r, std::string& t) { t += HelperName(r.cell); }, HelperNames},
    {"authentication_level", "--authentication-level", "RPC_C_AUTHN_LEVEL of the proxy",
     [](const MatrixRow& r, std::string& t) { t += NameOf(r.cell.authentication_level); },
     [] { return NamesOf(AuthenticationLevels()); }},
    {"impersonation_level", "--impersonation-level", "RPC_C_IMP_LEVEL of the proxy",
     [](const MatrixRow& r, std::string& t) { t += NameOf(r.cell.impersonation_level); },
     [] { return NamesOf(ImpersonationLevels()); }},
    {"cloaking", "--cloaking", "EOAC_STATIC_CLOAKING or EOAC_DYNAMIC_CLOAKING of the proxy",
     [](const MatrixRow& r, std::string& t) { t += NameOf(r.cell.cloaking); }, [] { return NamesOf(Cloakings()); }},
    {"flags", "--flags", "the argument of SetHelperTokenFlags, or the flags on the job",
     [](const MatrixRow& r, std::string& t) { t += FlagsName(r.cell.flags); }, FlagNames},
    {"method", "--method", "the call", [](const MatrixRow& r, std::string& t) { t += NameOf(r.cell.method); },
     [] { return NamesOf(TokenMethods()); }},
    {"hresult", "--hresult", "how it ends", [](const MatrixRow& r, std::string& t) { t += ToHex(r.verdict.result); },
     ResultValues},
    {"captured_sid", "--captured-sid", "whose SID the job's helper token has afterwards",
     [](const MatrixRow& r, std::string& t) { t += NameOf(r.verdict.captured_sid); },
     [] {
       return std::vector<std::string>{"none", "owner", "helper"};
     }},
    {"rule", "--rule", "the rule that decides", [](const MatrixRow& r, std::string& t) { t += r.verdict.rule->id; },
     RuleIds},
    {"source", "--source", "the page, or the decision, that says so",
     [](const MatrixRow& r, std::string& t) { t += r.verdict.rule->source; },
     [] { return std::vector<std::string>(); }},
};

}  // namespace

std::span<const MatrixColumn> MatrixColumns() { return kColumns; }

}  // namespace bits::doctor
