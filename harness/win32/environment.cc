#include "harness/win32/environment.h"

#include "harness/win32/clock.h"
#include "harness/win32/com_api.h"
#include "harness/win32/file_system.h"
#include "harness/win32/http_client.h"
#include "harness/win32/logon_api.h"
#include "harness/win32/machine.h"

namespace bits::win32 {
namespace {

class WindowsEnvironment final : public Environment {
 public:
  ComApi& com() override { return com_; }
  LogonApi& logon() override { return logon_; }
  Machine& machine() override { return machine_; }
  Clock& clock() override { return clock_; }
  FileSystem& files() override { return files_; }
  HttpClient& http() override { return http_; }

 private:
  ComApi com_;
  LogonApi logon_;
  Machine machine_;
  Clock clock_;
  FileSystem files_;
  HttpClient http_;
};

}  // namespace

std::unique_ptr<Environment> CreateEnvironment() { return std::make_unique<WindowsEnvironment>(); }

}  // namespace bits::win32
