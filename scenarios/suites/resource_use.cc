// Resource use: whose token opens the local file, the file server, the challenge, the proxy and the certificate.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "fakes/bits/resource_runner.h"
#include "harness/rules/windows_profile.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using fakes::ResourceCase;
using rules::CredentialsGiven;
using rules::Resource;
using rules::TokenKind;

constexpr std::string_view kProfiles[] = {"win10-1607", kUsualProfile};  // proxies changed between them

std::vector<std::string_view> NamesOf(const std::vector<rules::TokenUsed>& used) {
  std::vector<std::string_view> names;
  for (const rules::TokenUsed each : used) names.push_back(NameOf(each));
  return names;
}

void Play(Run& run, ResourceCase resource_case) {
  const auto client = run.stage.Start();
  const OsBuild build = BuildOf(*client);
  for (const rules::WindowsProfile& profile : rules::WindowsProfiles()) {
    if (profile.build == build) resource_case.profile = profile.name;
  }
  const rules::ResourceRule& rule = rules::Decide(SituationOf(resource_case));
  const fakes::PlayedResource played = PlayResource(resource_case, run.stage.starter());
  std::vector<std::string_view> expected;
  if (rule.uses != rules::TokenUsed::kNobody) expected.push_back(NameOf(rule.uses));
  run.judge.Expect("who got through", rule.id, fmt::format("{}", fmt::join(NamesOf(played.used), ", ")),
                   fmt::format("{}", fmt::join(expected, ", ")));
  if (rule.then.Failed()) {
    run.judge.Expect(fmt::format("the job is refused with {}", NameOf(rule.then)), rule.id,
                     played.IsRefusedWith(rule.then), true);
  }
}

}  // namespace

std::vector<Scenario> ResourceUse() {
  Suite suite("ResourceUse", {Need::kHelperTokens, Need::kSimulation});
  for (const auto& resource : EnumNames<Resource>::kNames) {
    const bool challenge = resource.value == Resource::kServerChallenge || resource.value == Resource::kProxyChallenge;
    for (const std::uint32_t flags : {0U, 1U, 2U, 3U}) {
      for (const bool helper_set : {true, false}) {
        for (const auto& credentials : EnumNames<CredentialsGiven>::kNames) {
          if (credentials.value != CredentialsGiven::kNone && !challenge) continue;
          const ResourceCase resource_case{
              kUsualProfile, resource.value, flags, helper_set, TokenKind::kAdminElevated, credentials.value};
          std::vector<std::string> shown;
          for (const std::string_view profile : kProfiles) {
            ResourceCase there = resource_case;
            there.profile = profile;
            shown.emplace_back(rules::Decide(SituationOf(there)).id);
          }
          suite
              .Add(fmt::format("{}_flags_{}_{}{}", resource.name, flags, helper_set ? "with_token" : "no_token",
                               challenge ? fmt::format("_{}_credentials", credentials.name) : ""),
                   std::move(shown), {}, [resource_case](Run& run) { Play(run, resource_case); })
              .profiles.assign(std::begin(kProfiles), std::end(kProfiles));
        }
      }
    }
  }
  for (const std::uint32_t flags : {0U, 2U}) {
    const ResourceCase resource_case{kUsualProfile, Resource::kClientCertificate, flags, true, TokenKind::kSystem};
    suite.Add(fmt::format("client-certificate_of_LocalSystem_flags_{}", flags),
              {std::string(rules::Decide(SituationOf(resource_case)).id)}, {},
              [resource_case](Run& run) { Play(run, resource_case); });
  }
  return std::move(suite).Take();
}

}  // namespace bits::scenarios
