#include "fakes/world/cast.h"

#include <algorithm>

#include "fakes/world/access_control.h"

namespace bits::fakes {

using rules::TokenKind;

Cast::Cast(World& world) : world_(world) {
  for (const std::string_view name : {"alice", "helen", "oscar"}) {
    world.AddUser(name, kPassword);
    world.LogOn(name);
  }
  for (const std::string_view name : {"adam", "hector", "olivia"}) {
    world.AddAdministrator(name, kPassword);
    world.LogOn(name);
  }
}

TokenPtr WithoutAdministrators(const TokenPtr& token) {
  TokenData copy = *token;
  for (SidAndAttributes& group : copy.facts.groups) {
    if (group.sid == kAdministratorsSid) group.attributes = GroupAttributes::kUseForDenyOnly;
  }
  return MakeToken(std::move(copy));
}

TokenPtr Cast::TokenOf(TokenKind kind, std::string_view user, std::string_view administrator) const {
  switch (kind) {
    case TokenKind::kUser:
      return world_.LogOn(user);
    case TokenKind::kAdminFiltered:
      return world_.LogOn(administrator);
    case TokenKind::kAdminElevated:
      return world_.LogOnElevated(administrator);
    case TokenKind::kSystem:
      return world_.ServiceToken(kLocalSystemSid);
    case TokenKind::kLocalService:
      return world_.ServiceToken(kLocalServiceSid);
    case TokenKind::kNetworkService:
      return world_.ServiceToken(kNetworkServiceSid);
    case TokenKind::kRestricted:
      return WithoutAdministrators(world_.LogOnElevated(administrator));
  }
  return nullptr;
}

void AddStandardServers(World& world) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  world.Change([&world] {
    Network& network = world.network();
    const std::vector<std::string> helpers = {world.accounts().Get("helen").sid, world.accounts().Get("hector").sid};
    network.AddHttpServer("http://files.contoso.test");
    network.AddHttpResource("http://files.contoso.test/setup.msi", FileContent::Synthetic(kMegabyte, 1));
    network.AddHttpResource("http://files.contoso.test/empty", FileContent());
    network.AddHttpResource("http://files.contoso.test/large.iso", FileContent::Synthetic(4000 * kMegabyte, 2));
    HttpResource& report =
        network.AddHttpResource("http://files.contoso.test/private/report.docx", FileContent::Synthetic(50'000, 3));
    report.challenges = {AuthScheme::kNegotiate, AuthScheme::kNtlm};
    report.allowed = {helpers.begin(), helpers.end()};
    Disk& share = network.AddSmbServer("fileserver").disk;
    share.AddDirectory("\\\\fileserver\\share", AllowOnly(helpers, AccessRights::kRead));
    share.AddFile("\\\\fileserver\\share\\tools.zip", FileContent::Synthetic(kMegabyte, 4),
                  AllowOnly(helpers, AccessRights::kRead));
  });
}

}  // namespace bits::fakes
