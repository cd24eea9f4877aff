#include "fakes/mocks/matchers.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bits::mocks::internal {
namespace {

constexpr std::uint32_t kFilesAtATime = 16;

Result<std::vector<FileInfo>> FilesOf(BackgroundCopyJob& job) {
  const auto files = job.EnumFiles();
  if (!files) return Failure(files.error());
  std::vector<FileInfo> infos;
  for (;;) {
    const auto portion = (*files)->Next(kFilesAtATime);
    if (!portion) return Failure(portion.error());
    for (const auto& file : *portion) {
      const Result<std::string> remote_name = file->GetRemoteName();
      if (!remote_name) return Failure(remote_name.error());
      const Result<std::string> local_name = file->GetLocalName();
      if (!local_name) return Failure(local_name.error());
      infos.push_back({*remote_name, *local_name});
    }
    if (portion->size() < kFilesAtATime) return infos;
  }
}

}  // namespace

bool MatchesSid(const Result<std::optional<std::string>>& sid, const testing::Matcher<const std::string&>& expected,
                testing::MatchResultListener* listener) {
  if (sid && !sid->has_value()) {
    *listener << "which has no helper token";
    return false;
  }
  return MatchesResult("GetHelperTokenSid", sid.map([](const auto& text) { return *text; }), expected, listener);
}

bool MatchesError(const JobError& error, const JobError& expected, testing::MatchResultListener* listener) {
  if (error.code == expected.code && error.context != expected.context) *listener << "which differs in the context";
  if (error.code != expected.code && error.context == expected.context) *listener << "which differs in the code";
  return error == expected;
}

bool MatchesError(const Result<JobError>& error, const JobError& expected, testing::MatchResultListener* listener) {
  return error && MatchesError(*error, expected, listener);
}

bool MatchesError(const BackgroundCopyError& error, const JobError& expected, testing::MatchResultListener* listener) {
  return MatchesResult("GetError", Mutable(error).GetError(), expected, listener);
}

bool MatchesFile(const BackgroundCopyJob& job, const testing::Matcher<const std::string&>& remote_name,
                 const testing::Matcher<const std::string&>& local_name, testing::MatchResultListener* listener) {
  const Result<std::vector<FileInfo>> files = FilesOf(Mutable(job));
  if (!files) {
    *listener << "whose files cannot be read: " << files.error();
    return false;
  }
  *listener << (files->empty() ? "which has no files" : "whose files are");
  for (const FileInfo& file : *files) *listener << ' ' << file;
  return std::ranges::any_of(*files, [&](const FileInfo& file) {
    return remote_name.Matches(file.remote_name) && local_name.Matches(file.local_name);
  });
}

}  // namespace bits::mocks::internal
