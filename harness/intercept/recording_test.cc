// Recordings: what is written, what is withheld, what is refused, and what comes out of a replay.
#include "harness/intercept/recording.h"

#include <algorithm>
#include <random>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/scripted_windows.h"
#include "harness/api/apartment.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"
#include "harness/intercept/call_recorder.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/intercept/replay.h"

namespace bits::intercept {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Recording Read(const std::string& text) {
  std::istringstream file(text);
  return ReadRecording(file);
}

std::string Complaint(const std::string& text) {
  try {
    Read(text);
  } catch (const RecordingError& error) {
    return error.what();
  }
  return "";
}

class RecordingTest : public ::testing::Test {
 protected:
  RecordingTest() {
    world_.caller.user = {"S-1-5-21-11-22-33-1001", "CORP\\annabell", 0};
    world_.accounts["helper"].facts.user = {"S-1-5-21-11-22-33-1002", "CORP\\bobkins", 0};
    world_.accounts["helper"].password = "pa55word";
    world_.directories.insert("C:\\Users\\annabell\\");
  }

  // What is called differently in a recording with pseudonyms.
  struct Names {
    std::string url = "http://files.corp.example/annabell/planning.docx";
    std::string file = "C:\\Users\\annabell\\planning.docx";
    std::string user = "helper";
  };
  static Names NamesIn(const Recording& recording) {
    Names names;
    const auto take = [](const RecordedCall& call, const char* argument, std::string& name) {
      const auto found = call.arguments.find(argument);
      if (found != call.arguments.end() && found->is_string()) name = found->get<std::string>();
    };
    for (const RecordedCall& call : recording.calls) {
      take(call, "lpszUsername", names.user);
      take(call, "RemoteUrl", names.url);
      take(call, "LocalName", names.file);
    }
    return names;
  }

  // Some of everything.
  static std::string Play(Environment& windows, const Names& names) {
    std::string seen;
    const auto note = [&seen](const auto& result) { seen += ToHex(HResultOf(result)) + "\n"; };
    const auto apartment = Apartment::Enter(windows.com(), ApartmentType::kMultiThreaded);
    note(apartment);
    seen += windows.machine().ComputerName().value_or("?") + "\n";
    note(windows.machine().QueryService("nothing"));
    const auto manager = windows.com().CoCreateInstance(ManagerClass::k1_0);
    note(manager);
    if (!manager) return seen;
    const auto created = (*manager)->CreateJob("job", JobType::kDownload);
    note(created);
    if (!created) return seen;
    seen += ToString(created->id) + "\n";
    note(created->job->AddFile(names.url, names.file));
    const auto options = Query<BitsTokenOptions>(*created->job);
    note(options);
    {
      const auto token = windows.logon().LogonUser(names.user, ".", Secret("pa55word"), LogonType::kInteractive,
                                                   LogonProvider::kDefault);
      note(token);
      if (token && options) {
        const auto facts = windows.logon().GetTokenFacts(*token);
        const auto impersonation = Impersonation::Of(windows.logon(), *token);
        note(impersonation);
        note((*options)->SetHelperToken());
        const auto sid = (*options)->GetHelperTokenSid();
        if (sid && facts) seen += *sid == facts->user.sid ? "the helper's\n" : "another's\n";
      }
    }
    const auto state = created->job->GetState();
    if (state) seen += ToString(*state) + "\n";
    note(created->job->Cancel());
    return seen;
  }

  std::string Record(Privacy privacy = Privacy::kPseudonyms) {
    std::ostringstream file;
    CallRecorder recorder(world_, file, {.program = "test 1", .command = "play", .backend = "scripted"}, privacy);
    const auto windows = Intercept(world_, {&recorder});
    played_ = Play(*windows, {});
    recorder.Close("played");
    EXPECT_TRUE(recorder.IsWhole());
    return file.str();
  }

  fakes::ScriptedWindows world_;
  std::string played_;
};

TEST_F(RecordingTest, IsReadAsItWasWritten) {
  const std::string text = Record();
  const Recording recording = Read(text);
  EXPECT_TRUE(recording.closed);
  EXPECT_EQ(recording.verdict, "played");
  EXPECT_EQ(recording.program.command, "play");
  EXPECT_EQ(recording.os, world_.os);
  EXPECT_EQ(recording.calls.size() + 2, static_cast<std::size_t>(std::ranges::count(text, '\n')));
  const auto created = std::ranges::find(recording.calls, std::string_view("CreateJob"), &RecordedCall::method);
  ASSERT_NE(created, recording.calls.end());
  EXPECT_EQ(created->interface_name, "IBackgroundCopyManager");
  EXPECT_EQ(created->arguments, (Json{{"DisplayName", "job"}, {"Type", "DOWNLOAD"}}));
  EXPECT_NE(created->object, 0U);
  EXPECT_EQ(created->thread, 1U);
  EXPECT_EQ(created->caller, "host-2\\user-1");
}

TEST_F(RecordingTest, TheSameComesOutOfAReplay) {
  for (const Privacy privacy : {Privacy::kPseudonyms, Privacy::kRaw}) {
    const Recording recording = Read(Record(privacy));
    Replay replay(recording);
    std::string expected = played_;
    if (privacy == Privacy::kPseudonyms) expected.replace(expected.find("SCRIPTED"), 8, "host-1");
    EXPECT_EQ(Play(replay.environment(), NamesIn(recording)), expected);
    EXPECT_THAT(replay.not_recorded(), IsEmpty());
    EXPECT_FALSE(replay.flaw());
  }
}

TEST_F(RecordingTest, TimeIsThatOfTheRecording) {
  std::ostringstream file;
  CallRecorder recorder(world_, file, {}, Privacy::kRaw);
  const auto windows = Intercept(world_, {&recorder});
  const auto event = windows->com().MakeEvent();
  EXPECT_EQ(*windows->com().WaitForEvent(**event, std::chrono::seconds(5)), WaitOutcome::kTimedOut);
  const Recording recording = Read(file.str());
  Replay replay(recording);
  const auto again = replay.environment().com().MakeEvent();
  EXPECT_EQ(*replay.environment().com().WaitForEvent(**again, std::chrono::seconds(5)), WaitOutcome::kTimedOut);
  EXPECT_EQ(replay.environment().clock().SteadyNow(), std::chrono::seconds(5));
}

TEST_F(RecordingTest, WhatIsNotRecordedFailsAndIsNamedButUndoingSucceeds) {
  const Recording recording = Read(Record());
  Replay replay(recording);
  EXPECT_EQ(HResultOf(replay.environment().machine().QueryService("BITS")), kNotRecorded);
  EXPECT_EQ(HResultOf(replay.environment().com().CoCreateInstance(ManagerClass::k5_0)), kNotRecorded);
  EXPECT_TRUE(replay.environment().logon().RevertToSelf().Succeeded());
  EXPECT_TRUE(replay.environment().logon().CloseHandle(TokenHandle{12345}).Succeeded());
  EXPECT_THAT(replay.not_recorded(), ElementsAre("Machine::QueryService", "ComApi::CoCreateInstance"));
}

// A replay must not end the process, whatever was recorded.
TEST_F(RecordingTest, AFailedRevertIsNotRepeated) {
  std::string text = Record();
  const std::size_t revert = text.find("RevertToSelf");
  text.replace(text.find("0x00000000", revert), 10, "0x80070005");
  const Recording recording = Read(text);
  Replay replay(recording);
  EXPECT_EQ(Play(replay.environment(), NamesIn(recording)).find("0x80070005"), std::string::npos);
}

TEST_F(RecordingTest, AValueOfAnotherTypeIsAFlawWithItsLine) {
  std::string text = Record();
  const std::size_t call = text.find("\"GetState\"");
  text.replace(text.find("\"SUSPENDED\"", call), 11, "{\"bytes\":1}");
  const Recording recording = Read(text);
  Replay replay(recording);
  Play(replay.environment(), NamesIn(recording));
  ASSERT_TRUE(replay.flaw());
  EXPECT_EQ(replay.flaw()->line(), static_cast<std::size_t>(1 + std::ranges::count(text.substr(0, call), '\n')));
  EXPECT_THAT(replay.flaw()->what(), HasSubstr("IBackgroundCopyJob::GetState is an object, not a text"));
}

TEST_F(RecordingTest, NamesAndSecretsAreNotInIt) {
  const std::string text = Record();
  for (const char* name : {"pa55word", "s3cret", "t0ken", "CORP", "annabell", "bobkins", "SCRIPTED", "corp.example",
                           "planning", "S-1-5-21-11-22-33"}) {
    EXPECT_THAT(text, Not(HasSubstr(name))) << name;
  }
  EXPECT_THAT(text, AllOf(HasSubstr("C:\\\\Users\\\\name-"), HasSubstr(".docx"), HasSubstr("S-1-5-21-0-0-1-1001")));
  EXPECT_THAT(Record(Privacy::kRaw),
              AllOf(HasSubstr("CORP\\\\annabell"), HasSubstr("planning.docx"), Not(HasSubstr("pa55word"))));
}

TEST(Pseudonyms, TheSameThingHasTheSameName) {
  Pseudonyms names(Privacy::kPseudonyms);
  EXPECT_EQ(names.Account("CORP\\Ann"), "host-1\\user-1");
  EXPECT_EQ(names.Account("corp\\ann"), "host-1\\user-1");
  EXPECT_EQ(names.Account("ann@corp"), "user-1@host-1");
  EXPECT_EQ(names.Path("C:\\Users\\x\\plan.docx"), "C:\\Users\\name-1\\name-2.docx");
  EXPECT_EQ(names.Path("c:\\users\\X\\PLAN.docx.0000001a.partial"), "c:\\users\\name-1\\name-2.docx.0000001a.partial");
  EXPECT_EQ(names.Path("plan.docx"), "name-2.docx");
  EXPECT_EQ(names.Path("plan.docx.0000001a.partial [8f3a21c4]"), "name-2.docx.0000001a.partial [8f3a21c4]");
  EXPECT_EQ(names.Path("C:\\Windows\\System32\\svchost.exe -k netsvcs"),
            "C:\\Windows\\System32\\svchost.exe -k netsvcs");
  EXPECT_EQ(names.Url("https://u:p@corp:8443/x/plan.docx?a=b#c"), "https://host-1:8443/name-1/name-2.docx?query-1");
  EXPECT_EQ(names.Url("http://127.0.0.1:80/plan.docx"), "http://127.0.0.1:80/name-2.docx");
  EXPECT_EQ(names.Path("\\\\corp\\share\\plan.docx"), "\\\\host-1\\share\\name-2.docx");
  EXPECT_EQ(names.Text("see http://corp/plan.docx, S-1-5-18"), "see http://host-1/name-2.docx, S-1-5-18");
  EXPECT_EQ(names.Text("a\x1b[31m\x7f\xc2\x9b"), "a?[31m??");
}

TEST(Pseudonyms, SidsOfRightsAndRolesStay) {
  Pseudonyms names(Privacy::kPseudonyms);
  for (const char* sid : {"S-1-1-0", "S-1-5-18", "S-1-5-32-544", "S-1-16-12288", "S-1-5-80-1-2-3-4-5", "S-1-5-64-10"}) {
    EXPECT_EQ(names.Sid(sid), sid);
  }
  EXPECT_EQ(names.Sid("S-1-5-21-1-2-3-1001"), "S-1-5-21-0-0-1-1001");
  EXPECT_EQ(names.Sid("S-1-5-21-1-2-3-500"), "S-1-5-21-0-0-1-500") << "of the same domain";
  EXPECT_EQ(names.Sid("S-1-5-21-9-9-9-500"), "S-1-5-21-0-0-2-500");
  EXPECT_EQ(names.Sid("S-1-12-1-1-2-3-4"), "S-1-5-21-0-0-3-1002") << "an account of Entra's";
  EXPECT_EQ(names.Sid("S-1-5-5-0-123456"), "S-1-5-5-0-1");
}

TEST(Pseudonyms, SecretsAreWithheldEvenFromARawRecording) {
  for (const Privacy privacy : {Privacy::kPseudonyms, Privacy::kRaw}) {
    Pseudonyms names(privacy);
    const Json headers =
        names.Arguments("IBackgroundCopyJobHttpOptions", {{"RequestHeaders",
                                                           "Authorization: Bearer s3cret\r\nRange: bytes=0-\r\n"
                                                           "X-Key: s3cret\r\nCookie: s3cret"}});
    EXPECT_THAT(headers.dump(), AllOf(Not(HasSubstr("s3cret")), HasSubstr("Range: bytes=0-")));
    const Json request =
        names.Arguments("HttpClient", {{"request",
                                        {{"method", "HEAD"},
                                         {"url", "http://u:s3cret@h/?k=s3cret"},
                                         {"headers", Json::array({Json::array({"Authorization", "s3cret"})})}}}});
    EXPECT_THAT(request.dump(), Not(HasSubstr("s3cret")));
    EXPECT_THAT(names.Arguments("IBackgroundCopyJob2", {{"Program", "C:\\a.exe"}, {"Parameters", "/p:s3cret"}}).dump(),
                Not(HasSubstr("s3cret")));
    EXPECT_EQ(names.Value("IBackgroundCopyJob2", "GetReplyData", Json::array({1, 2})), Json::array());
  }
}

TEST_F(RecordingTest, AProgramThatEndsEarlyLeavesWhatWasUntilThen) {
  std::ostringstream file;
  {
    CallRecorder recorder(world_, file, {}, Privacy::kRaw);
    const auto windows = Intercept(world_, {&recorder});
    EXPECT_TRUE(windows->machine().ComputerName());
  }
  const Recording recording = Read(file.str());
  EXPECT_FALSE(recording.closed);
  EXPECT_TRUE(recording.verdict.is_null());
  EXPECT_EQ(recording.calls.size(), 1U);
}

TEST_F(RecordingTest, AFullDiskIsNotHidden) {
  std::ostringstream file;
  CallRecorder recorder(world_, file, {}, Privacy::kRaw);
  const auto windows = Intercept(world_, {&recorder});
  file.setstate(std::ios::badbit);
  EXPECT_TRUE(windows->machine().ComputerName());
  EXPECT_FALSE(recorder.IsWhole());
}

// The lines of a recording, to be put together wrongly.
class DamagedRecordingTest : public RecordingTest {
 protected:
  DamagedRecordingTest() {
    std::istringstream file(Record());
    for (std::string line; std::getline(file, line);) lines_.push_back(line);
  }
  std::string Text() const { return fmt::format("{}\n", fmt::join(lines_, "\n")); }
  // With this in the place of a part of a line, counted from 1.
  std::string With(std::size_t line, const std::string& part, const std::string& instead) {
    std::vector<std::string> lines = lines_;
    const std::size_t found = lines[line - 1].find(part);
    EXPECT_NE(found, std::string::npos) << part;
    lines[line - 1].replace(found, part.size(), instead);
    return fmt::format("{}\n", fmt::join(lines, "\n"));
  }
  std::vector<std::string> lines_;
};

TEST_F(DamagedRecordingTest, IsRefusedWithTheLine) {
  ASSERT_EQ(Complaint(Text()), "");
  EXPECT_THAT(Complaint(""), StartsWith("line 1: the file is empty"));
  EXPECT_THAT(Complaint("hello\n"), StartsWith("line 1: is no JSON object"));
  EXPECT_THAT(Complaint("{\"line\":1}\n"), HasSubstr("is not the first line of a recording"));
  EXPECT_THAT(Complaint(With(1, "recording/1", "recording/2")), HasSubstr("this program reads"));
  EXPECT_THAT(Complaint(With(1, "\"options\":{}", "\"options\":[]")), StartsWith("line 1: has no object \"options\""));
  EXPECT_THAT(Complaint(With(1, "\"build\":\"", "\"build\":\"x")), StartsWith("line 1: \"os\" has a field \"build\""));
  EXPECT_THAT(Complaint(With(3, "\"sequence\":2", "\"sequence\":\"2\"")),
              StartsWith("line 3: \"sequence\" is a string"));
  EXPECT_THAT(Complaint(With(3, "\"sequence\":2", "\"sequence\":1")),
              HasSubstr("line 3: the call of sequence number 1"));
  EXPECT_THAT(Complaint(With(3, "\"sequence\":2,", "")), StartsWith("line 3: has no field \"sequence\""));
  EXPECT_THAT(Complaint(With(3, "\"hresult\":\"0x", "\"hresult\":\"0y")),
              StartsWith("line 3: \"hresult\" is no HRESULT"));
  EXPECT_THAT(Complaint(With(3, "\"hresult\":\"0x0", "\"hresult\":\"0x8")), HasSubstr("failed cannot have a value"));
  EXPECT_THAT(Complaint(With(3, "\"arguments\":{}", "\"arguments\":7")), HasSubstr("has no object \"arguments\""));
  EXPECT_THAT(Complaint(With(3, "\"begin_ns\":", "\"begin_ns\":9")), IsEmpty());
  EXPECT_THAT(Complaint(With(3, "\"begin_ns\":", "\"begin_ns\":9999999999999999999")), StartsWith("line 3: "));
  EXPECT_THAT(Complaint(With(3, "\"begin_ns\":", "\"begin_ns\":-9")), StartsWith("line 3: "));
  EXPECT_THAT(Complaint(With(3, "Machine", "Mach\x01ne")), StartsWith("line 3: has a control character"));
  EXPECT_THAT(Complaint(With(3, "Machine", "Mach\\u001bne")), StartsWith("line 3: has a control character"));
  EXPECT_THAT(Complaint(With(3, "Machine", "Mach\\u009bne")), StartsWith("line 3: has a control character"));
  EXPECT_THAT(Complaint(With(3, "Machine", std::string("Mach\0ne", 7))), StartsWith("line 3: has a control character"));
  EXPECT_THAT(Complaint(With(3, "Machine", "Mach\xFFne")), StartsWith("line 3: is no JSON"));
  EXPECT_THAT(Complaint(With(3, "\"arguments\":{}", "\"arguments\":" + std::string(100'000, '['))),
              StartsWith("line 3: is nested more than 32 levels"));
  EXPECT_THAT(Complaint(With(3, "Machine", std::string(2'000'000, 'x'))), StartsWith("line 3: is longer than"));
  std::string fields;
  for (int i = 0; i < 70; ++i) fields += fmt::format("{}\"f{}\":1", i == 0 ? "" : ",", i);
  EXPECT_THAT(Complaint(With(3, "\"arguments\":{}", "\"arguments\":{" + fields + "}")),
              StartsWith("line 3: has an object of more than 64 fields"));
}

TEST_F(DamagedRecordingTest, LinesAreThereOnceAndInTheirOrder) {
  const std::string whole = Text();
  EXPECT_THAT(Complaint(whole.substr(0, whole.find('\n') + 1)), IsEmpty()) << "it ended early";
  EXPECT_THAT(Complaint(whole.substr(0, whole.find('\n', 2000) + 30)), HasSubstr("is cut off"));
  EXPECT_THAT(Complaint(whole + lines_[2] + "\n"), HasSubstr("lines were removed, added or moved"));
  EXPECT_THAT(Complaint(whole + fmt::format("{{\"line\":{}}}\n", lines_.size() + 1)),
              HasSubstr("stands behind the line that closes"));
  std::vector<std::string> kept = lines_;
  std::swap(lines_[2], lines_[3]);
  EXPECT_THAT(Complaint(Text()), StartsWith("line 3: says that it is line 4"));
  lines_ = kept;
  lines_.erase(lines_.begin() + 4);
  EXPECT_THAT(Complaint(Text()), StartsWith("line 5: says that it is line 6"));
  lines_ = kept;
  lines_.insert(lines_.begin() + 4, lines_[4]);
  EXPECT_THAT(Complaint(Text()), StartsWith("line 6: says that it is line 5"));
  lines_ = kept;
  lines_.insert(lines_.begin() + 1, "");
  EXPECT_THAT(Complaint(Text()), StartsWith("line 2: is no JSON object"));
}

// Whatever is in a file, it is read or refused with a line, and what was read can be replayed.
TEST_F(DamagedRecordingTest, AnythingIsReadOrRefused) {
  std::mt19937 random(20261126);
  const std::string whole = Text();
  const auto below = [&random](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  constexpr std::string_view kPieces[] = {"\"", "{",       "}",    "[",        "]",         ",",
                                          ":",  "\n",      "null", "true",     "-1",        "1e999",
                                          "0x", "\\u0000", "\xC3", "(object)", "token 0x1", "99999999999999999999"};
  int refused = 0;
  constexpr int kRounds = 1500;
  for (int round = 0; round < kRounds; ++round) {
    std::string text = whole;
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(text.size());
      const std::size_t length = std::min(below(40), text.size() - at);
      const std::size_t kind = below(4);
      if (kind == 0) text[at] = static_cast<char>(below(256));
      if (kind == 1) text.erase(at, length);
      if (kind == 2) text.insert(at, kPieces[below(std::size(kPieces))]);
      if (kind == 3) text.replace(at, length, text.substr(below(text.size()), length));
    }
    try {
      const Recording recording = Read(text);
      Replay replay(recording);
      Play(replay.environment(), NamesIn(recording));
    } catch (const RecordingError& error) {
      ++refused;
      EXPECT_THAT(error.what(), StartsWith("line "));
    }
  }
  EXPECT_GT(refused, kRounds / 2);
  EXPECT_LT(refused, kRounds);
}

}  // namespace
}  // namespace bits::intercept
