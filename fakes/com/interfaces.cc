#include "fakes/com/interfaces.h"

#include <algorithm>
#include <span>
#include <utility>

#include "fakes/com/job_extension_methods.h"
#include "fakes/com/object_methods.h"
#include "fakes/com/options_methods.h"

namespace bits::fakes::com {
namespace {

using Manager = ManagerMethods<Published<IBackgroundCopyManager, BackgroundCopyManager>>;
using Job = JobMethods<Published<IBackgroundCopyJob, BackgroundCopyJob>>;
using Job2 = Job2Methods<Published<IBackgroundCopyJob2, BackgroundCopyJob2>>;
using Job3 = Job3Methods<Published<IBackgroundCopyJob3, BackgroundCopyJob3>>;
using Job4 = Job4Methods<Published<IBackgroundCopyJob4, BackgroundCopyJob4>>;
using HttpOptions = HttpOptionsMethods<Published<IBackgroundCopyJobHttpOptions, BackgroundCopyJobHttpOptions>>;
using TokenOptions = TokenOptionsMethods<Published<IBitsTokenOptions, BitsTokenOptions>>;
using Error = ErrorMethods<Published<IBackgroundCopyError, BackgroundCopyError>>;
using File = FileMethods<Published<IBackgroundCopyFile, BackgroundCopyFile>>;
using File2 = File2Methods<Published<IBackgroundCopyFile2, BackgroundCopyFile2>>;
using EnumJobs = EnumeratorMethods<Published<IEnumBackgroundCopyJobs, EnumBackgroundCopyJobs>, IBackgroundCopyJob>;
using EnumFiles = EnumeratorMethods<Published<IEnumBackgroundCopyFiles, EnumBackgroundCopyFiles>, IBackgroundCopyFile>;

struct Row {
  InterfaceId id;
  IID iid;
  std::unique_ptr<Facet> (*make)(Identity&, std::unique_ptr<Unknown>);
};

template <class T>
Row RowOf() {
  return {T::ApiInterface::kInterfaceId, __uuidof(typename T::ComInterface),
          [](Identity& identity, std::unique_ptr<Unknown> object) -> std::unique_ptr<Facet> {
            return std::make_unique<T>(identity, std::move(object));
          }};
}

std::span<const Row> Rows() {
  static const Row kRows[] = {
      RowOf<Manager>(),      RowOf<Job>(),   RowOf<Job2>(), RowOf<Job3>(),  RowOf<Job4>(),     RowOf<HttpOptions>(),
      RowOf<TokenOptions>(), RowOf<Error>(), RowOf<File>(), RowOf<File2>(), RowOf<EnumJobs>(), RowOf<EnumFiles>(),
  };
  static_assert(std::size(kRows) == kInterfaceCount);
  return kRows;
}

}  // namespace

std::optional<InterfaceId> InterfaceOf(REFIID iid) {
  for (const Row& row : Rows()) {
    if (row.iid == iid) return row.id;
  }
  return std::nullopt;
}

std::vector<IID> PublishedInterfaces() {
  std::vector<IID> iids;
  for (const Row& row : Rows()) iids.push_back(row.iid);
  return iids;
}

std::vector<IID> ServedInterfaces() {
  std::vector<IID> iids = PublishedInterfaces();
  iids.push_back(__uuidof(IClassFactory));
  return iids;
}

std::unique_ptr<Facet> MakeFacet(InterfaceId id, Identity& identity, std::unique_ptr<Unknown> object) {
  return std::ranges::find(Rows(), id, &Row::id)->make(identity, std::move(object));
}

}  // namespace bits::fakes::com
