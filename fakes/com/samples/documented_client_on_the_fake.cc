// The documented client on a simulated Windows: the client is unchanged, the scopes are all that is new.
//
// usage: documented_client_on_the_fake PROFILE HELPER [identify]
#include <cstdio>
#include <cstring>
#include <string>

#include "fakes/com/samples/documented_client.h"
#include "fakes/com/scoped_fake_bits.h"
#include "fakes/com/scoped_fake_logon.h"
#include "fakes/world/cast.h"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::printf("usage: %s PROFILE HELPER [identify]\n", argv[0]);
    return 2;
  }
  bits::fakes::WorldOptions options;
  options.profile = argv[1];
  options.real_time = true;
  bits::fakes::World world(options);
  const bits::fakes::Cast cast(world);
  bits::fakes::AddStandardServers(world);
  const auto process = world.Start(cast.Owner(bits::rules::TokenKind::kUser));

  int result = 0;
  {
    const bits::fakes::com::ScopedFakeBits bits(*process);
    const bits::fakes::com::ScopedFakeLogon logon(*process);
    const std::wstring helper(argv[2], argv[2] + std::strlen(argv[2]));
    result = RunDocumentedClient(L"http://files.contoso.test/setup.msi", L"C:\\Users\\alice\\setup.msi", L".",
                                 helper.c_str(), L"correct horse battery staple",
                                 argc > 3 ? RPC_C_IMP_LEVEL_IDENTIFY : RPC_C_IMP_LEVEL_IMPERSONATE);
    for (const std::string& leak : logon.Leaks()) std::printf("leaked: %s\n", leak.c_str());
    if (bits.living_objects() != 0) std::printf("leaked: %zu COM objects\n", bits.living_objects());
  }
  for (const std::string& leak : process->Leaks()) std::printf("leaked: %s\n", leak.c_str());
  return result;
}
