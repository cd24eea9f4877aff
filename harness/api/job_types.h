// Values that jobs and files are described with; each mirrors the SDK type named in its comment.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string>
#include <vector>

#include "harness/api/enum_names.h"

namespace bits {

// BG_JOB_TYPE.
enum class JobType : std::uint32_t { kDownload = 0, kUpload = 1, kUploadReply = 2 };

// BG_JOB_STATE. kAcknowledged and kCancelled are final [bg_job_state].
enum class JobState : std::uint32_t {
  kQueued = 0,
  kConnecting = 1,
  kTransferring = 2,
  kSuspended = 3,
  kError = 4,
  kTransientError = 5,
  kTransferred = 6,
  kAcknowledged = 7,
  kCancelled = 8,
};

constexpr bool IsFinal(JobState state) { return state == JobState::kAcknowledged || state == JobState::kCancelled; }

// BG_JOB_PRIORITY. Foreground jobs compete with the user's own traffic [bg_job_priority].
enum class JobPriority : std::uint32_t { kForeground = 0, kHigh = 1, kNormal = 2, kLow = 3 };

// BG_JOB_PROXY_USAGE.
enum class ProxyUsage : std::uint32_t { kPreconfig = 0, kNoProxy = 1, kOverride = 2, kAutodetect = 3 };

// BG_ERROR_CONTEXT.
enum class ErrorContext : std::uint32_t {
  kNone = 0,
  kUnknown = 1,
  kGeneralQueueManager = 2,
  kQueueManagerNotification = 3,
  kLocalFile = 4,
  kRemoteFile = 5,
  kGeneralTransport = 6,
  kRemoteApplication = 7,
};

// BG_AUTH_TARGET and BG_AUTH_SCHEME.
enum class AuthTarget : std::uint32_t { kServer = 1, kProxy = 2 };
enum class AuthScheme : std::uint32_t { kBasic = 1, kDigest = 2, kNtlm = 3, kNegotiate = 4, kPassport = 5 };

// BG_CERT_STORE_LOCATION.
enum class CertificateStoreLocation : std::uint32_t {
  kCurrentUser = 0,
  kLocalMachine = 1,
  kCurrentService = 2,
  kServices = 3,
  kUsers = 4,
  kCurrentUserGroupPolicy = 5,
  kLocalMachineGroupPolicy = 6,
  kLocalMachineEnterprise = 7,
};

// Flag words stay plain DWORDs, so that a bit the SDK does not define can be passed and its refusal seen.

// BG_NOTIFY_*: SetNotifyFlags.
struct NotifyFlags {
  enum : std::uint32_t {
    kJobTransferred = 0x01,
    kJobError = 0x02,
    kDisable = 0x04,
    kJobModification = 0x08,
    kFileTransferred = 0x10,
    kFileRangesTransferred = 0x20,
  };
};

// BG_TOKEN_*: SetHelperTokenFlags.
struct HelperTokenFlags {
  enum : std::uint32_t { kLocalFile = 0x1, kNetwork = 0x2 };
};

// BG_JOB_ENUM_*: EnumJobs.
struct EnumJobsFlags {
  enum : std::uint32_t { kCurrentUser = 0x0, kAllUsers = 0x1 };
};

// BG_COPY_FILE_*: SetFileACLFlags.
struct FileAclFlags {
  enum : std::uint32_t { kOwner = 0x1, kGroup = 0x2, kDacl = 0x4, kSacl = 0x8, kAll = 0xF };
};

// BG_JOB_*_PEERCACHING_*: SetPeerCachingFlags.
struct PeerCachingFlags {
  enum : std::uint32_t { kEnableClient = 0x1, kEnableServer = 0x2, kDisableBranchCache = 0x4 };
};

// BG_SSL_* and BG_HTTP_REDIRECT_POLICY_*: SetSecurityFlags.
struct HttpSecurityFlags {
  enum : std::uint32_t {
    kEnableCrlCheck = 0x0001,
    kIgnoreCertificateNameInvalid = 0x0002,
    kIgnoreCertificateDateInvalid = 0x0004,
    kIgnoreUnknownAuthority = 0x0008,
    kIgnoreCertificateWrongUsage = 0x0010,
    kRedirectPolicyAllowReport = 0x0100,
    kRedirectPolicyDisallow = 0x0200,
    kRedirectPolicyAllowHttpsToHttp = 0x0800,
  };
};

// A FILETIME: UTC in steps of 100 ns.
using FileTime =
    std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>>;

// BG_FILE_INFO: a URL or UNC path, and a full local path.
struct FileInfo {
  std::string remote_name;
  std::string local_name;
  friend bool operator==(const FileInfo&, const FileInfo&) = default;
};

// BG_FILE_RANGE, in bytes. `length` is absent for BG_LENGTH_TO_EOF.
struct FileRange {
  std::uint64_t initial_offset = 0;
  std::optional<std::uint64_t> length;
  friend bool operator==(const FileRange&, const FileRange&) = default;
};

// BG_FILE_PROGRESS, in bytes. `bytes_total` is absent for BG_SIZE_UNKNOWN. `completed`: available to the user after
// Complete [bg_file_progress].
struct FileProgress {
  std::optional<std::uint64_t> bytes_total;
  std::uint64_t bytes_transferred = 0;
  bool completed = false;
  friend bool operator==(const FileProgress&, const FileProgress&) = default;
};

// BG_JOB_PROGRESS, in bytes and files. `bytes_total` is absent (BG_SIZE_UNKNOWN) until every file's size is known
// [ibackgroundcopyjob-getprogress].
struct JobProgress {
  std::optional<std::uint64_t> bytes_total;
  std::uint64_t bytes_transferred = 0;
  std::uint32_t files_total = 0;
  std::uint32_t files_transferred = 0;
  friend bool operator==(const JobProgress&, const JobProgress&) = default;
};

// BG_JOB_REPLY_PROGRESS, in bytes.
struct JobReplyProgress {
  std::optional<std::uint64_t> bytes_total;
  std::uint64_t bytes_transferred = 0;
  friend bool operator==(const JobReplyProgress&, const JobReplyProgress&) = default;
};

// BG_JOB_TIMES. `transfer_completion_time` is absent until the job enters TRANSFERRED [bg_job_times].
struct JobTimes {
  FileTime creation_time;
  FileTime modification_time;
  std::optional<FileTime> transfer_completion_time;
  friend bool operator==(const JobTimes&, const JobTimes&) = default;
};

// What GetProxySettings yields; the lists are absent where the SDK yields NULL.
struct ProxySettings {
  ProxyUsage usage = ProxyUsage::kPreconfig;
  std::optional<std::string> proxy_list;
  std::optional<std::string> bypass_list;
  friend bool operator==(const ProxySettings&, const ProxySettings&) = default;
};

// What GetNotifyCmdLine yields.
struct NotifyCmdLine {
  std::optional<std::string> program;
  std::optional<std::string> parameters;
  friend bool operator==(const NotifyCmdLine&, const NotifyCmdLine&) = default;
};

// What GetClientCertificate yields: `hash` is the 20-byte SHA-1 thumbprint.
struct ClientCertificate {
  CertificateStoreLocation store_location = CertificateStoreLocation::kCurrentUser;
  std::string store_name;
  std::vector<std::uint8_t> hash;
  std::string subject_name;
  friend bool operator==(const ClientCertificate&, const ClientCertificate&) = default;
};

template <>
struct EnumNames<JobType> {
  static constexpr EnumName<JobType> kNames[] = {
      {JobType::kDownload, "DOWNLOAD"}, {JobType::kUpload, "UPLOAD"}, {JobType::kUploadReply, "UPLOAD_REPLY"}};
};

template <>
struct EnumNames<JobState> {
  static constexpr EnumName<JobState> kNames[] = {
      {JobState::kQueued, "QUEUED"},
      {JobState::kConnecting, "CONNECTING"},
      {JobState::kTransferring, "TRANSFERRING"},
      {JobState::kSuspended, "SUSPENDED"},
      {JobState::kError, "ERROR"},
      {JobState::kTransientError, "TRANSIENT_ERROR"},
      {JobState::kTransferred, "TRANSFERRED"},
      {JobState::kAcknowledged, "ACKNOWLEDGED"},
      {JobState::kCancelled, "CANCELLED"},
  };
};

template <>
struct EnumNames<JobPriority> {
  static constexpr EnumName<JobPriority> kNames[] = {{JobPriority::kForeground, "FOREGROUND"},
                                                     {JobPriority::kHigh, "HIGH"},
                                                     {JobPriority::kNormal, "NORMAL"},
                                                     {JobPriority::kLow, "LOW"}};
};

template <>
struct EnumNames<ProxyUsage> {
  static constexpr EnumName<ProxyUsage> kNames[] = {{ProxyUsage::kPreconfig, "PRECONFIG"},
                                                    {ProxyUsage::kNoProxy, "NO_PROXY"},
                                                    {ProxyUsage::kOverride, "OVERRIDE"},
                                                    {ProxyUsage::kAutodetect, "AUTODETECT"}};
};

template <>
struct EnumNames<ErrorContext> {
  static constexpr EnumName<ErrorContext> kNames[] = {
      {ErrorContext::kNone, "NONE"},
      {ErrorContext::kUnknown, "UNKNOWN"},
      {ErrorContext::kGeneralQueueManager, "GENERAL_QUEUE_MANAGER"},
      {ErrorContext::kQueueManagerNotification, "QUEUE_MANAGER_NOTIFICATION"},
      {ErrorContext::kLocalFile, "LOCAL_FILE"},
      {ErrorContext::kRemoteFile, "REMOTE_FILE"},
      {ErrorContext::kGeneralTransport, "GENERAL_TRANSPORT"},
      {ErrorContext::kRemoteApplication, "REMOTE_APPLICATION"},
  };
};

template <>
struct EnumNames<AuthTarget> {
  static constexpr EnumName<AuthTarget> kNames[] = {{AuthTarget::kServer, "SERVER"}, {AuthTarget::kProxy, "PROXY"}};
};

template <>
struct EnumNames<AuthScheme> {
  static constexpr EnumName<AuthScheme> kNames[] = {{AuthScheme::kBasic, "BASIC"},
                                                    {AuthScheme::kDigest, "DIGEST"},
                                                    {AuthScheme::kNtlm, "NTLM"},
                                                    {AuthScheme::kNegotiate, "NEGOTIATE"},
                                                    {AuthScheme::kPassport, "PASSPORT"}};
};

template <>
struct EnumNames<CertificateStoreLocation> {
  static constexpr EnumName<CertificateStoreLocation> kNames[] = {
      {CertificateStoreLocation::kCurrentUser, "CURRENT_USER"},
      {CertificateStoreLocation::kLocalMachine, "LOCAL_MACHINE"},
      {CertificateStoreLocation::kCurrentService, "CURRENT_SERVICE"},
      {CertificateStoreLocation::kServices, "SERVICES"},
      {CertificateStoreLocation::kUsers, "USERS"},
      {CertificateStoreLocation::kCurrentUserGroupPolicy, "CURRENT_USER_GROUP_POLICY"},
      {CertificateStoreLocation::kLocalMachineGroupPolicy, "LOCAL_MACHINE_GROUP_POLICY"},
      {CertificateStoreLocation::kLocalMachineEnterprise, "LOCAL_MACHINE_ENTERPRISE"},
  };
};

}  // namespace bits
