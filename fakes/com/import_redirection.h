// Calls that modules of this process make into the system, sent elsewhere.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// The DLLs that a function may be imported from, which differ by module and SDK, as the beginnings of their names.
inline constexpr std::string_view kComLibraries[] = {"ole32.", "combase.", "api-ms-win-core-com-",
                                                     "api-ms-win-downlevel-ole32-", "ext-ms-win-com-"};
inline constexpr std::string_view kKernelLibraries[] = {"kernel32.", "kernelbase.", "api-ms-win-core-",
                                                        "api-ms-win-downlevel-kernel32-"};
inline constexpr std::string_view kSecurityLibraries[] = {"advapi32.",
                                                          "sechost.",
                                                          "kernelbase.",
                                                          "kernel32.",
                                                          "api-ms-win-security-",
                                                          "api-ms-win-core-processthreads-",
                                                          "api-ms-win-downlevel-advapi32-",
                                                          "ext-ms-win-advapi32-",
                                                          "ext-ms-win-security-"};

// One function of the system whose calls go elsewhere. Name and libraries must outlive the redirection.
struct RedirectedFunction {
  const char* name;                             // "CoCreateInstance"
  std::span<const std::string_view> libraries;  // beginnings of DLL names, in any case
  // Of the same signature and calling convention. It is called on any thread, and also after the redirection is gone:
  // by a thread that was on its way, and through a pointer that GetProcAddress gave out.
  void* replacement;
};

// What some modules import, redirected while the object lives: by their import tables, bound or delayed, and by the
// pointers that they get from GetProcAddress, which is itself redirected for them. By name; an import that has none
// (by ordinal, or of a table stripped of its names) is recognised by its address, unless it is delayed. Of a delayed
// import in a module that GNU ld linked the library is not known: there the name is enough. What the system does not
// have, GetProcAddress does not find.
//
// Of several redirections of one import the youngest that is open has the calls, in whatever order they close. In the
// end the import is what it was, be it the stub of a delayed import that was never called. Who else wrote into it in
// the meantime keeps what he wrote.
//
// Any thread, while others call; but not from a replacement of VirtualProtect or VirtualQuery, which this calls
// through the program's imports. It takes the loader's lock, as LoadLibrary does, and leaves GetLastError as it was.
//
// What can escape: a thread that already was in the first call of a delayed import when the redirection opened may
// bind the import to the real function after that. The other way round, one that is in there for the whole life of a
// redirection may leave the import bound to the replacement. Nobody may be in there at all while this opens or closes
// for a module of Visual C++ with Control Flow Guard, whose delay helper changes the protection of the same pages.
class ImportRedirection {
 public:
  // No modules: the program itself. Modules that are loaded later are not covered. The modules are held for the length
  // of the constructor only: one that is unloaded before this is gone takes its part of the redirection with it, and
  // what is loaded at its address since is left alone. Of two entries for a function the first counts.
  //
  // std::invalid_argument for a handle that is no loaded module (LOAD_LIBRARY_AS_DATAFILE included), for an entry
  // without name or replacement, and for GetProcAddress. std::system_error when pages cannot be made writable, or for
  // more than 64 modules in all. After an exception nothing is redirected.
  ImportRedirection(std::span<const HMODULE> modules, std::vector<RedirectedFunction> functions);
  ~ImportRedirection();
  ImportRedirection(const ImportRedirection&) = delete;
  ImportRedirection& operator=(const ImportRedirection&) = delete;

  // How many imports were found and redirected, those of GetProcAddress not counted.
  std::size_t redirected() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

// The function as `library` ("ole32.dll") exports it, whatever is redirected; null when there is none. A library that
// is not loaded is, from the system's directory, and stays. Leaves GetLastError as it was. Not quick: keep the result.
void* RealFunction(const char* library, const char* name);

// The same with its type: RealFunction<decltype(::CoCreateInstance)>("ole32.dll", "CoCreateInstance").
template <class Function>
Function* RealFunction(const char* library, const char* name) {
  return reinterpret_cast<Function*>(RealFunction(library, name));
}

}  // namespace bits::fakes::com
