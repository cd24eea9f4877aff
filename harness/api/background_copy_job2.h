// IBackgroundCopyJob2 (BITS 1.5): command line on completion, reply of an upload, credentials.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/background_copy_job.h"
#include "harness/api/secret.h"

namespace bits {

// BG_AUTH_CREDENTIALS. Both user name and password absent, with NTLM or Negotiate, means the implicit credentials of
// the job's owner, or of the helper token under BG_TOKEN_NETWORK [ibackgroundcopyjob2-setcredentials].
struct AuthCredentials {
  AuthTarget target = AuthTarget::kServer;
  AuthScheme scheme = AuthScheme::kNegotiate;
  std::optional<std::string_view> user_name;
  const Secret* password = nullptr;  // not owned; may be null
};

class BackgroundCopyJob2 : public BackgroundCopyJob {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyJob2;

  // A program, by full path, run when the job ends and no callback takes the event; absent removes it. Never runs for
  // jobs of service accounts. BG_E_STRING_TOO_LONG beyond MAX_PATH and 4,000 characters
  // [ibackgroundcopyjob2-setnotifycmdline].
  virtual HResult SetNotifyCmdLine(std::optional<std::string_view> program,
                                   std::optional<std::string_view> parameters) = 0;
  virtual Result<NotifyCmdLine> GetNotifyCmdLine() = 0;

  // Upload-reply jobs only, else E_NOTIMPL [ibackgroundcopyjob2-getreplyprogress].
  virtual Result<JobReplyProgress> GetReplyProgress() = 0;

  // The reply in memory, at most 1 MB. E_NOTIMPL, BG_E_INVALID_STATE, BG_E_TOO_LARGE
  // [ibackgroundcopyjob2-getreplydata].
  virtual Result<std::vector<std::uint8_t>> GetReplyData() = 0;

  // Where the reply is stored. E_INVALIDARG, E_ACCESSDENIED, E_NOTIMPL, BG_E_INVALID_STATE once the reply has begun
  // [ibackgroundcopyjob2-setreplyfilename].
  virtual HResult SetReplyFileName(std::string_view reply_file_name) = 0;
  virtual Result<std::string> GetReplyFileName() = 0;

  // Only as the job's owner, before the first Resume; kept by the service, never given back.
  // BG_E_INVALID_AUTH_TARGET, BG_E_INVALID_AUTH_SCHEME, BG_E_USERNAME_TOO_LARGE, BG_E_PASSWORD_TOO_LARGE,
  // E_INVALIDARG (none given with Basic or Digest) [ibackgroundcopyjob2-setcredentials].
  virtual HResult SetCredentials(const AuthCredentials& credentials) = 0;

  // S_FALSE when there were none for the pair [ibackgroundcopyjob2-removecredentials].
  virtual HResult RemoveCredentials(AuthTarget target, AuthScheme scheme) = 0;
};

}  // namespace bits
