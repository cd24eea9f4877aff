// The interfaces that are published, each with the class that carries it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "fakes/com/identity.h"

namespace bits::fakes::com {

// The interface that an IID is of; nothing for one that BITS' objects do not have.
std::optional<InterfaceId> InterfaceOf(REFIID iid);

// All that they have.
std::vector<IID> PublishedInterfaces();
// All that a server has stubs of: those, and that of its class factories.
std::vector<IID> ServedInterfaces();

// The COM pointer of an interface over `object`, which is of the class that carries `id`.
std::unique_ptr<Facet> MakeFacet(InterfaceId id, Identity& identity, std::unique_ptr<Unknown> object);

}  // namespace bits::fakes::com
