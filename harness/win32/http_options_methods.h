// IBackgroundCopyJobHttpOptions over COM.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/api/background_copy_job_http_options.h"
#include "harness/win32/com_object.h"

namespace bits::win32 {

// The size of a SHA-1 hash.
inline constexpr std::size_t kCertificateHashSize = 20;

template <class Base>
class HttpOptionsMethods : public Base {
 public:
  using Base::Base;

  HResult SetClientCertificateByID(CertificateStoreLocation store_location, std::string_view store_name,
                                   std::span<const std::uint8_t, kCertificateHashSize> certificate_hash) override {
    std::array<BYTE, kCertificateHashSize> hash;  // the SDK's parameter is not const
    std::ranges::copy(certificate_hash, hash.begin());
    return WithWide(
        [&](LPCWSTR store) {
          return this->com()->SetClientCertificateByID(ToNative(store_location), store, hash.data());
        },
        store_name);
  }

  HResult SetClientCertificateByName(CertificateStoreLocation store_location, std::string_view store_name,
                                     std::string_view subject_name) override {
    return WithWide(
        [&](LPCWSTR store, LPCWSTR subject) {
          return this->com()->SetClientCertificateByName(ToNative(store_location), store, subject);
        },
        store_name, subject_name);
  }

  HResult RemoveClientCertificate() override { return FromHresult(this->com()->RemoveClientCertificate()); }

  Result<ClientCertificate> GetClientCertificate() override {
    BG_CERT_STORE_LOCATION location{};
    OutText store_name;
    BYTE* hash = nullptr;
    OutText subject_name;
    const HResult result =
        FromHresult(this->com()->GetClientCertificate(&location, store_name.Receive(), &hash, subject_name.Receive()));
    const CoTaskMemory<BYTE[]> owned_hash(hash);
    if (result.Failed()) return Failure(result);
    auto store = Required(store_name.Text());
    if (!store) return Failure(store.error());
    auto subject = subject_name.Text();
    if (!subject) return Failure(subject.error());
    if (!owned_hash) return Failure("E_UNEXPECTED"_hr);
    // A certificate without a subject's simple name is a certificate still.
    return ClientCertificate{static_cast<CertificateStoreLocation>(location), *std::move(store),
                             std::vector<std::uint8_t>(hash, hash + kCertificateHashSize),
                             std::move(*subject).value_or("")};
  }

  HResult SetCustomHeaders(std::string_view request_headers) override {
    return WithWide([this](LPCWSTR headers) { return this->com()->SetCustomHeaders(headers); }, request_headers);
  }

  Result<std::string> GetCustomHeaders() override {
    auto headers = GetOptionalText(this->com(), &IBackgroundCopyJobHttpOptions::GetCustomHeaders);
    if (!headers) return Failure(headers.error());
    return std::move(*headers).value_or("");
  }

  HResult SetSecurityFlags(std::uint32_t flags) override { return FromHresult(this->com()->SetSecurityFlags(flags)); }
  Result<std::uint32_t> GetSecurityFlags() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJobHttpOptions::GetSecurityFlags);
  }

 private:
  static BG_CERT_STORE_LOCATION ToNative(CertificateStoreLocation location) {
    return static_cast<BG_CERT_STORE_LOCATION>(location);
  }
};

}  // namespace bits::win32
