// The client certificates of a simulated machine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/job_types.h"

namespace bits::fakes {

// One certificate, and whose store it is in.
struct StoredCertificate {
  std::string owner_sid;
  ClientCertificate certificate;
};

// Not thread-safe: the world's lock guards it.
class CertificateStore {
 public:
  // `hash` has 20 bytes.
  void Add(StoredCertificate certificate) { certificates_.push_back(std::move(certificate)); }

  // What `matches` wants of a user's store; null when there is none.
  template <class Matches>
  const ClientCertificate* Find(std::string_view owner_sid, CertificateStoreLocation location,
                                std::string_view store_name, Matches matches) const {
    const auto found = std::ranges::find_if(certificates_, [&](const StoredCertificate& stored) {
      const ClientCertificate& candidate = stored.certificate;
      return stored.owner_sid == owner_sid && candidate.store_location == location &&
             candidate.store_name == store_name && matches(candidate);
    });
    return found == certificates_.end() ? nullptr : &found->certificate;
  }

 private:
  std::vector<StoredCertificate> certificates_;
};

}  // namespace bits::fakes
