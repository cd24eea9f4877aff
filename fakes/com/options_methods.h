// IBackgroundCopyJobHttpOptions and IBitsTokenOptions, published.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fakes/com/published.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/bits_token_options.h"

namespace bits::fakes::com {

template <class Base>
class HttpOptionsMethods : public Base {
 public:
  using Base::Base;
  using Api = typename Base::ApiInterface;
  static constexpr std::size_t kHashSize = 20;  // SHA-1

  // NULL pointers are refused by the marshalling [ibackgroundcopyjobhttpoptions-setclientcertificatebyid].
  static constexpr HRESULT kNullPointer = static_cast<HRESULT>(0x800706F4);  // RPC_X_NULL_REF_POINTER

  HRESULT STDMETHODCALLTYPE SetClientCertificateByID(BG_CERT_STORE_LOCATION store_location, LPCWSTR store_name,
                                                     BYTE* certificate_hash) override {
    if (store_name == nullptr || certificate_hash == nullptr) return kNullPointer;
    return this->SetText(store_name, [&](Api& options, std::string_view store) {
      return options.SetClientCertificateByID(static_cast<CertificateStoreLocation>(store_location), store,
                                              std::span<const std::uint8_t, kHashSize>(certificate_hash, kHashSize));
    });
  }
  HRESULT STDMETHODCALLTYPE SetClientCertificateByName(BG_CERT_STORE_LOCATION store_location, LPCWSTR store_name,
                                                       LPCWSTR subject_name) override {
    if (store_name == nullptr || subject_name == nullptr) return kNullPointer;
    return this->Call([&](Api& options) -> HResult {
      const InText store(store_name);
      const InText subject(subject_name);
      if (!store.given() || !subject.given()) return "E_INVALIDARG"_hr;
      return options.SetClientCertificateByName(static_cast<CertificateStoreLocation>(store_location), store.view(),
                                                subject.view());
    });
  }
  HRESULT STDMETHODCALLTYPE RemoveClientCertificate() override {
    return this->Call([](Api& options) { return options.RemoveClientCertificate(); });
  }
  HRESULT STDMETHODCALLTYPE GetClientCertificate(BG_CERT_STORE_LOCATION* store_location, LPWSTR* store_name,
                                                 BYTE** certificate_hash, LPWSTR* subject_name) override {
    if (store_location == nullptr || store_name == nullptr || certificate_hash == nullptr || subject_name == nullptr) {
      return kNullPointer;
    }
    *store_location = BG_CERT_STORE_LOCATION_CURRENT_USER;
    *store_name = nullptr;
    *certificate_hash = nullptr;
    *subject_name = nullptr;
    return this->CallAndPut([](Api& options) { return options.GetClientCertificate(); },
                            [&](const ClientCertificate& certificate) {
                              win32::CoTaskMemory<BYTE[]> hash(CopyForCaller(std::span<const BYTE>(certificate.hash)));
                              const HRESULT put = PutBoth(std::optional(certificate.store_name), store_name,
                                                          std::optional(certificate.subject_name), subject_name);
                              if (FAILED(put)) return put;
                              Put(certificate.store_location, store_location);
                              *certificate_hash = hash.release();
                              return S_OK;
                            });
  }

  HRESULT STDMETHODCALLTYPE SetCustomHeaders(LPCWSTR request_headers) override {
    if (request_headers == nullptr) return kNullPointer;
    return this->SetText(request_headers,
                         [](Api& options, std::string_view text) { return options.SetCustomHeaders(text); });
  }
  HRESULT STDMETHODCALLTYPE GetCustomHeaders(LPWSTR* request_headers) override {
    if (request_headers == nullptr) return kNullPointer;
    return this->Get(request_headers, [](Api& options) { return options.GetCustomHeaders(); });
  }
  HRESULT STDMETHODCALLTYPE SetSecurityFlags(ULONG flags) override {
    return this->Call([&](Api& options) { return options.SetSecurityFlags(flags); });
  }
  HRESULT STDMETHODCALLTYPE GetSecurityFlags(ULONG* flags) override {
    if (flags == nullptr) return kNullPointer;
    return this->Get(flags, [](Api& options) { return options.GetSecurityFlags(); });
  }
};

template <class Base>
class TokenOptionsMethods : public Base {
 public:
  using Base::Base;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE SetHelperTokenFlags(BG_TOKEN usage_flags) override {
    return this->Call([&](Api& options) { return options.SetHelperTokenFlags(usage_flags); });
  }
  HRESULT STDMETHODCALLTYPE GetHelperTokenFlags(BG_TOKEN* usage_flags) override {
    return this->Get(usage_flags, [](Api& options) { return options.GetHelperTokenFlags(); });
  }
  HRESULT STDMETHODCALLTYPE SetHelperToken() override {
    return this->Call([](Api& options) { return options.SetHelperToken(); });
  }
  HRESULT STDMETHODCALLTYPE ClearHelperToken() override {
    return this->Call([](Api& options) { return options.ClearHelperToken(); });
  }
  HRESULT STDMETHODCALLTYPE GetHelperTokenSid(LPWSTR* sid) override {
    return this->Get(sid, [](Api& options) { return options.GetHelperTokenSid(); });
  }
};

}  // namespace bits::fakes::com
