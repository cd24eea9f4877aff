// Error objects and callbacks: the facts, and the tests of them.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

#include <gtest/gtest.h>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/helper_token_test.h"

namespace bits::fakes {
namespace {

using rules::TokenKind;

constexpr Fact kFacts[] = {
    {"NOTIFY-01", "An error says where it arose: the queue, the local or the remote file, or the transport.",
     "bg_error_context", "Notifications.AnErrorSaysWhereItArose", ""},
    {"NOTIFY-02", "The contexts are numbered from NONE 0 to REMOTE_APPLICATION 7.", "bg_error_context",
     "Notifications.ContextsHaveTheNumbersOfTheSdk", ""},
    {"NOTIFY-03", "An error may also arise while a client is notified, or in the server's application.",
     "bg_error_context", "", "nothing in the documentation says which event yields either"},
    {"NOTIFY-04", "GetFile yields the file, or BG_E_FILE_NOT_AVAILABLE when the error is none of a file.",
     "ibackgroundcopyerror-getfile", "Notifications.AnErrorKnowsItsFile", ""},
    {"NOTIFY-05", "GetProtocol yields \"http\" or \"file\", else BG_E_PROTOCOL_NOT_AVAILABLE.",
     "ibackgroundcopyerror-getprotocol", "Notifications.AnErrorKnowsItsProtocol", ""},
    {"NOTIFY-06", "Code and context are described in a language that is asked for and installed.",
     "ibackgroundcopyerror-geterrordescription", "Notifications.AnErrorIsDescribedInALanguage", ""},
    {"NOTIFY-07", "The caller frees those strings with CoTaskMemFree.", "ibackgroundcopyerror-geterrordescription", "",
     "the interfaces of this project yield strings that free themselves"},
    {"NOTIFY-08", "A callback is called at least once for the end of a job.", "nn-bits-ibackgroundcopycallback",
     "Notifications.TheEndIsToldOnce", ""},
    {"NOTIFY-09", "A callback is told of an end that came before it was registered.", "nn-bits-ibackgroundcopycallback",
     "Notifications.AnEndBeforeTheRegistrationIsTold", ""},
    {"NOTIFY-10", "An event is told again until S_OK comes back.", "nn-bits-ibackgroundcopycallback",
     "Notifications.AnEventIsToldAgainUntilItIsTaken", ""},
    {"NOTIFY-11", "At most four callbacks of a user are under way at once.", "nn-bits-ibackgroundcopycallback",
     "Notifications.FourCallbacksAreUnderWayAtMost", ""},
    {"NOTIFY-12", "A modification may be told after the end of the transfer.", "nn-bits-ibackgroundcopycallback",
     "Notifications.AModificationMayComeAfterTheEnd", ""},
    {"NOTIFY-13", "The callback does not own the job it is called with.", "ibackgroundcopycallback-jobtransferred",
     "Notifications.TheJobOfACallbackIsReleasedForIt", ""},
    {"NOTIFY-14", "In an STA a callback that waits is called again meanwhile.", "nn-bits-ibackgroundcopycallback",
     "Notifications.ACallbackInAnStaIsReentrant", ""},
    {"NOTIFY-15",
     "A user of whom four callbacks do not return gets no further one until one of them does; other users get theirs.",
     "nn-bits-ibackgroundcopycallback", "Notifications.FourThatHangStopTheirUsersAlone", ""},
};

// Runs what the test gives it.
class FunctionCallback : public BackgroundCopyCallback {
 public:
  explicit FunctionCallback(std::function<void(BackgroundCopyJob&)> function) : function_(std::move(function)) {}

  HResult JobTransferred(BackgroundCopyJob& job) override {
    function_(job);
    return HResult();
  }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return HResult(); }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return HResult(); }

 private:
  std::function<void(BackgroundCopyJob&)> function_;
};

class Notifications : public HelperTokenTest {
 protected:
  // The job, ended.
  std::unique_ptr<BackgroundCopyJob> Ended(std::unique_ptr<BackgroundCopyJob> job) {
    Must(job->Resume());
    world_.Advance(std::chrono::minutes(5));
    return job;
  }
  // One that lacks its token: an error of no file.
  std::unique_ptr<BackgroundCopyJob> WithoutToken() {
    auto job = Download(kUrl);
    Must(OptionsOf(*job)->SetHelperTokenFlags(kNetwork));
    return Ended(std::move(job));
  }
  // One whose local directory is gone when it wants to write.
  std::unique_ptr<BackgroundCopyJob> WithoutLocalFile() {
    auto job = Download(kUrl);
    world_.Change([&] { world_.disk().SetVolumeFailure("C:", "ERROR_PATH_NOT_FOUND"_hr); });
    return Ended(std::move(job));
  }
};

TEST_F(Notifications, AnErrorSaysWhereItArose) {
  EXPECT_EQ(ContextOf(*WithoutToken()), ErrorContext::kGeneralQueueManager);
  EXPECT_EQ(ContextOf(*Ended(Download(kMissingUrl))), ErrorContext::kRemoteFile);
  EXPECT_EQ(ContextOf(*Ended(Download(kUnreachableUrl))), ErrorContext::kGeneralTransport);
  EXPECT_EQ(ContextOf(*WithoutLocalFile()), ErrorContext::kLocalFile);
}

TEST_F(Notifications, ContextsHaveTheNumbersOfTheSdk) {
  constexpr std::string_view kNames[] = {
      "NONE",       "UNKNOWN",     "GENERAL_QUEUE_MANAGER", "QUEUE_MANAGER_NOTIFICATION",
      "LOCAL_FILE", "REMOTE_FILE", "GENERAL_TRANSPORT",     "REMOTE_APPLICATION"};
  for (std::uint32_t number = 0; number < std::size(kNames); ++number) {
    EXPECT_EQ(NameOf(static_cast<ErrorContext>(number)), kNames[number]);
  }
}

TEST_F(Notifications, AnErrorKnowsItsFile) {
  const auto remote = Must(Ended(Download(kMissingUrl))->GetError());
  EXPECT_EQ(Must(Must(remote->GetFile())->GetRemoteName()), kMissingUrl);
  EXPECT_EQ(HResultOf(Must(WithoutToken()->GetError())->GetFile()), "BG_E_FILE_NOT_AVAILABLE"_hr);
}

TEST_F(Notifications, AnErrorKnowsItsProtocol) {
  EXPECT_EQ(Must(Must(Ended(Download(kMissingUrl))->GetError())->GetProtocol()), "http");
  EXPECT_EQ(Must(Must(Ended(Download(kToolsPath))->GetError())->GetProtocol()), "file");
  EXPECT_EQ(HResultOf(Must(WithoutToken()->GetError())->GetProtocol()), "BG_E_PROTOCOL_NOT_AVAILABLE"_hr);
}

TEST_F(Notifications, AnErrorIsDescribedInALanguage) {
  constexpr std::uint32_t kEnglish = 0x0409;
  constexpr std::uint32_t kKlingon = 0x0FFF;
  const auto error = Must(Ended(Download(kMissingUrl))->GetError());
  EXPECT_FALSE(Must(error->GetErrorDescription(kEnglish)).empty());
  EXPECT_FALSE(Must(error->GetErrorContextDescription(kEnglish)).empty());
  EXPECT_NE(Must(error->GetErrorContextDescription(kEnglish)),
            Must(Must(WithoutToken()->GetError())->GetErrorContextDescription(kEnglish)));
  EXPECT_EQ(HResultOf(error->GetErrorDescription(kKlingon)), "ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
  EXPECT_EQ(HResultOf(error->GetErrorContextDescription(kKlingon)), "ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
}

TEST_F(Notifications, TheEndIsToldOnce) {
  for (const std::string_view url : {kUrl, kMissingUrl}) {
    const auto callback = std::make_shared<CountingCallback>();
    const auto job = Download(url);
    Must(job->SetNotifyInterface(callback));
    Must(job->Resume());
    world_.Advance(std::chrono::hours(1));
    EXPECT_EQ(callback->transferred, url == kUrl ? 1 : 0);
    EXPECT_EQ(callback->errors, url == kUrl ? 0 : 1);
  }
}

TEST_F(Notifications, AnEndBeforeTheRegistrationIsTold) {
  for (const std::string_view url : {kUrl, kMissingUrl}) {
    const auto job = Ended(Download(url));
    const auto callback = std::make_shared<CountingCallback>();
    Must(job->SetNotifyInterface(callback));
    world_.Advance(std::chrono::seconds(1));
    EXPECT_EQ(callback->transferred + callback->errors, 1) << url;
  }
}

TEST_F(Notifications, AnEventIsToldAgainUntilItIsTaken) {
  const auto callback = std::make_shared<CountingCallback>();
  callback->answer = "E_FAIL"_hr;
  const auto job = Download(kUrl);
  Must(job->SetMinimumRetryDelay(60));
  Must(job->SetNotifyInterface(callback));
  Must(job->Resume());
  world_.Advance(std::chrono::seconds(50));
  EXPECT_EQ(callback->transferred, 1);
  world_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(callback->transferred, 2);
  callback->answer = "S_OK"_hr;
  world_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(callback->transferred, 3);
  world_.Advance(std::chrono::hours(1));
  EXPECT_EQ(callback->transferred, 3);
}

TEST_F(Notifications, FourCallbacksAreUnderWayAtMost) {
  constexpr int kMost = 4;
  constexpr int kJobs = 6;
  WorldOptions windows;
  windows.real_time = true;  // in virtual time there is one thread, the test's
  Stage stage(windows);
  const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
  std::mutex mutex;
  std::condition_variable changed;
  int now = 0;
  int highest = 0;
  int done = 0;
  const auto callback = std::make_shared<FunctionCallback>([&](BackgroundCopyJob&) {
    std::unique_lock lock(mutex);
    highest = std::max(highest, ++now);
    changed.notify_all();
    // Nobody leaves before four are here.
    changed.wait_for(lock, std::chrono::seconds(30), [&] { return highest >= kMost; });
    --now;
    ++done;
    changed.notify_all();
  });
  std::vector<std::unique_ptr<BackgroundCopyJob>> jobs;
  for (int i = 0; i < kJobs; ++i) {
    auto job = alice.MakeJob();
    Must(job->AddFile(kUrl, R"(C:\Users\alice\file)" + std::to_string(i)));
    Must(job->SetPriority(JobPriority::kForeground));
    Must(job->SetNotifyInterface(callback));
    Must(job->Resume());
    jobs.push_back(std::move(job));
  }
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(60), [&] { return done == kJobs; }));
  EXPECT_EQ(highest, kMost);
}

TEST_F(Notifications, FourThatHangStopTheirUsersAlone) {
  // These outlive the service's threads, which may still be in a callback at the end.
  std::mutex mutex;
  std::condition_variable changed;
  int hanging = 0;
  bool returns = false;
  int oscars = 0;
  WorldOptions windows;
  windows.real_time = true;
  Stage stage(windows);
  const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
  const Client oscar(stage.world, stage.cast.OtherUser());
  const auto hang = std::make_shared<FunctionCallback>([&](BackgroundCopyJob&) {
    std::unique_lock lock(mutex);
    ++hanging;
    changed.notify_all();
    changed.wait(lock, [&] { return returns; });
  });
  const auto count = std::make_shared<FunctionCallback>([&](BackgroundCopyJob&) {
    const std::lock_guard lock(mutex);
    ++oscars;
    changed.notify_all();
  });
  std::vector<std::unique_ptr<BackgroundCopyJob>> jobs;
  const auto start = [&](const Client& client, const std::string& file, const auto& callback) {
    jobs.push_back(client.MakeJob());
    Must(jobs.back()->AddFile(kUrl, file));
    Must(jobs.back()->SetPriority(JobPriority::kForeground));
    Must(jobs.back()->SetNotifyInterface(callback));
    Must(jobs.back()->Resume());
  };
  const auto eventually = [&](const auto& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60), condition);
  };
  for (int i = 0; i < 5; ++i) start(alice, R"(C:\Users\alice\file)" + std::to_string(i), hang);
  EXPECT_TRUE(eventually([&] { return hanging == 4; }));
  for (int i = 0; i < 5; ++i) start(oscar, R"(C:\Users\oscar\file)" + std::to_string(i), count);
  EXPECT_TRUE(eventually([&] { return oscars == 5; }));
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(hanging, 4) << "the fifth waits";
    return returns = true;
  }));
  changed.notify_all();
  EXPECT_TRUE(eventually([&] { return hanging == 5; }));
}

TEST_F(Notifications, AModificationMayComeAfterTheEnd) {
  const auto callback = std::make_shared<CountingCallback>();
  const auto job = Download(kUrl);
  Must(job->SetNotifyFlags(NotifyFlags::kJobTransferred | NotifyFlags::kJobModification));
  Must(job->SetNotifyInterface(callback));
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  ASSERT_EQ(callback->transferred, 1);
  const int before = callback->modifications;
  Must(job->SetDescription("transferred, and then described"));
  world_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(callback->modifications, before + 1);
  EXPECT_EQ(callback->transferred, 1);
}

TEST_F(Notifications, TheJobOfACallbackIsReleasedForIt) {
  std::size_t during = 0;
  const std::atomic<std::size_t>& pointers = alice_.process->interface_pointers;
  const auto job = Download(kUrl);
  const auto callback = std::make_shared<FunctionCallback>([&](BackgroundCopyJob& told) {
    during = pointers;
    EXPECT_EQ(Must(told.GetId()), Must(job->GetId()));
  });
  Must(job->SetNotifyInterface(callback));
  const std::size_t before = pointers;
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  EXPECT_EQ(during, before + 1);
  EXPECT_EQ(pointers, before);
}

TEST_F(Notifications, ACallbackInAnStaIsReentrant) {
  const auto process = StartClient(world_, cast_.OtherUser());
  const Apartment apartment = Must(Apartment::Enter(process->com(), ApartmentType::kSingleThreaded));
  const auto manager = Must(process->com().CoCreateInstance(ManagerClass::k1_0));
  const auto event = Must(process->com().MakeEvent());
  int depth = 0;
  int deepest = 0;
  const auto callback = std::make_shared<FunctionCallback>([&](BackgroundCopyJob&) {
    deepest = std::max(deepest, ++depth);
    Must(process->com().WaitForEvent(*event, std::chrono::seconds(1)));
    --depth;
  });
  std::vector<std::unique_ptr<BackgroundCopyJob>> jobs;
  for (const std::string_view file : {R"(C:\Users\oscar\a)", R"(C:\Users\oscar\b)"}) {
    auto job = Must(manager->CreateJob("a job", JobType::kDownload)).job;
    Must(job->AddFile(kUrl, file));
    Must(job->SetNotifyInterface(callback));
    Must(job->Resume());
    jobs.push_back(std::move(job));
  }
  Must(process->com().WaitForEvent(*event, std::chrono::seconds(10)));
  EXPECT_EQ(deepest, 2);
}

}  // namespace

std::span<const Fact> NotificationFacts() { return kFacts; }

}  // namespace bits::fakes
