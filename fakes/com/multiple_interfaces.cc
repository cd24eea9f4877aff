#include "fakes/com/multiple_interfaces.h"

#include <algorithm>

namespace bits::fakes::com {

bool AreBlank(std::span<const MULTI_QI> wanted) {
  return std::ranges::all_of(
      wanted, [](const MULTI_QI& entry) { return entry.pIID != nullptr && entry.pItf == nullptr && entry.hr == S_OK; });
}

std::size_t QueryEach(IUnknown& object, std::span<MULTI_QI> wanted) {
  std::size_t given = 0;
  for (MULTI_QI& entry : wanted) {
    entry.hr = object.QueryInterface(*entry.pIID, reinterpret_cast<void**>(&entry.pItf));
    if (SUCCEEDED(entry.hr)) ++given;
  }
  return given;
}

HRESULT STDMETHODCALLTYPE MultipleInterfaces::QueryMultipleInterfaces(ULONG count, MULTI_QI* wanted) {
  if (wanted == nullptr || count == 0) return E_INVALIDARG;
  const std::span entries(wanted, count);
  if (!AreBlank(entries)) return E_INVALIDARG;
  const std::size_t given = QueryEach(owner(), entries);
  return given == count ? S_OK : given == 0 ? E_NOINTERFACE : S_FALSE;
}

}  // namespace bits::fakes::com
