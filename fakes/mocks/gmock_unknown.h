// What the GoogleMock mocks of the service's interfaces have in common.
#pragma once

#include <memory>

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/unknown.h"

namespace bits::mocks {

// A new testing::NiceMock of the interface. E_NOINTERFACE for a value that names none.
Result<std::unique_ptr<Unknown>> MakeNiceMock(InterfaceId id);

// QueryInterface succeeds by default, with MakeNiceMock of the id asked for; so does everything else. The base of the
// mocks; Base is an interface that derives from Unknown.
template <class Base>
class UnknownMock : public Base {
 public:
  UnknownMock();
  ~UnknownMock() override = default;

  MOCK_METHOD(Result<std::unique_ptr<Unknown>>, QueryInterface, (InterfaceId id), (override));
  MOCK_METHOD(HResult, SetProxyBlanket, (const ProxyBlanket& blanket), (override));
  MOCK_METHOD(Result<ProxyBlanket>, QueryProxyBlanket, (), (override));
};

}  // namespace bits::mocks
