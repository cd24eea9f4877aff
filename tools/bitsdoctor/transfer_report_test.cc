#include "tools/bitsdoctor/transfer_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/scripted_windows.h"

namespace bits::doctor {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class TransferReportTest : public ::testing::Test {
 protected:
  TransferReportTest() {
    request_.url = "http://server/f";
    request_.file = "f.bin";
    world_.resources[request_.url].body = "content";
  }

  transfer::TransferReport Run() {
    transfer::TransferObserver observer;
    return transfer::Transfer(world_, request_, observer, {});
  }

  fakes::ScriptedWindows world_;
  transfer::TransferRequest request_;
};

TEST_F(TransferReportTest, ASuccessNamesSizeAndPlace) {
  const transfer::TransferReport report = Run();
  EXPECT_THAT(TransferText(request_, report, {}),
              AllOf(HasSubstr("7 bytes from http://server/f are in C:\\here\\f.bin"), Not(HasSubstr("FAIL"))));
  const intercept::Json json = TransferJson(request_, report);
  EXPECT_EQ(json["schema"], "bitsdoctor/transfer/1");
  EXPECT_EQ(json["succeeded"], true);
  EXPECT_EQ(json["bytes"], 7);
  EXPECT_EQ(json["failed_step"], nullptr);
  EXPECT_EQ(json["preflight"]["length"], 7);
  EXPECT_EQ(json["steps"].size(), transfer::TransferSteps().size());
}

TEST_F(TransferReportTest, AFailureNamesStepCodeCauseAndFix) {
  world_.resources[request_.url].status = 404;
  const transfer::TransferReport report = Run();
  EXPECT_THAT(TransferText(request_, report, {}),
              AllOf(HasSubstr("The transfer failed: BG_E_HTTP_ERROR_404 (0x80190194)"),
                    HasSubstr("cause: HTTP 404 to HEAD. The address does not exist"), HasSubstr("fix: ")));
  const intercept::Json json = TransferJson(request_, report);
  EXPECT_EQ(json["succeeded"], false);
  EXPECT_EQ(json["hresult"], "0x80190194");
  EXPECT_EQ(json["failed_step"], "preflight");
  EXPECT_FALSE(json["cause"].get<std::string>().empty());
  EXPECT_FALSE(json["fix"].get<std::string>().empty());
}

TEST_F(TransferReportTest, WhatThisProgramDecidedHasItsOwnFix) {
  world_.disk["C:\\here\\f.bin"] = "old";
  EXPECT_THAT(TransferText(request_, Run(), {}), HasSubstr("fix:   Add --overwrite, or name another file."));
}

TEST_F(TransferReportTest, WhatWasUndoneIsSaid) {
  world_.resources[request_.url].job_error = "BG_E_TOKEN_REQUIRED"_hr;
  EXPECT_THAT(TransferText(request_, Run(), {}), HasSubstr("left:  the job is cancelled"));
}

}  // namespace
}  // namespace bits::doctor
