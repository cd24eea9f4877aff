#include "harness/win32/adapters.h"

#include <algorithm>

#include "harness/win32/enumerator_methods.h"
#include "harness/win32/error_methods.h"
#include "harness/win32/file_methods.h"
#include "harness/win32/http_options_methods.h"
#include "harness/win32/job2_methods.h"
#include "harness/win32/job3_methods.h"
#include "harness/win32/job4_methods.h"
#include "harness/win32/job_methods.h"
#include "harness/win32/manager_methods.h"
#include "harness/win32/token_options_methods.h"

namespace bits::win32 {
namespace {

using Manager = ManagerMethods<ComObject<IBackgroundCopyManager, BackgroundCopyManager>>;
using Job = JobMethods<ComObject<IBackgroundCopyJob, BackgroundCopyJob>>;
using Job2 = Job2Methods<JobMethods<ComObject<IBackgroundCopyJob2, BackgroundCopyJob2>>>;
using Job3 = Job3Methods<Job2Methods<JobMethods<ComObject<IBackgroundCopyJob3, BackgroundCopyJob3>>>>;
using Job4 = Job4Methods<Job3Methods<Job2Methods<JobMethods<ComObject<IBackgroundCopyJob4, BackgroundCopyJob4>>>>>;
using HttpOptions = HttpOptionsMethods<ComObject<IBackgroundCopyJobHttpOptions, BackgroundCopyJobHttpOptions>>;
using TokenOptions = TokenOptionsMethods<ComObject<IBitsTokenOptions, BitsTokenOptions>>;
using Error = ErrorMethods<ComObject<IBackgroundCopyError, BackgroundCopyError>>;
using File = FileMethods<ComObject<IBackgroundCopyFile, BackgroundCopyFile>>;
using File2 = File2Methods<FileMethods<ComObject<IBackgroundCopyFile2, BackgroundCopyFile2>>>;
using EnumJobs = EnumeratorMethods<ComObject<IEnumBackgroundCopyJobs, EnumBackgroundCopyJobs>, IBackgroundCopyJob>;
using EnumFiles = EnumeratorMethods<ComObject<IEnumBackgroundCopyFiles, EnumBackgroundCopyFiles>, IBackgroundCopyFile>;

// One row an interface: how it is asked for, and what is put around the answer.
struct Row {
  InterfaceId id;
  const IID& iid;
  std::unique_ptr<Unknown> (*wrap)(ComPtr<IUnknown> found);
};

template <class Adapter>
constexpr Row RowOf() {
  using Com = typename Adapter::ComInterface;
  return {Adapter::kInterfaceId, __uuidof(Com), [](ComPtr<IUnknown> found) -> std::unique_ptr<Unknown> {
            // The pointer was asked for by Com's own IID, and security belongs to that very pointer: no further query.
            return std::make_unique<Adapter>(TakeReference(static_cast<Com*>(found.Detach())));
          }};
}

const Row& RowFor(InterfaceId id) {
  static const Row kRows[] = {
      RowOf<Manager>(),      RowOf<Job>(),   RowOf<Job2>(), RowOf<Job3>(),  RowOf<Job4>(),     RowOf<HttpOptions>(),
      RowOf<TokenOptions>(), RowOf<Error>(), RowOf<File>(), RowOf<File2>(), RowOf<EnumJobs>(), RowOf<EnumFiles>(),
  };
  return *std::ranges::find(kRows, id, &Row::id);
}

}  // namespace

std::unique_ptr<BackgroundCopyManager> Adapt(ComPtr<IBackgroundCopyManager> pointer) {
  return std::make_unique<Manager>(std::move(pointer));
}
std::unique_ptr<BackgroundCopyJob> Adapt(ComPtr<IBackgroundCopyJob> pointer) {
  return std::make_unique<Job>(std::move(pointer));
}
std::unique_ptr<BackgroundCopyError> Adapt(ComPtr<IBackgroundCopyError> pointer) {
  return std::make_unique<Error>(std::move(pointer));
}
std::unique_ptr<BackgroundCopyFile> Adapt(ComPtr<IBackgroundCopyFile> pointer) {
  return std::make_unique<File>(std::move(pointer));
}
std::unique_ptr<EnumBackgroundCopyJobs> Adapt(ComPtr<IEnumBackgroundCopyJobs> pointer) {
  return std::make_unique<EnumJobs>(std::move(pointer));
}
std::unique_ptr<EnumBackgroundCopyFiles> Adapt(ComPtr<IEnumBackgroundCopyFiles> pointer) {
  return std::make_unique<EnumFiles>(std::move(pointer));
}

const IID& InterfaceIdentifier(InterfaceId id) { return RowFor(id).iid; }

Result<std::unique_ptr<Unknown>> QueryAdapted(IUnknown* pointer, InterfaceId id) {
  const Row& row = RowFor(id);
  ComPtr<IUnknown> found;
  const HResult result = FromHresult(pointer->QueryInterface(row.iid, reinterpret_cast<void**>(found.GetAddressOf())));
  if (result.Failed()) return Failure(result);
  if (!found) return Failure("E_UNEXPECTED"_hr);
  return row.wrap(std::move(found));
}

}  // namespace bits::win32
