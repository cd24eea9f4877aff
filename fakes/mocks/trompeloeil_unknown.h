// What the Trompeloeil mocks have in common.
#pragma once

#include <memory>
#include <vector>

#include <gmock/gmock.h>

#include <gtest/trompeloeil.hpp>

#include "fakes/mocks/printers.h"
#include "fakes/mocks/trompeloeil_printers.h"
#include "harness/api/unknown.h"

namespace bits::trompeloeil_mocks {

// Expectations that hold until this is destroyed, which must be before the mock is.
using Expectations = std::vector<std::unique_ptr<trompeloeil::expectation>>;

// A mock on which every call is allowed and succeeds, as AllowAll makes it; the counterpart of testing::NiceMock. An
// expectation that a test sets on it goes before.
template <class Mock>
class Allowing : public Mock {
 private:
  Expectations allowed_ = AllowAll(static_cast<Mock&>(*this));
};

// A new Allowing mock of the interface. E_NOINTERFACE for a value that names none.
Result<std::unique_ptr<Unknown>> MakeAllowingMock(InterfaceId id);

// The base of the mocks; Base is an interface that derives from Unknown.
template <class Base>
class UnknownMock : public Base {
 public:
  MAKE_MOCK1(QueryInterface, Result<std::unique_ptr<Unknown>>(InterfaceId), override);
  MAKE_MOCK1(SetProxyBlanket, HResult(const ProxyBlanket&), override);
  MAKE_MOCK0(QueryProxyBlanket, Result<ProxyBlanket>(), override);
};

}  // namespace bits::trompeloeil_mocks
