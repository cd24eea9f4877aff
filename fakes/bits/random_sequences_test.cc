// Random sequences of calls by several users, legal and illegal, against what must always hold.
//
// RapidCheck makes and shrinks the sequences; a failing one prints as a test that can be pasted here.
// RC_PARAMS="max_success=100000" makes a long run of it (ci/soak.sh).
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "fakes/bits/bits_service.h"
#include "fakes/world/process.h"
#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"

namespace bits::fakes {
namespace {

enum class Op {
  kCreate,
  kAddFile,
  kAddMissingFile,
  kSuspend,
  kResume,
  kCancel,
  kComplete,
  kSetHelper,
  kSetFlags,
  kClearHelper,
  kTakeOwnership,
  kReadOthers,
  kLogOff,
  kLogOn,
  kStopService,
  kStartService,
  kUnplug,
  kPlug,
  kAdvance,
  kCount,
};

constexpr std::string_view kOpNames[] = {"Create",        "AddFile",    "AddMissingFile", "Suspend",  "Resume",
                                         "Cancel",        "Complete",   "SetHelper",      "SetFlags", "ClearHelper",
                                         "TakeOwnership", "ReadOthers", "LogOff",         "LogOn",    "StopService",
                                         "StartService",  "Unplug",     "Plug",           "Advance"};
static_assert(std::size(kOpNames) == static_cast<std::size_t>(Op::kCount));

// One step: who does what, to which of the jobs that were ever made, with which number.
struct Step {
  Op op = Op::kCreate;
  std::uint8_t who = 0;
  std::uint8_t job = 0;
  std::uint8_t value = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{Op::k" << kOpNames[static_cast<std::size_t>(step.op)] << ", " << int{step.who} << ", "
             << int{step.job} << ", " << int{step.value} << "}";
}

struct Script {
  std::vector<Step> steps;
};

std::ostream& operator<<(std::ostream& out, const Script& script) {
  out << "\nTEST(RandomSequences, Found) {\n  EXPECT_EQ(Play({{\n";
  for (const Step& step : script.steps) out << "      " << step << ",\n";
  return out << "  }}), \"\");\n}\n";
}

// What must be true of states, whatever is called: `to` may follow `from` within one step of the script.
bool MayFollow(Op op, JobState from, JobState to) {
  using enum JobState;
  if (from == to) return true;
  if (IsFinal(from)) return false;
  // Time passes at every call, and takes what is in motion anywhere but to rest or to an end.
  const auto in_motion = [](JobState s) {
    return s == kQueued || s == kConnecting || s == kTransferring || s == kTransientError;
  };
  if (in_motion(from) && (in_motion(to) || to == kError || to == kTransferred)) return true;
  switch (op) {
    case Op::kSuspend:
      return to == kSuspended;
    case Op::kResume:
      return to == kQueued || to == kConnecting || to == kError;
    case Op::kCancel:
      return to == kCancelled;
    case Op::kComplete:
      return to == kAcknowledged;
    default:
      return false;
  }
}

constexpr std::uint64_t kJobsPerUser = 4;

class Playground {
 public:
  Playground() : world_("win10-1607") {
    world_.AddUser("alice", "a");
    world_.AddUser("bob", "b");
    world_.AddAdministrator("carol", "c");
    world_.AddUser("helen", "h");
    world_.SetPolicy("MaxJobsPerUser", kJobsPerUser);
    world_.Change([this] {
      world_.disk().AddDirectory("C:\\Shared");
      world_.network().AddHttpServer("http://server");
      world_.network().AddHttpResource("http://server/file", FileContent::Synthetic(50'000'000));
    });
    for (const std::string_view name : kNames) Enter(name);
  }

  // What was wrong, or empty.
  std::string Play(const Script& script) {
    for (std::size_t i = 0; i < script.steps.size(); ++i) {
      const std::map<Guid, JobState> before = States();
      Do(script.steps[i]);
      if (const std::string wrong = Check(script.steps[i].op, before); !wrong.empty()) {
        return fmt::format("after step {}: {}", i, wrong);
      }
    }
    return {};
  }

 private:
  static constexpr std::array<std::string_view, 3> kNames = {"alice", "bob", "carol"};

  struct Person {
    std::string name;
    std::unique_ptr<Process> process;
    std::optional<Apartment> apartment;
    std::unique_ptr<BackgroundCopyManager> manager;
    Token helper;
  };
  struct Made {
    Guid id;
    std::size_t maker;
    JobPtr record;
    std::unique_ptr<BackgroundCopyJob> job;
  };

  void Enter(std::string_view name) {
    Person person;
    person.name = name;
    person.process = world_.Start(name == "carol" ? world_.LogOnElevated(name) : world_.LogOn(name));
    person.apartment.emplace(std::move(*Apartment::Enter(person.process->com(), ApartmentType::kMultiThreaded)));
    static_cast<void>(person.process->com().CoInitializeSecurity({}));
    Connect(person);
    LogOnHelper(person);
    people_.push_back(std::move(person));
  }
  static void Connect(Person& person) {
    auto manager = person.process->com().CoCreateInstance(ManagerClass::k1_0);
    if (manager) person.manager = std::move(*manager);
  }
  static void LogOnHelper(Person& person) {
    auto token =
        person.process->logon().LogonUser("helen", ".", Secret("h"), LogonType::kInteractive, LogonProvider::kDefault);
    if (token) person.helper = std::move(*token);
  }

  // The step's job, through a pointer that the step's person gets anew; null when they may not.
  std::unique_ptr<BackgroundCopyJob> PointerFor(Person& person, const Step& step) {
    if (made_.empty() || !person.manager) return nullptr;
    auto job = person.manager->GetJob(made_[step.job % made_.size()].id);
    return job ? std::move(*job) : nullptr;
  }

  void Do(const Step& step) {
    Person& person = people_[step.who % people_.size()];
    if (step.op == Op::kCreate) {
      Create(person, step);
    } else if (step.op >= Op::kAddFile && step.op <= Op::kComplete) {
      if (const auto job = PointerFor(person, step)) DoToJob(*job, step);
    } else if (step.op >= Op::kSetHelper && step.op <= Op::kClearHelper) {
      if (const auto job = PointerFor(person, step)) DoToHelper(person, *job, step);
    } else if (step.op == Op::kTakeOwnership) {
      if (const auto job = PointerFor(person, step)) job->TakeOwnership();
    } else {
      DoToWorld(person, step);
    }
  }

  void Create(Person& person, const Step& step) {
    if (!person.manager) return;
    auto created = person.manager->CreateJob("random", JobType::kDownload);
    if (!created) return;
    Made made{created->id, step.who % people_.size(), nullptr, std::move(created->job)};
    world_.Change([&] { made.record = world_.bits().Find(made.id); });
    made_.push_back(std::move(made));
  }

  void DoToJob(BackgroundCopyJob& job, const Step& step) {
    switch (step.op) {
      case Op::kAddFile:
        files_.push_back(fmt::format("C:\\Shared\\{}", files_.size()));
        job.AddFile("http://server/file", files_.back());
        break;
      case Op::kAddMissingFile:
        files_.push_back(fmt::format("C:\\Shared\\{}", files_.size()));
        job.AddFile("http://server/missing", files_.back());
        break;
      case Op::kSuspend:
        job.Suspend();
        break;
      case Op::kResume:
        job.Resume();
        break;
      case Op::kCancel:
        job.Cancel();
        break;
      default:
        static_cast<void>(job.Complete());
        break;
    }
  }

  static void DoToHelper(Person& person, BackgroundCopyJob& job, const Step& step) {
    const auto options = Query<BitsTokenOptions>(job);
    if (!options) return;
    if (step.op == Op::kSetFlags) static_cast<void>((*options)->SetHelperTokenFlags(step.value % 5));
    if (step.op == Op::kClearHelper) static_cast<void>((*options)->ClearHelperToken());
    if (step.op != Op::kSetHelper) return;
    const auto impersonation = Impersonation::Of(person.process->logon(), person.helper);
    static_cast<void>((*options)->SetHelperToken());
  }

  void DoToWorld(Person& person, const Step& step) {
    switch (step.op) {
      case Op::kReadOthers:
        ReadOthers(person);
        break;
      case Op::kLogOff:
        world_.LogOff(step.value % 4 == 3 ? "helen" : person.name);
        break;
      case Op::kLogOn:
        world_.LogOn(person.name);
        LogOnHelper(person);
        break;
      case Op::kStopService:
        world_.StopBits();
        break;
      case Op::kStartService:
        world_.StartBits();
        for (Person& other : people_) Connect(other);
        break;
      case Op::kUnplug:
      case Op::kPlug:
        world_.SetNetworkConnected(step.op == Op::kPlug);
        break;
      default:
        world_.Advance(std::chrono::milliseconds(100) * step.value);
        break;
    }
  }

  // Nobody but the owner and the administrator may get a job.
  void ReadOthers(Person& person) {
    for (const Made& made : made_) {
      if (!person.manager || IsFinal(made.record->state)) continue;
      const auto job = person.manager->GetJob(made.id);
      if (!job) continue;
      const bool allowed = made.record->owner->sid() == person.process->token()->sid() || person.name == "carol";
      if (!allowed) wrong_ = fmt::format("{} got a job of {}", person.name, made.record->owner->facts.user.account);
    }
  }

  std::map<Guid, JobState> States() const {
    std::map<Guid, JobState> states;
    for (const Made& made : made_) states[made.id] = made.record->state;
    return states;
  }

  std::string Check(Op op, const std::map<Guid, JobState>& before) {
    if (!wrong_.empty()) return wrong_;
    std::set<std::string, std::less<>> completed;
    std::set<std::string, std::less<>> temporaries;
    std::map<std::string, std::size_t> jobs;
    for (const Made& made : made_) {
      const Job& job = *made.record;
      if (NameOf(job.state).empty()) return "a state that is not documented";
      const auto was = before.find(made.id);
      if (was != before.end() && !MayFollow(op, was->second, job.state)) {
        return fmt::format("{} followed {}", ToString(job.state), ToString(was->second));
      }
      if (job.helper && job.helper->session->ended) return "a helper token outlived its session";
      if (IsFinal(job.state) && job.helper) return "a final job has a helper token";
      if (job.IsMoving() && !world_.IsLoggedOn(*job.owner)) return "a job moves although its owner is logged off";
      if (!IsFinal(job.state)) ++jobs[job.owner->sid()];
      for (const JobFile& file : job.files) {
        if (job.state == JobState::kAcknowledged && file.completed) completed.insert(file.local_name);
        if (!file.extras().temporary.empty()) temporaries.insert(file.extras().temporary);
      }
    }
    for (const std::string& file : world_.disk().Files("C:\\Shared")) {
      if (!completed.contains(file) && !temporaries.contains(file)) return fmt::format("{} is on the disk", file);
    }
    for (const Person& person : people_) {
      const bool limited = person.name != "carol";
      if (limited && jobs[person.process->token()->sid()] > kJobsPerUser) return "a user has too many jobs";
    }
    return {};
  }

  World world_;
  std::vector<Person> people_;
  std::vector<Made> made_;
  std::vector<std::string> files_;
  std::string wrong_;
};

std::string Play(const Script& script) { return Playground().Play(script); }

}  // namespace
}  // namespace bits::fakes

namespace rc {
template <>
struct Arbitrary<bits::fakes::Script> {
  static Gen<bits::fakes::Script> arbitrary() {
    using bits::fakes::Op;
    using bits::fakes::Step;
    const auto step = gen::build<Step>(
        gen::set(&Step::op,
                 gen::map(gen::inRange(0, static_cast<int>(Op::kCount)), [](int op) { return static_cast<Op>(op); })),
        gen::set(&Step::who, gen::inRange<std::uint8_t>(0, 3)), gen::set(&Step::job, gen::inRange<std::uint8_t>(0, 8)),
        gen::set(&Step::value, gen::inRange<std::uint8_t>(0, 20)));
    return gen::build<bits::fakes::Script>(
        gen::set(&bits::fakes::Script::steps, gen::container<std::vector<Step>>(step)));
  }
};
}  // namespace rc

namespace bits::fakes {
namespace {

TEST(RandomSequences, BreakNoInvariant) {
  EXPECT_TRUE(rc::check("what must always hold, holds", [](const Script& script) {
    const std::string wrong = Play(script);
    if (!wrong.empty()) RC_FAIL(wrong);
  }));
}

// The invariants themselves can break: here one is broken by hand.
TEST(RandomSequences, AMovementThatIsNotDocumentedIsSeen) {
  EXPECT_FALSE(MayFollow(Op::kAdvance, JobState::kSuspended, JobState::kTransferring));
  EXPECT_FALSE(MayFollow(Op::kAdvance, JobState::kCancelled, JobState::kQueued));
  EXPECT_FALSE(MayFollow(Op::kAddFile, JobState::kError, JobState::kQueued));
  EXPECT_TRUE(MayFollow(Op::kResume, JobState::kError, JobState::kQueued));
}

TEST(RandomSequences, ALongLifePlays) {
  EXPECT_EQ(Play({{
                {Op::kCreate, 0, 0, 0},
                {Op::kAddFile, 0, 0, 0},
                {Op::kSetHelper, 0, 0, 0},
                {Op::kSetFlags, 0, 0, 2},
                {Op::kResume, 0, 0, 0},
                {Op::kAdvance, 0, 0, 1},
                {Op::kLogOff, 0, 0, 0},
                {Op::kLogOn, 0, 0, 0},
                {Op::kSetHelper, 0, 0, 0},
                {Op::kResume, 0, 0, 0},
                {Op::kAdvance, 0, 0, 19},
                {Op::kComplete, 0, 0, 0},
            }}),
            "");
}

}  // namespace
}  // namespace bits::fakes
