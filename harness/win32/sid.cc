#include "harness/win32/sid.h"

#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {

Result<Sid> ParseSid(std::string_view text) {
  if (text.empty()) return Failure("E_INVALIDARG"_hr);  // which Wine takes for a SID
  const Result<std::wstring> wide = WideFromUtf8(text);
  if (!wide) return Failure(wide.error());
  PSID sid = nullptr;
  if (ConvertStringSidToSidW(wide->c_str(), &sid)) return Sid(sid);
  const HResult error = LastError();
  return Failure(error == HResult::FromWin32(ERROR_INVALID_SID) ? "E_INVALIDARG"_hr : error);
}

Result<std::string> SidText(PSID sid) {
  LPWSTR text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return Failure(LastError());
  const LocalMemory<WCHAR> owned(text);
  return Utf8FromWide(text);
}

}  // namespace bits::win32
