// GoogleMock mocks of EnumBackgroundCopyJobs and EnumBackgroundCopyFiles.
#pragma once

#include "fakes/mocks/gmock_unknown.h"
#include "harness/api/background_copy_file.h"
#include "harness/api/background_copy_job.h"
#include "harness/api/enumerator.h"

namespace bits::mocks {

// By default empty; Clone yields a nice mock.
template <class Base>
class EnumeratorMock : public UnknownMock<Base> {
 public:
  EnumeratorMock();
  ~EnumeratorMock() override = default;

  MOCK_METHOD(Result<std::vector<std::unique_ptr<typename Base::Entry>>>, Next, (std::uint32_t count), (override));
  MOCK_METHOD(HResult, Skip, (std::uint32_t count), (override));
  MOCK_METHOD(HResult, Reset, (), (override));
  MOCK_METHOD(Result<std::unique_ptr<Base>>, Clone, (), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetCount, (), (override));
};

using MockEnumBackgroundCopyJobs = EnumeratorMock<EnumBackgroundCopyJobs>;
using MockEnumBackgroundCopyFiles = EnumeratorMock<EnumBackgroundCopyFiles>;

extern template class EnumeratorMock<EnumBackgroundCopyJobs>;
extern template class EnumeratorMock<EnumBackgroundCopyFiles>;

}  // namespace bits::mocks
