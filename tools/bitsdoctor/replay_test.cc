// bitsdoctor --record and replay: the same verdicts, what is missing, and what differs from the simulation.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tools/bitsdoctor/test_doctor.h"

namespace bits::doctor {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() {
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    file_ = (std::filesystem::temp_directory_path() / (std::string("bitsdoctor-") + test->name() + ".jsonl")).string();
  }
  ~ReplayTest() override { std::filesystem::remove(file_); }

  // Records a command on the simulation.
  Ran Record(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--backend", "sim", "--record", file_});
    return RunDoctor(std::move(arguments));
  }
  Ran Replay(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"replay", file_});
    return RunDoctor(std::move(options));
  }
  std::string Text() const {
    std::ostringstream text;
    text << std::ifstream(file_, std::ios::binary).rdbuf();
    return text.str();
  }
  void Write(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
  // Puts `instead` in the place of the first `part` behind `mark`.
  void Change(const std::string& mark, const std::string& part, const std::string& instead) const {
    std::string text = Text();
    const std::size_t found = text.find(part, text.find(mark));
    ASSERT_NE(found, std::string::npos) << mark << part;
    text.replace(found, part.size(), instead);
    Write(text);
  }

  std::string file_;
};

TEST_F(ReplayTest, GivesTheRecordedVerdicts) {
  const std::vector<std::string> kCommands[] = {
      {"check"},
      {"check", "--profile", "win10-1507"},
      {"check", "--profile", "vista"},
      {"check", "--profile", "win10-1607", "--helper-kind", "admin-elevated", "--raw"},
      {"check", "--profile", "win10-1607", "--helper-kind", "user", "--cloaking", "none"},
      {"check", "--as", "admin-elevated", "--helper-kind", "user", "--apartment", "sta"},
      {"check", "--only", "set-helper-token", "--helper-kind", "same-as-owner"},
      {"transfer", "http://files.contoso.test/setup.msi", "setup.msi"},
      {"transfer", "http://files.contoso.test/missing", "missing"},
      {"transfer", "http://files.contoso.test/private/report.docx", "report.docx"},
      {"transfer", "http://files.contoso.test/private/report.docx", "report.docx", "--helper-kind", "user", "--flags",
       "network"},
      {"transfer", "\\\\fileserver\\share\\tools.zip", "tools.zip", "--helper-kind", "user", "--flags", "network"},
  };
  for (const std::vector<std::string>& command : kCommands) {
    std::string line;
    for (const std::string& argument : command) line += argument + " ";
    const Ran recorded = Record(command);
    ASSERT_LE(recorded.exit_code, 1) << line << recorded.err;
    const Ran replayed = Replay({"--fidelity", "--format", "json"});
    EXPECT_EQ(replayed.exit_code, recorded.exit_code) << line << replayed.err;
    const json report = json::parse(replayed.out);
    EXPECT_EQ(report["schema"], "bitsdoctor/replay/1");
    EXPECT_EQ(report["verdict"]["same"], true) << line << report["verdict"].dump(1);
    EXPECT_EQ(report["not_recorded"], json::array()) << line;
    const bool asked_bits = report["report"].value("failed_step", json()) != "preflight";
    EXPECT_EQ(report["fidelity"]["compared"] > 5, asked_bits) << line;
    EXPECT_EQ(report["fidelity"]["differences"], json::array()) << line << report["fidelity"].dump(1);
  }
}

TEST_F(ReplayTest, HoldsNoNameOfAnybody) {
  Record({"transfer", "http://files.contoso.test/private/report.docx", "report.docx"});
  for (const char* name : {"alice", "contoso", "report", "SIMULATED", "private"}) {
    EXPECT_THAT(Text(), Not(HasSubstr(name))) << name;
  }
}

TEST_F(ReplayTest, WhatIsNotRecordedIsUnknownAndNeverBad) {
  Record({"check"});
  std::string text = Text();
  const std::size_t cut = text.find('\n', text.find("\"CreateJob\"")) + 1;
  Write(text.substr(0, cut));
  const Ran ran = Replay({"--format", "json"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("the program that wrote it ended early"));
  const json report = json::parse(ran.out);
  EXPECT_EQ(report["recording"]["closed"], false);
  for (const json& check : report["report"]["checks"]) {
    EXPECT_NE(check["status"], "fail") << check.dump(1);
    if (check["id"] == "create-job" || check["id"] == "leftovers") {
      EXPECT_EQ(check["status"], "unknown") << check.dump(1);
    }
  }
  EXPECT_EQ(report["report"]["capabilities"]["helper-tokens"]["value"], "unknown");
}

TEST_F(ReplayTest, ATransferThatIsCutOffIsUnknown) {
  Record({"transfer", "http://files.contoso.test/setup.msi", "setup.msi"});
  const std::string text = Text();
  Write(text.substr(0, text.find('\n', text.find("\"AddFile\"")) + 1));
  const Ran ran = Replay();
  EXPECT_EQ(ran.exit_code, 3) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("is unknown: the recording lacks a call"));
}

TEST_F(ReplayTest, AnotherVerdictIsAFinding) {
  Record({"check", "--only", "create-job"});
  Change("\"closed\"", "\"pass\"", "\"warn\"");
  const Ran ran = Replay();
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, HasSubstr("NOT those that were recorded"));
}

TEST_F(ReplayTest, ADifferenceThatNobodyExplainsIsAFinding) {
  Record({"check", "--only", "create-job"});
  Change("\"GetOwner\"", "\"hresult\":\"0x00000000\",\"value\":\"S-1-5-21-0-0-1-1001\"", "\"hresult\":\"0x80004001\"");
  const Ran text = Replay({"--fidelity"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.out, AllOf(HasSubstr("[UNEXPLAINED]"), HasSubstr("IBackgroundCopyJob::GetOwner()"),
                              HasSubstr("recorded E_NOTIMPL, simulated the process's SID")));
  const Ran page = Replay({"--fidelity", "--format", "html"});
  EXPECT_EQ(page.exit_code, 1);
  EXPECT_THAT(page.out, AllOf(::testing::StartsWith("<!DOCTYPE html>"), HasSubstr("<td class=\"none\">UNEXPLAINED")));

  // On Wine there is a row for it, and rows for what this recording shows otherwise.
  Change("\"backend\"", "\"backend\":\"sim\"", "\"backend\":\"windows\"");
  Change("\"os\"", "\"wine_version\":null", "\"wine_version\":\"8.0\"");
  const json fidelity = json::parse(Replay({"--fidelity", "--format", "json"}).out)["fidelity"];
  ASSERT_EQ(fidelity["differences"].size(), 1U) << fidelity.dump(1);
  EXPECT_EQ(fidelity["differences"][0]["explained_by"], "quirk");
  EXPECT_EQ(fidelity["quirks_seen"].size(), 1U);
}

TEST_F(ReplayTest, AQuirkThatNoLongerShowsIsAFinding) {
  Record({"check", "--only", "create-job"});
  Change("\"backend\"", "\"backend\":\"sim\"", "\"backend\":\"windows\"");
  Change("\"os\"", "\"wine_version\":null", "\"wine_version\":\"8.0\"");
  const Ran ran = Replay({"--fidelity"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("[GONE]"), HasSubstr("IBackgroundCopyJob::GetOwner = E_NOTIMPL")));
}

TEST_F(ReplayTest, ADifferenceTellsTheRuleOrDecisionThatItTouches) {
  Record({"check", "--profile", "win10-1607", "--helper-kind", "user", "--only", "set-helper-token"});
  Change("\"SetHelperToken\"", "\"hresult\":\"0x00000000\"", "\"hresult\":\"0x80070005\"");
  json difference = json::parse(Replay({"--fidelity", "--format", "json"}).out)["fidelity"]["differences"][0];
  EXPECT_EQ(difference["rule"], "HT-08") << difference.dump(1);
  EXPECT_EQ(difference["explained_by"], "none");

  Record({"check", "--profile", "win10-1607", "--helper-kind", "user", "--only", "set-helper-token",
          "--impersonation-level", "identify"});
  Change("\"SetHelperToken\"", "\"hresult\":\"0x80010123\"", "\"hresult\":\"0x80070005\"");
  difference = json::parse(Replay({"--fidelity", "--format", "json"}).out)["fidelity"]["differences"][0];
  EXPECT_EQ(difference["rule"], "HT-03") << difference.dump(1);
  EXPECT_EQ(difference["decisions"], "D2");
  EXPECT_EQ(difference["explained_by"], "decision");
}

TEST_F(ReplayTest, AnotherProfileDiffers) {
  Record({"check", "--profile", "win10-1607", "--helper-kind", "user", "--only", "set-helper-token"});
  const json fidelity =
      json::parse(Replay({"--fidelity", "--profile", "win10-1507", "--format", "json"}).out)["fidelity"];
  EXPECT_EQ(fidelity["profile"], "win10-1507");
  ASSERT_EQ(fidelity["differences"].size(), 1U) << fidelity.dump(1);
  EXPECT_EQ(fidelity["differences"][0]["rule"], "HT-06");
}

TEST_F(ReplayTest, RefusesWhatIsNoRecording) {
  ExpectRefused({"replay", file_}, 3, "cannot be read");
  ExpectRefused({"replay", std::filesystem::temp_directory_path().string()}, 3, "is a directory");
  Write("hello\n");
  ExpectRefused({"replay", file_}, 3, file_ + ": line 1: is no JSON object");
  ExpectRefused({"replay", file_, "--profile", "win7"}, 2, "add --fidelity");
  Record({"check", "--only", "create-job"});
  Change("", "\"command\":\"check\"", "\"command\":\"scenario\"");
  ExpectRefused({"replay", file_}, 3, "records \"scenario\"");
  Record({"check", "--only", "create-job"});
  Change("", "\"only\":[\"create-job\"]", "\"only\":[\"x\"]");
  ExpectRefused({"replay", file_}, 3, "line 1: the option \"only\" names \"x\"");
  Record({"check", "--only", "create-job"});
  Change("\"GetState\"", "\"value\":\"SUSPENDED\"", "\"value\":[7]");
  ExpectRefused({"replay", file_}, 3, "the value of IBackgroundCopyJob::GetState is an array, not a text");
  ExpectRefused({"check", "--backend", "sim", "--record", std::filesystem::temp_directory_path().string()}, 3,
                "--record");
  ExpectRefused({"check", "--backend", "sim", "--raw"}, 2, "--record");
}

}  // namespace
}  // namespace bits::doctor
