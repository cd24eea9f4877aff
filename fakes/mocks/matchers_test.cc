// Every matcher: what it matches, what it does not, and what it says.
#include "fakes/mocks/matchers.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/default_values.h"
#include "fakes/mocks/gmock_actions.h"
#include "fakes/mocks/gmock_background_copy_error.h"
#include "fakes/mocks/gmock_background_copy_file.h"
#include "fakes/mocks/gmock_background_copy_job.h"
#include "fakes/mocks/gmock_bits_token_options.h"
#include "fakes/mocks/gmock_enumerator.h"

namespace bits::mocks {
namespace {

using testing::DescribeMatcher;
using testing::EndsWith;
using testing::NiceMock;
using testing::Not;
using testing::Return;
using testing::StartsWith;

// What a failure adds to the value.
template <class Matcher, class Value>
std::string Explain(const Matcher& matcher, const Value& value) {
  testing::StringMatchResultListener listener;
  testing::ExplainMatchResult(matcher, value, &listener);
  return listener.str();
}

TEST(HasHResult, ComparesAnHResult) {
  EXPECT_THAT("E_FAIL"_hr, HasHResult("E_FAIL"_hr));
  EXPECT_THAT("E_FAIL"_hr, Not(HasHResult("E_ACCESSDENIED"_hr)));
  EXPECT_THAT("S_FALSE"_hr, Not(HasHResult("S_OK"_hr)));
}

TEST(HasHResult, ComparesWhatAResultCameTo) {
  const Result<int> failed = Failure("E_FAIL"_hr);
  EXPECT_THAT(failed, HasHResult("E_FAIL"_hr));
  EXPECT_THAT(failed, Not(HasHResult("E_ACCESSDENIED"_hr)));
  EXPECT_THAT(Result<int>(7), HasHResult("S_OK"_hr));
  EXPECT_THAT(Result<int>(7), Not(HasHResult("E_FAIL"_hr)));
}

TEST(HasHResult, DescribesItself) {
  EXPECT_EQ(DescribeMatcher<HResult>(HasHResult("E_FAIL"_hr)), "has the HRESULT E_FAIL (0x80004005)");
  EXPECT_EQ(DescribeMatcher<HResult>(Not(HasHResult("E_FAIL"_hr))), "has another HRESULT than E_FAIL (0x80004005)");
}

TEST(Succeeds, TellsSuccessFromFailure) {
  EXPECT_THAT(HResult(), Succeeds());
  EXPECT_THAT("S_FALSE"_hr, Succeeds());
  EXPECT_THAT("E_FAIL"_hr, Not(Succeeds()));
  EXPECT_THAT(Result<std::unique_ptr<int>>(), Succeeds()) << "a Result that can only be moved";
  EXPECT_THAT(Result<std::unique_ptr<int>>(Failure("E_FAIL"_hr)), Not(Succeeds()));
}

TEST(Succeeds, DescribesItself) {
  EXPECT_EQ(DescribeMatcher<HResult>(Succeeds()), "succeeds");
  EXPECT_EQ(DescribeMatcher<HResult>(Not(Succeeds())), "fails");
}

constexpr JobError kNotFound = {ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr};
constexpr JobError kNotFoundElsewhere = {ErrorContext::kLocalFile, "BG_E_HTTP_ERROR_404"_hr};
constexpr JobError kForbidden = {ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_403"_hr};

auto IsNotFound() { return IsBitsError(ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr); }

TEST(IsBitsError, ComparesAJobError) {
  EXPECT_THAT(kNotFound, IsNotFound());
  EXPECT_THAT(kNotFoundElsewhere, Not(IsNotFound()));
  EXPECT_THAT(kForbidden, Not(IsNotFound()));
  EXPECT_THAT(JobError(), Not(IsNotFound()));
}

TEST(IsBitsError, ComparesAResult) {
  EXPECT_THAT(Result<JobError>(kNotFound), IsNotFound());
  EXPECT_THAT(Result<JobError>(kForbidden), Not(IsNotFound()));
  EXPECT_THAT(Result<JobError>(Failure("BG_E_HTTP_ERROR_404"_hr)), Not(IsNotFound())) << "there is no error to compare";
}

TEST(IsBitsError, AsksAnErrorObject) {
  NiceMock<MockBackgroundCopyError> error;
  EXPECT_THAT(error, Not(IsNotFound()));
  ON_CALL(error, GetError).WillByDefault(Return(kNotFound));
  EXPECT_THAT(error, IsNotFound());
  ON_CALL(error, GetError).WillByDefault(FailWith("RPC_E_DISCONNECTED"_hr));
  EXPECT_THAT(error, Not(IsNotFound()));
  EXPECT_EQ(Explain(IsNotFound(), error), "whose GetError failed with RPC_E_DISCONNECTED (0x80010108)");
}

TEST(IsBitsError, Explains) {
  EXPECT_EQ(DescribeMatcher<JobError>(IsNotFound()),
            "is the error BG_E_HTTP_ERROR_404 (0x80190194) in context REMOTE_FILE");
  EXPECT_EQ(DescribeMatcher<JobError>(Not(IsNotFound())),
            "is not the error BG_E_HTTP_ERROR_404 (0x80190194) in context REMOTE_FILE");
  EXPECT_EQ(Explain(IsNotFound(), kNotFoundElsewhere), "which differs in the context");
  EXPECT_EQ(Explain(IsNotFound(), kForbidden), "which differs in the code");
  EXPECT_EQ(Explain(IsNotFound(), kNotFound), "");
}

TEST(HelperTokenIs, ComparesTheSid) {
  NiceMock<MockBitsTokenOptions> options;
  ON_CALL(options, GetHelperTokenSid).WillByDefault(Return("S-1-5-18"));
  EXPECT_THAT(options, HelperTokenIs("S-1-5-18"));
  EXPECT_THAT(options, HelperTokenIs(std::string("S-1-5-18")));
  EXPECT_THAT(options, HelperTokenIs(kLocalSystemSid));
  EXPECT_THAT(options, HelperTokenIs(EndsWith("-18")));
  EXPECT_THAT(options, Not(HelperTokenIs("S-1-5-19")));
  EXPECT_THAT(options, Not(HelperTokenIs(EndsWith("-19"))));
}

TEST(HelperTokenIs, NeverMatchesWithoutAToken) {
  NiceMock<MockBitsTokenOptions> options;
  EXPECT_THAT(options, Not(HelperTokenIs("")));
  EXPECT_EQ(Explain(HelperTokenIs("S-1-5-18"), options), "which has no helper token");
  ON_CALL(options, GetHelperTokenSid).WillByDefault(FailWith("E_ACCESSDENIED"_hr));
  EXPECT_THAT(options, Not(HelperTokenIs("S-1-5-18")));
  EXPECT_EQ(Explain(HelperTokenIs("S-1-5-18"), options),
            "whose GetHelperTokenSid failed with E_ACCESSDENIED (0x80070005)");
}

TEST(HelperTokenIs, Explains) {
  NiceMock<MockBitsTokenOptions> options;
  ON_CALL(options, GetHelperTokenSid).WillByDefault(Return("S-1-5-18"));
  EXPECT_EQ(Explain(HelperTokenIs("S-1-5-19"), options), "whose GetHelperTokenSid yields \"S-1-5-18\"");
  EXPECT_EQ(DescribeMatcher<BitsTokenOptions&>(HelperTokenIs("S-1-5-18")),
            "has a helper token whose SID is equal to \"S-1-5-18\"");
  EXPECT_EQ(DescribeMatcher<BitsTokenOptions&>(Not(HelperTokenIs("S-1-5-18"))),
            "not (has a helper token whose SID is equal to \"S-1-5-18\")");
  EXPECT_EQ(DescribeMatcher<BitsTokenOptions&>(HelperTokenIs(StartsWith("S-1-5-21"))),
            "has a helper token whose SID starts with \"S-1-5-21\"");
}

TEST(HasNoHelperToken, TellsAbsentFromUnknown) {
  NiceMock<MockBitsTokenOptions> options;
  EXPECT_THAT(options, HasNoHelperToken());
  ON_CALL(options, GetHelperTokenSid).WillByDefault(Return("S-1-5-18"));
  EXPECT_THAT(options, Not(HasNoHelperToken()));
  ON_CALL(options, GetHelperTokenSid).WillByDefault(FailWith("E_ACCESSDENIED"_hr));
  EXPECT_THAT(options, Not(HasNoHelperToken()));
  EXPECT_EQ(Explain(HasNoHelperToken(), options), "whose GetHelperTokenSid failed with E_ACCESSDENIED (0x80070005)");
}

TEST(HasNoHelperToken, DescribesItself) {
  EXPECT_EQ(DescribeMatcher<BitsTokenOptions&>(HasNoHelperToken()), "has no helper token");
  EXPECT_EQ(DescribeMatcher<BitsTokenOptions&>(Not(HasNoHelperToken())), "has a helper token");
}

TEST(HasHelperTokenFlags, ComparesTheFlags) {
  NiceMock<MockBitsTokenOptions> options;
  EXPECT_THAT(options, HasHelperTokenFlags(0U));
  EXPECT_THAT(options, Not(HasHelperTokenFlags(HelperTokenFlags::kNetwork)));
  ON_CALL(options, GetHelperTokenFlags).WillByDefault(Return(HelperTokenFlags::kNetwork));
  EXPECT_THAT(options, HasHelperTokenFlags(HelperTokenFlags::kNetwork));
  EXPECT_THAT(options, Not(HasHelperTokenFlags(HelperTokenFlags::kNetwork | HelperTokenFlags::kLocalFile)));
  EXPECT_EQ(Explain(HasHelperTokenFlags(1U), options), "whose GetHelperTokenFlags yields 2");
  EXPECT_EQ(DescribeMatcher<BitsTokenOptions&>(HasHelperTokenFlags(1U)),
            "has helper token flags whose value is equal to 1");
}

TEST(HasState, ComparesTheState) {
  NiceMock<MockBackgroundCopyJob> job;
  EXPECT_THAT(job, HasState(JobState::kSuspended));
  EXPECT_THAT(job, Not(HasState(JobState::kError)));
  EXPECT_EQ(Explain(HasState(JobState::kError), job), "whose GetState yields SUSPENDED");
  ON_CALL(job, GetState).WillByDefault(FailWith("BG_E_NOT_FOUND"_hr));
  EXPECT_THAT(job, Not(HasState(JobState::kSuspended)));
  EXPECT_EQ(Explain(HasState(JobState::kError), job), "whose GetState failed with BG_E_NOT_FOUND (0x80200001)");
}

TEST(HasState, DescribesItself) {
  EXPECT_EQ(DescribeMatcher<BackgroundCopyJob&>(HasState(JobState::kError)), "is a job whose state is equal to ERROR");
  EXPECT_EQ(DescribeMatcher<BackgroundCopyJob&>(Not(HasState(JobState::kError))),
            "not (is a job whose state is equal to ERROR)");
}

TEST(HasDisplayName, ComparesTheName) {
  NiceMock<MockBackgroundCopyJob> job;
  ON_CALL(job, GetDisplayName).WillByDefault(Return("bitsdoctor: transfer"));
  EXPECT_THAT(job, HasDisplayName("bitsdoctor: transfer"));
  EXPECT_THAT(job, HasDisplayName(StartsWith("bitsdoctor: ")));
  EXPECT_THAT(job, Not(HasDisplayName("bitsdoctor: ")));
  EXPECT_EQ(Explain(HasDisplayName("other"), job), "whose GetDisplayName yields \"bitsdoctor: transfer\"");
  EXPECT_EQ(DescribeMatcher<BackgroundCopyJob&>(HasDisplayName("other")),
            "is a job whose display name is equal to \"other\"");
}

std::unique_ptr<BackgroundCopyFile> MakeFile(const std::string& remote_name, const std::string& local_name) {
  auto file = std::make_unique<NiceMock<MockBackgroundCopyFile>>();
  ON_CALL(*file, GetRemoteName).WillByDefault(Return(remote_name));
  ON_CALL(*file, GetLocalName).WillByDefault(Return(local_name));
  return file;
}

// A job that lists `files`, each time anew.
class JobWithFiles : public NiceMock<MockBackgroundCopyJob> {
 public:
  explicit JobWithFiles(std::vector<FileInfo> files) {
    ON_CALL(*this, EnumFiles).WillByDefault([files] {
      auto enumerator = std::make_unique<NiceMock<MockEnumBackgroundCopyFiles>>();
      ON_CALL(*enumerator, Next).WillByDefault([files, next = std::size_t{0}](std::uint32_t count) mutable {
        std::vector<std::unique_ptr<BackgroundCopyFile>> portion;
        for (; portion.size() < count && next < files.size(); ++next) {
          portion.push_back(MakeFile(files[next].remote_name, files[next].local_name));
        }
        return portion;
      });
      return enumerator;
    });
  }
};

TEST(HasFile, FindsOneFileAmongAll) {
  const JobWithFiles job({{"http://server.test/a", "C:\\a"}, {"http://server.test/b", "C:\\b"}});
  EXPECT_THAT(job, HasFile("http://server.test/a", "C:\\a"));
  EXPECT_THAT(job, HasFile("http://server.test/b", "C:\\b"));
  EXPECT_THAT(job, HasFile(EndsWith("/b"), "C:\\b"));
  EXPECT_THAT(job, Not(HasFile("http://server.test/a", "C:\\b"))) << "names of two files are not one file";
  EXPECT_THAT(job, Not(HasFile("http://server.test/c", "C:\\c")));
}

TEST(HasFile, ReadsPortionAfterPortion) {
  std::vector<FileInfo> files(40, {"http://server.test/a", "C:\\a"});
  files.back() = {"http://server.test/last", "C:\\last"};
  EXPECT_THAT(JobWithFiles(files), HasFile("http://server.test/last", "C:\\last"));
}

TEST(HasFile, Explains) {
  const JobWithFiles job(std::vector<FileInfo>{{"http://server.test/a", "C:\\a"}});
  EXPECT_EQ(Explain(HasFile("x", "y"), job), "whose files are \"http://server.test/a\" -> \"C:\\a\"");
  EXPECT_EQ(Explain(HasFile("x", "y"), JobWithFiles(std::vector<FileInfo>())), "which has no files");
  EXPECT_EQ(DescribeMatcher<BackgroundCopyJob&>(HasFile("x", "y")),
            "is a job with a file whose remote name is equal to \"x\" and whose local name is equal to \"y\"");
  EXPECT_EQ(DescribeMatcher<BackgroundCopyJob&>(Not(HasFile(testing::_, "y"))),
            "not (is a job with a file whose remote name is anything and whose local name is equal to \"y\")");
}

TEST(HasFile, DoesNotMatchWhenTheFilesCannotBeRead) {
  NiceMock<MockBackgroundCopyJob> job;
  ON_CALL(job, EnumFiles).WillByDefault(FailWith("E_ACCESSDENIED"_hr));
  EXPECT_THAT(job, Not(HasFile(testing::_, testing::_)));
  EXPECT_EQ(Explain(HasFile("x", "y"), job), "whose files cannot be read: E_ACCESSDENIED (0x80070005)");
}

TEST(Matchers, ReadWellInAFailure) {
  NiceMock<MockBitsTokenOptions> options;
  ON_CALL(options, GetHelperTokenSid).WillByDefault(Return("S-1-5-18"));
  const auto check = testing::internal::MakePredicateFormatterFromMatcher(HelperTokenIs("S-1-5-19"));
  EXPECT_STREQ(check("*options", options).message(),
               "Value of: *options\nExpected: has a helper token whose SID is equal to \"S-1-5-19\"\n"
               "  Actual: IBitsTokenOptions, whose GetHelperTokenSid yields \"S-1-5-18\"");
}

}  // namespace
}  // namespace bits::mocks
