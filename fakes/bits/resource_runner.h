// Finds out whose token the simulation opens a resource with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/bits/matrix_runner.h"
#include "harness/rules/resource_rules.h"
#include "harness/rules/token_traits.h"

namespace bits::fakes {

// A job that touches one resource.
struct ResourceCase {
  std::string_view profile;
  rules::Resource resource = rules::Resource::kTemporaryFile;
  std::uint32_t flags = 0;  // HelperTokenFlags
  bool helper_set = false;  // helen's token is on the job
  // adam's elevated one or LocalSystem's; before 1607 nobody else's jobs have helper tokens. Proxies are adam's alone:
  // LocalSystem has no Internet Options in the simulation.
  rules::TokenKind owner = rules::TokenKind::kAdminElevated;
  rules::CredentialsGiven credentials = rules::CredentialsGiven::kNone;
};

rules::ResourceSituation SituationOf(const ResourceCase& resource_case);

// "temporary-file on win7, flags 1, helper token set, owner system, credentials none".
std::string Describe(const ResourceCase& resource_case);

struct PlayedResource {
  std::vector<rules::TokenUsed> used;  // with whose identity the job got through where nobody else's would do
  std::vector<HResult> refusals;       // of the others
  bool IsRefusedWith(HResult result) const { return std::ranges::find(refusals, result) != refusals.end(); }
};

// Runs the job once for each identity, in a Windows of its own in which that one alone can have the resource. Throws
// std::logic_error when the set-up does not work.
PlayedResource PlayResource(const ResourceCase& resource_case, StartProcess start);

}  // namespace bits::fakes
