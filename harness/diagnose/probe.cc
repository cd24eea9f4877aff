#include "harness/diagnose/probe.h"

#include <utility>

#include "harness/jobs/job_mark.h"

namespace bits::diagnose {

const Result<OsVersion>& Probe::Os() {
  if (!os_) os_ = environment_.machine().GetOsVersion();
  return *os_;
}

const Result<TokenFacts>& Probe::ProcessToken() {
  if (!process_token_) {
    LogonApi& logon = environment_.logon();
    const Result<Token> token = logon.OpenProcessToken(TokenAccess::kQuery | TokenAccess::kDuplicate);
    process_token_ = token ? logon.GetTokenFacts(*token) : Failure(token.error());
  }
  return *process_token_;
}

const Result<Probe::Helper>& Probe::ChosenHelper() {
  if (helper_) return *helper_;
  if (!options_.choice) {
    const Result<TokenFacts>& own = ProcessToken();
    helper_ = own ? Result<Helper>(Helper{"the own token", Token(), *own}) : Failure(own.error());
    return *helper_;
  }
  LogonApi& logon = environment_.logon();
  Result<Token> token = options_.choice->open(logon);
  const Result<TokenFacts> facts = token ? logon.GetTokenFacts(*token) : Failure(token.error());
  helper_ = facts ? Result<Helper>(Helper{options_.choice->name, std::move(*token), *facts}) : Failure(facts.error());
  return *helper_;
}

HResult Probe::EnterCom() {
  if (com_) return *com_;
  Result<Apartment> apartment = Apartment::Enter(environment_.com(), options_.apartment);
  if (apartment) {
    apartment_.emplace(std::move(*apartment));
    initialize_security_ = environment_.com().CoInitializeSecurity(options_.security);
  }
  com_ = HResultOf(apartment);
  return *com_;
}

Result<BackgroundCopyManager*> Probe::Manager() {
  if (!manager_) {
    const HResult com = EnterCom();
    if (com.Failed()) {
      manager_ = Failure(com);
    } else {
      manager_ = environment_.com().CoCreateInstance(ManagerClass::k1_0);
    }
  }
  if (!*manager_) return Failure(manager_->error());
  return (*manager_)->get();
}

Result<BackgroundCopyJob*> Probe::Job() {
  if (!job_result_) {
    const Result<BackgroundCopyManager*> manager = Manager();
    if (!manager) return Failure(manager.error());
    Result<jobs::MarkedJob> marked = jobs::CreateMarkedJob(environment_, **manager, jobs::JobPurpose::kProbe);
    job_result_ = HResultOf(marked);
    if (marked) {
      job_id_ = marked->created.id;
      job_ = ScopedJob(std::move(marked->created.job));
    }
  }
  if (job_result_->Failed()) return Failure(*job_result_);
  if (!job_) return Failure("BG_E_INVALID_STATE"_hr);
  return &*job_;
}

Result<BitsTokenOptions*> Probe::TokenOptions() {
  if (!token_options_) {
    const Result<BackgroundCopyJob*> job = Job();
    if (!job) return Failure(job.error());
    token_options_ = Query<BitsTokenOptions>(**job);
    if (*token_options_) {
      ProxyBlanket blanket;
      blanket.authentication_level = options_.security.authentication_level;
      blanket.impersonation_level = options_.security.impersonation_level;
      blanket.cloaking = options_.security.cloaking;
      if (const HResult result = (**token_options_)->SetProxyBlanket(blanket); result.Failed()) {
        token_options_ = Failure(result);
      }
    }
  }
  if (!*token_options_) return Failure(token_options_->error());
  return (*token_options_)->get();
}

HResult Probe::EndJob() {
  token_options_ = Failure("BG_E_INVALID_STATE"_hr);
  return job_.Abandon();
}

}  // namespace bits::diagnose
