// Real bytes: from loopback servers and real files, into real files, by the rules of the simulated service.
#include "harness/win32/windows_headers.h"

#include <psapi.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/com/process_gate.h"
#include "fakes/com/real_file_store.h"
#include "fakes/com/real_http_source.h"
#include "fakes/com/real_parts.h"
#include "fakes/world/process.h"
#include "fakes/world/sha256.h"
#include "fakes/world/world_script.h"
#include "harness/api/apartment.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/background_copy_job3.h"
#include "harness/api/bits_token_options.h"
#include "harness/win32/file_system.h"
#include "harness/win32/handles.h"
#include "harness/win32/test_directory.h"
#include "harness/win32/test_http_server.h"
#include "scenarios/http/http_server.h"
#include "scenarios/http/unused_port.h"

namespace bits::fakes::com {
namespace {

using bits::testing::HttpBreak;
using bits::testing::HttpContent;
using bits::testing::HttpFraming;
using bits::testing::HttpResource;
using bits::testing::HttpServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kSize = std::uint64_t{20} * 1024 * 1024;
constexpr std::uint64_t kStep = 65'536;  // RealHttpSource passes on what comes quickly
constexpr std::chrono::seconds kPatience{20};

template <class T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error("the set-up of a test failed: " + ToString(result.error()));
  return std::move(*result);
}
void Must(HResult result) {
  if (result.Failed()) throw std::runtime_error("the set-up of a test failed: " + ToString(result));
}

bool WaitFor(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

// A process in a multi-threaded apartment, with COM security as helper tokens need it, and its manager.
struct Client {
  Client(World& world, TokenPtr token)
      : process(world.Start(std::move(token))),
        apartment(Must(Apartment::Enter(process->com(), ApartmentType::kMultiThreaded))) {
    Must(process->com().CoInitializeSecurity({}));
    manager = Must(process->com().CoCreateInstance(ManagerClass::k4_0));
  }
  std::unique_ptr<BackgroundCopyJob> MakeJob() const {
    return std::move(Must(manager->CreateJob("real", JobType::kDownload)).job);
  }

  std::unique_ptr<Process> process;
  Apartment apartment;
  std::unique_ptr<BackgroundCopyManager> manager;
};

JobError ErrorOf(BackgroundCopyJob& job) { return Must(Must(job.GetError())->GetError()); }

// The state that the job comes to rest in.
JobState Rest(BackgroundCopyJob& job) {
  JobState state{};
  WaitFor([&] {
    state = Must(job.GetState());
    return state != JobState::kQueued && state != JobState::kConnecting && state != JobState::kTransferring;
  });
  return state;
}

std::uint64_t Transferred(BackgroundCopyJob& job) { return Must(job.GetProgress()).bytes_transferred; }

std::string Sha256(const HttpContent& content) {
  Sha256Hasher hasher;
  hasher.Update(content.ToString());
  return hasher.HexDigest();
}

WorldOptions InRealTime() {
  WorldOptions options;
  options.real_time = true;
  return options;
}

class RealTransfer : public ::testing::Test {
 protected:
  explicit RealTransfer(WorldOptions options = InRealTime()) : world_(std::make_unique<World>(std::move(options))) {
    world_->AddUser("alice", "a");
    world_->AttachRealFiles(std::make_unique<RealFileStore>(std::vector<RealRoot>{{directory_.Path("")}}));
    if (world_->options().real_time) {
      world_->AttachRealHttp(std::make_unique<RealHttpSource>(std::chrono::seconds(20)));
    }
    alice_.emplace(*world_, world_->LogOn("alice"));
  }

  std::unique_ptr<BackgroundCopyJob> Resumed(const std::string& url, const std::string& local) {
    auto job = alice_->MakeJob();
    Must(job->SetPriority(JobPriority::kForeground));
    Must(job->AddFile(url, local));
    Must(job->Resume());
    return job;
  }

  // The hidden files, and the others.
  std::vector<std::string> Names(bool hidden) {
    std::vector<std::string> names;
    WIN32_FIND_DATAA found{};
    const HANDLE search = FindFirstFileA(directory_.Path("*").c_str(), &found);
    if (search == INVALID_HANDLE_VALUE) return names;
    do {
      const bool is_directory = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
      const bool is_hidden = (found.dwFileAttributes & FILE_ATTRIBUTE_HIDDEN) != 0;
      if (!is_directory && is_hidden == hidden) names.emplace_back(found.cFileName);
    } while (FindNextFileA(search, &found));
    FindClose(search);
    std::ranges::sort(names);
    return names;
  }

  std::string HashOf(const std::string& path) { return files_.HashSha256(path).value_or("nothing"); }
  std::uint64_t SizeOf(const std::string& path) { return files_.GetFileSize(path).value_or(std::nullopt).value_or(0); }

  // The Range headers of the GET requests.
  std::vector<std::string> Ranges() {
    std::vector<std::string> ranges;
    for (const auto& request : server_.Requests()) {
      if (request.method == "GET") ranges.push_back(request.range);
    }
    return ranges;
  }

  // A job that has `bytes` bytes of /file, and whose server sends no more for now.
  std::unique_ptr<BackgroundCopyJob> HeldAt(std::uint64_t bytes) {
    server_.Set("/file", {.content = content_});
    server_.Hold("/file", bytes);
    auto job = Resumed(server_.Url("/file"), local_);
    EXPECT_TRUE(WaitFor([&] { return Transferred(*job) == bytes; })) << Transferred(*job);
    return job;
  }

  win32::TestDirectory directory_;
  win32::FileSystem files_;
  HttpServer server_;
  const HttpContent content_ = HttpContent::Generated(kSize, 5);
  const std::string local_ = directory_.Path("file.bin");
  std::unique_ptr<World> world_;
  std::optional<Client> alice_;
};

TEST_F(RealTransfer, TwentyMegabytesComeFromARealServerIntoARealFile) {
  server_.Set("/file", {.content = content_});
  const auto began = std::chrono::steady_clock::now();
  const auto job = Resumed(server_.Url("/file"), local_);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  RecordProperty("megabytes_per_second", fmt::format("{:.0f}", 20 / took.count()));

  EXPECT_EQ(Names(/*hidden=*/false), std::vector<std::string>());
  EXPECT_EQ(Names(/*hidden=*/true).size(), 1U);
  EXPECT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_THAT(Names(/*hidden=*/false), ElementsAre("file.bin"));
  EXPECT_THAT(Names(/*hidden=*/true), IsEmpty());
  EXPECT_EQ(HashOf(local_), Sha256(content_));
  EXPECT_EQ(job->Complete(), "BG_E_INVALID_STATE"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));
}

TEST_F(RealTransfer, LargeFilesAreNotHeldInMemory) {
  constexpr std::uint64_t kLarge = std::uint64_t{400} * 1024 * 1024;
  server_.Set("/large", {.content = HttpContent::Generated(kLarge)});
  PROCESS_MEMORY_COUNTERS before{};
  GetProcessMemoryInfo(GetCurrentProcess(), &before, sizeof(before));
  const auto began = std::chrono::steady_clock::now();
  const auto job = Resumed(server_.Url("/large"), local_);
  SIZE_T peak = 0;
  // For as long as it moves: how fast that is, is the machine's affair.
  std::uint64_t here = 0;
  bool done = false;
  while (!done && WaitFor([&] {
    PROCESS_MEMORY_COUNTERS now{};
    GetProcessMemoryInfo(GetCurrentProcess(), &now, sizeof(now));
    peak = std::max(peak, now.PagefileUsage);
    const JobState state = Must(job->GetState());
    done = state == JobState::kTransferred || state == JobState::kError;
    return done || Transferred(*job) > here;
  })) {
    here = Transferred(*job);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(SizeOf(local_), kLarge);
  const SIZE_T more = peak > before.PagefileUsage ? peak - before.PagefileUsage : 0;
  RecordProperty("megabytes_per_second", fmt::format("{:.0f}", 400 / took.count()));
  RecordProperty("more_memory_in_kilobytes", fmt::format("{}", more / 1024));
  fmt::print("400 MB at {:.0f} MB/s with {} KB more memory\n", 400 / took.count(), more / 1024);
  EXPECT_LT(more, SIZE_T{32} * 1024 * 1024);
}

TEST_F(RealTransfer, ProgressIsSeenAndTheRestIsAskedForAfterAPause) {
  constexpr std::uint64_t kHere = 117 * kStep;
  const auto job = HeldAt(kHere);
  EXPECT_EQ(Must(job->GetState()), JobState::kTransferring);
  EXPECT_EQ(Must(job->GetProgress()).bytes_total, kSize);
  EXPECT_EQ(SizeOf(directory_.Path(Names(/*hidden=*/true).at(0))), kHere);
  ASSERT_EQ(job->Suspend(), "S_OK"_hr);
  EXPECT_EQ(Transferred(*job), kHere);
  server_.Release("/file");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(SizeOf(directory_.Path(Names(/*hidden=*/true).at(0))), kHere);

  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));
  EXPECT_THAT(Ranges(), ElementsAre("", fmt::format("bytes={}-{}", kHere, kSize - 1)));
}

TEST_F(RealTransfer, ABrokenConnectionIsTransientAndGoesOnWhereItWas) {
  constexpr std::uint64_t kHere = 1'000'001;
  server_.Set("/file", {.content = content_, .breaks = HttpBreak::kCloseInBody, .break_after = kHere});
  const auto job = Resumed(server_.Url("/file"), local_);
  ASSERT_EQ(Rest(*job), JobState::kTransientError);
  EXPECT_EQ(ErrorOf(*job).code, "BG_E_CONNECTION_CLOSED"_hr);
  EXPECT_EQ(ErrorOf(*job).context, ErrorContext::kGeneralTransport);
  EXPECT_EQ(Transferred(*job), kHere);
  server_.Set("/file", {.content = content_});
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));
  EXPECT_EQ(Ranges().back(), fmt::format("bytes={}-{}", kHere, kSize - 1));
}

TEST_F(RealTransfer, TheServiceGoesOnAfterItsEnd) {
  const auto job = HeldAt(50 * kStep);
  const Guid id = Must(job->GetId());
  world_->StopBits();
  server_.Release("/file");
  Must(world_->StartBits());
  const auto manager = Must(alice_->process->com().CoCreateInstance(ManagerClass::k4_0));
  const auto again = Must(manager->GetJob(id));
  ASSERT_EQ(Rest(*again), JobState::kTransferred);
  ASSERT_EQ(again->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));
  EXPECT_EQ(Ranges().back(), fmt::format("bytes={}-{}", 50 * kStep, kSize - 1));
}

TEST_F(RealTransfer, AServerWithoutRangesSendsAllOfItAgain) {
  server_.Set("/file", {.content = content_, .ranges_supported = false});
  server_.Hold("/file", 8 * kStep);
  const auto job = Resumed(server_.Url("/file"), local_);
  ASSERT_TRUE(WaitFor([&] { return Transferred(*job) == 8 * kStep; }));
  ASSERT_EQ(job->Suspend(), "S_OK"_hr);
  server_.Release("/file");
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));
}

TEST_F(RealTransfer, AnotherFileOfTheSameSizeIsNotPutBehindTheFirst) {
  const auto job = HeldAt(30 * kStep);
  ASSERT_EQ(job->Suspend(), "S_OK"_hr);
  const HttpContent other = HttpContent::Generated(kSize, 6);
  server_.Release("/file");
  server_.Set("/file", {.content = other});
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(other));
}

TEST_F(RealTransfer, ATemporaryFileThatWasRemovedIsMadeAgain) {
  const auto job = HeldAt(30 * kStep);
  ASSERT_EQ(job->Suspend(), "S_OK"_hr);
  ASSERT_EQ(files_.Remove(directory_.Path(Names(/*hidden=*/true).at(0))), "S_OK"_hr);
  server_.Release("/file");
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));
}

TEST_F(RealTransfer, AnEmptyFileIsAFile) {
  server_.Set("/empty", {});
  const auto job = Resumed(server_.Url("/empty"), local_);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_THAT(Names(/*hidden=*/false), ElementsAre("file.bin"));
}

TEST_F(RealTransfer, ServersErrorsHaveTheNamesThatTheyHaveInTheSimulation) {
  const struct {
    HttpResource resource;
    JobState state;
    JobError error;
  } cases[] = {
      {{.status = 404}, JobState::kError, {ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr}},
      {{.status = 403}, JobState::kError, {ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_403"_hr}},
      {{.status = 503}, JobState::kTransientError, {ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_503"_hr}},
      {{.content = content_, .head_allowed = false},
       JobState::kError,
       {ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_405"_hr}},
      {{.content = content_, .framing = HttpFraming::kChunked},
       JobState::kError,
       {ErrorContext::kRemoteFile, "BG_E_MISSING_FILE_SIZE"_hr}},
  };
  for (const auto& expected : cases) {
    server_.Set("/file", expected.resource);
    const auto job = Resumed(server_.Url("/file"), local_);
    EXPECT_EQ(Rest(*job), expected.state) << ToString(expected.error.code);
    EXPECT_EQ(ErrorOf(*job).code, expected.error.code);
    EXPECT_EQ(ErrorOf(*job).context, expected.error.context) << ToString(expected.error.code);
    EXPECT_EQ(job->Cancel(), "S_OK"_hr);
  }
  // Wine knows a connection that was reset from one that was closed by chance.
  server_.Set("/file", {.content = content_, .breaks = HttpBreak::kResetBeforeAnswer});
  const auto job = Resumed(server_.Url("/file"), local_);
  EXPECT_EQ(Rest(*job), JobState::kTransientError);
  EXPECT_THAT(ErrorOf(*job).code, ::testing::AnyOf("BG_E_CONNECTION_CLOSED"_hr, "BG_E_SERVER_PROTOCOL_VIOLATION"_hr));
  EXPECT_EQ(ErrorOf(*job).context, ErrorContext::kGeneralTransport);
  EXPECT_THAT(Names(/*hidden=*/true), IsEmpty());
}

TEST_F(RealTransfer, AServerThatIsNotThereMayCome) {
  const bits::testing::UnusedPort port;
  const auto job = Resumed(fmt::format("http://127.0.0.1:{}/file", port.port()), local_);
  ASSERT_EQ(Rest(*job), JobState::kTransientError);
  EXPECT_EQ(ErrorOf(*job).code, "BG_E_CONNECT_FAILURE"_hr);
  EXPECT_EQ(ErrorOf(*job).context, ErrorContext::kGeneralTransport);
}

TEST_F(RealTransfer, AServerThatDiesInTheMiddleLeavesWhatIsHere) {
  auto dying = std::make_unique<HttpServer>();
  dying->Set("/file", {.content = content_});
  dying->Hold("/file", 60 * kStep);
  const auto job = Resumed(dying->Url("/file"), local_);
  ASSERT_TRUE(WaitFor([&] { return Transferred(*job) == 60 * kStep; }));
  dying.reset();
  ASSERT_EQ(Rest(*job), JobState::kTransientError);
  EXPECT_EQ(ErrorOf(*job).code, "BG_E_CONNECTION_CLOSED"_hr);
  EXPECT_EQ(Transferred(*job), 60 * kStep);
}

TEST_F(RealTransfer, RangesArePutTogetherAlsoAfterAPause) {
  server_.Set("/file", {.content = content_});
  server_.Hold("/file", 2 * kStep);
  auto job = alice_->MakeJob();
  const FileRange ranges[] = {{1000, 100'000}, {5'000'000, 300'000}, {kSize - 5, std::nullopt}};
  ASSERT_EQ(Must(Query<BackgroundCopyJob3>(*job))->AddFileWithRanges(server_.Url("/file"), local_, ranges), "S_OK"_hr);
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_TRUE(WaitFor([&] { return Transferred(*job) == 100'000 + 2 * kStep; })) << Transferred(*job);
  ASSERT_EQ(job->Suspend(), "S_OK"_hr);
  server_.Release("/file");
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  const std::string whole = content_.ToString();
  Sha256Hasher hasher;
  hasher.Update(whole.substr(1000, 100'000) + whole.substr(5'000'000, 300'000) + whole.substr(kSize - 5));
  EXPECT_EQ(HashOf(local_), hasher.HexDigest());
  EXPECT_THAT(Ranges(), ElementsAre("bytes=1000-100999", "bytes=5000000-5299999", "bytes=5131072-5299999",
                                    fmt::format("bytes={}-{}", kSize - 5, kSize - 1)));

  job = alice_->MakeJob();
  const FileRange beyond[] = {{kSize, 1}};
  ASSERT_EQ(Must(Query<BackgroundCopyJob3>(*job))->AddFileWithRanges(server_.Url("/file"), local_, beyond), "S_OK"_hr);
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_EQ(Rest(*job), JobState::kError);
  EXPECT_EQ(ErrorOf(*job).code, "BG_E_INVALID_RANGE"_hr);
}

TEST_F(RealTransfer, ADestinationIsUntouchedUntilComplete) {
  directory_.Write("file.bin", "the old one");
  const auto job = HeldAt(15 * kStep);
  EXPECT_EQ(SizeOf(local_), 11U);
  server_.Release("/file");
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  EXPECT_EQ(SizeOf(local_), 11U);
  {
    const auto other_program =
        win32::OwnFile(CreateFileA(local_.c_str(), GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr));
    EXPECT_TRUE(job->Complete().Failed());
    EXPECT_EQ(Must(job->GetState()), JobState::kTransferred);
    EXPECT_EQ(SizeOf(local_), 11U);
    EXPECT_EQ(Names(/*hidden=*/true).size(), 1U);
  }
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));
}

TEST_F(RealTransfer, CancelLeavesNothing) {
  directory_.Write("file.bin", "the old one");
  const auto job = HeldAt(15 * kStep);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(job->Cancel(), "S_OK"_hr);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  server_.Release("/file");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_THAT(Names(/*hidden=*/true), IsEmpty());
  EXPECT_EQ(SizeOf(local_), 11U);
}

TEST_F(RealTransfer, CompleteKeepsTheFilesThatAreWhole) {
  server_.Set("/one", {.content = HttpContent::Bytes("one")});
  server_.Set("/two", {.content = content_});
  server_.Hold("/two", 10);
  auto job = alice_->MakeJob();
  Must(job->AddFile(server_.Url("/one"), directory_.Path("one")));
  Must(job->AddFile(server_.Url("/two"), directory_.Path("two")));
  Must(job->Resume());
  ASSERT_TRUE(WaitFor([&] { return Transferred(*job) == 13; }));
  EXPECT_EQ(job->Complete(), "BG_S_PARTIAL_COMPLETE"_hr);
  EXPECT_THAT(Names(/*hidden=*/false), ElementsAre("one"));
  EXPECT_THAT(Names(/*hidden=*/true), IsEmpty());
}

TEST_F(RealTransfer, OthersGoOnWhileAServerIsSilent) {
  server_.Set("/silent", {.content = content_});
  server_.Hold("/silent");
  const auto silent = Resumed(server_.Url("/silent"), directory_.Path("silent"));
  ASSERT_TRUE(server_.WaitUntilHeld("/silent"));
  EXPECT_EQ(Must(silent->GetState()), JobState::kConnecting);
  server_.Set("/file", {.content = content_});
  const auto job = Resumed(server_.Url("/file"), local_);
  EXPECT_EQ(Rest(*job), JobState::kTransferred);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(silent->Suspend(), "S_OK"_hr);
  EXPECT_EQ(Must(silent->GetState()), JobState::kSuspended);
  world_->StopBits();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

TEST_F(RealTransfer, AWorldEndsWithItsTransfersAndLeavesNothing) {
  auto job = HeldAt(15 * kStep);
  job.reset();
  alice_.reset();
  const auto began = std::chrono::steady_clock::now();
  world_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_THAT(Names(/*hidden=*/true), IsEmpty());
}

TEST_F(RealTransfer, AFileUrlIsARealFile) {
  const std::string source = directory_.Write("source", content_.ToString());
  std::string url = "file:///" + source;
  std::ranges::replace(url, '\\', '/');
  const auto began = std::chrono::steady_clock::now();
  const auto job = Resumed(url, local_);
  ASSERT_EQ(Rest(*job), JobState::kTransferred) << url;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("20 MB of a file at {:.0f} MB/s\n", 20 / took.count());
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), Sha256(content_));

  const auto missing = Resumed(url + "-not", directory_.Path("other"));
  ASSERT_EQ(Rest(*missing), JobState::kError);
  EXPECT_EQ(ErrorOf(*missing).code, "ERROR_FILE_NOT_FOUND"_hr);
  EXPECT_EQ(ErrorOf(*missing).context, ErrorContext::kRemoteFile);
}

TEST_F(RealTransfer, ASimulatedServersFileBecomesReal) {
  const FileContent content = FileContent::Synthetic(3'000'000, 1);
  world_->Change([&] {
    world_->network().AddHttpServer("http://files.test");
    world_->network().AddHttpResource("http://files.test/file", content);
  });
  const auto job = Resumed("http://files.test/file", local_);
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), content.Sha256());
}

TEST_F(RealTransfer, ARealServersFileCanStayInTheSimulation) {
  server_.Set("/file", {.content = content_});
  const auto job = Resumed(server_.Url("/file"), "C:\\Users\\alice\\file");
  ASSERT_EQ(Rest(*job), JobState::kTransferred);
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(Must(alice_->process->files().HashSha256("C:\\Users\\alice\\file")), Sha256(content_));
}

TEST_F(RealTransfer, BandwidthIsLimitedByPolicy) {
  world_->SetPolicy("MaxInternetBandwidth", 8'000);  // a megabyte a second
  server_.Set("/file", {.content = content_});
  auto job = alice_->MakeJob();
  Must(job->AddFile(server_.Url("/file"), local_));
  Must(job->Resume());
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_LT(Transferred(*job), 3'000'000U);
  EXPECT_GT(Transferred(*job), 0U);
  EXPECT_EQ(job->Cancel(), "S_OK"_hr);
}

TEST(RealCredentials, APasswordIsGivenToTheServerThatAsks) {
  const win32::TestDirectory directory;
  const win32::TestHttpServer server(win32::TestHttpServer::Answers{
      {"/file", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n"}});
  World world(InRealTime());
  world.AddUser("alice", "a");
  world.AttachRealHttp(std::make_unique<RealHttpSource>());
  const Client alice(world, world.LogOn("alice"));
  const auto job = alice.MakeJob();
  Must(job->AddFile(server.Url("/file"), "C:\\Users\\alice\\file"));
  const Secret password("secret");
  AuthCredentials credentials;
  credentials.target = AuthTarget::kServer;
  credentials.scheme = AuthScheme::kBasic;
  credentials.user_name = "user";
  credentials.password = &password;
  Must(Must(Query<BackgroundCopyJob2>(*job))->SetCredentials(credentials));
  Must(job->Resume());
  ASSERT_EQ(Rest(*job), JobState::kError);
  EXPECT_EQ(ErrorOf(*job).code, "BG_E_HTTP_ERROR_401"_hr);
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_THAT(server.requests().at(0), ::testing::Not(HasSubstr("Authorization:")));
  EXPECT_THAT(server.requests().at(1), HasSubstr("Authorization: Basic dXNlcjpzZWNyZXQ="));
}

// --- whose token

class RealTokens : public ::testing::Test {
 protected:
  RealTokens() {
    HANDLE opened = nullptr;
    EXPECT_TRUE(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &opened));
    own_.reset(opened);
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(administrators);
    EXPECT_TRUE(CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, administrators, &size));
    SID_AND_ATTRIBUTES disabled{administrators, 0};
    HANDLE made = nullptr;
    EXPECT_TRUE(CreateRestrictedToken(own_.get(), 0, 1, &disabled, 0, nullptr, 0, nullptr, &made));
    restricted_.reset(made);
    CreateDirectoryA(directory_.Path("closed").c_str(), nullptr);
    CreateDirectoryA(directory_.Path("open").c_str(), nullptr);
    // Wine keeps no access lists of files: there the roots have them.
    const std::string administrators_only = "D:P(A;OICI;FA;;;BA)";
    const std::string everybody = "D:P(A;OICI;FA;;;WD)";
    world_.AttachRealFiles(std::make_unique<RealFileStore>(std::vector<RealRoot>{
        {directory_.Path("closed"), {}, administrators_only}, {directory_.Path("open"), {}, everybody}}));
    world_.AttachRealHttp(std::make_unique<RealHttpSource>());
    owner_.emplace(world_, Must(ImportToken(world_, own_.get())));
    helper_ = Must(ImportToken(world_, restricted_.get()));
    server_.Set("/file", {.content = HttpContent::Generated(100'000)});
  }

  // With the restricted token as helper, which opens what `flags` say.
  std::unique_ptr<BackgroundCopyJob> Helped(const std::string& remote, const std::string& local, std::uint32_t flags) {
    auto job = owner_->MakeJob();
    const auto options = Must(Query<BitsTokenOptions>(*job));
    world_.Change([&] { owner_->process->Impersonate(helper_); });
    const HResult set = options->SetHelperToken();
    world_.Change([&] { owner_->process->Impersonate(nullptr); });
    Must(set);
    Must(options->SetHelperTokenFlags(flags));
    Must(job->AddFile(remote, local));
    Must(job->Resume());
    return job;
  }

  win32::TestDirectory directory_;
  win32::KernelHandle own_;
  win32::KernelHandle restricted_;
  HttpServer server_;
  World world_{InRealTime()};
  std::optional<Client> owner_;
  TokenPtr helper_;
};

TEST_F(RealTokens, AnImportedTokenBringsItsHandle) {
  EXPECT_NE(helper_->native, nullptr);
  EXPECT_NE(owner_->process->token()->native, nullptr);
}

TEST_F(RealTokens, TheOwnersTokenOpensTheLocalFileUnlessTheHelpersDoes) {
  const std::string local = directory_.Path("closed\\file");
  const auto by_owner = Helped(server_.Url("/file"), local, HelperTokenFlags::kNetwork);
  EXPECT_EQ(Rest(*by_owner), JobState::kTransferred);
  EXPECT_EQ(by_owner->Complete(), "S_OK"_hr);

  const auto by_helper = Helped(server_.Url("/file"), local, HelperTokenFlags::kLocalFile);
  ASSERT_EQ(Rest(*by_helper), JobState::kError);
  EXPECT_EQ(ErrorOf(*by_helper).code, "E_ACCESSDENIED"_hr);
  EXPECT_EQ(ErrorOf(*by_helper).context, ErrorContext::kLocalFile);
}

TEST_F(RealTokens, TheOwnersTokenOpensTheRemoteFileUnlessTheHelpersDoes) {
  const std::string source = directory_.Write("closed\\source", "secret");
  const std::string local = directory_.Path("open\\file");
  const auto by_owner = Helped("file://" + source, local, HelperTokenFlags::kLocalFile);
  EXPECT_EQ(Rest(*by_owner), JobState::kTransferred);
  EXPECT_EQ(by_owner->Complete(), "S_OK"_hr);

  const auto by_helper = Helped("file://" + source, local, HelperTokenFlags::kNetwork);
  ASSERT_EQ(Rest(*by_helper), JobState::kError);
  EXPECT_EQ(ErrorOf(*by_helper).code, "E_ACCESSDENIED"_hr);
  EXPECT_EQ(ErrorOf(*by_helper).context, ErrorContext::kRemoteFile);
}

TEST_F(RealTokens, AFileMayBeClosedToEverybody) {
  const std::string local = directory_.Path("open\\file");
  const auto job = Helped(server_.Url("/file"), local, HelperTokenFlags::kLocalFile);
  EXPECT_EQ(Rest(*job), JobState::kTransferred);
  EXPECT_EQ(job->Complete(), "S_OK"_hr);
}

// --- roots

TEST(RealRoots, PeopleOfTheSimulationNeedToBeAllowed) {
  const win32::TestDirectory directory;
  CreateDirectoryA(directory.Path("hers").c_str(), nullptr);
  const ScriptedWorld scripted = MakeWorld(fmt::format(R"({{"profile": "win11-24h2", "clock": {{"real_time": true}},
                      "accounts": [{{"name": "alice", "password": "a"}}, {{"name": "bob", "password": "b"}}],
                      "real_files": [{{"root": "{}", "allowed": ["alice"]}}], "real_http": true}})",
                                                       [&] {
                                                         std::string escaped;
                                                         for (const char c : directory.Path("hers"))
                                                           escaped += c == '\\' ? "\\\\" : std::string(1, c);
                                                         return escaped;
                                                       }()),
                                           WindowsParts());
  World& world = *scripted.world;
  const Client alice(world, world.LogOn("alice"));
  const Client bob(world, world.LogOn("bob"));
  EXPECT_EQ(bob.MakeJob()->AddFile("http://127.0.0.1/f", directory.Path("hers\\f")), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(alice.MakeJob()->AddFile("http://127.0.0.1/f", directory.Path("hers\\f")), "S_OK"_hr);
  EXPECT_EQ(alice.MakeJob()->AddFile("http://127.0.0.1/f", directory.Path("hers\\not\\f")), "E_INVALIDARG"_hr);
}

TEST(RealRoots, NothingLeadsOutOfThem) {
  const win32::TestDirectory directory;
  CreateDirectoryA(directory.Path("root").c_str(), nullptr);
  const RealFileStore store({{directory.Path("root")}});
  EXPECT_TRUE(store.Owns(directory.Path("root\\file")));
  EXPECT_TRUE(store.Owns(directory.Path("ROOT\\a/b")));
  EXPECT_FALSE(store.Owns(directory.Path("rooted\\file")));
  EXPECT_FALSE(store.Owns(directory.Path("root\\..\\file")));
  EXPECT_FALSE(store.Owns(directory.Path("root\\file:stream")));
  EXPECT_FALSE(store.Owns(directory.Path("root\\.\\file")));
  EXPECT_THROW(RealFileStore({{directory.Path("nothing")}}), std::invalid_argument);
  EXPECT_THROW(RealFileStore({{directory.Path("root"), {}, "nonsense"}}), std::invalid_argument);
}

class RealFilesInVirtualTime : public RealTransfer {
 protected:
  RealFilesInVirtualTime() : RealTransfer(WorldOptions{}) {}
};

TEST_F(RealFilesInVirtualTime, TransfersTakeNoTime) {
  const FileContent content = FileContent::Synthetic(3'000'000, 1);
  world_->network().AddHttpServer("http://files.test").bytes_per_second = 1'000'000;
  world_->network().AddHttpResource("http://files.test/file", content);
  const auto job = Resumed("http://files.test/file", local_);
  world_->Advance(std::chrono::seconds(1));
  ASSERT_EQ(job->Suspend(), "S_OK"_hr);
  EXPECT_EQ(SizeOf(directory_.Path(Names(/*hidden=*/true).at(0))), Transferred(*job));
  ASSERT_EQ(job->Resume(), "S_OK"_hr);
  ASSERT_TRUE(world_->RunUntilIdle());
  ASSERT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(local_), content.Sha256());

  const auto copy = Resumed("file://" + local_, directory_.Path("copy"));
  ASSERT_TRUE(world_->RunUntilIdle());
  ASSERT_EQ(copy->Complete(), "S_OK"_hr);
  EXPECT_EQ(HashOf(directory_.Path("copy")), content.Sha256());
  EXPECT_THROW(world_->AttachRealHttp(std::make_unique<RealHttpSource>()), std::logic_error);
}

}  // namespace
}  // namespace bits::fakes::com
