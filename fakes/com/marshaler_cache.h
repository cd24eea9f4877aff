// What marshals BITS' interfaces, looked up once in a process.
#pragma once

#include <vector>

#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// While it lives, COM finds the makers of proxies and stubs of BITS' interfaces in this process's own tables.
//
// Wine reads the registry, for the class and for its DLL, whenever it makes a proxy or a stub: a large part of what a
// new job costs. Windows keeps what it has read, and is none the worse for this.
class MarshalerCache {
 public:
  // In a multi-threaded apartment, whose proxies and stubs it is for. What COM does not know stays as it was.
  MarshalerCache();
  // On a thread of that apartment. That an interface is marshaled by that class stays known, as
  // CoRegisterPSClsid has no counterpart.
  ~MarshalerCache();
  MarshalerCache(const MarshalerCache&) = delete;
  MarshalerCache& operator=(const MarshalerCache&) = delete;

 private:
  std::vector<DWORD> registrations_;
};

}  // namespace bits::fakes::com
