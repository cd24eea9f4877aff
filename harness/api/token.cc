#include "harness/api/token.h"

#include "harness/api/logon_api.h"

namespace bits {

void Token::Close() noexcept {
  if (handle_ == TokenHandle::kNone) return;
  // A handle that cannot be closed is a bug of whoever closed it before; there is nothing left to release.
  api_->CloseHandle(Release());
}

}  // namespace bits
