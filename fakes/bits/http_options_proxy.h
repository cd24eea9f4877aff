// IBackgroundCopyJobHttpOptions over a job of the simulated service.
#pragma once

#include "fakes/bits/job_access.h"
#include "harness/api/background_copy_job_http_options.h"

namespace bits::fakes {

class HttpOptionsProxy : public JobPointer<BackgroundCopyJobHttpOptions> {
 public:
  using JobPointer::JobPointer;

  HResult SetClientCertificateByID(CertificateStoreLocation store_location, std::string_view store_name,
                                   std::span<const std::uint8_t, 20> certificate_hash) override;
  HResult SetClientCertificateByName(CertificateStoreLocation store_location, std::string_view store_name,
                                     std::string_view subject_name) override;
  HResult RemoveClientCertificate() override;
  Result<ClientCertificate> GetClientCertificate() override;
  HResult SetCustomHeaders(std::string_view request_headers) override;
  Result<std::string> GetCustomHeaders() override;
  HResult SetSecurityFlags(std::uint32_t flags) override;
  Result<std::uint32_t> GetSecurityFlags() override;

 private:
  template <class Matches>
  HResult SetCertificate(CertificateStoreLocation location, std::string_view store_name, Matches matches);
};

}  // namespace bits::fakes
