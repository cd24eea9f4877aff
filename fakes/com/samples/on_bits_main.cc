// A sample client on this machine's own BITS.
#include "fakes/com/samples/sdk.h"

#include <shellapi.h>

#include "fakes/com/samples/sample_main.h"

int main() {
  int argc = 0;
  wchar_t** const argv = CommandLineToArgvW(GetCommandLineW(), &argc);
  if (argv == nullptr) return 1;
  const int result = SampleMain(argc, argv);
  LocalFree(argv);
  return result;
}
