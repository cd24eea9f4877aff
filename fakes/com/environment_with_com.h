// An Environment that is another one but for COM.
#pragma once

#include "harness/api/environment.h"

namespace bits::fakes::com {

class EnvironmentWithCom : public Environment {
 public:
  // Both outlive it.
  EnvironmentWithCom(Environment& rest, ComApi& com) : rest_(rest), com_(com) {}

  ComApi& com() override { return com_; }
  LogonApi& logon() override { return rest_.logon(); }
  Machine& machine() override { return rest_.machine(); }
  Clock& clock() override { return rest_.clock(); }
  FileSystem& files() override { return rest_.files(); }
  HttpClient& http() override { return rest_.http(); }

 private:
  Environment& rest_;
  ComApi& com_;
};

}  // namespace bits::fakes::com
