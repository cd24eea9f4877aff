#include "harness/win32/windows_headers.h"

#include "fakes/com/thread_identity.h"

#include <cstdlib>

#include "fakes/com/real_functions.h"
#include "harness/win32/system_error.h"

namespace bits::fakes::com {

ThreadIdentity::ThreadIdentity(HANDLE token) {
  HANDLE before = nullptr;
  if (Real().OpenThreadToken(GetCurrentThread(), TOKEN_IMPERSONATE, /*OpenAsSelf=*/TRUE, &before)) {
    before_.reset(before);
  } else if (GetLastError() != ERROR_NO_TOKEN) {
    result_ = win32::LastError();
    return;
  }
  if (token == nullptr && !before_) return;
  result_ = win32::FromBool(Real().SetThreadToken(nullptr, token));
  changed_ = result_.Succeeded();
}

ThreadIdentity::~ThreadIdentity() {
  if (changed_ && !Real().SetThreadToken(nullptr, before_.get())) std::abort();
}

}  // namespace bits::fakes::com
