// Trompeloeil mock of BackgroundCopyJobHttpOptions.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/background_copy_job_http_options.h"

namespace bits::trompeloeil_mocks {

class MockBackgroundCopyJobHttpOptions : public UnknownMock<BackgroundCopyJobHttpOptions> {
 public:
  using Hash = std::span<const std::uint8_t, 20>;
  using Location = CertificateStoreLocation;

  MAKE_MOCK3(SetClientCertificateByID, HResult(Location, std::string_view, Hash), override);
  MAKE_MOCK3(SetClientCertificateByName, HResult(Location, std::string_view, std::string_view), override);
  MAKE_MOCK0(RemoveClientCertificate, HResult(), override);
  MAKE_MOCK0(GetClientCertificate, Result<ClientCertificate>(), override);
  MAKE_MOCK1(SetCustomHeaders, HResult(std::string_view), override);
  MAKE_MOCK0(GetCustomHeaders, Result<std::string>(), override);
  MAKE_MOCK1(SetSecurityFlags, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetSecurityFlags, Result<std::uint32_t>(), override);
};

// As bits::mocks::MockBackgroundCopyJobHttpOptions answers.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyJobHttpOptions& mock);

}  // namespace bits::trompeloeil_mocks
