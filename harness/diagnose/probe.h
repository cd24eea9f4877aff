// What the checks share: one connection, one probe job, asked for when the first check needs them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/environment.h"
#include "harness/api/scoped_job.h"
#include "harness/diagnose/check_result.h"

namespace bits::diagnose {

// The account that --helper names.
struct HelperAccount {
  std::string user_name;
  std::optional<std::string> domain;  // absent for a UPN name
  Secret password;
};

// A token to be set as helper token, and what to call it.
struct HelperChoice {
  std::string name;
  std::function<Result<Token>(LogonApi&)> open;
};

struct CheckOptions {
  std::optional<HelperAccount> helper;
  // Whose token set-helper-token and helper-token-sid speak of; absent: the own.
  std::optional<HelperChoice> choice;
  ApartmentType apartment = ApartmentType::kMultiThreaded;
  ProcessSecurity security;
  // Told of each result before anything is concluded from it; may change it, as where a recording lacks calls.
  std::function<void(CheckResult&)> review;
};

// Each part is made once, on first use, and its failure is kept as it was. One thread. The destructor cancels whatever
// probe job is left and leaves the apartment.
class Probe {
 public:
  Probe(Environment& environment, const CheckOptions& options) : environment_(environment), options_(options) {}

  Environment& environment() const { return environment_; }
  const CheckOptions& options() const { return options_; }

  const Result<OsVersion>& Os();

  // Facts of the process's token.
  const Result<TokenFacts>& ProcessToken();

  // A token to set as helper token.
  struct Helper {
    std::string name;
    Token token;  // empty for the own token
    TokenFacts facts;
  };
  // The helper that the options choose, or the own token.
  const Result<Helper>& ChosenHelper();

  // Enters the apartment and sets process security, as a client of BITS has to.
  HResult EnterCom();
  // What CoInitializeSecurity itself returned; meaningful after EnterCom.
  HResult InitializeSecurityResult() const { return initialize_security_; }

  // Pointers stay valid until EndJob, or as long as the probe.
  Result<BackgroundCopyManager*> Manager();
  Result<BackgroundCopyJob*> Job();
  const std::optional<Guid>& job_id() const { return job_id_; }

  // IBitsTokenOptions of the probe job, with the blanket set on its proxy.
  Result<BitsTokenOptions*> TokenOptions();

  // Cancels the probe job. S_OK when there is none.
  HResult EndJob();

 private:
  Environment& environment_;
  const CheckOptions& options_;
  std::optional<Result<OsVersion>> os_;
  std::optional<Result<TokenFacts>> process_token_;
  std::optional<Result<Helper>> helper_;
  std::optional<HResult> com_;
  HResult initialize_security_;
  std::optional<Apartment> apartment_;
  std::optional<Result<std::unique_ptr<BackgroundCopyManager>>> manager_;
  std::optional<HResult> job_result_;
  std::optional<Guid> job_id_;
  ScopedJob job_;
  std::optional<Result<std::unique_ptr<BitsTokenOptions>>> token_options_;
};

}  // namespace bits::diagnose
