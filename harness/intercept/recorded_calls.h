// The calls of a recording, as the answers to those of another run.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/intercept/interceptor.h"
#include "harness/intercept/recording.h"

namespace bits::intercept {

// What a call returns that a recording does not have. Bit 29 makes it nobody's else [structure-of-com-error-codes].
inline constexpr HResult kNotRecorded{0xA0420001};

// How far a recorded call has to be the one that is made: with the same arguments, or with any, as where the tokens and
// jobs of another machine are named in them. A stamp at the end of a text, by which one run is told from another
// (harness/jobs/job_mark.h), is not compared.
enum class ArgumentMatch { kSame, kAny };

// Each recorded call answers once, the earliest first; of several, one that was made on the same object. One thread at
// a time.
class RecordedCalls {
 public:
  // The recording must outlive this.
  explicit RecordedCalls(const Recording& recording);

  // The answer to `call`, or null where the recording has none that was not taken.
  const RecordedCall* Take(const Call& call, ArgumentMatch match);

 private:
  struct Candidate {
    const RecordedCall* call;  // null when taken
    Json arguments;            // without stamps
  };
  struct Method {
    std::vector<Candidate> calls;
    std::size_t first = 0;  // all before it are taken
  };
  std::map<std::string, Method, std::less<>> methods_;  // by "Interface::Method"
};

// The length of a text without the stamp at its end: " [1 4d2 1dc5d2f7]".
std::size_t LengthWithoutStamp(std::string_view text);

// Whether the value holds an object or a token, which cannot come out of a file.
bool HoldsObject(const Json& value);

}  // namespace bits::intercept
