// The Windows headers, made to live beside harness/api. Include this first, before any header of harness/api.
#pragma once

#include <windows.h>

#include <bcrypt.h>
#include <objbase.h>
#include <sddl.h>
#include <winevt.h>
#include <winhttp.h>
#include <winsvc.h>
#include <winver.h>

#include <wrl/client.h>

// Macros that would rename methods of our interfaces in the files that see them and in no others. The project calls
// the W functions by name, so nothing needs them.
#undef EnumJobs
#undef GetJob
#undef LogonUser
#undef LookupAccountName
#undef LookupAccountSid
#undef ReadEventLog
// A macro for char in the headers of RPC.
#undef small
