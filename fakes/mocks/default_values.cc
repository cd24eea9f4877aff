#include "fakes/mocks/default_values.h"

namespace bits::mocks {

AccountName MockAccount() { return {"TEST", "user"}; }

JobError MockJobError() { return {ErrorContext::kUnknown, "E_FAIL"_hr}; }

TokenFacts MockTokenFacts() {
  TokenFacts facts;
  facts.user = {std::string(kMockSid), "TEST\\user", 0};
  facts.integrity_rid = kMockIntegrity;
  return facts;
}

OsVersion MockOsVersion() {
  OsVersion version;
  version.build = {10, 0, 19045};
  version.product_name = "Windows 10 Pro";
  version.display_version = "22H2";
  version.architecture = "x86-64";
  return version;
}

ServiceFacts MockServiceFacts() {
  ServiceFacts facts;
  facts.state = ServiceState::kRunning;
  facts.account = "LocalSystem";
  facts.process_id = 1234;
  return facts;
}

FileVersion MockFileVersion() { return {{7, 8, 19041, 1}}; }

ProcessInstance MockProcess() { return {1000, FileTime()}; }

HttpResponse MockHttpResponse() { return {200, "OK", {}}; }

}  // namespace bits::mocks
