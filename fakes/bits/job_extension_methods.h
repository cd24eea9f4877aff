// IBackgroundCopyJob2, 3 and 4 over a job of the simulated service.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/bits/job_methods.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/background_copy_job3.h"
#include "harness/api/background_copy_job4.h"

namespace bits::fakes {

template <class Base>
class Job2Methods : public JobMethods<Base> {
 public:
  using JobMethods<Base>::JobMethods;

  HResult SetNotifyCmdLine(std::optional<std::string_view> program,
                           std::optional<std::string_view> parameters) override {
    return this->Modify([&](const JobPtr& job, const Caller& caller) {
      if (!program && parameters) return "E_INVALIDARG"_hr;
      if (program && Utf16Length(*program) > 260) return "BG_E_STRING_TOO_LONG"_hr;
      if (parameters && Utf16Length(*parameters) > 4000) return "BG_E_STRING_TOO_LONG"_hr;
      NotifyCmdLine& line = job->Extras().command_line;
      line = {};
      if (program) line.program = std::string(*program);
      if (parameters) line.parameters = std::string(*parameters);
      job->Extras().command_line_sid = caller.token->sid();
      // It runs for an end that came before it as well [ibackgroundcopyjob2-setnotifycmdline].
      if (program && !job->callback) this->service().notifications().OnRegistered(job);
      return HResult();
    });
  }
  Result<NotifyCmdLine> GetNotifyCmdLine() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<NotifyCmdLine> {
      return job->extras ? job->extras->command_line : NotifyCmdLine{};
    });
  }
  Result<JobReplyProgress> GetReplyProgress() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<JobReplyProgress> {
      if (job->type != JobType::kUploadReply) return Failure("E_NOTIMPL"_hr);
      JobReplyProgress progress;
      if (job->state == JobState::kTransferred || job->state == JobState::kAcknowledged) {
        progress.bytes_transferred = job->Extras().reply.size();
        progress.bytes_total = progress.bytes_transferred;
      }
      return progress;
    });
  }
  Result<std::vector<std::uint8_t>> GetReplyData() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::vector<std::uint8_t>> {
      if (job->type != JobType::kUploadReply) return Failure("E_NOTIMPL"_hr);
      if (job->state != JobState::kTransferred) return Failure("BG_E_INVALID_STATE"_hr);
      const FileContent& reply = job->Extras().reply;
      if (reply.size() > 1'048'576) return Failure("BG_E_TOO_LARGE"_hr);
      const std::string bytes = reply.Bytes();
      return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    });
  }
  HResult SetReplyFileName(std::string_view reply_file_name) override {
    return this->Modify([&](const JobPtr& job, const Caller& caller) {
      if (job->type != JobType::kUploadReply) return "E_NOTIMPL"_hr;
      if (!IsFullPath(reply_file_name)) return "E_INVALIDARG"_hr;
      if (job->state == JobState::kTransferred) return "BG_E_INVALID_STATE"_hr;
      const HResult directory =
          this->world()
              .StoreOf(reply_file_name)
              .CheckDirectory(*caller.token, DirectoryOfPath(reply_file_name), AccessRights::kWrite);
      if (directory.Failed()) return directory == "E_ACCESSDENIED"_hr ? directory : "E_INVALIDARG"_hr;
      job->Extras().reply_file_name = reply_file_name;
      return HResult();
    });
  }
  Result<std::string> GetReplyFileName() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::string> {
      if (job->type != JobType::kUploadReply) return Failure("E_NOTIMPL"_hr);
      return job->Extras().reply_file_name;
    });
  }
  HResult SetCredentials(const AuthCredentials& credentials) override {
    return this->Modify([&](const JobPtr& job, const Caller& caller) {
      // As the owner, administrators too [ibackgroundcopyjob2-setcredentials].
      if (caller.token->sid() != job->owner->sid()) return "E_ACCESSDENIED"_hr;
      if (NameOf(credentials.target).empty()) return "BG_E_INVALID_AUTH_TARGET"_hr;
      if (NameOf(credentials.scheme).empty()) return "BG_E_INVALID_AUTH_SCHEME"_hr;
      const bool implicit = !credentials.user_name && credentials.password == nullptr;
      const bool needs_name = credentials.scheme == AuthScheme::kBasic || credentials.scheme == AuthScheme::kDigest;
      if (implicit ? needs_name : (!credentials.user_name || credentials.password == nullptr)) return "E_INVALIDARG"_hr;
      ExplicitCredentials entry{credentials.target, credentials.scheme};
      if (!implicit) {
        if (Utf16Length(*credentials.user_name) > 300) return "BG_E_USERNAME_TOO_LARGE"_hr;
        if (Utf16Length(credentials.password->Reveal()) > 65'535) return "BG_E_PASSWORD_TOO_LARGE"_hr;  // decision D6
        entry.user_name = std::string(*credentials.user_name);
        entry.password = std::make_shared<const Secret>(credentials.password->Reveal());
      }
      Remove(*job, credentials.target, credentials.scheme);
      job->Extras().credentials.push_back(std::move(entry));
      return HResult();
    });
  }
  HResult RemoveCredentials(AuthTarget target, AuthScheme scheme) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if (NameOf(target).empty()) return "BG_E_INVALID_AUTH_TARGET"_hr;
      if (NameOf(scheme).empty()) return "BG_E_INVALID_AUTH_SCHEME"_hr;
      return Remove(*job, target, scheme) ? HResult() : "S_FALSE"_hr;
    });
  }

 private:
  static bool Remove(Job& job, AuthTarget target, AuthScheme scheme) {
    return std::erase_if(job.Extras().credentials, [&](const ExplicitCredentials& entry) {
             return entry.target == target && entry.scheme == scheme;
           }) != 0;
  }
};

template <class Base>
class Job3Methods : public Job2Methods<Base> {
 public:
  using Job2Methods<Base>::Job2Methods;

  HResult ReplaceRemotePrefix(std::string_view old_prefix, std::string_view new_prefix) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if (job->type != JobType::kDownload) return "E_NOTIMPL"_hr;
      if (old_prefix.empty() || new_prefix.empty()) return "E_INVALIDARG"_hr;
      std::vector<std::pair<JobFile*, std::string>> replaced;
      for (JobFile& file : job->files) {
        if (!file.remote_name.starts_with(old_prefix)) continue;
        std::string name = std::string(new_prefix) + file.remote_name.substr(old_prefix.size());
        if (const HResult checked = BitsService::CheckRemoteName(name); checked.Failed()) return checked;
        replaced.emplace_back(&file, std::move(name));
      }
      for (auto& [file, name] : replaced) file->remote_name = std::move(name);
      return replaced.empty() ? "S_FALSE"_hr : HResult();
    });
  }
  HResult AddFileWithRanges(std::string_view remote_url, std::string_view local_name,
                            std::span<const FileRange> ranges) override {
    return this->Modify([&](const JobPtr& job, const Caller& caller) {
      if (job->type != JobType::kDownload) return "E_NOTIMPL"_hr;
      if (!Network::SplitUrl(remote_url)) return "E_INVALIDARG"_hr;  // no ranges from file servers since BITS 3.0
      if (ranges.empty()) return "E_INVALIDARG"_hr;
      const bool exempt = job->owner->administrator || job->owner->service_account;
      if (!exempt && ranges.size() > this->world().Policy("MaxRangesPerFile").value_or(500)) {
        return "BG_E_TOO_MANY_RANGES_IN_FILE"_hr;
      }
      if (const HResult checked = CheckRanges(ranges); checked.Failed()) return checked;
      return this->service().AddFile(*job, caller, remote_url, local_name, {ranges.begin(), ranges.end()});
    });
  }
  HResult SetFileACLFlags(std::uint32_t flags) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if ((flags & ~static_cast<std::uint32_t>(FileAclFlags::kAll)) != 0) return "E_INVALIDARG"_hr;
      if (job->state == JobState::kTransferred) return "BG_E_INVALID_STATE"_hr;
      job->Extras().acl_flags = flags;
      return HResult();
    });
  }
  Result<std::uint32_t> GetFileACLFlags() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::uint32_t> {
      return job->extras ? job->extras->acl_flags : 0U;
    });
  }

 private:
  static HResult CheckRanges(std::span<const FileRange> ranges) {
    std::vector<FileRange> sorted(ranges.begin(), ranges.end());
    std::ranges::sort(sorted, {}, &FileRange::initial_offset);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (sorted[i].length == 0U) return "BG_E_INVALID_RANGE"_hr;
      if (i + 1 == sorted.size()) break;
      const bool overlaps =
          !sorted[i].length || sorted[i + 1].initial_offset - sorted[i].initial_offset < *sorted[i].length;
      if (overlaps) return "BG_E_OVERLAPPING_RANGES"_hr;
    }
    return HResult();
  }
};

template <class Base>
class Job4Methods : public Job3Methods<Base> {
 public:
  using Job3Methods<Base>::Job3Methods;

  HResult SetPeerCachingFlags(std::uint32_t flags) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if ((flags & ~0x7U) != 0) return "E_INVALIDARG"_hr;
      job->Extras().peer_caching_flags = flags;
      return HResult();
    });
  }
  Result<std::uint32_t> GetPeerCachingFlags() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::uint32_t> {
      return job->extras ? job->extras->peer_caching_flags : 0U;
    });
  }
  Result<std::uint32_t> GetOwnerIntegrityLevel() override {
    return this->Read(
        [](const JobPtr& job, const Caller&) -> Result<std::uint32_t> { return job->owner->integrity_rid; });
  }
  Result<bool> GetOwnerElevationState() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<bool> { return job->owner->elevated; });
  }
  HResult SetMaximumDownloadTime(std::uint32_t seconds) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      job->maximum_download_time = seconds;
      return HResult();
    });
  }
  Result<std::uint32_t> GetMaximumDownloadTime() override {
    return this->Read([&](const JobPtr& job, const Caller&) -> Result<std::uint32_t> {
      return this->service().MaximumDownloadTime(*job);
    });
  }
};

}  // namespace bits::fakes
