// The real Windows behind every seam of harness/api.
#pragma once

#include <memory>

#include "harness/api/environment.h"

namespace bits::win32 {

// An Environment over the machine this process runs on: COM and the BITS service, the logon functions, the registry,
// services and event logs, the local file system, WinHTTP. Nothing is opened before the first call, and the calling
// thread's apartment, impersonation and process security are left alone: entering an apartment
// (ComApi::CoInitializeEx) is the caller's part. Any thread may call; several Environments may exist at once.
//
// Whatever came from it - tokens, interfaces, events - follows the rules of harness/api/environment.h; interface
// pointers must be destroyed before their thread leaves its apartment.
std::unique_ptr<Environment> CreateEnvironment();

}  // namespace bits::win32
