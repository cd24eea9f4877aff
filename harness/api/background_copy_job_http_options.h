// IBackgroundCopyJobHttpOptions (BITS 2.5): client certificates, headers, HTTP security.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/api/job_types.h"
#include "harness/api/unknown.h"

namespace bits {

class BackgroundCopyJobHttpOptions : public Unknown {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyJobHttpOptions;

  // The certificate, by its 20-byte SHA-1 hash in a store of the caller's, which the server is shown. The owner's own
  // context opens it even under a helper token. E_INVALIDARG, CRYPT_E_NOT_FOUND, RPC_X_NULL_REF_POINTER
  // [ibackgroundcopyjobhttpoptions-setclientcertificatebyid].
  virtual HResult SetClientCertificateByID(CertificateStoreLocation store_location, std::string_view store_name,
                                           std::span<const std::uint8_t, 20> certificate_hash) = 0;

  // The same, by the subject's simple name [ibackgroundcopyjobhttpoptions-setclientcertificatebyname].
  virtual HResult SetClientCertificateByName(CertificateStoreLocation store_location, std::string_view store_name,
                                             std::string_view subject_name) = 0;

  // [ibackgroundcopyjobhttpoptions-removeclientcertificate]
  virtual HResult RemoveClientCertificate() = 0;

  // RPC_X_BAD_STUB_DATA when none is set [ibackgroundcopyjobhttpoptions-getclientcertificate].
  virtual Result<ClientCertificate> GetClientCertificate() = 0;

  // "Name: value" lines, at most 16,384 characters. BG_E_STRING_TOO_LONG
  // [ibackgroundcopyjobhttpoptions-setcustomheaders].
  virtual HResult SetCustomHeaders(std::string_view request_headers) = 0;

  // Empty when none are set [ibackgroundcopyjobhttpoptions-getcustomheaders].
  virtual Result<std::string> GetCustomHeaders() = 0;

  // HttpSecurityFlags. E_NOTIMPL for unknown bits [ibackgroundcopyjobhttpoptions-setsecurityflags].
  virtual HResult SetSecurityFlags(std::uint32_t flags) = 0;
  virtual Result<std::uint32_t> GetSecurityFlags() = 0;
};

}  // namespace bits
