// IEnumBackgroundCopyJobs and IEnumBackgroundCopyFiles over COM.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "harness/api/enumerator.h"
#include "harness/win32/com_object.h"

namespace bits::win32 {

// `Entry` is the COM interface of the entries.
template <class Base, class Entry>
class EnumeratorMethods : public Base {
 public:
  using Base::Base;
  using Com = typename Base::ComInterface;
  using Api = Enumerator<typename Base::Entry, Base::kInterfaceId>;

  Result<std::vector<std::unique_ptr<typename Base::Entry>>> Next(std::uint32_t count) override {
    std::vector<std::unique_ptr<typename Base::Entry>> entries;
    // In portions, so that a caller who wants "all of them" and names a huge count does not cost a huge array.
    constexpr std::uint32_t kPortion = 1024;
    std::vector<Entry*> portion(std::max(std::min(count, kPortion), 1U));
    for (;;) {
      const auto wanted = static_cast<ULONG>(std::min(count - entries.size(), portion.size()));
      std::ranges::fill(portion, nullptr);
      ULONG fetched = 0;
      const HResult result = FromHresult(this->com()->Next(wanted, portion.data(), &fetched));
      // All owned before any is looked at, so that every reference is released whatever comes.
      std::vector<ComPtr<Entry>> owned;
      owned.reserve(portion.size());
      for (Entry* entry : portion) owned.push_back(TakeReference(entry));
      if (result.Failed()) return Failure(result);
      for (ULONG i = 0; i < std::min(fetched, wanted); ++i) {
        if (!owned[i]) return Failure("E_UNEXPECTED"_hr);
        entries.push_back(Adapt(std::move(owned[i])));
      }
      if (fetched < wanted || entries.size() == count) return entries;
    }
  }

  HResult Skip(std::uint32_t count) override { return FromHresult(this->com()->Skip(count)); }
  HResult Reset() override { return FromHresult(this->com()->Reset()); }
  Result<std::unique_ptr<Api>> Clone() override { return GetInterface(this->com(), &Com::Clone); }
  Result<std::uint32_t> GetCount() override { return GetValue<std::uint32_t>(this->com(), &Com::GetCount); }
};

}  // namespace bits::win32
