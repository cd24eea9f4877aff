// What COM costs over the simulation itself, and what the simulation costs against the machine's own BITS: in process,
// out of process, and opening the scopes. What is compared is measured in turns in one run; the goals are in the
// output.
//
// usage: bits_com_benchmark [ROUNDS]
//
// Exit codes: 0 every goal is met, 1 one is missed, 2 wrong usage, 3 something could not be run.
#include "harness/win32/windows_headers.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fakes/com/remote_bits.h"
#include "fakes/com/scoped_fake_bits.h"
#include "fakes/com/scoped_fake_logon.h"
#include "harness/api/bits_token_options.h"
#include "harness/win32/bits_headers.h"
#include "harness/win32/conversions.h"
#include "harness/win32/system_error.h"

namespace bits::fakes::com {
namespace {

using Microsoft::WRL::ComPtr;

template <class Call>
double NanosecondsACall(int calls, Call&& call) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) call();
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - began;
  return elapsed.count() / calls;
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void Check(const char* what, HRESULT result) {
  if (FAILED(result)) throw std::runtime_error(std::string(what) + ": " + ToString(win32::FromHresult(result)));
}

bool all_met = true;
void Goal(const char* text, bool met) {
  std::printf("  goal: %s: %s\n", text, met ? "met" : "MISSED");
  all_met = all_met && met;
}

ComPtr<IBackgroundCopyManager> Connect() {
  ComPtr<IBackgroundCopyManager> manager;
  Check("CoCreateInstance", CoCreateInstance(__uuidof(::BackgroundCopyManager), nullptr, CLSCTX_LOCAL_SERVER,
                                             IID_PPV_ARGS(manager.GetAddressOf())));
  return manager;
}

ComPtr<IBackgroundCopyJob> MakeJob(IBackgroundCopyManager& manager) {
  GUID id;
  ComPtr<IBackgroundCopyJob> job;
  Check("CreateJob", manager.CreateJob(L"bitsdoctor: benchmark", BG_JOB_TYPE_DOWNLOAD, &id, job.GetAddressOf()));
  return job;
}

void InProcess(int rounds) {
  World world("win11-24h2");
  const Cast cast(world);
  const auto process = world.Start(cast.Owner(rules::TokenKind::kUser));

  std::vector<double> opening;
  for (int i = 0; i < rounds; ++i) {
    opening.push_back(NanosecondsACall(1, [&] {
      const ScopedFakeBits bits(*process);
      const ScopedFakeLogon logon(*process);
    }));
  }
  std::printf("opening and leaving both scopes: %.3f ms\n", Median(opening) / 1e6);
  Goal("under 5 ms", Median(opening) < 5e6);

  const ScopedFakeBits bits(*process);
  const ScopedFakeLogon logon(*process);
  const ComPtr<IBackgroundCopyManager> manager = Connect();
  const ComPtr<IBackgroundCopyJob> job = MakeJob(*manager.Get());
  GUID id;
  Check("GetId", job->GetId(&id));
  auto native_manager = process->com().CoCreateInstance(ManagerClass::k1_0);
  if (!native_manager) throw std::runtime_error("the simulation's manager: " + ToString(native_manager.error()));
  auto native_job = (*native_manager)->GetJob(win32::FromGuid(id));
  if (!native_job) throw std::runtime_error("the simulation's job: " + ToString(native_job.error()));

  constexpr int kCalls = 1000;
  std::vector<double> by_com;
  std::vector<double> directly;
  for (int i = 0; i < rounds; ++i) {
    by_com.push_back(NanosecondsACall(kCalls, [&] {
      ComPtr<IBitsTokenOptions> options;
      job->QueryInterface(IID_PPV_ARGS(options.GetAddressOf()));
      BG_JOB_STATE state;
      job->GetState(&state);
    }));
    directly.push_back(NanosecondsACall(kCalls, [&] {
      static_cast<void>(Query<BitsTokenOptions>(**native_job));
      static_cast<void>((*native_job)->GetState());
    }));
  }
  std::printf("QueryInterface + GetState in process: %.0f ns by COM, %.0f ns on the simulation itself\n",
              Median(by_com), Median(directly));
  Goal("at most 100 ns more", Median(by_com) - Median(directly) <= 100);
}

// One BITS of the two that are compared.
class Service {
 public:
  explicit Service(ComPtr<IBackgroundCopyManager> manager)
      : manager_(std::move(manager)), job_(MakeJob(*manager_.Get())) {}
  ~Service() { job_->Cancel(); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Nanoseconds a call.
  double GetState() const {
    return NanosecondsACall(20, [&] {
      BG_JOB_STATE state;
      job_->GetState(&state);
    });
  }

  // Nanoseconds for 1,000 jobs made, listed and cancelled.
  double ThousandJobs() const {
    constexpr ULONG kJobs = 1000;
    const double nanoseconds = NanosecondsACall(1, [&] {
      std::vector<ComPtr<IBackgroundCopyJob>> jobs;
      for (ULONG i = 0; i < kJobs; ++i) jobs.push_back(MakeJob(*manager_.Get()));
      ComPtr<IEnumBackgroundCopyJobs> list;
      Check("EnumJobs", manager_->EnumJobs(0, list.GetAddressOf()));
      std::vector<IBackgroundCopyJob*> entries(kJobs);
      ULONG fetched = 0;
      Check("Next", list->Next(kJobs, entries.data(), &fetched));
      for (ULONG i = 0; i < fetched; ++i) entries[i]->Release();
      if (fetched != kJobs) throw std::runtime_error("not all jobs are listed");
      for (const auto& made : jobs) Check("Cancel", made->Cancel());
    });
    ForgetCancelledJobs();
    return nanoseconds;
  }

 private:
  // Wine's BITS lists cancelled jobs until its worker comes by, which a Resume makes it do: the next round is not to
  // find a longer list.
  void ForgetCancelledJobs() const {
    const ComPtr<IBackgroundCopyJob> job = MakeJob(*manager_.Get());
    job->AddFile(L"file:///C:/there/is/no/such/file", L"C:\\there\\is\\no\\such\\file");
    job->Resume();
    for (int i = 0; i < 200; ++i) {
      ComPtr<IEnumBackgroundCopyJobs> list;
      ULONG count = 0;
      if (FAILED(manager_->EnumJobs(0, list.GetAddressOf())) || FAILED(list->GetCount(&count)) || count < 100) break;
      Sleep(10);
    }
    job->Cancel();
  }

  const ComPtr<IBackgroundCopyManager> manager_;
  const ComPtr<IBackgroundCopyJob> job_;
};

// What the same costs on both, in turns, so that whatever else the machine does falls on both.
struct Compared {
  double fake;  // medians
  double machine;
  double ratio;  // the median of the ratios of the rounds
};

template <class Measure>
Compared Compare(const Service& fake, const Service& machine, int rounds, Measure measure) {
  std::vector<double> on_fake;
  std::vector<double> on_machine;
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    const bool fake_first = i % 2 == 0;
    if (fake_first) on_fake.push_back(measure(fake));
    on_machine.push_back(measure(machine));
    if (!fake_first) on_fake.push_back(measure(fake));
    ratios.push_back(on_fake.back() / on_machine.back());
  }
  return {Median(std::move(on_fake)), Median(std::move(on_machine)), Median(std::move(ratios))};
}

void BetweenProcesses(int rounds) {
  // Its pointers stay its own while the simulation takes its place.
  const Service machine(Connect());
  const RemoteBits remote(
      R"({"profile": "win11-24h2", "cast": true, "clock": {"real_time": true}})",
      [](const ScriptedWorld& world) { return world.cast->Owner(rules::TokenKind::kAdminElevated); });
  const Service fake(Connect());

  const Compared call = Compare(fake, machine, rounds, [](const Service& service) { return service.GetState(); });
  std::printf("GetState between processes: %.1f us on the fake, %.1f us on this machine's BITS, ratio %.3f\n",
              call.fake / 1e3, call.machine / 1e3, call.ratio);
  Goal("ratio at most 1.10", call.ratio <= 1.10);

  constexpr int kJobRounds = 11;
  static_cast<void>(Compare(fake, machine, 1, [](const Service& service) { return service.ThousandJobs(); }));  // warm
  const Compared jobs =
      Compare(fake, machine, kJobRounds, [](const Service& service) { return service.ThousandJobs(); });
  std::printf("1,000 jobs made, listed, cancelled: %.2f s on the fake, %.2f s on this machine's BITS, ratio %.3f\n",
              jobs.fake / 1e9, jobs.machine / 1e9, jobs.ratio);
  Goal("ratio at most 1", jobs.ratio <= 1);
}

int Run(int rounds) {
  Check("CoInitializeEx", CoInitializeEx(nullptr, COINIT_MULTITHREADED));
  try {
    InProcess(rounds);
    BetweenProcesses(rounds);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bits_com_benchmark: %s\n", error.what());
    CoUninitialize();
    return 3;
  }
  CoUninitialize();
  return all_met ? 0 : 1;
}

}  // namespace
}  // namespace bits::fakes::com

int main(int count, char** values) {
  const int rounds = count > 1 ? std::atoi(values[1]) : 100;
  if (rounds < 1) {
    std::fprintf(stderr, "bits_com_benchmark: ROUNDS must be a number from 1 on\n");
    return 2;
  }
  return bits::fakes::com::Run(rounds);
}
