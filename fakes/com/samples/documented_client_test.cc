// The documented client on the simulation: what it is told, and what it leaves in the simulated Windows.
#include "fakes/com/samples/documented_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/bits/bits_service.h"
#include "fakes/com/process_gate.h"
#include "fakes/com/scoped_fake_bits.h"
#include "fakes/com/scoped_fake_logon.h"
#include "fakes/world/cast.h"
#include "harness/intercept/intercepted_environment.h"

namespace bits::fakes::com {
namespace {

using testing::IsEmpty;

constexpr std::string_view kSource = "http://files.contoso.test/setup.msi";
constexpr std::string_view kFile = "C:\\Users\\alice\\setup.msi";

// What a job was just before the program ended it, when it forgets its helper, and what it is afterwards.
class JobWatcher final : public intercept::Interceptor {
 public:
  explicit JobWatcher(World& world) : world_(world) {}

  std::optional<HResult> Before(const intercept::Call& call) override {
    if (call.method == "Complete" || call.method == "Cancel") {
      world_.Change([this] {
        state_at_the_end_ = job_->state;
        if (job_->helper) helper_sid_ = job_->helper->sid();
      });
    }
    return std::nullopt;
  }
  void After(const intercept::Call& call, intercept::Outcome&) override {
    if (call.method != "CreateJob") return;
    world_.Change([this] {
      for (JobPtr& job : world_.bits().List(nullptr)) job_ = std::move(job);
    });
  }

  JobState state() {
    JobState state{};
    world_.Change([&] { state = job_->state; });
    return state;
  }
  JobState state_at_the_end() const { return state_at_the_end_; }
  const std::optional<std::string>& helper_sid() const { return helper_sid_; }

 private:
  World& world_;
  JobPtr job_;
  JobState state_at_the_end_{};
  std::optional<std::string> helper_sid_;
};

WorldOptions Options() {
  WorldOptions options;
  options.profile = "win10-1607";
  options.real_time = true;
  return options;
}

class DocumentedClientTest : public testing::Test {
 protected:
  DocumentedClientTest() {
    AddStandardServers(world_);
    // The one whose logon UAC does not filter: hector's gives a token without Administrators, which may help.
    world_.AddAdministrator("Administrator", Cast::kPassword).built_in_administrator = true;
  }

  // Runs the program as alice. Its exit code, and what it printed.
  std::pair<int, std::string> Run(const wchar_t* helper, DWORD level) {
    const auto process = world_.Start(cast_.Owner(rules::TokenKind::kUser));
    const auto environment = intercept::Intercept(*process, {&watcher_});
    int exit_code = 0;
    std::string output;
    {
      const ScopedFakeBits bits(*environment, std::make_unique<ProcessGate>(*process));
      const ScopedFakeLogon logon(*process);
      testing::internal::CaptureStdout();
      exit_code = RunDocumentedClient(std::wstring(kSource.begin(), kSource.end()).c_str(),
                                      std::wstring(kFile.begin(), kFile.end()).c_str(), L".", helper,
                                      std::wstring(Cast::kPassword.begin(), Cast::kPassword.end()).c_str(), level);
      output = testing::internal::GetCapturedStdout();
      EXPECT_THAT(logon.Leaks(), IsEmpty());
      EXPECT_EQ(bits.living_objects(), 0u);
    }
    EXPECT_THAT(process->Leaks(), IsEmpty());
    world_.Change([this] { EXPECT_EQ(world_.bits().job_count(), 0u); });
    return {exit_code, output};
  }

  std::vector<std::string> Files() {
    std::vector<std::string> files;
    world_.Change([&] { files = world_.disk().Files("C:\\Users\\alice"); });
    return files;
  }

  World world_{Options()};
  const Cast cast_{world_};
  JobWatcher watcher_{world_};
};

TEST_F(DocumentedClientTest, AnOrdinaryHelperHelps) {
  const auto [exit_code, output] = Run(L"helen", RPC_C_IMP_LEVEL_IMPERSONATE);
  const std::string helen = world_.accounts().Get("helen").sid;

  EXPECT_EQ(exit_code, 0);
  EXPECT_EQ(output, "helper token: " + helen + "\ncallback: JobTransferred\ndone\n");
  EXPECT_EQ(watcher_.state_at_the_end(), JobState::kTransferred);
  EXPECT_EQ(watcher_.helper_sid(), helen);
  EXPECT_EQ(watcher_.state(), JobState::kAcknowledged);
  ASSERT_THAT(Files(), testing::ElementsAre(std::string(kFile)));
  EXPECT_EQ(world_.disk().Find(kFile)->content, FileContent::Synthetic(1'000'000, 1));
}

TEST_F(DocumentedClientTest, AnAdministratorMayNotHelpAStandardUser) {
  const auto [exit_code, output] = Run(L"Administrator", RPC_C_IMP_LEVEL_IMPERSONATE);

  EXPECT_EQ(exit_code, 1);
  EXPECT_EQ(output, "Cancel: 0x00000000\nSetHelperToken: 0x80070005\n");
  EXPECT_EQ(watcher_.state_at_the_end(), JobState::kSuspended);
  EXPECT_EQ(watcher_.helper_sid(), std::nullopt);
  EXPECT_EQ(watcher_.state(), JobState::kCancelled);
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(DocumentedClientTest, LevelIdentifyIsTooLow) {
  const auto [exit_code, output] = Run(L"helen", RPC_C_IMP_LEVEL_IDENTIFY);

  EXPECT_EQ(exit_code, 1);
  EXPECT_EQ(output, "Cancel: 0x00000000\nSetHelperToken: 0x80010123\n");
  EXPECT_EQ(watcher_.state_at_the_end(), JobState::kSuspended);
  EXPECT_EQ(watcher_.helper_sid(), std::nullopt);
  EXPECT_EQ(watcher_.state(), JobState::kCancelled);
  EXPECT_THAT(Files(), IsEmpty());
}

}  // namespace
}  // namespace bits::fakes::com
