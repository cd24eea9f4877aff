// Trompeloeil mocks of EnumBackgroundCopyJobs and EnumBackgroundCopyFiles.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/background_copy_file.h"
#include "harness/api/background_copy_job.h"
#include "harness/api/enumerator.h"

namespace bits::trompeloeil_mocks {

template <class Base>
class EnumeratorMock : public UnknownMock<Base> {
 public:
  MAKE_MOCK1(Next, Result<std::vector<std::unique_ptr<typename Base::Entry>>>(std::uint32_t), override);
  MAKE_MOCK1(Skip, HResult(std::uint32_t), override);
  MAKE_MOCK0(Reset, HResult(), override);
  MAKE_MOCK0(Clone, Result<std::unique_ptr<Base>>(), override);
  MAKE_MOCK0(GetCount, Result<std::uint32_t>(), override);
};

using MockEnumBackgroundCopyJobs = EnumeratorMock<EnumBackgroundCopyJobs>;
using MockEnumBackgroundCopyFiles = EnumeratorMock<EnumBackgroundCopyFiles>;

// As bits::mocks::MockEnumBackgroundCopyJobs and MockEnumBackgroundCopyFiles answer.
[[nodiscard]] Expectations AllowAll(MockEnumBackgroundCopyJobs& mock);
[[nodiscard]] Expectations AllowAll(MockEnumBackgroundCopyFiles& mock);

}  // namespace bits::trompeloeil_mocks
