#include "fakes/bits/http_options_proxy.h"

#include <algorithm>

#include "fakes/bits/job_text.h"

namespace bits::fakes {
namespace {

constexpr std::size_t kLongestHeaders = 16'384;
// The certificate checks and one of the three redirect policies.
constexpr std::uint32_t kKnownFlags = 0x001F | 0x0700 | HttpSecurityFlags::kRedirectPolicyAllowHttpsToHttp;

}  // namespace

// The store is the caller's own, and so is the private key later [ibitstokenoptions-sethelpertokenflags].
template <class Matches>
HResult HttpOptionsProxy::SetCertificate(CertificateStoreLocation location, std::string_view store_name,
                                         Matches matches) {
  return Modify([&](const JobPtr& job, const Caller& caller) {
    if (NameOf(location).empty()) return "E_NOTIMPL"_hr;
    if (store_name.empty()) return "E_INVALIDARG"_hr;
    const ClientCertificate* found = world().certificates().Find(caller.token->sid(), location, store_name, matches);
    if (found == nullptr) return "CRYPT_E_NOT_FOUND"_hr;
    job->Extras().certificate = *found;
    return HResult();
  });
}

HResult HttpOptionsProxy::SetClientCertificateByID(CertificateStoreLocation store_location, std::string_view store_name,
                                                   std::span<const std::uint8_t, 20> certificate_hash) {
  return SetCertificate(store_location, store_name, [&](const ClientCertificate& candidate) {
    return std::ranges::equal(candidate.hash, certificate_hash);
  });
}

HResult HttpOptionsProxy::SetClientCertificateByName(CertificateStoreLocation store_location,
                                                     std::string_view store_name, std::string_view subject_name) {
  return SetCertificate(store_location, store_name,
                        [&](const ClientCertificate& candidate) { return candidate.subject_name == subject_name; });
}

HResult HttpOptionsProxy::RemoveClientCertificate() {
  return Modify([](const JobPtr& job, const Caller&) {
    job->Extras().certificate.reset();
    return HResult();
  });
}

Result<ClientCertificate> HttpOptionsProxy::GetClientCertificate() {
  return Read([](const JobPtr& job, const Caller&) -> Result<ClientCertificate> {
    if (!job->extras || !job->extras->certificate) return Failure("RPC_X_BAD_STUB_DATA"_hr);
    return *job->extras->certificate;
  });
}

HResult HttpOptionsProxy::SetCustomHeaders(std::string_view request_headers) {
  return Modify([&](const JobPtr& job, const Caller&) {
    if (Utf16Length(request_headers) > kLongestHeaders) return "BG_E_STRING_TOO_LONG"_hr;
    job->Extras().custom_headers = request_headers;
    return HResult();
  });
}

Result<std::string> HttpOptionsProxy::GetCustomHeaders() {
  return Read([](const JobPtr& job, const Caller&) -> Result<std::string> {
    return job->extras ? job->extras->custom_headers : std::string();
  });
}

HResult HttpOptionsProxy::SetSecurityFlags(std::uint32_t flags) {
  return Modify([&](const JobPtr& job, const Caller&) {
    if ((flags & ~kKnownFlags) != 0) return "E_NOTIMPL"_hr;
    job->Extras().security_flags = flags;
    return HResult();
  });
}

Result<std::uint32_t> HttpOptionsProxy::GetSecurityFlags() {
  return Read([](const JobPtr& job, const Caller&) -> Result<std::uint32_t> {
    return job->extras ? job->extras->security_flags : 0U;
  });
}

}  // namespace bits::fakes
