// What CoGetClassObject yields, and what a server registers.
#pragma once

#include <functional>

#include "harness/win32/com_call.h"

namespace bits::fakes::com {

// Makes an object and asks it for `iid`. The out-parameter is there and cleared; no exceptions.
using InstanceMaker = std::function<HRESULT(REFIID iid, void** object)>;

// A factory of objects that are never a part of others. It keeps `make` until its last reference is released; whether
// the server runs is not its affair, so LockServer succeeds and changes nothing.
win32::ComPtr<IClassFactory> MakeClassFactory(InstanceMaker make);

}  // namespace bits::fakes::com
