// Which files a job takes. The facts stand in facts_job_test.cc.
#include <string>

#include "fakes/bits/simulation_test.h"

namespace bits::fakes {
namespace {

class JobFiles : public SimulationTest {
 protected:
  HResult Add(std::string_view url, std::string_view local = kLocal) const { return MakeJob()->AddFile(url, local); }

  Client olivia_{world_, cast_.OtherAdmin()};
};

TEST_F(JobFiles, FilesAreAddedInEveryStateButTheFinalOnes) {
  const auto job = Resumed(kUrl);
  EXPECT_EQ(job->AddFile(kSlowUrl, R"(C:\Users\alice\1)"), HResult());
  Must(job->Resume());
  EXPECT_EQ(job->AddFile(kMissingUrl, R"(C:\Users\alice\2)"), HResult());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  EXPECT_EQ(job->AddFile(kUrl, R"(C:\Users\alice\3)"), HResult());
  world_.Advance(std::chrono::hours(1));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  EXPECT_EQ(job->AddFile(kUrl, R"(C:\Users\alice\4)"), HResult());
  EXPECT_EQ(Must(job->GetProgress()).files_total, 5U);
  Must(job->Cancel());
  EXPECT_EQ(job->AddFile(kUrl, kLocal), "BG_E_INVALID_STATE"_hr);
}

TEST_F(JobFiles, RemoteNamesHaveAKnownProtocol) {
  for (const std::string_view name : {"http://host/file", "HTTPS://host:8443/file?query=1", R"(\\server\share\file)",
                                      R"(Z:\file)", "file://server/share/file", "file:///C:/file"}) {
    EXPECT_EQ(Add(name), HResult()) << name;
  }
  for (const std::string_view name :
       {"ftp://host/file", "host/file", "/file", "http:/host/file", "http://", "", "file"}) {
    EXPECT_EQ(Add(name), "E_INVALIDARG"_hr) << name;
  }
}

TEST_F(JobFiles, RemoteNamesHaveLimits) {
  const std::string segment(260, 's');
  std::string name = "http://host/";
  while (name.size() + segment.size() + 1 <= 2200) name += segment + "/";
  name.resize(2200, 'x');
  EXPECT_EQ(Add(name), HResult());
  EXPECT_EQ(Add(name + "x"), "E_INVALIDARG"_hr);
  EXPECT_EQ(Add("http://host/" + segment), HResult());
  EXPECT_EQ(Add("http://host/" + segment + "s"), "E_INVALIDARG"_hr);
}

TEST_F(JobFiles, RemoteNamesHaveNoStrangeCharacters) {
  for (const std::string_view name :
       {"http://host/*", "http://host/a b", "http://host/<a>", "http://host/a\\b", "http://host/a\tb",
        R"(\\server\share\*)", R"(\\server\share\file?)", R"(\\server\share\a|b)"}) {
    EXPECT_EQ(Add(name), "E_INVALIDARG"_hr) << name;
  }
  EXPECT_EQ(Add("http://host/a%20b?c=d&e"), HResult());
}

TEST_F(JobFiles, LocalNamesAreFullPaths) {
  const std::string directory = R"(C:\Users\alice\)";
  for (const std::string& name :
       {std::string("file"), std::string(R"(..\file)"), std::string(R"(C:file)"), std::string(R"(\file)"),
        std::string(R"(\\?\C:\Users\alice\file)"), directory, directory + "file*", directory + "file?",
        directory + "file:stream", directory + std::string(260 - directory.size(), 'f')}) {
    EXPECT_EQ(Add(kUrl, name), "E_INVALIDARG"_hr) << name;
  }
  EXPECT_EQ(Add(kUrl, directory + std::string(259 - directory.size(), 'f')), HResult());
}

TEST_F(JobFiles, TheLocalDirectoryMustBeThere) {
  EXPECT_EQ(Add(kUrl, R"(C:\Users\alice\new\file)"), "E_INVALIDARG"_hr);
  world_.disk().AddDirectory(R"(C:\Users\alice\new)");
  EXPECT_EQ(Add(kUrl, R"(C:\Users\alice\new\file)"), HResult());
}

TEST_F(JobFiles, TheCallerMustBeAllowedToWrite) {
  EXPECT_EQ(Add(kUrl, R"(C:\Users\oscar\file)"), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(Add(kUrl, R"(C:\Windows\System32\file)"), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(Must(olivia_.manager->GetJob(Must(MakeJob()->GetId())))->AddFile(kUrl, R"(C:\Users\oscar\file)"),
            HResult());
}

TEST_F(JobFiles, AnUploadHasOneFile) {
  world_.disk().AddFile(kLocal, FileContent("to be sent"));
  for (const JobType type : {JobType::kUpload, JobType::kUploadReply}) {
    const auto job = MakeJob(type);
    EXPECT_EQ(job->AddFile(kUrl, kLocal), HResult());
    EXPECT_EQ(job->AddFile(kUrl, kLocal), "BG_E_TOO_MANY_FILES"_hr);
    EXPECT_EQ(Must(job->GetProgress()).files_total, 1U);
  }
}

TEST_F(JobFiles, HasAtMost200Files) {
  const auto job = MakeJob();
  const auto olivias = olivia_.MakeJob();
  const Client service(world_, world_.ServiceToken(kNetworkServiceSid));
  const auto services = service.MakeJob();
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(job->AddFile(kUrl, std::string(kLocal) + std::to_string(i)), HResult()) << i;
    Must(olivias->AddFile(kUrl, R"(C:\Users\Public\file)" + std::to_string(i)));
    Must(services->AddFile(kUrl, R"(C:\Users\Public\file)" + std::to_string(i)));
  }
  EXPECT_EQ(job->AddFile(kUrl, kLocal), "BG_E_TOO_MANY_FILES_IN_JOB"_hr);
  EXPECT_EQ(olivias->AddFile(kUrl, R"(C:\Users\Public\file)"), HResult());
  EXPECT_EQ(services->AddFile(kUrl, R"(C:\Users\Public\file)"), HResult());
}

TEST_F(JobFiles, AFileSetIsAddedAsAWhole) {
  const FileInfo good[] = {{std::string(kUrl), R"(C:\Users\alice\1)"}, {std::string(kUrl), R"(C:\Users\alice\2)"}};
  const FileInfo bad[] = {{std::string(kUrl), R"(C:\Users\alice\3)"}, {"ftp://host/file", R"(C:\Users\alice\4)"}};
  const auto job = MakeJob();
  EXPECT_EQ(job->AddFileSet(good), HResult());
  EXPECT_EQ(Must(job->GetProgress()).files_total, 2U);
  EXPECT_EQ(job->AddFileSet(bad), "E_INVALIDARG"_hr);
  EXPECT_EQ(Must(job->GetProgress()).files_total, 2U);
  for (const FileInfo& file : good) world_.disk().AddFile(file.local_name, FileContent("to be sent"));
  const auto upload = MakeJob(JobType::kUpload);
  EXPECT_EQ(upload->AddFileSet(good), "BG_E_TOO_MANY_FILES"_hr);
  EXPECT_EQ(Must(upload->GetProgress()).files_total, 0U);
}

TEST_F(JobFiles, EnumeratesItsFiles) {
  const auto job = Download(kUrl);
  Must(job->AddFile(kSlowUrl, R"(C:\Users\alice\other)"));
  const auto files = Must(Must(job->EnumFiles())->Next(10));
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(Must(files[0]->GetRemoteName()), kUrl);
  EXPECT_EQ(Must(files[0]->GetLocalName()), kLocal);
  EXPECT_EQ(Must(files[1]->GetRemoteName()), kSlowUrl);
}

}  // namespace
}  // namespace bits::fakes
