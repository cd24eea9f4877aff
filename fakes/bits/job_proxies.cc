#include "fakes/bits/job_proxies.h"

#include <algorithm>
#include <utility>

#include "fakes/bits/http_options_proxy.h"
#include "fakes/bits/job_extension_methods.h"
#include "fakes/bits/job_text.h"
#include "fakes/bits/token_options_proxy.h"

namespace bits::fakes {
namespace {

// The interfaces of a job, and the BITS that brought each.
struct InterfaceRow {
  InterfaceId id;
  ManagerClass since;
  std::unique_ptr<Unknown> (*make)(Process&, JobPtr, Access, bool);
};

template <class T>
std::unique_ptr<Unknown> Make(Process& process, JobPtr job, Access access, bool administrator) {
  return std::make_unique<T>(process, std::move(job), access, administrator);
}

constexpr InterfaceRow kInterfaces[] = {
    {InterfaceId::kBackgroundCopyJob, ManagerClass::k1_0, Make<JobMethods<BackgroundCopyJob>>},
    {InterfaceId::kBackgroundCopyJob2, ManagerClass::k1_5, Make<Job2Methods<BackgroundCopyJob2>>},
    {InterfaceId::kBackgroundCopyJob3, ManagerClass::k2_0, Make<Job3Methods<BackgroundCopyJob3>>},
    {InterfaceId::kBackgroundCopyJob4, ManagerClass::k3_0, Make<Job4Methods<BackgroundCopyJob4>>},
    {InterfaceId::kBackgroundCopyJobHttpOptions, ManagerClass::k2_5, Make<HttpOptionsProxy>},
    {InterfaceId::kBitsTokenOptions, ManagerClass::k4_0, Make<TokenOptionsProxy>},
};

// One file of a job; it reads the job's files live.
class FileProxy : public Proxied<BackgroundCopyFile2> {
 public:
  FileProxy(Process& process, JobPtr job, std::size_t file) : Proxied(process), job_(std::move(job)), file_(file) {}

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override {
    return Call([&](const Caller&) -> Result<std::unique_ptr<Unknown>> {
      if (id != InterfaceId::kBackgroundCopyFile && id != InterfaceId::kBackgroundCopyFile2) {
        return Failure("E_NOINTERFACE"_hr);
      }
      return std::make_unique<FileProxy>(process(), job_, file_);
    });
  }
  Result<std::string> GetRemoteName() override {
    return Call([&](const Caller&) -> Result<std::string> { return File().remote_name; });
  }
  Result<std::string> GetLocalName() override {
    return Call([&](const Caller&) -> Result<std::string> { return File().local_name; });
  }
  Result<FileProgress> GetProgress() override {
    return Call([&](const Caller&) -> Result<FileProgress> {
      const JobFile& file = File();
      return FileProgress{file.bytes_total, job_->BytesTransferred(file_, world().events().Now()), file.completed};
    });
  }
  Result<std::vector<FileRange>> GetFileRanges() override {
    return Call([&](const Caller&) -> Result<std::vector<FileRange>> { return File().extras().ranges; });
  }
  HResult SetRemoteName(std::string_view remote_name) override {
    return Call([&](const Caller& caller) {
      if (service().AccessTo(*caller.token, *job_) < Access::kModify) return "E_ACCESSDENIED"_hr;
      if (IsFinal(job_->state)) return "BG_E_INVALID_STATE"_hr;
      if (job_->type != JobType::kDownload) return "E_NOTIMPL"_hr;
      if (const HResult checked = BitsService::CheckRemoteName(remote_name); checked.Failed()) return checked;
      File().MakeExtras().new_remote_name = std::string(remote_name);
      service().Touch(job_);
      return HResult();
    });
  }

 private:
  JobFile& File() const { return job_->files[file_]; }

  JobPtr job_;
  std::size_t file_;
};

class ErrorProxy : public Proxied<BackgroundCopyError> {
 public:
  ErrorProxy(Process& process, JobFailure failure, JobPtr job)
      : Proxied(process), failure_(std::move(failure)), job_(std::move(job)) {}

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override {
    return Call([&](const Caller&) -> Result<std::unique_ptr<Unknown>> {
      if (id != InterfaceId::kBackgroundCopyError) return Failure("E_NOINTERFACE"_hr);
      return std::make_unique<ErrorProxy>(process(), failure_, job_);
    });
  }
  Result<JobError> GetError() override {
    return Call([&](const Caller&) -> Result<JobError> { return failure_.error; });
  }
  Result<std::unique_ptr<BackgroundCopyFile>> GetFile() override {
    return Call([&](const Caller&) -> Result<std::unique_ptr<BackgroundCopyFile>> {
      if (!failure_.file) return Failure("BG_E_FILE_NOT_AVAILABLE"_hr);
      return MakeFile(process(), job_, *failure_.file);
    });
  }
  Result<std::string> GetErrorDescription(std::uint32_t language_id) override {
    return Call([&](const Caller&) { return DescribeError(failure_.error.code, language_id); });
  }
  Result<std::string> GetErrorContextDescription(std::uint32_t language_id) override {
    return Call([&](const Caller&) { return DescribeContext(failure_.error.context, language_id); });
  }
  Result<std::string> GetProtocol() override {
    return Call([&](const Caller&) -> Result<std::string> {
      if (failure_.protocol.empty()) return Failure("BG_E_PROTOCOL_NOT_AVAILABLE"_hr);
      return failure_.protocol;
    });
  }

 private:
  JobFailure failure_;
  JobPtr job_;
};

// A snapshot of entries, each made into a pointer when it is read.
template <class Interface, class Item>
class EnumeratorProxy : public Proxied<Interface> {
 public:
  using Entry = typename Interface::Entry;
  using MakeEntry = std::unique_ptr<Entry> (*)(Process&, const Item&);

  EnumeratorProxy(Process& process, std::shared_ptr<const std::vector<Item>> items, MakeEntry make,
                  std::size_t position = 0)
      : EnumeratorProxy(process, std::move(items), make, std::make_shared<std::size_t>(position)) {}
  // Another pointer to the same enumerator.
  EnumeratorProxy(Process& process, std::shared_ptr<const std::vector<Item>> items, MakeEntry make,
                  std::shared_ptr<std::size_t> position)
      : Proxied<Interface>(process), items_(std::move(items)), make_(make), position_(std::move(position)) {}

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override {
    return this->Call([&](const Caller&) -> Result<std::unique_ptr<Unknown>> {
      if (id != Interface::kInterfaceId) return Failure("E_NOINTERFACE"_hr);
      return std::make_unique<EnumeratorProxy>(this->process(), items_, make_, position_);
    });
  }
  Result<std::vector<std::unique_ptr<Entry>>> Next(std::uint32_t count) override {
    return this->Call([&](const Caller&) -> Result<std::vector<std::unique_ptr<Entry>>> {
      std::vector<std::unique_ptr<Entry>> entries;
      std::size_t& position = *position_;
      const std::size_t end = std::min(items_->size(), position + count);
      entries.reserve(end - position);
      for (; position < end; ++position) entries.push_back(make_(this->process(), (*items_)[position]));
      return entries;
    });
  }
  HResult Skip(std::uint32_t count) override {
    return this->Call([&](const Caller&) {
      const bool beyond = count > items_->size() - *position_;
      *position_ = beyond ? items_->size() : *position_ + count;
      return beyond ? "S_FALSE"_hr : HResult();
    });
  }
  HResult Reset() override {
    return this->Call([&](const Caller&) {
      *position_ = 0;
      return HResult();
    });
  }
  Result<std::unique_ptr<Interface>> Clone() override {
    return this->Call([&](const Caller&) -> Result<std::unique_ptr<Interface>> {
      return std::make_unique<EnumeratorProxy>(this->process(), items_, make_, *position_);
    });
  }
  Result<std::uint32_t> GetCount() override {
    return this->Call(
        [&](const Caller&) -> Result<std::uint32_t> { return static_cast<std::uint32_t>(items_->size()); });
  }

 private:
  std::shared_ptr<const std::vector<Item>> items_;
  MakeEntry make_;
  std::shared_ptr<std::size_t> position_;
};

struct ListedJob {
  JobPtr job;
  Access access;
  bool administrator;
};
struct ListedFile {
  JobPtr job;
  std::size_t file;
};

class ManagerProxy : public Proxied<BackgroundCopyManager> {
 public:
  using Proxied::Proxied;

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override {
    return Call([&](const Caller&) -> Result<std::unique_ptr<Unknown>> {
      if (id != InterfaceId::kBackgroundCopyManager) return Failure("E_NOINTERFACE"_hr);
      return std::make_unique<ManagerProxy>(process());
    });
  }
  Result<CreatedJob> CreateJob(std::string_view display_name, JobType type) override {
    return Call([&](const Caller& caller) -> Result<CreatedJob> {
      Result<JobPtr> job = service().CreateJob(caller, display_name, type);
      if (!job) return Failure(job.error());
      CreatedJob created;
      created.id = (*job)->id;
      created.job = Pointer(*job, caller, Access::kModify);
      return created;
    });
  }
  Result<std::unique_ptr<BackgroundCopyJob>> GetJob(const Guid& job_id) override {
    return Call([&](const Caller& caller) -> Result<std::unique_ptr<BackgroundCopyJob>> {
      const JobPtr job = service().Find(job_id);
      if (!job) return Failure("BG_E_NOT_FOUND"_hr);
      const Access access = service().AccessTo(*caller.token, *job);
      // A job that cannot be changed is read through EnumJobs [ibackgroundcopymanager-getjob].
      if (access < Access::kModify) return Failure("E_ACCESSDENIED"_hr);
      return Pointer(job, caller, access);
    });
  }
  Result<std::unique_ptr<EnumBackgroundCopyJobs>> EnumJobs(std::uint32_t flags) override {
    return Call([&](const Caller& caller) -> Result<std::unique_ptr<EnumBackgroundCopyJobs>> {
      if ((flags & ~1U) != 0) return Failure("E_INVALIDARG"_hr);
      const bool all = (flags & EnumJobsFlags::kAllUsers) != 0;
      const TokenData& token = *caller.token;
      if (all && !token.administrator) return Failure("E_ACCESSDENIED"_hr);
      auto listed = std::make_shared<std::vector<ListedJob>>();
      for (JobPtr& job : service().List(all ? nullptr : &token.sid())) {
        const Access access = service().AccessTo(token, *job);
        if (access != Access::kNone) listed->push_back({std::move(job), access, token.administrator});
      }
      return std::make_unique<EnumeratorProxy<EnumBackgroundCopyJobs, ListedJob>>(
          process(), std::move(listed),
          [](Process& client, const ListedJob& entry) -> std::unique_ptr<BackgroundCopyJob> {
            return std::make_unique<JobMethods<BackgroundCopyJob>>(client, entry.job, entry.access,
                                                                   entry.administrator);
          });
    });
  }
  Result<std::string> GetErrorDescription(HResult result, std::uint32_t language_id) override {
    return Call([&](const Caller&) { return DescribeError(result, language_id); });
  }

 private:
  std::unique_ptr<BackgroundCopyJob> Pointer(const JobPtr& job, const Caller& caller, Access access) {
    return std::make_unique<JobMethods<BackgroundCopyJob>>(process(), job, access, caller.token->administrator);
  }
};

}  // namespace

std::unique_ptr<BackgroundCopyJob> MakeJob(Process& process, JobPtr job, Access access) {
  return std::make_unique<JobMethods<BackgroundCopyJob>>(process, std::move(job), access, false);
}

bool HasJobInterface(const World& world, InterfaceId id) {
  const auto* row = std::ranges::find(kInterfaces, id, &InterfaceRow::id);
  return row != std::end(kInterfaces) && row->since <= world.profile().newest_class;
}

std::unique_ptr<Unknown> MakeJobInterface(Process& process, const JobPtr& job, Access access, bool administrator,
                                          InterfaceId id) {
  return std::ranges::find(kInterfaces, id, &InterfaceRow::id)->make(process, job, access, administrator);
}

std::unique_ptr<BackgroundCopyError> MakeError(Process& process, const JobPtr& job) {
  return std::make_unique<ErrorProxy>(process, *job->failure, job);
}

std::unique_ptr<BackgroundCopyFile> MakeFile(Process& process, JobPtr job, std::size_t file) {
  return std::make_unique<FileProxy>(process, std::move(job), file);
}

std::unique_ptr<EnumBackgroundCopyFiles> MakeFileEnumerator(Process& process, const JobPtr& job) {
  auto listed = std::make_shared<std::vector<ListedFile>>();
  for (std::size_t i = 0; i < job->files.size(); ++i) listed->push_back({job, i});
  return std::make_unique<EnumeratorProxy<EnumBackgroundCopyFiles, ListedFile>>(
      process, std::move(listed),
      [](Process& client, const ListedFile& entry) { return MakeFile(client, entry.job, entry.file); });
}

std::unique_ptr<BackgroundCopyManager> MakeManager(Process& process) { return std::make_unique<ManagerProxy>(process); }

}  // namespace bits::fakes
