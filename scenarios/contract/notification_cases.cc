// Callbacks.
#include <chrono>

#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

// How long a call that must not come is waited for, once it would have been due.
constexpr std::chrono::milliseconds kSilence(100);

std::shared_ptr<CountingCallback> Register(const ScopedJob& job, std::uint32_t flags) {
  auto callback = std::make_shared<CountingCallback>();
  callback->expected = Must(job->GetId());
  Must(job->SetNotifyInterface(callback));
  Must(job->SetNotifyFlags(flags));
  return callback;
}

void TheEndIsTold(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto callback = Register(job, NotifyFlags::kJobTransferred | NotifyFlags::kJobError);
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("JobTransferred is called", stage.WaitUntil([&] { return callback->transferred > 0; }), true);
  stage.WaitUntil([] { return false; }, kSilence);
  contract.Expect("how often JobTransferred is called", callback->transferred.load(), 1);
  contract.Expect("how often JobError is called", callback->errors.load(), 0);
  contract.Expect("calls about another job", callback->others.load(), 0);
}

void AnErrorIsTold(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("file"));
  const auto callback = Register(job, NotifyFlags::kJobTransferred | NotifyFlags::kJobError);
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  contract.Expect("JobError is called", stage.WaitUntil([&] { return callback->errors > 0; }), true);
  stage.WaitUntil([] { return false; }, kSilence);
  contract.Expect("how often JobError is called", callback->errors.load(), 1);
  contract.Expect("how often JobTransferred is called", callback->transferred.load(), 0);
}

void OnlyWhatWasAskedForIsTold(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const struct {
    std::string_view what;
    std::uint32_t flags;
  } kRows[] = {{"no flags", 0},
               {"the flag of errors", NotifyFlags::kJobError},
               {"the flag that disables", NotifyFlags::kJobTransferred | NotifyFlags::kDisable}};
  for (const auto& row : kRows) {
    const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
    const auto callback = Register(job, row.flags);
    contract.Expect(fmt::format("the state at the end with {}", row.what), Run(stage, *job), JobState::kTransferred);
    stage.WaitUntil([] { return false; }, kSilence);
    contract.Expect(fmt::format("how often JobTransferred is called with {}", row.what), callback->transferred.load(),
                    0);
  }
}

void TheCallbackIsGivenBack(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto first = std::make_shared<CountingCallback>();
  const auto last = std::make_shared<CountingCallback>();
  contract.Expect("SetNotifyInterface", job->SetNotifyInterface(first), HResult());
  contract.Expect("GetNotifyInterface gives it", Must(job->GetNotifyInterface()) == first, true);
  contract.Expect("SetNotifyInterface of another", job->SetNotifyInterface(last), HResult());
  contract.Expect("GetNotifyInterface gives the last", Must(job->GetNotifyInterface()) == last, true);
  contract.Expect("SetNotifyInterface of none", job->SetNotifyInterface(nullptr), HResult());
  contract.Expect("GetNotifyInterface gives none", Must(job->GetNotifyInterface()) == nullptr, true);
}

void AReplacedCallbackIsLetGo(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  auto callback = std::make_shared<CountingCallback>();
  const std::weak_ptr<CountingCallback> watch = callback;
  Must(job->SetNotifyInterface(std::move(callback)));
  contract.Expect("the service keeps a callback", watch.expired(), false);
  Must(job->SetNotifyInterface(nullptr));
  contract.Expect("the service lets go of one that was removed", stage.WaitUntil([&] { return watch.expired(); }),
                  true);
}

void TheLastCallbackIsCalled(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto first = Register(job, NotifyFlags::kJobTransferred);
  const auto last = Register(job, NotifyFlags::kJobTransferred);
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("the last callback is called", stage.WaitUntil([&] { return last->transferred > 0; }), true);
  contract.Expect("how often the first is called", first->transferred.load(), 0);
}

void ARemovedCallbackIsNotCalled(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto callback = Register(job, NotifyFlags::kJobTransferred);
  Must(job->SetNotifyInterface(nullptr));
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  stage.WaitUntil([] { return false; }, kSilence);
  contract.Expect("how often it is called", callback->transferred.load(), 0);
}

void AnEndBeforeTheRegistrationIsTold(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  const auto callback = Register(job, NotifyFlags::kJobTransferred);
  contract.Expect("JobTransferred is called",
                  stage.WaitUntil([&] { return callback->transferred > 0; }, std::chrono::seconds(1)), true);
}

void AModificationIsTold(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto callback = Register(job, NotifyFlags::kJobModification);
  Must(job->SetDescription("modified"));
  contract.Expect("JobModification is called",
                  stage.WaitUntil([&] { return callback->modifications > 0; }, std::chrono::seconds(1)), true);
}

void EachFileIsTold(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("first"));
  Must(job->AddFile(stage.sources().small, stage.Path("second")));
  const auto callback = std::make_shared<CountingCallback>();
  Must(job->SetNotifyInterface(callback));
  contract.Require("SetNotifyFlags(0x10)", job->SetNotifyFlags(NotifyFlags::kFileTransferred), HResult());
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("FileTransferred is called for both",
                  stage.WaitUntil([&] { return callback->files == 2; }, std::chrono::seconds(1)), true);
  contract.Expect("how often JobTransferred is called", callback->transferred.load(), 0);
}

void AnEventIsToldAgainUntilItIsTaken(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto callback = Register(job, NotifyFlags::kJobTransferred);
  callback->refusals = 2;
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  stage.Pass(std::chrono::hours(2));
  contract.Expect("how often JobTransferred is called with two refusals", callback->transferred.load(), 3);
}

const Case kCases[] = {
    {"TheEndIsTold", "nn-bits-ibackgroundcopycallback", {}, TheEndIsTold},
    {"AnErrorIsTold", "nn-bits-ibackgroundcopycallback", {Need::kNotifiedOfErrors}, AnErrorIsTold},
    {"OnlyWhatWasAskedForIsTold", "ibackgroundcopyjob-setnotifyflags", {}, OnlyWhatWasAskedForIsTold},
    {"TheCallbackIsGivenBack", "ibackgroundcopyjob-getnotifyinterface", {}, TheCallbackIsGivenBack},
    {"AReplacedCallbackIsLetGo", "ibackgroundcopyjob-setnotifyinterface", {}, AReplacedCallbackIsLetGo},
    {"TheLastCallbackIsCalled", "ibackgroundcopyjob-setnotifyinterface", {}, TheLastCallbackIsCalled},
    {"ARemovedCallbackIsNotCalled", "ibackgroundcopyjob-setnotifyinterface", {}, ARemovedCallbackIsNotCalled},
    {"AnEndBeforeTheRegistrationIsTold", "nn-bits-ibackgroundcopycallback", {}, AnEndBeforeTheRegistrationIsTold},
    {"AModificationIsTold", "ibackgroundcopycallback-jobmodification", {}, AModificationIsTold},
    {"EachFileIsTold", "ibackgroundcopycallback2-filetransferred", {}, EachFileIsTold},
    {"AnEventIsToldAgainUntilItIsTaken",
     "nn-bits-ibackgroundcopycallback",
     {Need::kVirtualTime},
     AnEventIsToldAgainUntilItIsTaken},
};

}  // namespace

std::span<const Case> NotificationCases() { return kCases; }

}  // namespace bits::contract
