// Several interfaces of one object in one call.
#pragma once

#include <cstddef>
#include <span>

#include "fakes/com/local_interface.h"

namespace bits::fakes::com {

// Whether each entry names an interface and has nothing in its place yet [ns-objidl-multi_qi].
bool AreBlank(std::span<const MULTI_QI> wanted);

// Asks `object` for each; how many it has.
std::size_t QueryEach(IUnknown& object, std::span<MULTI_QI> wanted);

// IMultiQI: S_OK for all of them, S_FALSE for some, E_NOINTERFACE for none; E_INVALIDARG for entries that are not blank
// [nf-objidl-imultiqi-querymultipleinterfaces].
class MultipleInterfaces final : public LocalInterface<IMultiQI> {
 public:
  explicit MultipleInterfaces(IUnknown& owner) : LocalInterface(owner) {}

  HRESULT STDMETHODCALLTYPE QueryMultipleInterfaces(ULONG count, MULTI_QI* wanted) override;
};

}  // namespace bits::fakes::com
