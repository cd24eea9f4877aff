// What can be set on a job: limits, defaults, and what each setting does. The facts stand in facts_job_test.cc.
#include <string>
#include <vector>

#include "fakes/bits/simulation_test.h"

namespace bits::fakes {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class JobSettings : public SimulationTest {
 protected:
  HttpServer& SlowServer() { return world_.network().GetHttpServer(kSlowServer); }

  // A job that did not reach its server; retried after `delay` seconds, given up after `timeout`.
  std::unique_ptr<BackgroundCopyJob> Unreached(std::uint32_t delay, std::uint32_t timeout) {
    SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
    auto job = Download(kSlowUrl);
    Must(job->SetMinimumRetryDelay(delay));
    Must(job->SetNoProgressTimeout(timeout));
    Must(job->Resume());
    world_.Advance(seconds(2));
    return job;
  }
};

TEST_F(JobSettings, EverySetterRefusesAFinalJob) {
  const auto completed = Resumed(kUrl);
  Must(completed->Complete());
  const auto cancelled = MakeJob();
  Must(cancelled->Cancel());
  for (BackgroundCopyJob* const job : {completed.get(), cancelled.get()}) {
    const FileInfo set[] = {{std::string(kUrl), std::string(kLocal)}};
    for (const HResult result :
         {job->AddFile(kUrl, kLocal), job->AddFileSet(set), job->SetDisplayName("name"), job->SetDescription("text"),
          job->SetPriority(JobPriority::kHigh), job->SetNotifyFlags(0), job->SetNotifyInterface(nullptr),
          job->SetMinimumRetryDelay(600), job->SetNoProgressTimeout(600),
          job->SetProxySettings(ProxyUsage::kNoProxy, {}, {}), job->TakeOwnership()}) {
      EXPECT_EQ(result, "BG_E_INVALID_STATE"_hr);
    }
    EXPECT_EQ(Must(job->GetDisplayName()), "a job");
  }
}

TEST_F(JobSettings, TextsHaveLimits) {
  const auto job = MakeJob();
  EXPECT_EQ(Must(job->GetDescription()), "");
  const std::string name(256, 'n');
  const std::string description(1024, 'd');
  EXPECT_EQ(job->SetDisplayName(name), HResult());
  EXPECT_EQ(job->SetDescription(description), HResult());
  EXPECT_EQ(job->SetDisplayName(name + "n"), "BG_E_STRING_TOO_LONG"_hr);
  EXPECT_EQ(job->SetDescription(description + "d"), "BG_E_STRING_TOO_LONG"_hr);
  EXPECT_EQ(Must(job->GetDisplayName()), name);
  EXPECT_EQ(Must(job->GetDescription()), description);
}

TEST_F(JobSettings, FourPrioritiesAreKnown) {
  const auto job = MakeJob();
  EXPECT_EQ(Must(job->GetPriority()), JobPriority::kNormal);
  for (std::uint32_t value = 0; value < 4; ++value) {
    EXPECT_EQ(job->SetPriority(static_cast<JobPriority>(value)), HResult());
    EXPECT_EQ(static_cast<std::uint32_t>(Must(job->GetPriority())), value);
  }
  EXPECT_EQ(job->SetPriority(static_cast<JobPriority>(4)), "E_NOTIMPL"_hr);
  EXPECT_EQ(Must(job->GetPriority()), JobPriority::kLow);
}

TEST_F(JobSettings, SixNotifyFlagsAreKnown) {
  const auto job = MakeJob();
  for (const std::uint32_t flags : {0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x20U, 0x3FU, 0x00U}) {
    EXPECT_EQ(job->SetNotifyFlags(flags), HResult());
    EXPECT_EQ(Must(job->GetNotifyFlags()), flags);
  }
  EXPECT_EQ(job->SetNotifyFlags(0x40), "E_NOTIMPL"_hr);
  EXPECT_EQ(Must(job->GetNotifyFlags()), 0U);
}

TEST_F(JobSettings, DisableOverrulesTheOtherNotifyFlags) {
  const auto job = Download(kUrl);
  const auto callback = std::make_shared<CountingCallback>();
  Must(job->SetNotifyInterface(callback));
  Must(job->SetNotifyFlags(0x3F & ~NotifyFlags::kDisable));
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(callback->transferred, 1);
  EXPECT_GE(callback->modifications, 1);
  EXPECT_EQ(callback->files, 1);
  *callback = CountingCallback();
  Must(job->SetNotifyFlags(0x3F | NotifyFlags::kDisable));
  Must(job->AddFile(kUrl, R"(C:\Users\alice\second)"));
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  EXPECT_EQ(callback->transferred + callback->modifications + callback->files, 0);
}

TEST_F(JobSettings, TheLastCallbackIsTheOneThatIsCalled) {
  const auto job = Download(kUrl);
  const auto first = std::make_shared<CountingCallback>();
  const auto last = std::make_shared<CountingCallback>();
  Must(job->SetNotifyInterface(first));
  Must(job->SetNotifyInterface(last));
  EXPECT_EQ(Must(job->GetNotifyInterface()), last);
  EXPECT_EQ(first.use_count(), 1);
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(first->transferred, 0);
  EXPECT_EQ(last->transferred, 1);
}

TEST_F(JobSettings, NoCallbackIsCalledOnceItIsRemoved) {
  const auto job = Download(kUrl);
  const auto callback = std::make_shared<CountingCallback>();
  Must(job->SetNotifyInterface(callback));
  EXPECT_EQ(job->SetNotifyInterface(nullptr), HResult());
  EXPECT_EQ(Must(job->GetNotifyInterface()), nullptr);
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(callback->transferred, 0);
}

TEST_F(JobSettings, CallbacksEndWithTheirClientAndWithTheService) {
  const auto job = Download(kUrl);
  const auto callback = std::make_shared<CountingCallback>();
  {
    const Client other(world_, alice_.process->token());
    Must(Must(other.manager->GetJob(Must(job->GetId())))->SetNotifyInterface(callback));
  }
  EXPECT_EQ(Must(job->GetNotifyInterface()), nullptr);
  Must(job->SetNotifyInterface(callback));
  const Guid id = Must(job->GetId());
  world_.StopBits();
  Must(world_.StartBits());
  const Client again(world_, alice_.process->token());
  EXPECT_EQ(Must(Must(again.manager->GetJob(id))->GetNotifyInterface()), nullptr);
}

// --- retries

TEST_F(JobSettings, TheRetryDelayIsTenMinutesAndAtLeastFiveSeconds) {
  const auto job = MakeJob();
  EXPECT_EQ(Must(job->GetMinimumRetryDelay()), 600U);
  for (const std::uint32_t delay : {0U, 4U, 5U}) {
    EXPECT_EQ(job->SetMinimumRetryDelay(delay), HResult());
    EXPECT_EQ(Must(job->GetMinimumRetryDelay()), 5U);
  }
  Must(job->SetMinimumRetryDelay(6));
  EXPECT_EQ(Must(job->GetMinimumRetryDelay()), 6U);
}

TEST_F(JobSettings, ARetryDelayBeyondTheTimeoutMeansNoRetry) {
  EXPECT_EQ(StateOf(*Unreached(601, 600)), JobState::kError);
  EXPECT_EQ(StateOf(*Unreached(600, 601)), JobState::kTransientError);
}

TEST_F(JobSettings, TheWallClockDoesNotHastenARetry) {
  const auto job = Unreached(600, 6000);
  SlowServer().failure = HResult();
  world_.SetWallClock(world_.WallClock() + hours(24));
  world_.Advance(seconds(590));
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  world_.SetWallClock(world_.WallClock() - hours(48));
  world_.Advance(seconds(11));
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
}

TEST_F(JobSettings, SomeErrorsWaitForTheirEndAndNotForARetry) {
  world_.disk().AddDirectory(R"(D:\data)");
  const auto no_network = Download(kUrl);
  const auto locked = Download(kUrl, R"(D:\data\file)");
  const auto blocked = Download(kUrl, R"(C:\Users\alice\blocked)");
  for (BackgroundCopyJob* const job : {no_network.get(), locked.get(), blocked.get()}) {
    Must(job->SetMinimumRetryDelay(5));
  }
  Must(no_network->Resume());
  world_.SetNetworkConnected(false);
  world_.network().connected = true;  // it would work again, but nobody was told
  world_.disk().SetVolumeFailure("D:", "BG_E_DESTINATION_LOCKED"_hr);
  Must(locked->Resume());
  world_.Advance(seconds(1));
  world_.disk().SetVolumeFailure("D:", HResult());
  world_.SetPolicy("MaxInternetBandwidth", 0);
  Must(blocked->Resume());
  world_.Advance(hours(1));
  EXPECT_EQ(CodeOf(*no_network), "BG_E_NETWORK_DISCONNECTED"_hr);
  EXPECT_EQ(CodeOf(*locked), "BG_E_DESTINATION_LOCKED"_hr);
  EXPECT_EQ(CodeOf(*blocked), "BG_E_BLOCKED_BY_POLICY"_hr);
  for (BackgroundCopyJob* const job : {no_network.get(), locked.get(), blocked.get()}) {
    EXPECT_EQ(StateOf(*job), JobState::kTransientError);
    EXPECT_EQ(Must(job->GetErrorCount()), 0U);
  }
}

TEST_F(JobSettings, TheNoProgressTimeoutIsFourteenDays) {
  EXPECT_EQ(Must(MakeJob()->GetNoProgressTimeout()), 1'209'600U);
  SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
  const auto job = Resumed(kSlowUrl, hours(24 * 14) - seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  world_.Advance(seconds(2));
  EXPECT_EQ(StateOf(*job), JobState::kError);
}

TEST_F(JobSettings, WithoutAnyTimeoutEveryErrorIsFatal) {
  EXPECT_EQ(StateOf(*Unreached(5, 0)), JobState::kError);
  SlowServer().failure = HResult();
  const auto job = Resumed(kSlowUrl);
  Must(job->SetNoProgressTimeout(0));
  world_.SetNetworkConnected(false);
  EXPECT_EQ(StateOf(*job), JobState::kError);
}

TEST_F(JobSettings, ATimeoutBeyondTheInactivityPolicyEndsWithTheJob) {
  const auto job = Unreached(80'000, 100 * 86'400);
  world_.Advance(hours(24 * 92));
  EXPECT_EQ(StateOf(*job), JobState::kCancelled);
}

TEST_F(JobSettings, ProgressBeginsTheTimeoutAnew) {
  world_.network().AddHttpResource(kSlowUrl, FileContent::Synthetic(5000, 9)).cut_after = 1000;
  const auto job = Download(kSlowUrl);
  Must(job->SetMinimumRetryDelay(600));
  Must(job->SetNoProgressTimeout(700));
  Must(job->Resume());
  world_.Advance(seconds(2000));
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
  world_.Advance(seconds(1000));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  // A connection that breaks before anything came is none.
  SlowServer().failure = HResult();
  world_.network().AddHttpResource(kSlowUrl, FileContent::Synthetic(5000, 9)).cut_after = 0;
  Must(job->Cancel());
  const auto idle = Download(kSlowUrl);
  Must(idle->SetNoProgressTimeout(700));
  Must(idle->Resume());
  world_.Advance(seconds(701));
  EXPECT_EQ(StateOf(*idle), JobState::kError);
}

TEST_F(JobSettings, TheErrorCountCountsErrorsAndFailedRetries) {
  const auto job = Unreached(60, 6000);
  const std::uint32_t first = Must(job->GetErrorCount());
  world_.Advance(seconds(61 * 3));
  EXPECT_EQ(Must(job->GetErrorCount()), first + 3);
  SlowServer().failure = HResult();
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(Must(job->GetErrorCount()), first + 3) << "it is never reset";
  world_.SetNetworkConnected(false);
  world_.SetNetworkConnected(true);
  EXPECT_EQ(Must(job->GetErrorCount()), first + 3) << "the network does not count";
  const auto missing = Resumed(kMissingUrl, seconds(1), R"(C:\Users\alice\missing)");
  world_.Advance(hours(1));
  EXPECT_EQ(Must(missing->GetErrorCount()), 1U);
  Must(missing->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(Must(missing->GetErrorCount()), 2U);
}

// --- proxies

TEST_F(JobSettings, ProxyListsBelongToOverride) {
  const auto job = MakeJob();
  EXPECT_EQ(Must(job->GetProxySettings()), ProxySettings{});
  EXPECT_EQ(Must(job->GetProxySettings()).usage, ProxyUsage::kPreconfig);
  for (const ProxyUsage usage : {ProxyUsage::kPreconfig, ProxyUsage::kNoProxy, ProxyUsage::kAutodetect}) {
    EXPECT_EQ(job->SetProxySettings(usage, "proxy:80", {}), "E_INVALIDARG"_hr);
    EXPECT_EQ(job->SetProxySettings(usage, {}, "<local>"), "E_INVALIDARG"_hr);
    EXPECT_EQ(job->SetProxySettings(usage, {}, {}), HResult());
    EXPECT_EQ(Must(job->GetProxySettings()).usage, usage);
  }
  EXPECT_EQ(job->SetProxySettings(ProxyUsage::kOverride, {}, {}), "E_INVALIDARG"_hr);
  EXPECT_EQ(job->SetProxySettings(ProxyUsage::kOverride, "proxy:80", "<local>"), HResult());
  EXPECT_EQ(Must(job->GetProxySettings()), (ProxySettings{ProxyUsage::kOverride, "proxy:80", "<local>"}));
  EXPECT_EQ(job->SetProxySettings(static_cast<ProxyUsage>(4), {}, {}), "E_NOTIMPL"_hr);
}

TEST_F(JobSettings, ProxyListsHave32KilobytesAtMost) {
  const auto job = MakeJob();
  const std::string longest(16'384, 'p');
  EXPECT_EQ(job->SetProxySettings(ProxyUsage::kOverride, longest, longest), HResult());
  EXPECT_EQ(job->SetProxySettings(ProxyUsage::kOverride, longest + "p", "p"), "BG_E_PROXY_LIST_TOO_LARGE"_hr);
  EXPECT_EQ(job->SetProxySettings(ProxyUsage::kOverride, "p", longest + "p"), "BG_E_PROXY_BYPASS_LIST_TOO_LARGE"_hr);
}

TEST_F(JobSettings, AProxyIsLookedAtWhenItIsUsed) {
  world_.network().AddProxy("proxy");
  const auto job = Download(kUrl);
  EXPECT_EQ(job->SetProxySettings(ProxyUsage::kOverride, "no proxy at all", {}), HResult());
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "BG_E_INVALID_PROXY_INFO"_hr);
  Must(job->SetProxySettings(ProxyUsage::kOverride, "proxy", {}));
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  EXPECT_EQ(world_.network().GetProxy("proxy").requests, 1U);
}

}  // namespace
}  // namespace bits::fakes
