// What COM costs over the simulation itself, and what the simulation costs against the machine's own BITS: in process,
// out of process, and opening the scopes. Ratios of one run; the goals are in the output.
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

struct OutOfProcess {
  double get_state;  // nanoseconds a call
  double jobs;       // nanoseconds for 1,000 jobs made, listed and cancelled
};

OutOfProcess MeasureService(int rounds) {
  OutOfProcess measured{};
  const ComPtr<IBackgroundCopyManager> manager = Connect();
  const ComPtr<IBackgroundCopyJob> job = MakeJob(*manager.Get());
  std::vector<double> calls;
  for (int i = 0; i < rounds; ++i) {
    calls.push_back(NanosecondsACall(20, [&] {
      BG_JOB_STATE state;
      job->GetState(&state);
    }));
  }
  job->Cancel();
  measured.get_state = Median(calls);
  measured.jobs = NanosecondsACall(1, [&] {
    std::vector<ComPtr<IBackgroundCopyJob>> jobs;
    for (int i = 0; i < 1000; ++i) jobs.push_back(MakeJob(*manager.Get()));
    ComPtr<IEnumBackgroundCopyJobs> list;
    Check("EnumJobs", manager->EnumJobs(0, list.GetAddressOf()));
    std::vector<IBackgroundCopyJob*> entries(2000);
    ULONG fetched = 0;
    Check("Next", list->Next(2000, entries.data(), &fetched));
    for (ULONG i = 0; i < fetched; ++i) entries[i]->Release();
    for (const auto& made : jobs) Check("Cancel", made->Cancel());
  });
  return measured;
}

void BetweenProcesses(int rounds) {
  const OutOfProcess machine = MeasureService(rounds);
  OutOfProcess fake{};
  {
    const RemoteBits remote(
        R"({"profile": "win11-24h2", "cast": true, "clock": {"real_time": true}})",
        [](const ScriptedWorld& world) { return world.cast->Owner(rules::TokenKind::kAdminElevated); });
    fake = MeasureService(rounds);
  }
  std::printf("GetState between processes: %.1f us on the fake, %.1f us on this machine's BITS, ratio %.3f\n",
              fake.get_state / 1e3, machine.get_state / 1e3, fake.get_state / machine.get_state);
  Goal("ratio at most 1.10", fake.get_state <= 1.10 * machine.get_state);
  std::printf("1,000 jobs made, listed, cancelled: %.2f s on the fake, %.2f s on this machine's BITS, ratio %.3f\n",
              fake.jobs / 1e9, machine.jobs / 1e9, fake.jobs / machine.jobs);
  Goal("ratio at most 1", fake.jobs <= machine.jobs);
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
