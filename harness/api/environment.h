// Everything that differs between a real and a simulated Windows.
#pragma once

#include "harness/api/clock.h"
#include "harness/api/com_api.h"
#include "harness/api/file_system.h"
#include "harness/api/http_client.h"
#include "harness/api/logon_api.h"
#include "harness/api/machine.h"

namespace bits {

// Code that is given an Environment and uses nothing else of the system runs on either. The parts live as long as the
// Environment; objects got from them must not outlive it.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual ComApi& com() = 0;
  virtual LogonApi& logon() = 0;
  virtual Machine& machine() = 0;
  virtual Clock& clock() = 0;
  virtual FileSystem& files() = 0;
  virtual HttpClient& http() = 0;
};

}  // namespace bits
