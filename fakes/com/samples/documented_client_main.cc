// The command line of the documented client. The password comes from standard input: others can read arguments.
#include <cstdio>
#include <cwchar>
#include <string>

#include "fakes/com/samples/documented_client.h"
#include "fakes/com/samples/sample_main.h"
#include "fakes/com/samples/sdk.h"

namespace {

// One line.
bool ReadPassword(wchar_t (&password)[256]) {
  if (std::fgetws(password, 256, stdin) == nullptr) return false;
  password[std::wcscspn(password, L"\r\n")] = L'\0';
  return true;
}

}  // namespace

int SampleMain(int argc, wchar_t** argv) {
  if (argc < 6 || argc > 7 || (argc == 7 && std::wcscmp(argv[6], L"identify") != 0)) {
    std::printf("usage: documented_client BASE_URL DIRECTORY NAME DOMAIN USER [identify] <password\n");
    return 2;
  }
  wchar_t password[256];
  if (!ReadPassword(password)) {
    std::printf("no password\n");
    return 2;
  }
  const std::wstring name = argv[3];
  const std::wstring url = std::wstring(argv[1]) + L"/" + name;
  const std::wstring file = std::wstring(argv[2]) + L"\\" + name;
  const int result = RunDocumentedClient(url.c_str(), file.c_str(), argv[4], argv[5], password,
                                         argc == 7 ? RPC_C_IMP_LEVEL_IDENTIFY : RPC_C_IMP_LEVEL_IMPERSONATE);
  SecureZeroMemory(password, sizeof(password));
  return result;
}
