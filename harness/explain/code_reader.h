// Reading error codes as logs, tools and people write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "harness/api/hresult.h"

namespace bits {

// One way to read a number or name. `how` is a sentence that says which way was taken; empty where there is only one.
struct CodeReading {
  HResult code;
  std::string how;
};

// Reads `text` when all of it is one code:
//   0x80070005, 80070005, &H80070005, 0xFFFFFFFF80070005    hexadecimal; eight digits are the HRESULT itself
//   -2147024891, 2147942405                                 decimal
//   5, 0x57, win32 1326, error 1326                         Win32 errors, as HRESULT_FROM_WIN32
//   404, HTTP 404, http/1.1 404, status 503                 HTTP statuses, as 0x8019 and the status
//   hr = 1                                                  the HRESULT itself
//   0xC000006D                                              an NTSTATUS with a Win32 equivalent
//   E_ACCESSDENIED, bg_e_token_required, token required     names, see CodesNamed
// A number that can be two things has two readings, the likelier first. Nothing for a text that is no code. The error
// is a sentence that names the input, for a number of more than 32 bits. Any thread.
tl::expected<std::vector<CodeReading>, std::string> ParseCode(std::string_view text);

// The codes inside a longer text, such as a line of a log, each once, in their order. Small numbers count only behind a
// word such as "error", "win32" or "HTTP"; parts of GUIDs do not count.
std::vector<CodeReading> FindCodes(std::string_view text);

}  // namespace bits
