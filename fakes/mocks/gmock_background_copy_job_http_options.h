// GoogleMock mock of BackgroundCopyJobHttpOptions.
#pragma once

#include "fakes/mocks/gmock_unknown.h"
#include "harness/api/background_copy_job_http_options.h"

namespace bits::mocks {

// By default nothing is set: no certificate, no headers, no flags.
class MockBackgroundCopyJobHttpOptions : public UnknownMock<BackgroundCopyJobHttpOptions> {
 public:
  MockBackgroundCopyJobHttpOptions();
  ~MockBackgroundCopyJobHttpOptions() override;

  MOCK_METHOD(HResult, SetClientCertificateByID,
              (CertificateStoreLocation store_location, std::string_view store_name,
               (std::span<const std::uint8_t, 20>)certificate_hash),
              (override));
  MOCK_METHOD(HResult, SetClientCertificateByName,
              (CertificateStoreLocation store_location, std::string_view store_name, std::string_view subject_name),
              (override));
  MOCK_METHOD(HResult, RemoveClientCertificate, (), (override));
  MOCK_METHOD(Result<ClientCertificate>, GetClientCertificate, (), (override));
  MOCK_METHOD(HResult, SetCustomHeaders, (std::string_view request_headers), (override));
  MOCK_METHOD(Result<std::string>, GetCustomHeaders, (), (override));
  MOCK_METHOD(HResult, SetSecurityFlags, (std::uint32_t flags), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetSecurityFlags, (), (override));
};

}  // namespace bits::mocks
