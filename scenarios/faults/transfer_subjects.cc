// The documented transfer, without a helper and with one for each kind of resource.
#include <string>
#include <utility>

#include "harness/transfer/transfer.h"
#include "scenarios/faults/subject.h"

namespace bits::faults {
namespace {

using transfer::StepReport;
using transfer::TransferSteps;

constexpr std::string_view kSmallUrl = "http://files.contoso.test/small";
constexpr std::string_view kTextOfOthers = "C:\\Users\\alice\\report.txt";
constexpr std::string_view kExisting = "C:\\Users\\alice\\small.bin";

fakes::FileContent SmallContent() { return fakes::FileContent::Synthetic(1000, 5); }

struct Variant {
  std::string_view id;
  std::optional<std::uint32_t> helper_flags;
  std::string_view url;
  std::string_view file;
  fakes::FileContent content;
  bool overwrite = false;    // and the file's hash is compared
  bool opens_token = false;  // through Helper::open instead of a logon by name
  bool preflight = true;
  HResult ends_with = {};
};

void Prepare(fakes::World& world) {
  world.Change([&world] {
    world.network().AddHttpResource(kSmallUrl, SmallContent());
    world.disk().AddFile(kTextOfOthers, fakes::FileContent("somebody's text"));
    world.disk().AddFile(kExisting, fakes::FileContent("what was there before"));
  });
}

// Tells the run which step is under way, and is itself a callback that can throw.
class Steps : public transfer::TransferObserver {
 public:
  explicit Steps(Run& run) : run_(run) { run_.Enter(TransferSteps().front().id); }

  void OnStep(const StepReport&) override {
    run_.Callback("TransferObserver", "OnStep");
    if (++step_ < TransferSteps().size()) run_.Enter(TransferSteps()[step_].id);
  }
  void OnPreflight(const transfer::PreflightFacts&) override { run_.Callback("TransferObserver", "OnPreflight"); }
  void OnProgress(JobState, const JobProgress&) override { run_.Callback("TransferObserver", "OnProgress"); }

 private:
  Run& run_;
  std::size_t step_ = 0;
};

RunReport Transfer(Run& run, const Variant& variant) {
  transfer::TransferRequest request;
  request.url = variant.url;
  request.file = variant.file;
  request.overwrite = variant.overwrite;
  request.preflight = variant.preflight;
  request.timeout = std::chrono::hours(1);
  // Some waits a transfer, with and without a callback at their end.
  request.poll_interval = std::chrono::milliseconds(5);
  if (variant.overwrite) request.sha256 = variant.content.Sha256();
  if (variant.helper_flags) {
    transfer::Helper& helper = request.helper.emplace();
    helper.user_name = "helen";
    helper.domain = ".";
    helper.password = Secret(fakes::Cast::kPassword);
    helper.flags = *variant.helper_flags;
    if (variant.opens_token) {
      helper.open = [&run, &helper](LogonApi& logon) {
        run.Callback("Helper", "open");
        return logon.LogonUser("helen", ".", helper.password, LogonType::kInteractive, LogonProvider::kDefault);
      };
    }
  }
  Steps steps(run);
  const transfer::TransferReport transferred = transfer::Transfer(run.environment(), request, steps, {});
  RunReport report;
  report.result = transferred.result;
  if (const StepReport* failed = transferred.FailedStep()) {
    report.failed_step = FactsOf(failed->step).id;
    report.text = failed->detail;
  } else {
    report.text = transferred.steps.back().detail;
  }
  report.text += "; " + transferred.clean_up;
  return report;
}

Subject Make(const Variant& variant) {
  Subject subject;
  subject.id = "transfer/" + std::string(variant.id);
  subject.prepare = Prepare;
  subject.run = [variant](Run& run) { return Transfer(run, variant); };
  subject.ends_with = variant.ends_with;
  subject.destination = variant.file;
  subject.content = variant.content;
  if (variant.helper_flags) subject.secret = fakes::Cast::kPassword;
  subject.tells_what_is_left = true;
  subject.tolerated = {
      {"CoInitializeSecurity", "RPC_E_TOO_LATE"_hr},  // the blanket decides then
      {"GetProgress", HResult()},                     // nothing but the display misses it
      {"SetNotifyInterface", HResult(), 2},           // the callback cannot be taken back: it outlives its client
      {"Cancel", HResult()},                          // in the clean-up, or of a job that only told of the file
      {"CloseHandle", HResult()},                     // a handle that cannot be closed is nobody's any more
      {"GetFile", HResult()},                         // of an error: the text has no URL then
      {"GetRemoteName", HResult()},
  };
  if (variant.helper_flags && (*variant.helper_flags & HelperTokenFlags::kLocalFile) != 0) {
    // What the caller may not see, the helper may.
    subject.tolerated.push_back({"IsDirectory", "E_ACCESSDENIED"_hr, 1, 1});
    subject.tolerated.push_back({"GetFileSize", "E_ACCESSDENIED"_hr, 1, 1});
  }
  subject.refused = {{"Complete", "BG_S_PARTIAL_COMPLETE"_hr, "BG_E_FILE_NOT_AVAILABLE"_hr}};
  return subject;
}

}  // namespace

std::vector<Subject> TransferSubjects() {
  constexpr std::string_view kSetup = "http://files.contoso.test/setup.msi";
  constexpr std::string_view kReport = "http://files.contoso.test/private/report.docx";
  constexpr std::uint32_t kBoth = HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork;
  const auto setup = fakes::FileContent::Synthetic(1'000'000, 1);
  const auto report = fakes::FileContent::Synthetic(50'000, 3);
  const Variant variants[] = {
      {"no-helper", {}, kSetup, "C:\\Users\\alice\\setup.msi", setup},
      {"helper-local-file", HelperTokenFlags::kLocalFile, kSetup, "C:\\Users\\helen\\setup.msi", setup},
      {"helper-network", HelperTokenFlags::kNetwork, kReport, "C:\\Users\\alice\\report.docx", report},
      {"helper-both", kBoth, kReport, "C:\\Users\\helen\\report.docx", report, false, true},
      {"overwrite", {}, kSmallUrl, kExisting, SmallContent(), true},
      {"not-found",
       {},
       "http://files.contoso.test/missing",
       "C:\\Users\\alice\\missing",
       {},
       false,
       false,
       false,
       "BG_E_HTTP_ERROR_404"_hr},
  };
  std::vector<Subject> subjects;
  for (const Variant& variant : variants) subjects.push_back(Make(variant));
  return subjects;
}

}  // namespace bits::faults
