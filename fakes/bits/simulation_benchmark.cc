// How fast the simulation is, and how it compares with a GoogleMock call and with a real BITS service.
//
//   bits_simulation_benchmark [Google Benchmark's options]
//
// After Google Benchmark's own table come the goals, each with what was measured. Exit code 1 when one is missed; the
// machine should be otherwise idle, the build optimised. The real service is Wine's, asked by bits_adapter_benchmark
// where the Windows build has it.
#include <malloc.h>

#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "fakes/bits/bits_service.h"
#include "fakes/bits/matrix_runner.h"
#include "fakes/mocks/gmock_background_copy_job.h"
#include "fakes/world/cast.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/impersonation.h"
#include "harness/api/scoped_job.h"

namespace bits::fakes {
namespace {

constexpr std::string_view kUrl = "http://files.contoso.test/setup.msi";

// A client whose user may have as many jobs as they like.
struct Bench {
  Bench() : cast(world), process(world.Start(cast.Owner(rules::TokenKind::kSystem))) {
    AddStandardServers(world);
    world.Change([this] {
      world.disk().AddDirectory("C:\\Benchmark");
      world.network().AddHttpResource("http://files.contoso.test/small", FileContent::Synthetic(1000));
    });
    apartment.emplace(std::move(*Apartment::Enter(process->com(), ApartmentType::kMultiThreaded)));
    static_cast<void>(process->com().CoInitializeSecurity({}));
    manager = std::move(*process->com().CoCreateInstance(ManagerClass::k1_0));
    helper = process->Open(cast.Helper(rules::TokenKind::kUser));
  }

  CreatedJob MakeJob() const { return std::move(*manager->CreateJob("benchmark", JobType::kDownload)); }

  World world;
  Cast cast;
  std::unique_ptr<Process> process;
  std::optional<Apartment> apartment;
  std::unique_ptr<BackgroundCopyManager> manager;
  Token helper;
};

void SimpleCall(benchmark::State& state) {
  const Bench bench;
  const ScopedJob job(bench.MakeJob().job);
  for (auto _ : state) benchmark::DoNotOptimize(job->GetState());
}
BENCHMARK(SimpleCall);

void GoogleMockCall(benchmark::State& state) {
  ::testing::NiceMock<mocks::MockBackgroundCopyJob> job;
  for (auto _ : state) benchmark::DoNotOptimize(job.GetState());
}
BENCHMARK(GoogleMockCall);

class Finished : public BackgroundCopyCallback {
 public:
  explicit Finished(std::shared_ptr<Event> event) : event_(std::move(event)) {}
  HResult JobTransferred(BackgroundCopyJob&) override {
    event_->Set();
    return HResult();
  }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return HResult(); }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return HResult(); }

 private:
  std::shared_ptr<Event> event_;
};

// The documented helper-token download, from CreateJob to Complete: some 25 calls.
void DocumentedTransfer(benchmark::State& state) {
  const Bench bench;
  LogonApi& logon = bench.process->logon();
  const std::shared_ptr<Event> event = *bench.process->com().MakeEvent();
  const auto callback = std::make_shared<Finished>(event);
  for (auto _ : state) {
    const CreatedJob created = bench.MakeJob();
    BackgroundCopyJob& job = *created.job;
    job.SetDescription("documented transfer");
    job.SetPriority(JobPriority::kForeground);
    job.SetNotifyInterface(callback);
    job.SetNotifyFlags(NotifyFlags::kJobTransferred | NotifyFlags::kJobError);
    job.SetMinimumRetryDelay(60);
    job.SetNoProgressTimeout(3600);
    const auto options = Query<BitsTokenOptions>(job);
    static_cast<void>((*options)->SetProxyBlanket({}));
    {
      const Result<Impersonation> impersonation = Impersonation::Of(logon, bench.helper);
      static_cast<void>((*options)->SetHelperToken());
      static_cast<void>((*options)->SetHelperTokenFlags(HelperTokenFlags::kNetwork));
    }
    benchmark::DoNotOptimize((*options)->GetHelperTokenSid());
    benchmark::DoNotOptimize((*options)->GetHelperTokenFlags());
    const auto job2 = Query<BackgroundCopyJob2>(job);
    (*job2)->SetCredentials({});
    job.AddFile("http://files.contoso.test/small", "C:\\Benchmark\\small");
    benchmark::DoNotOptimize(job.GetId());
    job.Resume();
    benchmark::DoNotOptimize(bench.process->com().WaitForEvent(*event, std::chrono::minutes(1)));
    benchmark::DoNotOptimize(job.GetProgress());
    benchmark::DoNotOptimize(job.GetState());
    job.SetNotifyInterface(nullptr);
    static_cast<void>((*options)->ClearHelperToken());
    const HResult completed = job.Complete();
    if (completed.Failed()) state.SkipWithError(ToString(completed).c_str());
  }
}
BENCHMARK(DocumentedTransfer);

void AllCellsByRules(benchmark::State& state) {
  for (auto _ : state) {
    for (std::size_t i = 0; i < rules::DecisionSpaceSize(); ++i) {
      benchmark::DoNotOptimize(rules::Judge(rules::CellAt(i)));
    }
  }
}
BENCHMARK(AllCellsByRules)->Unit(benchmark::kMillisecond);

void AllCellsBySimulation(benchmark::State& state) {
  for (auto _ : state) {
    MatrixRunner runner;
    for (std::size_t i = 0; i < rules::DecisionSpaceSize(); ++i)
      benchmark::DoNotOptimize(runner.Play(rules::CellAt(i)));
  }
}
BENCHMARK(AllCellsBySimulation)->Unit(benchmark::kMillisecond)->Iterations(1);

// A queue of `count` jobs with a file each.
void Fill(const Bench& bench, std::int64_t count, std::vector<Guid>* ids) {
  for (std::int64_t i = 0; i < count; ++i) {
    const CreatedJob created = bench.MakeJob();
    created.job->AddFile(kUrl, "C:\\Benchmark\\setup.msi");
    if (ids != nullptr) ids->push_back(created.id);
  }
}

void GetJob(benchmark::State& state) {
  const Bench bench;
  std::vector<Guid> ids;
  Fill(bench, state.range(0), &ids);
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.manager->GetJob(ids[next]));
    next = (next + 1) % std::min<std::size_t>(ids.size(), 64);
  }
}
BENCHMARK(GetJob)->Arg(100)->Arg(10'000)->Arg(100'000);

void CreateAndEnumerate(benchmark::State& state) {
  for (auto _ : state) {
    const Bench bench;
    Fill(bench, state.range(0), nullptr);
    const auto jobs = bench.manager->EnumJobs(0);
    std::size_t count = 0;
    for (;;) {
      const auto entries = (*jobs)->Next(1000);
      count += entries->size();
      if (entries->size() < 1000) break;
    }
    if (count != static_cast<std::size_t>(state.range(0))) state.SkipWithError("jobs are missing");
    state.PauseTiming();
    state.counters["GiB"] = static_cast<double>(mallinfo2().uordblks) / (1U << 30U);
    state.ResumeTiming();
  }
}
BENCHMARK(CreateAndEnumerate)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

// What the operating system takes to hand out a page is not the simulation's, and some virtual machines take a hundred
// times what others do: the program has all its memory before anything is measured, and gives none back.
void TakeMemory() {
  constexpr std::size_t kBytes = std::size_t{1} << 30U;
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  const auto memory = std::make_unique<char[]>(kBytes);  // set to zero: each page is touched
  benchmark::DoNotOptimize(memory.get());
}

// --- goals

class Collector : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (!run.error_occurred) {
        // Nothing here waits, so the processor's time is the time it takes, and other programs do not count.
        seconds_[run.benchmark_name()] = run.cpu_accumulated_time / static_cast<double>(run.iterations);
        if (const auto memory = run.counters.find("GiB"); memory != run.counters.end()) gibibytes_ = memory->second;
      }
    }
    ConsoleReporter::ReportRuns(runs);
  }
  std::optional<double> Seconds(const std::string& name) const {
    const auto found = seconds_.find(name);
    return found == seconds_.end() ? std::nullopt : std::optional(found->second);
  }
  // Of the last benchmark that told it: the one with the most jobs.
  std::optional<double> Gibibytes() const { return gibibytes_; }

 private:
  std::map<std::string, double> seconds_;
  std::optional<double> gibibytes_;
};

// Microseconds of a GetState that crosses into Wine's BITS, as the Windows benchmark tells it.
std::optional<double> RealServiceMicroseconds() {
  std::FILE* output = popen(BITS_WINDOWS_BENCHMARK " 100 2>/dev/null", "r");
  if (output == nullptr) return std::nullopt;
  char line[256] = {};
  std::optional<double> found;
  while (std::fgets(line, sizeof line, output) != nullptr) {
    const std::string text(line);
    const std::size_t at = text.find("raw COM ");
    if (at != std::string::npos) found = std::stod(text.substr(at + 8));
  }
  pclose(output);
  return found;
}

bool Check(std::string_view goal, std::optional<double> measured, double limit, std::string_view unit) {
  if (!measured) {
    fmt::print("  {:<70} not measured\n", goal);
    return true;
  }
  const bool met = *measured <= limit;
  fmt::print("  {:<70} {:>10.3f} {} (limit {}) {}\n", goal, *measured, unit, limit, met ? "ok" : "MISSED");
  return met;
}

std::optional<double> Ratio(std::optional<double> a, std::optional<double> b, double factor = 1) {
  if (!a || !b || *b == 0) return std::nullopt;
  return *a / *b * factor;
}

bool PrintGoals(const Collector& collected) {
  const auto call = collected.Seconds("SimpleCall");
  const auto ten = collected.Seconds("CreateAndEnumerate/100000/iterations:1");
  const auto hundred = collected.Seconds("CreateAndEnumerate/1000000/iterations:1");
  fmt::print("\nGoals\n");
  bool met = Check("a simple call", Ratio(call, 1e-6), 1, "us");
  met &= Check("a complete documented transfer", Ratio(collected.Seconds("DocumentedTransfer"), 1e-6), 15, "us");
  met &= Check("all cells of the decision space, from the rules", collected.Seconds("AllCellsByRules"), 1, "s");
  met &= Check("all cells, through the simulation", collected.Seconds("AllCellsBySimulation/iterations:1"), 15, "s");
  met &= Check("GetJob among 100,000 jobs against 100",
               Ratio(collected.Seconds("GetJob/100000"), collected.Seconds("GetJob/100")), 2, "times");
  met &= Check("creating and enumerating 1,000,000 jobs against 100,000", Ratio(hundred, ten), 12, "times");
  if (hundred) met &= Check("memory in use with 1,000,000 jobs, listed", collected.Gibibytes(), 1, "GiB");
  fmt::print("\nComparisons\n");
  if (const auto ratio = Ratio(collected.Seconds("GoogleMockCall"), call)) {
    fmt::print("  a GoogleMock call takes {:.2f} times a call into the simulation\n", *ratio);
  }
  const auto real = RealServiceMicroseconds();
  if (real && call) {
    fmt::print("  a call into Wine's BITS takes {:.0f} times a call into the simulation ({:.1f} us)\n",
               *real * 1e-6 / *call, *real);
  } else {
    fmt::print("  Wine's BITS is not compared: ci/build.sh mingw bits_adapter_benchmark builds what asks it\n");
  }
  return met;
}

}  // namespace
}  // namespace bits::fakes

int main(int count, char** values) {
  benchmark::Initialize(&count, values);
  if (benchmark::ReportUnrecognizedArguments(count, values)) return 2;
  bits::fakes::TakeMemory();
  bits::fakes::Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  return bits::fakes::PrintGoals(collector) ? 0 : 1;
}
