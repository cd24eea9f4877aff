// A DLL that imports: what import_redirection_test loads, redirects and unloads. Each load starts with delayed imports
// that are not bound. A call is made by a function of its own, so that none uses a pointer read before a redirection.
#include <windows.h>

#include <objbase.h>

extern "C" {
// The slots, which the compiler hides behind the functions' names.
extern void* __imp_GetCurrentProcessId;  // NOLINT(bugprone-reserved-identifier)
extern void* __imp_GetCurrentThreadId;   // NOLINT(bugprone-reserved-identifier)
extern void* __imp_GetProcAddress;       // NOLINT(bugprone-reserved-identifier)
extern void* __imp_CoBuildVersion;       // NOLINT(bugprone-reserved-identifier)

__declspec(dllexport) void** PlainSlot() { return &__imp_GetCurrentProcessId; }
__declspec(dllexport) void** OtherSlot() { return &__imp_GetCurrentThreadId; }
__declspec(dllexport) void** ResolverSlot() { return &__imp_GetProcAddress; }
__declspec(dllexport) void** DelayedSlot() { return &__imp_CoBuildVersion; }

__declspec(dllexport) DWORD CallPlain() { return GetCurrentProcessId(); }
__declspec(dllexport) DWORD CallOther() { return GetCurrentThreadId(); }
__declspec(dllexport) DWORD CallDelayed() { return CoBuildVersion(); }
__declspec(dllexport) FARPROC LookUp(HMODULE library, LPCSTR name) { return GetProcAddress(library, name); }
}
