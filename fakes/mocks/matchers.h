// GoogleMock matchers for what the api's calls return and for the service's objects; for both kinds of mocks.
//
//   EXPECT_THAT(job->Resume(), Succeeds());
//   EXPECT_THAT(*options, HelperTokenIs("S-1-5-21-1-2-3-1001"));
//
// A matcher of an object asks the object, by calls that a mock counts; every call that fails is in the explanation. As
// an argument's matcher in EXPECT_CALL it must not meet a GoogleMock mock: GoogleMock holds its lock while it matches,
// and the call would wait for ever. Use EXPECT_THAT in the action there.
// Where a text is expected, a matcher of texts may stand: HasDisplayName(StartsWith("bitsdoctor: ")).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/background_copy_error.h"
#include "harness/api/background_copy_job.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/result.h"

namespace bits::mocks {
namespace internal {

// Matchers get objects as const, since EXPECT_THAT takes its value so; the SDK's interfaces do not know const. No
// object of the service is a const one.
template <class Interface>
Interface& Mutable(const Interface& object) {
  return const_cast<Interface&>(object);
}

template <class Value, class Expected>
std::string Describe(std::string_view what, const Expected& expected) {
  return std::string(what) + ' ' + testing::DescribeMatcher<const Value&>(expected);
}

// What does not match may also be unable to tell: "whose state is not ERROR" would claim too much.
inline std::string NegatedIf(bool negation, const std::string& description) {
  return negation ? "not (" + description + ')' : description;
}

// Whether the call succeeded with a value that matches.
template <class Value, class Expected>
bool MatchesResult(std::string_view call, const Result<Value>& result, const Expected& expected,
                   testing::MatchResultListener* listener) {
  if (!result) {
    *listener << "whose " << std::string(call) << " failed with " << result.error();
    return false;
  }
  *listener << "whose " << std::string(call) << " yields " << testing::PrintToString(*result);
  return testing::SafeMatcherCast<const Value&>(expected).Matches(*result);
}

// Adds that there is no token to where there is none.
bool MatchesSid(const Result<std::optional<std::string>>& sid, const testing::Matcher<const std::string&>& expected,
                testing::MatchResultListener* listener);

bool MatchesError(const JobError& error, const JobError& expected, testing::MatchResultListener* listener);
bool MatchesError(const Result<JobError>& error, const JobError& expected, testing::MatchResultListener* listener);
bool MatchesError(const BackgroundCopyError& error, const JobError& expected, testing::MatchResultListener* listener);

bool MatchesFile(const BackgroundCopyJob& job, const testing::Matcher<const std::string&>& remote_name,
                 const testing::Matcher<const std::string&>& local_name, testing::MatchResultListener* listener);

}  // namespace internal

// An HResult, or what a Result came to: S_OK where it holds a value.
MATCHER_P(HasHResult, expected,
          std::string(negation ? "has another HRESULT than " : "has the HRESULT ") +
              testing::PrintToString(HResult(expected))) {
  static_cast<void>(result_listener);
  return HResultOf(arg) == HResult(expected);
}

// An HResult that is a success, S_FALSE included, or a Result that holds a value.
MATCHER(Succeeds, negation ? "fails" : "succeeds") {
  static_cast<void>(result_listener);
  return HResultOf(arg).Succeeded();
}

// A JobError, a Result of one, or a BackgroundCopyError that tells of one.
MATCHER_P2(IsBitsError, context, code,
           std::string(negation ? "is not the error " : "is the error ") +
               testing::PrintToString(JobError{context, code})) {
  return internal::MatchesError(arg, JobError{context, code}, result_listener);
}

// A BitsTokenOptions with a helper token of this SID.
MATCHER_P(HelperTokenIs, sid,
          internal::NegatedIf(negation, internal::Describe<std::string>("has a helper token whose SID", sid))) {
  return internal::MatchesSid(internal::Mutable<BitsTokenOptions>(arg).GetHelperTokenSid(),
                              testing::SafeMatcherCast<const std::string&>(sid), result_listener);
}

// A BitsTokenOptions without a helper token. A failure to tell is not "without".
MATCHER(HasNoHelperToken, negation ? "has a helper token" : "has no helper token") {
  return internal::MatchesResult("GetHelperTokenSid", internal::Mutable<BitsTokenOptions>(arg).GetHelperTokenSid(),
                                 testing::Eq(std::nullopt), result_listener);
}

// A BitsTokenOptions with these HelperTokenFlags, and no others.
MATCHER_P(HasHelperTokenFlags, flags,
          internal::NegatedIf(negation,
                              internal::Describe<std::uint32_t>("has helper token flags whose value", flags))) {
  return internal::MatchesResult("GetHelperTokenFlags", internal::Mutable<BitsTokenOptions>(arg).GetHelperTokenFlags(),
                                 flags, result_listener);
}

// A BackgroundCopyJob in this state.
MATCHER_P(HasState, state, internal::NegatedIf(negation, internal::Describe<JobState>("is a job whose state", state))) {
  return internal::MatchesResult("GetState", internal::Mutable<BackgroundCopyJob>(arg).GetState(), state,
                                 result_listener);
}

// A BackgroundCopyJob of this name.
MATCHER_P(HasDisplayName, name,
          internal::NegatedIf(negation, internal::Describe<std::string>("is a job whose display name", name))) {
  return internal::MatchesResult("GetDisplayName", internal::Mutable<BackgroundCopyJob>(arg).GetDisplayName(), name,
                                 result_listener);
}

// A BackgroundCopyJob that has this file among its files.
MATCHER_P2(HasFile, remote_name, local_name,
           internal::NegatedIf(negation,
                               internal::Describe<std::string>("is a job with a file whose remote name", remote_name) +
                                   internal::Describe<std::string>(" and whose local name", local_name))) {
  return internal::MatchesFile(arg, testing::SafeMatcherCast<const std::string&>(remote_name),
                               testing::SafeMatcherCast<const std::string&>(local_name), result_listener);
}

}  // namespace bits::mocks
