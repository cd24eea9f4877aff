// A real process is killed at every call of a transfer, over this machine's BITS and over the simulation in a process
// of its own. Then sweep ends exactly what it left; a bystander's job, and files that were there, are left alone.
#include "harness/win32/windows_headers.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fakes/com/server_process.h"
#include "harness/api/apartment.h"
#include "harness/api/scoped_job.h"
#include "harness/jobs/sweep.h"
#include "harness/win32/environment.h"
#include "harness/win32/handles.h"
#include "harness/win32/test_directory.h"
#include "harness/win32/utf.h"
#include "scenarios/crash/attached_bits.h"
#include "scenarios/http/http_server.h"

namespace bits::crash {
namespace {

using jobs::SweepOutcome;
using jobs::SweepReport;
using nlohmann::json;
using ::testing::UnorderedElementsAre;

constexpr DWORD kCrashed = 99;
constexpr std::uint64_t kSize = 65'537;
constexpr std::string_view kPrecious = "was here before";

std::wstring ProgramBeside(std::wstring_view name) {
  wchar_t path[MAX_PATH] = {};
  GetModuleFileNameW(nullptr, path, MAX_PATH);
  return std::filesystem::path(path).replace_filename(std::filesystem::path(name)).wstring();
}

win32::KernelHandle StartProgram(std::wstring_view name, const std::vector<std::string>& arguments) {
  const std::wstring program = ProgramBeside(name);
  std::wstring command = L"\"" + program + L"\"";
  for (const std::string& argument : arguments) {
    command += L" \"" + win32::WideFromUtf8(argument).value() + L"\"";
  }
  STARTUPINFOW startup{};
  startup.cb = sizeof(startup);
  PROCESS_INFORMATION started{};
  EXPECT_TRUE(CreateProcessW(program.c_str(), command.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup,
                             &started));
  const win32::KernelHandle thread(started.hThread);
  return win32::KernelHandle(started.hProcess);
}

DWORD ExitCodeOf(const win32::KernelHandle& process) {
  WaitForSingleObject(process.get(), INFINITE);
  DWORD code = ~0UL;
  GetExitCodeProcess(process.get(), &code);
  return code;
}

DWORD RunProgram(std::wstring_view name, const std::vector<std::string>& arguments) {
  return ExitCodeOf(StartProgram(name, arguments));
}

class CrashTest : public ::testing::Test {
 protected:
  CrashTest() {
    testing::HttpResource resource;
    resource.content = testing::HttpContent::Generated(kSize);
    server_.Set("/f", resource);
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    const std::string any = directory_.Path("any");
    const auto path = std::filesystem::path(std::u8string(any.begin(), any.end())).parent_path();
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  std::string Content(std::string_view name) const {
    const std::string path = directory_.Path(name);
    std::ifstream file(std::filesystem::path(std::u8string(path.begin(), path.end())), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  // A job of somebody else's, with a file that is there already.
  ScopedJob MakeBystander(BackgroundCopyManager& manager) {
    ScopedJob job(manager.CreateJob("bitsdoctor: transfer", JobType::kDownload).value().job);
    EXPECT_EQ(job->AddFile(server_.Url("/f"), directory_.Write("bystander.bin", kPrecious)), HResult());
    return job;
  }

  SweepReport SweepNow(bool dry_run) {
    jobs::SweepOptions options;
    options.dry_run = dry_run;
    const auto report = Sweep(*windows_, options);
    EXPECT_TRUE(report) << report.error().call << " " << ToString(report.error().result);
    return report.value_or(SweepReport{});
  }

  // Jobs of ours go on without their process: waits until none is on its way.
  void WaitUntilSettled() {
    const auto event = windows_->com().MakeEvent().value();
    constexpr int kPatience = 5000;
    for (int looks = 0; looks < kPatience; ++looks) {
      const SweepReport report = SweepNow(/*dry_run=*/true);
      const bool settled = std::ranges::none_of(report.jobs, [](const jobs::SweptJob& swept) {
        const JobState state = swept.job.state;
        return state == JobState::kQueued || state == JobState::kConnecting || state == JobState::kTransferring;
      });
      if (settled) return;
      windows_->com().WaitForEvent(*event, std::chrono::milliseconds(2)).value();
    }
    FAIL() << "a job is still on its way";
  }

  struct Killed {
    DWORD code = 0;        // of the process
    std::size_t jobs = 0;  // that it left, and that were swept
    std::size_t files = 0;
  };

  // Kills a transfer at a call (see crashing_transfer), and has swept what it left.
  Killed KillAndSweep(const std::string& call, const std::vector<std::string>& backend, const ScopedJob& bystander) {
    Killed killed;
    directory_.Write("f.bin", kPrecious);
    std::vector<std::string> arguments = {call, server_.Url("/f"), directory_.Path("f.bin")};
    arguments.insert(arguments.end(), backend.begin(), backend.end());
    killed.code = RunProgram(L"crashing_transfer.exe", arguments);
    WaitUntilSettled();
    killed.jobs = SweepNow(/*dry_run=*/true).Count(SweepOutcome::kFound);
    killed.files = static_cast<std::size_t>(
        std::ranges::count_if(Files(), [](const std::string& name) { return name.ends_with(".partial"); }));
    const SweepReport report = SweepNow(/*dry_run=*/false);
    EXPECT_EQ(report.Count(SweepOutcome::kSwept), killed.jobs) << "killed at call " << call;
    EXPECT_EQ(report.jobs.size(), killed.jobs) << "killed at call " << call;
    for (const jobs::SweptJob& swept : report.jobs) EXPECT_EQ(swept.outcome, SweepOutcome::kSwept) << swept.detail;
    EXPECT_THAT(SweepNow(/*dry_run=*/true).jobs, ::testing::IsEmpty()) << "killed at call " << call;
    EXPECT_THAT(Files(), UnorderedElementsAre("f.bin", "bystander.bin")) << "killed at call " << call;
    EXPECT_EQ(Content("bystander.bin"), kPrecious) << "killed at call " << call;
    EXPECT_TRUE(Content("f.bin") == kPrecious || Content("f.bin").size() == kSize) << "killed at call " << call;
    EXPECT_EQ(bystander->GetState(), JobState::kSuspended) << "killed at call " << call;
    return killed;
  }

  // At each of its calls, from the first until it makes fewer.
  void KillAtEachCall(const std::vector<std::string>& backend) {
    const Result<Apartment> apartment = Apartment::Enter(windows_->com(), ApartmentType::kMultiThreaded);
    ASSERT_TRUE(apartment);
    windows_->com().CoInitializeSecurity({});
    const auto manager = windows_->com().CoCreateInstance(ManagerClass::k1_0);
    ASSERT_TRUE(manager) << manager.error();
    const ScopedJob bystander = MakeBystander(**manager);
    std::size_t jobs = 0;
    int call = 1;
    for (;; ++call) {
      const Killed killed = KillAndSweep(std::to_string(call), backend, bystander);
      jobs += killed.jobs;
      if (killed.code != kCrashed) {
        EXPECT_EQ(killed.code, 0U) << "the transfer that was not killed";
        EXPECT_EQ(killed.jobs, 0U) << "and left nothing";
        break;
      }
      if (HasFailure()) break;
    }
    std::printf("killed at each of %d calls: %zu jobs swept\n", call - 1, jobs);
    EXPECT_GT(call, 25);
    EXPECT_GT(jobs, 15U);
    // How often it asks for the job's state depends on the time that takes, so no number stands for this call.
    const Killed complete = KillAndSweep("Complete", backend, bystander);
    EXPECT_EQ(complete.code, kCrashed);
    EXPECT_EQ(complete.files, 1U) << "killed between Complete and the file's last name";
  }

  win32::TestDirectory directory_;
  testing::HttpServer server_;
  std::unique_ptr<Environment> windows_ = win32::CreateEnvironment();
};

TEST_F(CrashTest, AtEachCallOverThisMachinesBits) { KillAtEachCall({}); }

class CrashOnTheFakeTest : public CrashTest {
 protected:
  void KillAtEachCallOverTheFake(const std::vector<std::string>& more) {
    const win32::TestDirectory scripts;
    const std::string any = directory_.Path("any");
    const std::string script = json{
        {"profile", "win10-1607"},
        {"cast", true},
        {"real_files", {{{"root", any.substr(0, any.find_last_of("\\/"))}}}},
        {"real_http", true},
        {"clock",
         {{"real_time", true}}}}.dump();
    CO_MTA_USAGE_COOKIE apartment = nullptr;
    CoIncrementMTAUsage(&apartment);
    {
      fakes::com::ServerProcess server(fakes::com::ServerPath(), script);
      const AttachedBits attached(server.id(), script);
      std::vector<std::string> backend = {ToString(server.id()), scripts.Write("world.json", script)};
      backend.insert(backend.end(), more.begin(), more.end());
      KillAtEachCall(backend);
    }
    CoDecrementMTAUsage(apartment);
  }
};

TEST_F(CrashOnTheFakeTest, AtEachCall) { KillAtEachCallOverTheFake({}); }
TEST_F(CrashOnTheFakeTest, AtEachCallWithAHelper) { KillAtEachCallOverTheFake({"helper"}); }

// The programs themselves, from outside.
TEST_F(CrashTest, BitsdoctorKilledInTheMiddleOfATransferIsSweptByBitsdoctor) {
  server_.Hold("/f", 1000);
  directory_.Write("f.bin", kPrecious);
  {
    const win32::KernelHandle doctor = StartProgram(
        L"bitsdoctor.exe", {"transfer", server_.Url("/f"), directory_.Path("f.bin"), "--overwrite", "--no-preflight"});
    ASSERT_TRUE(server_.WaitUntilHeld("/f"));
    EXPECT_EQ(RunProgram(L"bitsdoctor.exe", {"sweep", "--output", directory_.Path("report")}), 0U) << "it runs";
    TerminateProcess(doctor.get(), kCrashed);
    EXPECT_EQ(ExitCodeOf(doctor), kCrashed);
  }
  EXPECT_EQ(RunProgram(L"bitsdoctor.exe", {"sweep", "--dry-run", "--output", directory_.Path("report")}), 1U);
  EXPECT_EQ(RunProgram(L"bitsdoctor.exe", {"sweep", "--format", "json", "--output", directory_.Path("report")}), 0U);
  const json report = json::parse(Content("report"));
  EXPECT_EQ(report["schema"], "bitsdoctor/sweep/1");
  ASSERT_EQ(report["jobs"].size(), 1U);
  EXPECT_EQ(report["jobs"][0]["outcome"], "swept");
  EXPECT_THAT(Files(), UnorderedElementsAre("f.bin", "report"));
  EXPECT_EQ(Content("f.bin"), kPrecious);
}

}  // namespace
}  // namespace bits::crash
