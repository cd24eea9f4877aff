// The transfer over the BITS of this machine, Wine's or Windows' own, from a server that does all that can go wrong.
//
// Whatever happens, afterwards there is neither a job nor a file but the one asked for.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/api/apartment.h"
#include "harness/api/scoped_job.h"
#include "harness/jobs/job_mark.h"
#include "harness/transfer/transfer.h"
#include "harness/win32/environment.h"
#include "harness/win32/test_directory.h"
#include "scenarios/http/http_server.h"
#include "scenarios/http/unused_port.h"

namespace bits::transfer {
namespace {

using ::bits::testing::HttpBreak;
using ::bits::testing::HttpContent;
using ::bits::testing::HttpFraming;
using ::bits::testing::HttpResource;
using ::bits::testing::HttpServer;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

HttpResource Serving(std::uint64_t size) {
  HttpResource resource;
  resource.content = HttpContent::Generated(size);
  return resource;
}

class WindowsTransferTest : public ::testing::TestWithParam<ApartmentType> {
 protected:
  WindowsTransferTest() {
    request_.url = server_.Url("/f");
    request_.file = directory_.Path("f.bin");
    request_.apartment = GetParam();
    request_.timeout = std::chrono::minutes(1);
  }

  TransferReport Run() {
    TransferObserver observer;
    return Transfer(*environment_, request_, observer, stop_.get_token());
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    const std::string any = directory_.Path("f.bin");
    const auto path = std::filesystem::path(std::u8string(any.begin(), any.end())).parent_path();
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  // Jobs of ours that are still in the queue.
  std::vector<std::string> Jobs() {
    std::vector<std::string> names;
    const Result<Apartment> apartment = Apartment::Enter(environment_->com(), GetParam());
    const auto manager = environment_->com().CoCreateInstance(ManagerClass::k1_0);
    if (!manager) return {"the manager cannot be had: " + ToString(manager.error())};
    const auto jobs = (*manager)->EnumJobs(EnumJobsFlags::kCurrentUser);
    if (!jobs) return {"the jobs cannot be listed: " + ToString(jobs.error())};
    for (;;) {
      const auto next = (*jobs)->Next(1);
      if (!next || next->empty()) return names;
      const Result<JobState> state = next->front()->GetState();
      const Result<std::string> name = next->front()->GetDisplayName();
      if (state && !IsFinal(*state) && name && jobs::ReadDisplayName(*name)) names.push_back(*name);
    }
  }

  void ExpectNothingLeft() {
    EXPECT_THAT(Files(), IsEmpty());
    EXPECT_THAT(Jobs(), IsEmpty());
  }

  void ExpectFailsAt(TransferStep step, HResult result) {
    const TransferReport report = Run();
    ASSERT_NE(report.FailedStep(), nullptr) << report.file;
    EXPECT_EQ(FactsOf(report.FailedStep()->step).id, FactsOf(step).id) << report.FailedStep()->detail;
    EXPECT_EQ(report.result, result) << report.FailedStep()->detail;
    ExpectNothingLeft();
  }

  void ExpectFileIs(const HttpContent& content) {
    const std::string path = directory_.Path("f.bin");
    std::ifstream file(std::filesystem::path(std::u8string(path.begin(), path.end())), std::ios::binary);
    std::vector<char> expected(1 << 20);
    std::vector<char> actual(1 << 20);
    std::uint64_t offset = 0;
    while (offset < content.size()) {
      const auto portion = static_cast<std::size_t>(std::min<std::uint64_t>(expected.size(), content.size() - offset));
      content.Read(offset, std::span(expected.data(), portion));
      file.read(actual.data(), static_cast<std::streamsize>(portion));
      ASSERT_EQ(static_cast<std::size_t>(file.gcount()), portion) << "at " << offset;
      ASSERT_TRUE(std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(portion), actual.begin()))
          << "differs within the megabyte at " << offset;
      offset += portion;
    }
    EXPECT_EQ(file.peek(), std::ifstream::traits_type::eof());
  }

  HttpServer server_;
  win32::TestDirectory directory_;
  std::unique_ptr<Environment> environment_ = win32::CreateEnvironment();
  TransferRequest request_;
  std::stop_source stop_;
};

INSTANTIATE_TEST_SUITE_P(Apartments, WindowsTransferTest,
                         ::testing::Values(ApartmentType::kSingleThreaded, ApartmentType::kMultiThreaded),
                         [](const auto& test) { return ToString(test.param); });

TEST_P(WindowsTransferTest, AFileArrivesWhole) {
  server_.Set("/f", Serving(65'537));
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "S_OK"_hr) << (report.FailedStep() != nullptr ? report.FailedStep()->detail : "");
  EXPECT_EQ(report.bytes, 65'537U);
  ExpectFileIs(HttpContent::Generated(65'537));
  EXPECT_THAT(Files(), ElementsAre("f.bin"));
  EXPECT_THAT(Jobs(), IsEmpty());
}

TEST_P(WindowsTransferTest, AnEmptyFileArrives) {
  server_.Set("/f", Serving(0));
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "S_OK"_hr) << (report.FailedStep() != nullptr ? report.FailedStep()->detail : "");
  EXPECT_EQ(report.bytes, 0U);
  EXPECT_THAT(Files(), ElementsAre("f.bin"));
}

TEST_P(WindowsTransferTest, AHundredMegabytesArriveWhole) {
  constexpr std::uint64_t kSize = 100'000'000;
  server_.Set("/f", Serving(kSize));
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "S_OK"_hr) << (report.FailedStep() != nullptr ? report.FailedStep()->detail : "");
  EXPECT_EQ(report.bytes, kSize);
  ExpectFileIs(HttpContent::Generated(kSize));
}

TEST_P(WindowsTransferTest, TheHashIsVerified) {
  HttpResource abc;
  abc.content = HttpContent::Bytes("abc");
  server_.Set("/f", abc);
  request_.sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
  EXPECT_EQ(Run().result, "S_OK"_hr);
  request_.overwrite = true;
  (*request_.sha256)[0] = 'C';
  const TransferReport wrong = Run();
  EXPECT_EQ(wrong.result, "BG_E_VALIDATION_FAILED"_hr);
  ExpectFileIs(HttpContent::Bytes("abc"));
  EXPECT_THAT(Files(), ElementsAre("f.bin")) << "the file that was there is kept, and nothing else";
}

TEST_P(WindowsTransferTest, EveryStatusThatIsNoSuccessIsNamed) {
  for (const std::uint32_t status : {404U, 401U, 403U, 500U, 503U}) {
    HttpResource resource = Serving(100);
    resource.status = status;
    server_.Set("/f", resource);
    ExpectFailsAt(TransferStep::kPreflight, HResult(0x80190000U + status));
  }
}

// Without the preflight the service itself has to notice. Windows' BITS does; Wine's saves the error page of some
// statuses as if it were the file, which is what the preflight is there for.
TEST_P(WindowsTransferTest, WithoutPreflightA404IsTheJobsError) {
  HttpResource resource = Serving(100);
  resource.status = 404;
  server_.Set("/f", resource);
  request_.preflight = false;
  ExpectFailsAt(TransferStep::kWait, "BG_E_HTTP_ERROR_404"_hr);
}

TEST_P(WindowsTransferTest, ABodyCutShortIsNoFile) {
  HttpResource resource = Serving(1'000'000);
  resource.breaks = HttpBreak::kCloseInBody;
  resource.break_after = 600'000;
  server_.Set("/f", resource);
  request_.timeout = std::chrono::seconds(20);  // Windows' BITS tries again until then
  const TransferReport report = Run();
  EXPECT_FALSE(report.Succeeded());
  ASSERT_NE(report.FailedStep(), nullptr);
  if (environment_->machine().GetOsVersion()->wine_version) {
    EXPECT_EQ(report.result, "BG_E_VALIDATION_FAILED"_hr);
    EXPECT_THAT(report.FailedStep()->detail, HasSubstr("600000 bytes, the server had announced 1000000"));
  }
  ExpectNothingLeft();
}

TEST_P(WindowsTransferTest, AServerThatRefusesHeadIsAskedForOneByte) {
  HttpResource resource = Serving(1000);
  resource.head_allowed = false;
  server_.Set("/f", resource);
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "S_OK"_hr);
  ASSERT_TRUE(report.preflight);
  EXPECT_EQ(report.preflight->method, "GET");
  EXPECT_EQ(report.preflight->length, 1000U);
}

TEST_P(WindowsTransferTest, ARefusedConnectionIsNamed) {
  const ::bits::testing::UnusedPort port;
  request_.url = port.Url("/f");
  ExpectFailsAt(TransferStep::kPreflight, "ERROR_WINHTTP_CANNOT_CONNECT"_hr);
}

TEST_P(WindowsTransferTest, AMissingDirectoryIsNamedBeforeAnythingIsAsked) {
  request_.file = directory_.Path("nowhere") + "\\f.bin";
  ExpectFailsAt(TransferStep::kCheckDestination, "ERROR_PATH_NOT_FOUND"_hr);
  EXPECT_THAT(server_.Requests(), IsEmpty());
}

TEST_P(WindowsTransferTest, AnExistingFileIsKept) {
  server_.Set("/f", Serving(10));
  directory_.Write("f.bin", "precious");
  EXPECT_EQ(Run().result, "ERROR_FILE_EXISTS"_hr);
  ExpectFileIs(HttpContent::Bytes("precious"));
}

TEST_P(WindowsTransferTest, AFailedOverwriteKeepsTheOldFile) {
  HttpResource resource = Serving(1000);
  resource.breaks = HttpBreak::kCloseInBody;
  resource.break_after = 10;
  server_.Set("/f", resource);
  directory_.Write("f.bin", "precious");
  request_.overwrite = true;
  request_.timeout = std::chrono::seconds(20);
  EXPECT_FALSE(Run().Succeeded());
  ExpectFileIs(HttpContent::Bytes("precious"));
}

// In these two the body keeps coming, slowly: Wine's BITS takes 30 s to cancel a job whose server says nothing more,
// and now and then does not come back at all.
HttpResource Dripping() {
  HttpResource resource = Serving(100'000'000);
  resource.pause = std::chrono::milliseconds(20);
  return resource;
}

TEST_P(WindowsTransferTest, AStopInTheMiddleCancelsTheJobAndLeavesNothing) {
  class Stopper : public TransferObserver {
   public:
    explicit Stopper(std::stop_source stop) : stop_(std::move(stop)) {}
    void OnProgress(JobState, const JobProgress& progress) override {
      if (progress.bytes_transferred > 0) stop_.request_stop();
    }

   private:
    std::stop_source stop_;
  };
  server_.Set("/f", Dripping());
  Stopper stopper(stop_);
  const TransferReport report = Transfer(*environment_, request_, stopper, stop_.get_token());
  EXPECT_EQ(report.result, "ERROR_CANCELLED"_hr);
  ExpectNothingLeft();
}

TEST_P(WindowsTransferTest, ATimeOutInTheMiddleCancelsTheJob) {
  server_.Set("/f", Dripping());
  request_.timeout = std::chrono::milliseconds(300);
  ExpectFailsAt(TransferStep::kWait, "ERROR_TIMEOUT"_hr);
}

// The service ends when its transfer does, which is when the server goes away. Whether the client then finds the
// proxies dead, the job gone or a piece of a file depends on who is first; none of it may pass for the file.
TEST_P(WindowsTransferTest, AServiceStoppedInTheMiddleIsToldAndLeavesNoFile) {
  auto server = std::make_unique<HttpServer>();
  server->Set("/f", Serving(10'000'000));
  server->Hold("/f", 1'000'000);
  request_.url = server->Url("/f");
  int stopped = -1;
  std::jthread stopper([&] {
    server->WaitUntilHeld("/f");
    stopped = std::system("net stop BITS >NUL 2>&1");
  });
  // No call may be under way when the service goes: Wine might never answer it.
  request_.poll_interval = std::chrono::seconds(3);
  const TransferReport report = Run();
  stopper.join();
  server.reset();
  if (stopped != 0) GTEST_SKIP() << "net stop BITS failed: stopping a service needs an administrator";
  EXPECT_FALSE(report.Succeeded());
  ASSERT_NE(report.FailedStep(), nullptr);
  EXPECT_THAT(FactsOf(report.FailedStep()->step).id, AnyOf("wait", "complete", "verify-file")) << report.result;
  EXPECT_THAT(Files(), IsEmpty());
  // The next transfer starts the service again.
  request_.url = server_.Url("/g");
  server_.Set("/g", Serving(10));
  EXPECT_EQ(Run().result, "S_OK"_hr);
  EXPECT_THAT(Jobs(), IsEmpty());
}

TEST_P(WindowsTransferTest, AHelperFailsWhereThereAreNoHelperTokens) {
  if (!environment_->machine().GetOsVersion()->wine_version) {
    GTEST_SKIP() << "this machine's BITS may well have helper tokens: the suites with accounts test them";
  }
  server_.Set("/f", Serving(10));
  request_.helper.emplace();
  request_.helper->user_name = "helper";
  request_.helper->domain = ".";
  request_.helper->password = Secret("pa55word");
  ExpectFailsAt(TransferStep::kQueryTokenOptions, "E_NOINTERFACE"_hr);
}

TEST_P(WindowsTransferTest, FiftyJobsAtOnceAllArrive) {
  constexpr int kJobs = 50;
  constexpr std::uint64_t kSize = 20'000;
  server_.Set("/f", Serving(kSize));
  const Result<Apartment> apartment = Apartment::Enter(environment_->com(), GetParam());
  const auto manager = environment_->com().CoCreateInstance(ManagerClass::k1_0);
  ASSERT_TRUE(manager) << manager.error();
  const auto event = environment_->com().MakeEvent();
  ASSERT_TRUE(event);
  std::vector<ScopedJob> jobs;
  for (int i = 0; i < kJobs; ++i) {
    auto marked = jobs::CreateMarkedJob(*environment_, **manager, jobs::JobPurpose::kTransfer);
    ASSERT_TRUE(marked) << marked.error();
    jobs.emplace_back(std::move(marked->created.job));
    ASSERT_EQ(jobs.back()->AddFile(server_.Url("/f"), directory_.Path(std::to_string(i))), "S_OK"_hr);
  }
  for (ScopedJob& job : jobs) ASSERT_EQ(job->Resume(), "S_OK"_hr);
  for (ScopedJob& job : jobs) {
    Result<JobState> state = job->GetState();
    for (int polls = 0; state && *state != JobState::kTransferred && polls < 600; ++polls) {
      ASSERT_TRUE(environment_->com().WaitForEvent(**event, std::chrono::milliseconds(50)));
      state = job->GetState();
    }
    ASSERT_TRUE(state) << state.error();
    ASSERT_EQ(*state, JobState::kTransferred);
    EXPECT_EQ(job.Complete(), "S_OK"_hr);
  }
  EXPECT_EQ(Files().size(), static_cast<std::size_t>(kJobs));
  for (int i = 0; i < kJobs; ++i) {
    EXPECT_EQ(environment_->files().GetFileSize(directory_.Path(std::to_string(i))).value(), kSize);
  }
  EXPECT_THAT(Jobs(), IsEmpty());
}

}  // namespace
}  // namespace bits::transfer
