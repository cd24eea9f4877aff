// The rules of whose token opens what and the simulation, compared over every resource, on both sides of each build
// that matters.
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/bits/resource_runner.h"
#include "fakes/bits/start_client.h"

namespace bits::fakes {
namespace {

using rules::CredentialsGiven;
using rules::Resource;
using rules::TokenKind;
using rules::TokenUsed;

bool IsChallenge(Resource resource) {
  return resource == Resource::kServerChallenge || resource == Resource::kProxyChallenge;
}
bool FindsProxy(Resource resource) {
  return resource == Resource::kProxySettings || resource == Resource::kProxyDetection;
}

std::vector<ResourceCase> AllCases() {
  std::vector<ResourceCase> cases;
  for (const std::string_view profile : {"win10-1607", "win10-1809"}) {
    for (const auto& resource : EnumNames<Resource>::kNames) {
      for (const std::uint32_t flags : {0U, 1U, 2U, 3U}) {
        for (const bool helper_set : {false, true}) {
          for (const TokenKind owner : {TokenKind::kAdminElevated, TokenKind::kSystem}) {
            if (owner == TokenKind::kSystem && FindsProxy(resource.value)) continue;
            for (const auto& credentials : EnumNames<CredentialsGiven>::kNames) {
              if (credentials.value != CredentialsGiven::kNone && !IsChallenge(resource.value)) continue;
              cases.push_back({profile, resource.value, flags, helper_set, owner, credentials.value});
            }
          }
        }
      }
    }
  }
  return cases;
}

TEST(ResourceAgreement, RulesAndSimulationAgree) {
  for (const ResourceCase& c : AllCases()) {
    const rules::ResourceRule& rule = rules::Decide(SituationOf(c));
    const PlayedResource played = PlayResource(c, StartClient);
    std::vector<TokenUsed> expected;
    if (rule.uses != TokenUsed::kNobody) expected.push_back(rule.uses);
    EXPECT_EQ(played.used, expected) << Describe(c) << ": " << rule.id;
    if (rule.then.Failed()) {
      EXPECT_TRUE(played.IsRefusedWith(rule.then)) << Describe(c) << ": " << rule.id << " demands " << rule.then;
    }
  }
}

// A rule that decides a case is one whose change the comparison would see.
TEST(ResourceAgreement, EachRuleDecidesACase) {
  std::map<std::string_view, std::size_t> decided;
  for (const ResourceCase& c : AllCases()) ++decided[rules::Decide(SituationOf(c)).id];
  for (const rules::ResourceRule& rule : rules::ResourceRules()) EXPECT_GT(decided[rule.id], 0U) << rule.id;
}

}  // namespace
}  // namespace bits::fakes
