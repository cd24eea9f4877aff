// A piece of code that is run under faults.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/world/file_content.h"
#include "harness/api/environment.h"
#include "harness/api/hresult.h"
#include "scenarios/faults/stage.h"

namespace bits::faults {

// What a subject says of its end.
struct RunReport {
  HResult result;           // S_OK, or the error that it reports
  std::string failed_step;  // the step it blames; empty when it succeeded
  std::string text;         // everything it tells a person about the failure
};

// What a subject is given for one run.
class Run {
 public:
  virtual ~Run() = default;
  virtual Environment& environment() = 0;
  virtual Stage& stage() = 0;

  // What follows belongs to this step; `step` is static text. The first failure must be blamed on the step it was in.
  virtual void Enter(std::string_view step) = 0;

  // To be called by each callback of the subject's own (observer, opener of tokens): a call like any other, that a
  // fault can make throw. `interface_name` and `method` are static text.
  virtual void Callback(std::string_view interface_name, std::string_view method) = 0;
};

// A failure of a call that the subject may go on after.
struct Tolerance {
  std::string_view method;               // whatever the interface
  HResult code;                          // S_OK: any
  std::uint64_t from = 1;                // the nth call of the method,
  std::uint64_t to = ~std::uint64_t{0};  // up to this one
};

// A success code that the subject is to report as a failure, and as which.
struct Refusal {
  std::string_view method;
  HResult code;
  HResult reported;
};

struct Subject {
  std::string id;  // "transfer/helper-local-file": what --run names
  rules::TokenKind client = rules::TokenKind::kUser;
  Stage::Prepare prepare = nullptr;
  // Does the work, on one thread, with nothing but what `run` has. An exception may leave it.
  std::function<RunReport(Run& run)> run;
  std::optional<HResult> ends_with;  // what it must report without a fault; absent where that is not the point
  std::vector<Tolerance> tolerated;
  std::vector<Refusal> refused;
  // The one file that a success makes or replaces, and what is in it then; empty for none. Nobody else's file may be
  // touched, and this one holds either what it held before or all of the new content.
  std::string destination;
  fakes::FileContent content;
  // Text that must be in no memory that the subject gives back.
  std::string_view secret;
  // Whether a job, or a file, that could not be undone must be told in the report's text.
  bool tells_what_is_left = false;
  // Whether it stops at the first failure that it has to heed, and blames that. Else (a check goes on, and judges by
  // what it could find out) a verdict that is worse than without a fault must name the code of some call that failed.
  bool blames_first_failure = true;
};

// transfer/…: the documented transfer without a helper, with one for local files, for the network, and for both, and
// one of a file that is not there.
std::vector<Subject> TransferSubjects();

// check/…: each check of harness/diagnose by itself.
std::vector<Subject> CheckSubjects();

}  // namespace bits::faults
