// How long a helper token lasts, and what becomes of jobs that lose theirs. The facts are in
// facts_helper_tokens_test.cc.
#include <gtest/gtest.h>

#include "fakes/bits/helper_token_test.h"

namespace bits::fakes {
namespace {

using rules::TokenKind;

class HelperTokenLife : public HelperTokenTest {
 protected:
  // alice's slow job with helen's help, under way.
  std::unique_ptr<BackgroundCopyJob> UnderWay(std::uint32_t flags = kNetwork) {
    std::unique_ptr<BackgroundCopyJob> job = Helped(kSlowUrl, flags);
    Must(job->Resume());
    world_.Advance(kWhileTransferring);
    EXPECT_EQ(StateOf(*job), JobState::kTransferring);
    return job;
  }

  static void ExpectTokenRequired(BackgroundCopyJob& job) {
    EXPECT_EQ(StateOf(job), JobState::kError);
    EXPECT_EQ(CodeOf(job), "BG_E_TOKEN_REQUIRED"_hr);
    EXPECT_EQ(ContextOf(job), ErrorContext::kGeneralQueueManager);
    EXPECT_EQ(SidOf(*OptionsOf(job)), std::nullopt);
  }
};

TEST_F(HelperTokenLife, LogOffEndsAJobThatNeedsItsToken) {
  const auto job = UnderWay();
  world_.LogOff("alice");
  ExpectTokenRequired(*job);
  EXPECT_EQ(Must(OptionsOf(*job)->GetHelperTokenFlags()), kNetwork);
  world_.LogOn("alice");
  world_.RunUntilIdle();
  EXPECT_EQ(StateOf(*job), JobState::kError) << "logging on again does not bring it back";
}

TEST_F(HelperTokenLife, TheEndOfATerminalSessionIsALogOff) {
  world_.LogOff("alice");
  const TokenPtr session = world_.LogOnThrough("alice", LogonRoute::kTerminalServices);
  const Client remote(world_, session);
  const auto job = remote.MakeJob();
  Must(job->AddFile(kSlowUrl, kLocal));
  const auto options = OptionsOf(*job);
  Must(SetToken(remote, *options, Helen()));
  Must(options->SetHelperTokenFlags(kLocalFile | kNetwork));
  Must(options->SetHelperTokenFlags(kNetwork));
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  ASSERT_EQ(StateOf(*job), JobState::kTransferring);
  world_.EndSession(session);
  ExpectTokenRequired(*job);
}

TEST_F(HelperTokenLife, LogOffSparesJobsThatDoNotNeedTheToken) {
  const auto unused = UnderWay(0);
  const auto done = Helped(kUrl, kNetwork);
  Must(done->SetPriority(JobPriority::kForeground));
  ASSERT_EQ(EndOf(*done), JobState::kTransferred);
  const auto suspended = Helped(kSlowUrl, kNetwork);
  Must(unused->Suspend());
  Must(unused->Resume());
  world_.Advance(kWhileTransferring);
  world_.LogOff("alice");
  EXPECT_EQ(StateOf(*unused), JobState::kTransferred) << "it came to its end before";
  EXPECT_EQ(StateOf(*done), JobState::kTransferred);
  EXPECT_EQ(StateOf(*suspended), JobState::kSuspended);
  for (const auto* job : {&unused, &done, &suspended}) EXPECT_EQ(SidOf(*OptionsOf(**job)), std::nullopt);
}

TEST_F(HelperTokenLife, SettingTheTokenAgainRepairsTheJob) {
  const auto job = UnderWay();
  world_.LogOff("alice");
  world_.LogOn("alice");
  Must(SetToken(alice_, *OptionsOf(*job), Helen()));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred);
}

TEST_F(HelperTokenLife, ClearingTheFlagsRepairsTheJob) {
  const auto job = UnderWay();
  world_.LogOff("alice");
  world_.LogOn("alice");
  Must(OptionsOf(*job)->SetHelperTokenFlags(0));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred);
}

TEST_F(HelperTokenLife, TheTokenEndsWithItsOwnSession) {
  const auto job = UnderWay();
  world_.LogOff("oscar");
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  EXPECT_EQ(SidOf(*OptionsOf(*job)), Helen()->sid());
  world_.LogOff("helen");
  ExpectTokenRequired(*job);
}

TEST_F(HelperTokenLife, ARestartOfTheServiceTakesTheTokenAndLeavesTheFlags) {
  const auto id = Must(UnderWay()->GetId());
  world_.StopBits();
  Must(world_.StartBits());
  world_.RunUntilIdle();
  // Pointers to the old service are dead.
  const Client again(world_, alice_.process->token());
  const auto job = Must(again.manager->GetJob(id));
  ExpectTokenRequired(*job);
  EXPECT_EQ(Must(OptionsOf(*job)->GetHelperTokenFlags()), kNetwork);
}

TEST_F(HelperTokenLife, ARestartOfWindowsTakesTheToken) {
  const auto id = Must(UnderWay()->GetId());
  world_.Reboot();
  world_.RunUntilIdle(std::chrono::minutes(1));
  const Client adam(world_, world_.LogOnElevated("olivia"));
  EXPECT_EQ(StateOf(*Must(adam.manager->GetJob(id))), JobState::kQueued) << "alice is not logged on";
  const Client again(world_, world_.LogOn("alice"));
  world_.RunUntilIdle();
  ExpectTokenRequired(*Must(again.manager->GetJob(id)));
}

TEST_F(HelperTokenLife, TakeOwnershipTakesTheToken) {
  for (const bool kept : {false, true}) {
    WorldOptions windows;
    windows.decisions.token_survives_take_ownership = kept;
    Stage stage(windows);
    const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
    const auto job = alice.MakeJob();
    const auto options = OptionsOf(*job);
    const TokenPtr helen = stage.cast.Helper(TokenKind::kUser);
    Must(SetToken(alice, *options, helen));
    Must(options->SetHelperTokenFlags(kNetwork));

    const Client olivia(stage.world, stage.cast.OtherAdmin());
    const auto hers = Must(olivia.manager->GetJob(Must(job->GetId())));
    Must(hers->TakeOwnership());
    EXPECT_EQ(SidOf(*OptionsOf(*hers)), kept ? std::optional(helen->sid()) : std::nullopt);
    EXPECT_EQ(Must(OptionsOf(*hers)->GetHelperTokenFlags()), kNetwork);
  }
}

TEST_F(HelperTokenLife, SuspendAndResumeKeepTheToken) {
  const auto job = UnderWay();
  Must(job->Suspend());
  EXPECT_EQ(SidOf(*OptionsOf(*job)), Helen()->sid());
  Must(job->Resume());
  EXPECT_EQ(SidOf(*OptionsOf(*job)), Helen()->sid());
  world_.RunUntilIdle();
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
}

TEST_F(HelperTokenLife, FlagsWithoutATokenFailTheJob) {
  for (const bool at_once : {false, true}) {
    WorldOptions windows;
    windows.decisions.resume_needs_token = at_once;
    Stage stage(windows);
    const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
    const auto job = alice.MakeJob();
    Must(job->AddFile(kUrl, kLocal));
    Must(OptionsOf(*job)->SetHelperTokenFlags(kLocalFile));
    EXPECT_EQ(job->Resume(), at_once ? "BG_E_TOKEN_REQUIRED"_hr : "S_OK"_hr);
    stage.world.RunUntilIdle();
    if (at_once) {
      EXPECT_EQ(StateOf(*job), JobState::kSuspended);
    } else {
      ExpectTokenRequired(*job);
    }
  }
}

}  // namespace
}  // namespace bits::fakes
