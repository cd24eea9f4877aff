#include "harness/transfer/transfer.h"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "harness/api/apartment.h"
#include "harness/api/ascii_case.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"
#include "harness/api/scoped_job.h"
#include "harness/jobs/job_mark.h"
#include "harness/jobs/staged_file_note.h"
#include "harness/transfer/job_events.h"
#include "harness/transfer/wait_for_job.h"

namespace bits::transfer {
namespace {

// How a step ended, and what is worth telling about it.
struct StepEnd {
  StepEnd(HResult end_result) : result(end_result) {}  // NOLINT(google-explicit-constructor): a bare result is an end
  StepEnd(HResult end_result, std::string end_detail) : result(end_result), detail(std::move(end_detail)) {}

  HResult result;
  std::string detail;
};

std::string DirectoryOf(std::string_view path) {
  const std::size_t separator = path.find_last_of("\\/");
  return std::string(separator == std::string_view::npos ? path : path.substr(0, separator + 1));
}

// One attempt. Its members are destroyed in the reverse of the order in which they were made, which is the clean-up,
// but for the staged file, which may be the helper's: impersonation before token, token before job, job before
// apartment.
class Attempt {
 public:
  Attempt(Environment& environment, const TransferRequest& request, TransferObserver& observer, std::stop_token stop)
      : environment_(environment),
        request_(request),
        observer_(observer),
        stop_(std::move(stop)),
        started_(environment.clock().SteadyNow()),
        staged_(environment.files()) {}
  // What CleanUp did not get to: when an exception leaves the attempt. It allocates nothing. The file, which may need
  // the helper's token to go, goes here; impersonation, token and job then end as members do, the last one first.
  ~Attempt() { static_cast<void>(RemoveStaged()); }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  TransferReport Run() {
    struct Step {
      TransferStep step;
      StepEnd (Attempt::*take)();
    };
    static constexpr Step kProcedure[] = {
        {TransferStep::kCheckDestination, &Attempt::CheckDestination},
        {TransferStep::kPreflight, &Attempt::AskServer},
        {TransferStep::kInitializeCom, &Attempt::InitializeCom},
        {TransferStep::kHoldJob, &Attempt::HoldJob},
        {TransferStep::kInitializeSecurity, &Attempt::InitializeSecurity},
        {TransferStep::kCreateManager, &Attempt::CreateManager},
        {TransferStep::kCreateJob, &Attempt::CreateJob},
        {TransferStep::kSetNotifyInterface, &Attempt::SetNotifyInterface},
        {TransferStep::kSetNotifyFlags, &Attempt::SetNotifyFlags},
        {TransferStep::kQueryTokenOptions, &Attempt::QueryTokenOptions},
        {TransferStep::kLogOnHelper, &Attempt::LogOnHelper},
        {TransferStep::kSetHelperToken, &Attempt::SetHelperToken},
        {TransferStep::kVerifyHelperToken, &Attempt::VerifyHelperToken},
        {TransferStep::kSetHelperTokenFlags, &Attempt::SetHelperTokenFlags},
        {TransferStep::kRevertToSelf, &Attempt::RevertToSelf},
        {TransferStep::kSetCredentials, &Attempt::SetCredentials},
        {TransferStep::kAddFile, &Attempt::AddFile},
        {TransferStep::kResume, &Attempt::Resume},
        {TransferStep::kWait, &Attempt::Wait},
        {TransferStep::kComplete, &Attempt::Complete},
        {TransferStep::kVerifyFile, &Attempt::VerifyFile},
    };
    for (const Step& step : kProcedure) {
      if (!Take(step.step, step.take)) break;
    }
    if (!report_.Succeeded()) CleanUp();
    report_.elapsed = environment_.clock().SteadyNow() - started_;
    return std::move(report_);
  }

 private:
  // A file that was completed but not yet verified; it is deleted unless it was moved into place.
  class StagedFile {
   public:
    explicit StagedFile(FileSystem& files) : files_(files) {}
    StagedFile(const StagedFile&) = delete;
    StagedFile& operator=(const StagedFile&) = delete;

    void Stage(std::string path) { path_ = std::move(path); }
    const std::string& path() const { return path_; }
    HResult MoveTo(std::string_view path, ReplaceExisting replace) {
      const HResult result = files_.Rename(path_, path, replace);
      if (result.Succeeded()) path_.clear();
      return result;
    }
    HResult Remove() { return path_.empty() ? HResult() : files_.Remove(std::exchange(path_, std::string())); }

   private:
    FileSystem& files_;
    std::string path_;
  };

  bool Take(TransferStep step, StepEnd (Attempt::*take)()) {
    StepReport report;
    report.step = step;
    const auto began = environment_.clock().SteadyNow();
    if (stop_.stop_requested()) {
      Apply(report, {"ERROR_CANCELLED"_hr, "interrupted before this step"});
    } else if (FactsOf(step).helper_only && !request_.helper) {
      report.status = StepStatus::kSkipped;
      report.detail = "no helper token was asked for";
    } else {
      skip_reason_.clear();
      Apply(report, (this->*take)());
      if (report.status == StepStatus::kDone && !skip_reason_.empty()) {
        report.status = StepStatus::kSkipped;
        report.detail = skip_reason_;
      }
    }
    report.elapsed = environment_.clock().SteadyNow() - began;
    report_.steps.push_back(report);
    observer_.OnStep(report);
    return report.status != StepStatus::kFailed;
  }

  void Apply(StepReport& report, StepEnd end) {
    report.result = end.result;
    report.detail = std::move(end.detail);
    if (end.result.Succeeded()) return;
    report.status = StepStatus::kFailed;
    report_.result = end.result;
  }

  StepEnd Skip(std::string reason) {
    skip_reason_ = std::move(reason);
    return HResult();
  }

  bool HelperOpensLocalFiles() const {
    return request_.helper && (request_.helper->flags & HelperTokenFlags::kLocalFile) != 0;
  }

  // --- the steps ----------------------------------------------------------------------------------------------------

  StepEnd CheckDestination() {
    FileSystem& files = environment_.files();
    const Result<std::string> full = files.GetFullPath(request_.file);
    if (!full) return {full.error(), fmt::format("\"{}\" is not a path", request_.file)};
    report_.file = *full;
    // What the caller may not see, the helper may: BITS opens the file with the helper's token then.
    const bool may_be_hidden = HelperOpensLocalFiles();
    const std::string directory = DirectoryOf(*full);
    const Result<bool> is_directory = files.IsDirectory(directory);
    if (!is_directory && !(may_be_hidden && is_directory.error() == "E_ACCESSDENIED"_hr)) {
      return {is_directory.error(), fmt::format("the directory {} cannot be looked at", directory)};
    }
    if (is_directory && !*is_directory) {
      return {"ERROR_PATH_NOT_FOUND"_hr, fmt::format("the directory {} does not exist; create it first", directory)};
    }
    const Result<std::optional<std::uint64_t>> size = files.GetFileSize(*full);
    if (!size && !(may_be_hidden && size.error() == "E_ACCESSDENIED"_hr)) {
      return {size.error(), size.error() == "ERROR_DIRECTORY"_hr
                                ? fmt::format("{} is a directory; name the file to write", *full)
                                : fmt::format("{} cannot be looked at", *full)};
    }
    if (size && size->has_value() && !request_.overwrite) {
      return {"ERROR_FILE_EXISTS"_hr, fmt::format("{} exists; ask for it to be overwritten, or name another", *full)};
    }
    return {HResult(), *full};
  }

  StepEnd AskServer() {
    if (!request_.preflight) return Skip("left out on request");
    if (!IsHttpUrl(request_.url)) return Skip("not an http or https URL");
    Result<PreflightFacts> facts = Preflight(environment_.http(), request_.url);
    if (!facts) return {facts.error(), fmt::format("{} cannot be reached", request_.url)};
    // The length of a refusal is not the file's.
    if (ResultOfStatus(facts->status).Failed()) facts->length.reset();
    report_.preflight = *facts;
    observer_.OnPreflight(*facts);
    const HResult result = ResultOfStatus(facts->status);
    const bool helper_answers = request_.helper && (request_.helper->flags & HelperTokenFlags::kNetwork) != 0;
    if (helper_answers && (facts->status == 401 || facts->status == 407)) {
      return {HResult(), Describe(*facts) + "; the helper token is to answer the challenge"};
    }
    return {result, Describe(*facts)};
  }

  StepEnd InitializeCom() {
    Result<Apartment> apartment = Apartment::Enter(environment_.com(), request_.apartment);
    if (!apartment) return apartment.error();
    apartment_.emplace(std::move(*apartment));
    return {HResult(), ToString(request_.apartment)};
  }

  StepEnd HoldJob() {
    Result<std::shared_ptr<Event>> event = environment_.com().MakeEvent();
    if (!event) return event.error();
    event_ = std::move(*event);
    return {HResult(), "a job that does not complete is cancelled on every path"};
  }

  StepEnd InitializeSecurity() {
    const HResult result = environment_.com().CoInitializeSecurity(request_.security);
    // Security was set before, by the program or by an earlier proxy: the blanket of step 8 decides then.
    if (result == "RPC_E_TOO_LATE"_hr) {
      return {HResult(), "the process has its security already; the proxy gets its own"};
    }
    return {result, fmt::format("authentication {}, impersonation {}, cloaking {}",
                                ToString(request_.security.authentication_level),
                                ToString(request_.security.impersonation_level), ToString(request_.security.cloaking))};
  }

  StepEnd CreateManager() {
    auto manager = environment_.com().CoCreateInstance(ManagerClass::k1_0);
    if (!manager) return manager.error();
    manager_ = std::move(*manager);
    return HResult();
  }

  StepEnd CreateJob() {
    Result<jobs::MarkedJob> marked = jobs::CreateMarkedJob(environment_, *manager_, jobs::JobPurpose::kTransfer);
    if (!marked) return marked.error();
    job_ = ScopedJob(std::move(marked->created.job));
    const Guid& id = report_.job_id.emplace(marked->created.id);
    staged_path_ = jobs::StagedFileOf(report_.file, id);
    return {job_->SetDescription(jobs::DescriptionOf(marked->mark, staged_path_)), ToString(id)};
  }

  StepEnd SetNotifyInterface() { return job_->SetNotifyInterface(std::make_shared<JobEvents>(event_)); }

  StepEnd SetNotifyFlags() {
    const HResult flags = job_->SetNotifyFlags(NotifyFlags::kJobTransferred | NotifyFlags::kJobError);
    if (flags.Failed()) return flags;
    const HResult priority = job_->SetPriority(request_.priority);
    return {priority, fmt::format("priority {}", ToString(request_.priority))};
  }

  StepEnd QueryTokenOptions() {
    auto options = Query<BitsTokenOptions>(*job_);
    if (!options) {
      return {options.error(), options.error() == "E_NOINTERFACE"_hr
                                   ? "this BITS has no helper tokens (IBitsTokenOptions came with Windows 7)"
                                   : "IBitsTokenOptions is there, and refused"};
    }
    token_options_ = std::move(*options);
    ProxyBlanket blanket;
    blanket.authentication_level = request_.security.authentication_level;
    blanket.impersonation_level = request_.security.impersonation_level;
    blanket.cloaking = request_.security.cloaking;
    const HResult result = token_options_->SetProxyBlanket(blanket);
    return {result, result.Failed() ? "the proxy's security blanket cannot be set (CoSetProxyBlanket)" : ""};
  }

  StepEnd LogOnHelper() {
    const Helper& helper = *request_.helper;
    LogonApi& logon = environment_.logon();
    Result<Token> token = helper.open ? helper.open(logon)
                                      : logon.LogonUser(helper.user_name, helper.domain, helper.password,
                                                        helper.logon_type, LogonProvider::kDefault);
    if (!token && helper.open) return {token.error(), "the helper's token cannot be had"};
    if (!token) return {token.error(), fmt::format("LogonUser ({}) failed", ToString(helper.logon_type))};
    const Result<TokenFacts> facts = logon.GetTokenFacts(*token);
    if (!facts) return {facts.error(), "the helper's token cannot be read"};
    helper_token_ = std::move(*token);
    helper_facts_ = *facts;
    Result<Impersonation> impersonation = Impersonation::Of(logon, helper_token_);
    if (!impersonation) return {impersonation.error(), "ImpersonateLoggedOnUser failed"};
    impersonation_.emplace(std::move(*impersonation));
    return {HResult(), fmt::format("{} ({}), Administrators {}", facts->user.account, facts->user.sid,
                                   ToString(AdministratorsIn(*facts)))};
  }

  StepEnd SetHelperToken() { return token_options_->SetHelperToken(); }

  StepEnd VerifyHelperToken() {
    const Result<std::optional<std::string>> sid = token_options_->GetHelperTokenSid();
    if (!sid) return sid.error();
    if (!sid->has_value()) return {"E_UNEXPECTED"_hr, "SetHelperToken succeeded, yet the job has no helper token"};
    report_.helper_sid = **sid;
    if (**sid != helper_facts_.user.sid) {
      return {"E_UNEXPECTED"_hr,
              fmt::format("BITS captured {} instead of the helper {}: the proxy does not use the thread's token; set "
                          "dynamic cloaking on it",
                          **sid, helper_facts_.user.sid)};
    }
    return {HResult(), **sid};
  }

  StepEnd SetHelperTokenFlags() { return token_options_->SetHelperTokenFlags(request_.helper->flags); }

  StepEnd RevertToSelf() {
    impersonation_.reset();
    if (!HelperOpensLocalFiles()) helper_token_.Close();
    return HResult();
  }

  // Without this BITS does not answer a challenge by itself, whoever's token it has
  // [ibitstokenoptions-sethelpertokenflags].
  StepEnd SetCredentials() {
    if ((request_.helper->flags & HelperTokenFlags::kNetwork) == 0) return Skip("the helper is not for the network");
    if (!IsHttpUrl(request_.url)) return Skip("not an http or https URL");
    auto job2 = Query<BackgroundCopyJob2>(*job_);
    if (!job2) return {job2.error(), "IBackgroundCopyJob2 is missing"};
    for (const AuthTarget target : {AuthTarget::kServer, AuthTarget::kProxy}) {
      for (const AuthScheme scheme : {AuthScheme::kNtlm, AuthScheme::kNegotiate}) {
        AuthCredentials implicit;
        implicit.target = target;
        implicit.scheme = scheme;
        if (const HResult result = (*job2)->SetCredentials(implicit); result.Failed()) {
          return {result, fmt::format("{} {}", ToString(target), ToString(scheme))};
        }
      }
    }
    return {HResult(), "NTLM and Negotiate, server and proxy, implicit"};
  }

  // BITS writes beside the destination: until the file is verified nothing that was there is touched, not even by
  // Cancel, which deletes an existing destination on some systems.
  StepEnd AddFile() {
    const HResult result = job_->AddFile(request_.url, staged_path_);
    return {result, result.Failed() ? fmt::format("{} -> {}", request_.url, staged_path_) : staged_path_};
  }

  StepEnd Resume() { return job_->Resume(); }

  StepEnd Wait() {
    WaitEnd end =
        WaitForJob(environment_, *job_, *event_, {request_.timeout, request_.poll_interval}, observer_, stop_);
    return {end.result, std::move(end.detail)};
  }

  StepEnd Complete() {
    const HResult noted = note_.Write(environment_, *manager_, staged_path_);
    if (noted.Failed()) return {noted, "the job that tells of an unverified file cannot be made"};
    // Before the call: it may take effect although its answer is lost, and then there is a file.
    staged_.Stage(staged_path_);
    const HResult result = job_.Complete();
    if (result.Failed()) return result;
    if (result == "BG_S_PARTIAL_COMPLETE"_hr) {
      return {"BG_E_FILE_NOT_AVAILABLE"_hr, "Complete returned " + ToString(result) + ": BITS did not keep the file"};
    }
    return result;
  }

  StepEnd VerifyFile() {
    StepEnd end = VerifyAsItsOwner();
    if (end.result.Failed()) return end;
    if (const HResult removed = note_.Remove(); removed.Failed()) {
      end.detail += fmt::format("; the job that told of it is left ({})", ToString(removed));
    }
    return end;
  }

  StepEnd VerifyAsItsOwner() {
    if (!HelperOpensLocalFiles()) return Verify();
    const Result<Impersonation> impersonation = Impersonation::Of(environment_.logon(), helper_token_);
    if (!impersonation) return {impersonation.error(), "the helper cannot be impersonated again to look at its file"};
    return Verify();
  }

  StepEnd Verify() {
    FileSystem& files = environment_.files();
    const Result<std::optional<std::uint64_t>> size = files.GetFileSize(staged_.path());
    if (!size) return {size.error(), staged_.path() + " cannot be looked at"};
    if (!size->has_value()) {
      return {"ERROR_FILE_NOT_FOUND"_hr, "BITS says the transfer is complete, but there is no file"};
    }
    const std::optional<std::uint64_t> announced = report_.preflight ? report_.preflight->length : std::nullopt;
    if (announced && *announced != **size) {
      return {"BG_E_VALIDATION_FAILED"_hr,
              fmt::format("the file has {} bytes, the server had announced {}: the transfer was cut short, or the file "
                          "changed meanwhile",
                          **size, *announced)};
    }
    if (request_.sha256) {
      const Result<std::string> hash = files.HashSha256(staged_.path());
      if (!hash) return {hash.error(), staged_.path() + " cannot be read"};
      if (!EqualsIgnoringCase(*hash, *request_.sha256)) {
        return {"BG_E_VALIDATION_FAILED"_hr, fmt::format("the file's SHA-256 is {}, not {}", *hash, *request_.sha256)};
      }
      report_.sha256 = *hash;
    }
    const HResult moved =
        staged_.MoveTo(report_.file, request_.overwrite ? ReplaceExisting::kYes : ReplaceExisting::kNo);
    if (moved.Failed()) return {moved, fmt::format("the file cannot be renamed to {}", report_.file)};
    report_.bytes = **size;
    return {HResult(), fmt::format("{} bytes{}", **size, request_.sha256 ? ", SHA-256 as given" : "")};
  }

  // --- after a failure ----------------------------------------------------------------------------------------------

  void CleanUp() {
    impersonation_.reset();
    if (job_) {
      const HResult cancelled = job_.Abandon();
      Undo(cancelled == "BG_S_UNABLE_TO_DELETE_FILES"_hr
               ? "the job is cancelled (BITS reports temporary files that it could not delete)"
               : "the job is cancelled",
           "the job could not be cancelled", cancelled);
    }
    if (!staged_.path().empty()) {
      const std::string path = staged_.path();
      const HResult removed = RemoveStaged();
      if (removed != "S_FALSE"_hr) Undo("the file is deleted", path + " could not be deleted", removed);
    }
    if (const HResult removed = note_.Remove(); removed.Failed()) {
      Undo("", "the job that told of the file could not be cancelled", removed);
    }
  }

  HResult RemoveStaged() {
    if (staged_.path().empty() || !HelperOpensLocalFiles()) return staged_.Remove();
    const Result<Impersonation> impersonation = Impersonation::Of(environment_.logon(), helper_token_);
    return staged_.Remove();
  }

  void Undo(std::string_view done, std::string_view failed, HResult result) {
    if (!report_.clean_up.empty()) report_.clean_up += "; ";
    report_.clean_up += result.Succeeded() ? done : failed;
    if (result.Failed()) report_.clean_up += " (" + ToString(result) + ")";
  }

  Environment& environment_;
  const TransferRequest& request_;
  TransferObserver& observer_;
  std::stop_token stop_;
  std::chrono::nanoseconds started_;
  TransferReport report_;
  std::string skip_reason_;
  std::string staged_path_;

  std::optional<Apartment> apartment_;
  std::shared_ptr<Event> event_;
  std::unique_ptr<BackgroundCopyManager> manager_;
  jobs::StagedFileNote note_;  // which outlives the file that it tells of
  StagedFile staged_;
  ScopedJob job_;
  std::unique_ptr<BitsTokenOptions> token_options_;
  Token helper_token_;
  TokenFacts helper_facts_;
  std::optional<Impersonation> impersonation_;
};

}  // namespace

const StepReport* TransferReport::FailedStep() const {
  return !steps.empty() && steps.back().status == StepStatus::kFailed ? &steps.back() : nullptr;
}

TransferReport Transfer(Environment& environment, const TransferRequest& request, TransferObserver& observer,
                        std::stop_token stop) {
  return Attempt(environment, request, observer, std::move(stop)).Run();
}

}  // namespace bits::transfer
