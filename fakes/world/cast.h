// The people of a world in which helper tokens are tried: one of each kind who owns jobs, another who helps.
#pragma once

#include <string_view>

#include "fakes/world/world.h"
#include "harness/rules/token_traits.h"

namespace bits::fakes {

// Adds the accounts to a world, with kPassword each, and logs all of them on:
//   alice, adam     a standard user and an administrator who own jobs
//   helen, hector   the same, as helpers
//   oscar, olivia   the same, as bystanders
// The world must outlive the cast.
class Cast {
 public:
  static constexpr std::string_view kPassword = "correct horse battery staple";

  explicit Cast(World& world);

  TokenPtr Owner(rules::TokenKind kind) const { return TokenOf(kind, "alice", "adam"); }
  TokenPtr Helper(rules::TokenKind kind) const { return TokenOf(kind, "helen", "hector"); }
  TokenPtr OtherUser() const { return TokenOf(rules::TokenKind::kUser, "oscar", "olivia"); }
  TokenPtr OtherAdmin() const { return TokenOf(rules::TokenKind::kAdminElevated, "oscar", "olivia"); }

 private:
  TokenPtr TokenOf(rules::TokenKind kind, std::string_view user, std::string_view administrator) const;

  World& world_;
};

// A full token with Administrators disabled, as CreateRestrictedToken makes it.
TokenPtr WithoutAdministrators(const TokenPtr& token);

// Servers to download from: http://files.contoso.test with /setup.msi (1 MB), /empty, /large.iso (4 GB), and
// /private/report.docx, which only helen and hector may have, by NTLM or Negotiate; \\fileserver\share\tools.zip, the
// same.
void AddStandardServers(World& world);

}  // namespace bits::fakes
