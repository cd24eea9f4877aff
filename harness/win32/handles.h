// Owners of what Windows hands out, one alias a kind.
#pragma once

#include <memory>
#include <type_traits>

#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// Closes with the function named, and nothing else: a null handle is not closed. Functions that report an invalid
// handle as INVALID_HANDLE_VALUE are wrapped by OwnFile below.
template <auto kClose>
struct Closer {
  template <class T>
  void operator()(T* handle) const {
    kClose(handle);
  }
};

inline void CloseAlgorithmProvider(void* provider) { BCryptCloseAlgorithmProvider(provider, 0); }

template <auto kClose, class Handle = void*>
using UniqueHandle = std::unique_ptr<std::remove_pointer_t<Handle>, Closer<kClose>>;

using KernelHandle = UniqueHandle<&::CloseHandle>;
using ServiceHandle = UniqueHandle<&::CloseServiceHandle, SC_HANDLE>;
using EventLogHandle = UniqueHandle<&::EvtClose>;
using InternetHandle = UniqueHandle<&::WinHttpCloseHandle>;
using HashAlgorithm = UniqueHandle<&CloseAlgorithmProvider>;
using HashHandle = UniqueHandle<&::BCryptDestroyHash>;
using RegistryKey = UniqueHandle<&::RegCloseKey, HKEY>;

// Memory that is given back with LocalFree: SIDs, the texts of SIDs.
template <class T>
using LocalMemory = std::unique_ptr<T, Closer<&::LocalFree>>;

// The handle of CreateFile, or null.
inline KernelHandle OwnFile(HANDLE file) { return KernelHandle(file == INVALID_HANDLE_VALUE ? nullptr : file); }

}  // namespace bits::win32
