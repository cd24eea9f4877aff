// The simulated BITS in place of the system's, for an unchanged program.
//
//   World world("win10-1607");
//   world.AddUser("alice", "password");
//   auto process = world.Start(world.LogOn("alice"));
//   ScopedFakeBits bits(*process);
//   ... the program's own CoCreateInstance(__uuidof(BackgroundCopyManager), ...) meets the simulation
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "fakes/com/gate.h"
#include "fakes/world/process.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// While it lives, what the chosen modules ask of COM about the classes of BITS goes to the simulation:
// CoCreateInstance, CoCreateInstanceEx and CoGetClassObject, with REGDB_E_CLASSNOTREG for a version that the simulated
// Windows does not have. CoInitializeSecurity, CoSetProxyBlanket, CoQueryProxyBlanket and CoCopyProxy are modelled for
// the simulation's pointers, which offer IClientSecurity and IMultiQI as COM's proxies do; CoInitialize(Ex) and
// CoUninitialize are noted on their way to the system. Everything else goes to the system as before. Import tables,
// delayed imports and GetProcAddress are covered (see import_redirection.h).
//
// Whose call it is: the process's, or the user's whom the calling thread impersonates: for real, or in the simulation
// while a ScopedFakeLogon of the same process is open.
//
// Callbacks come as COM brings them: in an STA while its thread dispatches messages or waits by
// CoWaitForMultipleHandles, and there they are released too; else on a thread of the simulation's. A world in real time
// goes on by itself; in virtual time the test moves it.
//
// May be nested, 8 deep, over other processes and modules. Pointers that are left when it closes yield
// RPC_E_DISCONNECTED. It must not be closed inside a callback, and before the process and its world.
class ScopedFakeBits {
 public:
  // No modules: the program itself. Throws as ImportRedirection does; std::logic_error when nested too deep.
  explicit ScopedFakeBits(Process& process, std::span<const HMODULE> modules = {});
  // Over any implementation of harness/api, mocks for one, which has to know by itself who calls. Callbacks come on the
  // thread that the implementation makes them on.
  explicit ScopedFakeBits(Environment& environment, std::span<const HMODULE> modules = {});
  // The same behind a gate of its own.
  ScopedFakeBits(Environment& environment, std::unique_ptr<Gate> gate, std::span<const HMODULE> modules = {});
  ~ScopedFakeBits();
  ScopedFakeBits(const ScopedFakeBits&) = delete;
  ScopedFakeBits& operator=(const ScopedFakeBits&) = delete;

  // COM objects of this scope that the program has not released.
  std::size_t living_objects() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace bits::fakes::com
