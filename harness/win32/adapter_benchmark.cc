// What the adapters add to a call that crosses into the service: GetState through raw COM and through
// BackgroundCopyJob, in turn on the same job, as a ratio.
//
//   bits_adapter_benchmark [ROUNDS]
//
// Exit code 1 when the adapter's median is more than 5 % above the raw call's; the machine must be otherwise idle.
#include "harness/win32/windows_headers.h"
// windows_headers.h first
#include "harness/win32/bits_headers.h"
// bits_headers.h before the rest

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "harness/api/apartment.h"
#include "harness/api/scoped_job.h"
#include "harness/win32/environment.h"

namespace {

constexpr int kCallsARound = 20;

template <class Call>
double MicrosecondsACall(Call&& call) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kCallsARound; ++i) call();
  const std::chrono::duration<double, std::micro> elapsed = std::chrono::steady_clock::now() - began;
  return elapsed.count() / kCallsARound;
}

double Median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

int Complain(const char* what, bits::HResult result) {
  std::fprintf(stderr, "bits_adapter_benchmark: %s: %s\n", what, bits::ToString(result).c_str());
  return 3;
}

}  // namespace

int main(int count, char** values) {
  const int rounds = count > 1 ? std::atoi(values[1]) : 500;
  if (rounds < 1) {
    std::fprintf(stderr, "bits_adapter_benchmark: ROUNDS must be a number from 1 on\n");
    return 2;
  }
  const auto environment = bits::win32::CreateEnvironment();
  const auto apartment = bits::Apartment::Enter(environment->com(), bits::ApartmentType::kMultiThreaded);
  const auto manager = environment->com().CoCreateInstance(bits::ManagerClass::k1_0);
  if (!manager) return Complain("CoCreateInstance", manager.error());
  auto created = (*manager)->CreateJob("bitsdoctor: benchmark", bits::JobType::kDownload);
  if (!created) return Complain("CreateJob", created.error());
  const bits::ScopedJob job(std::move(created->job));

  Microsoft::WRL::ComPtr<IBackgroundCopyManager> raw_manager;
  HRESULT result = ::CoCreateInstance(__uuidof(BackgroundCopyManager), nullptr, CLSCTX_LOCAL_SERVER,
                                      __uuidof(IBackgroundCopyManager), &raw_manager);
  if (FAILED(result)) return Complain("CoCreateInstance", bits::HResult(static_cast<std::uint32_t>(result)));
  GUID id = {created->id.data1, created->id.data2, created->id.data3, {}};
  std::ranges::copy(created->id.data4, id.Data4);
  Microsoft::WRL::ComPtr<IBackgroundCopyJob> raw_job;
  result = raw_manager->GetJob(id, &raw_job);
  if (FAILED(result)) return Complain("GetJob", bits::HResult(static_cast<std::uint32_t>(result)));

  std::vector<double> raw;
  std::vector<double> adapted;
  for (int round = 0; round < rounds; ++round) {
    raw.push_back(MicrosecondsACall([&] {
      BG_JOB_STATE state;
      raw_job->GetState(&state);
    }));
    adapted.push_back(MicrosecondsACall([&] { static_cast<void>(job->GetState()); }));
  }
  const double raw_median = Median(raw);
  const double adapted_median = Median(adapted);
  const double ratio = adapted_median / raw_median;
  std::printf("GetState, median of %d rounds of %d calls: raw COM %.1f us, adapter %.1f us, ratio %.3f\n", rounds,
              kCallsARound, raw_median, adapted_median, ratio);
  return ratio <= 1.05 ? 0 : 1;
}
