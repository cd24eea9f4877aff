// IBackgroundCopyJobHttpOptions.
#include <array>

#include "harness/api/background_copy_job_http_options.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

std::unique_ptr<BackgroundCopyJobHttpOptions> OptionsOf(const ScopedJob& job) {
  return Must(Query<BackgroundCopyJobHttpOptions>(*job));
}

void CustomHeadersAreKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  contract.Expect("GetCustomHeaders of a new job", options->GetCustomHeaders(), "");
  contract.Expect("SetCustomHeaders", options->SetCustomHeaders("X-Test: 1\r\n"), HResult());
  contract.Expect("GetCustomHeaders", options->GetCustomHeaders(), "X-Test: 1\r\n");
  std::string longest = "X-Test: ";
  longest.resize(16'384, 'h');
  contract.Expect("SetCustomHeaders with 16384 characters", options->SetCustomHeaders(longest), HResult());
  contract.Expect("SetCustomHeaders with 16385 characters", options->SetCustomHeaders(longest + "h"),
                  "BG_E_STRING_TOO_LONG"_hr);
}

void SecurityFlagsAreKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  contract.Expect("GetSecurityFlags of a new job", options->GetSecurityFlags(), 0U);
  for (const std::uint32_t flags : {0x0001U, 0x0002U, 0x0004U, 0x0008U, 0x0010U, 0x0100U, 0x0200U, 0x0800U, 0x0U}) {
    contract.Expect(fmt::format("SetSecurityFlags({:#x})", flags), options->SetSecurityFlags(flags), HResult());
    contract.Expect(fmt::format("GetSecurityFlags after {:#x}", flags), options->GetSecurityFlags(), flags);
  }
  contract.Expect("SetSecurityFlags(0x8000)", options->SetSecurityFlags(0x8000), "E_NOTIMPL"_hr);
  contract.Expect("GetSecurityFlags after 0x8000", options->GetSecurityFlags(), 0U);
}

void ANewJobHasNoCertificate(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  contract.Expect("GetClientCertificate of a new job", HResultOf(options->GetClientCertificate()),
                  "RPC_X_BAD_STUB_DATA"_hr);
  contract.Expect("RemoveClientCertificate of a new job", options->RemoveClientCertificate(), HResult());
}

void ACertificateMustBeThere(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  constexpr std::array<std::uint8_t, 20> kNobodys{1, 2, 3};
  constexpr CertificateStoreLocation kUsersOwn = CertificateStoreLocation::kCurrentUser;
  contract.Expect("SetClientCertificateByID", options->SetClientCertificateByID(kUsersOwn, "MY", kNobodys),
                  "CRYPT_E_NOT_FOUND"_hr);
  contract.Expect("SetClientCertificateByName", options->SetClientCertificateByName(kUsersOwn, "MY", "nobody at all"),
                  "CRYPT_E_NOT_FOUND"_hr);
  contract.Expect("GetClientCertificate afterwards", HResultOf(options->GetClientCertificate()),
                  "RPC_X_BAD_STUB_DATA"_hr);
}

const Case kCases[] = {
    {"CustomHeadersAreKept", "ibackgroundcopyjobhttpoptions-setcustomheaders", {}, CustomHeadersAreKept},
    {"SecurityFlagsAreKept", "ibackgroundcopyjobhttpoptions-setsecurityflags", {}, SecurityFlagsAreKept},
    {"ANewJobHasNoCertificate", "ibackgroundcopyjobhttpoptions-getclientcertificate", {}, ANewJobHasNoCertificate},
    {"ACertificateMustBeThere", "ibackgroundcopyjobhttpoptions-setclientcertificatebyid", {}, ACertificateMustBeThere},
};

}  // namespace

std::span<const Case> HttpOptionsCases() { return kCases; }

}  // namespace bits::contract
