// A thread's stay in a COM apartment, as a scope.
#pragma once

#include <utility>

#include "harness/api/com_api.h"
#include "harness/api/result.h"

namespace bits {

// Leaves the apartment when it dies, on the thread that entered it, after every interface pointer of that apartment.
class [[nodiscard]] Apartment {
 public:
  // Results as ComApi::CoInitializeEx; S_FALSE counts as entered.
  [[nodiscard]] static Result<Apartment> Enter(ComApi& com, ApartmentType type) {
    if (const HResult result = com.CoInitializeEx(type); result.Failed()) return Failure(result);
    return Apartment(com);
  }

  ~Apartment() {
    if (com_ != nullptr) com_->CoUninitialize();
  }
  Apartment(Apartment&& other) noexcept : com_(std::exchange(other.com_, nullptr)) {}
  Apartment& operator=(Apartment&&) = delete;
  Apartment(const Apartment&) = delete;
  Apartment& operator=(const Apartment&) = delete;

 private:
  explicit Apartment(ComApi& com) : com_(&com) {}

  ComApi* com_;
};

}  // namespace bits
