// fakebits_server as a local COM server that COM starts by itself, and how to take that back.
#pragma once

#include <string>

#include "fakes/com/server_classes.h"
#include "harness/win32/handles.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

struct ServerRegistration {
  ServerClasses classes;
  ManagerClass newest;     // of the simulated Windows: classes up to this one are registered
  std::string program;     // the path of fakebits_server
  std::string arguments;   // with which COM is to start it
  std::string marshaling;  // the path of fakebits_marshaling.dll; empty: IBitsTokenOptions is marshaled by the system
};

// Writes, for each class, the keys of a local server in HKEY_LOCAL_MACHINE\Software\Classes (Wine's COM looks nowhere
// else), and those of the proxy and stub where the system has none. BITS' own classes lose their AppID, by which COM
// would start the service. One registration at a time.
//
// Throws std::runtime_error, which says what is wrong and what to do: when there is one already, when the registry
// cannot be written (only administrators may; on Windows nobody may for BITS' own classes), and for BITS' own classes
// when BITS runs, since COM would find either. Nothing is left then.
void RegisterServer(const ServerRegistration& registration);

// Puts back what was there before RegisterServer, whoever called it and however that ended, and tells a server that COM
// started to end. Whether there was one. Throws std::runtime_error.
bool UnregisterServer();

// What it means that CoRegisterClassObject refuses a class with `result`, in a sentence.
std::string WhyClassIsRefused(HRESULT result);

// The place of a server that COM started: one process has it, until UnregisterServer or until it ends.
class RegisteredServerSlot {
 public:
  RegisteredServerSlot();

  // Whether this is the first. (COM starts one for each class that clients ask for at the same moment.)
  bool is_first() const { return is_first_; }
  // Whether the registration has been taken back; waits up to `milliseconds` for it.
  bool WaitForEnd(DWORD milliseconds) const;

 private:
  win32::KernelHandle event_;
  bool is_first_;
};

}  // namespace bits::fakes::com
