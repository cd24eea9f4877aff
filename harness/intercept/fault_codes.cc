#include "harness/intercept/fault_codes.h"

#include <algorithm>

namespace bits::intercept {
namespace {

using enum CallFamily;

constexpr FamilyFaults kFamilies[] = {
    {kService, "bits-return-values",
     "RPC_S_SERVER_UNAVAILABLE RPC_S_CALL_FAILED RPC_E_DISCONNECTED RPC_E_CALL_REJECTED RPC_E_SERVERFAULT "
     "RPC_E_TIMEOUT CO_E_NOTINITIALIZED E_ACCESSDENIED E_OUTOFMEMORY"},
    {kProxy, "combaseapi-cosetproxyblanket", "E_INVALIDARG E_NOINTERFACE E_NOTIMPL"},
    {kComLibrary, "combaseapi-coinitializeex", "E_OUTOFMEMORY E_INVALIDARG"},
    {kLogon, "handles-and-objects", "E_HANDLE E_INVALIDARG E_ACCESSDENIED E_OUTOFMEMORY"},
    {kMachine, "system-error-codes", "E_ACCESSDENIED E_OUTOFMEMORY"},
    {kFiles, "system-error-codes",
     "E_ACCESSDENIED ERROR_FILE_NOT_FOUND ERROR_PATH_NOT_FOUND ERROR_SHARING_VIOLATION ERROR_NOT_READY"},
    {kHttp, "winhttp-error-messages",
     "E_INVALIDARG ERROR_WINHTTP_CANNOT_CONNECT ERROR_WINHTTP_NAME_NOT_RESOLVED ERROR_WINHTTP_TIMEOUT "
     "ERROR_WINHTTP_SECURE_FAILURE ERROR_WINHTTP_INVALID_SERVER_RESPONSE ERROR_WINHTTP_CONNECTION_ERROR"},
    {kCallback, "nn-bits-ibackgroundcopycallback", ""},
    {kCannotFail, "", ""},
};

// What an interface inherits from; everything else of the service from IUnknown.
struct Base {
  std::string_view derived;
  std::string_view base;
};
constexpr Base kBases[] = {
    {"IBackgroundCopyJob4", "IBackgroundCopyJob3"},
    {"IBackgroundCopyJob3", "IBackgroundCopyJob2"},
    {"IBackgroundCopyJob2", "IBackgroundCopyJob"},
    {"IBackgroundCopyFile2", "IBackgroundCopyFile"},
};

constexpr std::string_view kManager = "IBackgroundCopyManager";
constexpr std::string_view kJob = "IBackgroundCopyJob";
constexpr std::string_view kJob2 = "IBackgroundCopyJob2";
constexpr std::string_view kJob3 = "IBackgroundCopyJob3";
constexpr std::string_view kJob4 = "IBackgroundCopyJob4";
constexpr std::string_view kOptions = "IBackgroundCopyJobHttpOptions";
constexpr std::string_view kTokenOptions = "IBitsTokenOptions";
constexpr std::string_view kError = "IBackgroundCopyError";
constexpr std::string_view kFile = "IBackgroundCopyFile";
constexpr std::string_view kFile2 = "IBackgroundCopyFile2";
constexpr std::string_view kEnumJobs = "IEnumBackgroundCopyJobs";
constexpr std::string_view kEnumFiles = "IEnumBackgroundCopyFiles";

constexpr MethodFaults kMethods[] = {
    {"IUnknown", "QueryInterface", kService, "helper-tokens-for-bits-transfer-jobs", "E_NOINTERFACE"},
    {"IUnknown", "SetProxyBlanket", kProxy, "combaseapi-cosetproxyblanket", ""},
    {"IUnknown", "QueryProxyBlanket", kProxy, "combaseapi-coqueryproxyblanket", ""},

    {kManager, "CreateJob", kService, "ibackgroundcopymanager-createjob",
     "E_INVALIDARG BG_E_TOO_MANY_JOBS_PER_USER BG_E_TOO_MANY_JOBS_PER_MACHINE"},
    {kManager, "GetJob", kService, "ibackgroundcopymanager-getjob", "BG_E_NOT_FOUND"},
    {kManager, "EnumJobs", kService, "ibackgroundcopymanager-enumjobs", ""},
    {kManager, "GetErrorDescription", kService, "ibackgroundcopymanager-geterrordescription",
     "ERROR_RESOURCE_LANG_NOT_FOUND"},

    {kJob, "AddFileSet", kService, "ibackgroundcopyjob-addfileset",
     "E_INVALIDARG BG_E_INVALID_STATE BG_E_TOO_MANY_FILES BG_E_TOO_MANY_FILES_IN_JOB"},
    {kJob, "AddFile", kService, "ibackgroundcopyjob-addfile",
     "E_INVALIDARG BG_E_INVALID_STATE BG_E_TOO_MANY_FILES BG_E_TOO_MANY_FILES_IN_JOB"},
    {kJob, "EnumFiles", kService, "ibackgroundcopyjob-enumfiles", ""},
    {kJob, "Suspend", kService, "ibackgroundcopyjob-suspend", "BG_E_INVALID_STATE"},
    {kJob, "Resume", kService, "ibackgroundcopyjob-resume", "BG_E_EMPTY BG_E_INVALID_STATE BG_E_TOKEN_REQUIRED"},
    {kJob, "Cancel", kService, "ibackgroundcopyjob-cancel", "BG_E_INVALID_STATE BG_S_UNABLE_TO_DELETE_FILES"},
    {kJob, "Complete", kService, "ibackgroundcopyjob-complete",
     "BG_E_INVALID_STATE ERROR_SHARING_VIOLATION ERROR_DISK_FULL BG_S_PARTIAL_COMPLETE BG_S_UNABLE_TO_DELETE_FILES"},
    {kJob, "GetId", kService, "ibackgroundcopyjob-getid", "E_INVALIDARG"},
    {kJob, "GetType", kService, "ibackgroundcopyjob-gettype", "E_INVALIDARG"},
    {kJob, "GetProgress", kService, "ibackgroundcopyjob-getprogress", "E_INVALIDARG"},
    {kJob, "GetTimes", kService, "ibackgroundcopyjob-gettimes", "E_INVALIDARG"},
    {kJob, "GetState", kService, "ibackgroundcopyjob-getstate", "E_INVALIDARG"},
    {kJob, "GetError", kService, "ibackgroundcopyjob-geterror", "BG_E_ERROR_INFORMATION_UNAVAILABLE"},
    {kJob, "GetOwner", kService, "ibackgroundcopyjob-getowner", "E_INVALIDARG"},
    {kJob, "SetDisplayName", kService, "ibackgroundcopyjob-setdisplayname",
     "E_INVALIDARG BG_E_STRING_TOO_LONG BG_E_INVALID_STATE"},
    {kJob, "GetDisplayName", kService, "ibackgroundcopyjob-getdisplayname", "E_INVALIDARG"},
    {kJob, "SetDescription", kService, "ibackgroundcopyjob-setdescription",
     "E_INVALIDARG BG_E_STRING_TOO_LONG BG_E_INVALID_STATE"},
    {kJob, "GetDescription", kService, "ibackgroundcopyjob-getdescription", "E_INVALIDARG"},
    {kJob, "SetPriority", kService, "ibackgroundcopyjob-setpriority", "E_NOTIMPL BG_E_INVALID_STATE"},
    {kJob, "GetPriority", kService, "ibackgroundcopyjob-getpriority", "E_INVALIDARG"},
    {kJob, "SetNotifyFlags", kService, "ibackgroundcopyjob-setnotifyflags", "E_NOTIMPL BG_E_INVALID_STATE"},
    {kJob, "GetNotifyFlags", kService, "ibackgroundcopyjob-getnotifyflags", "E_INVALIDARG"},
    {kJob, "SetNotifyInterface", kService, "ibackgroundcopyjob-setnotifyinterface", "BG_E_INVALID_STATE"},
    {kJob, "GetNotifyInterface", kService, "ibackgroundcopyjob-getnotifyinterface", "E_INVALIDARG"},
    {kJob, "SetMinimumRetryDelay", kService, "ibackgroundcopyjob-setminimumretrydelay", "BG_E_INVALID_STATE"},
    {kJob, "GetMinimumRetryDelay", kService, "ibackgroundcopyjob-getminimumretrydelay", "E_INVALIDARG"},
    {kJob, "SetNoProgressTimeout", kService, "ibackgroundcopyjob-setnoprogresstimeout", "BG_E_INVALID_STATE"},
    {kJob, "GetNoProgressTimeout", kService, "ibackgroundcopyjob-getnoprogresstimeout", "E_INVALIDARG"},
    {kJob, "GetErrorCount", kService, "ibackgroundcopyjob-geterrorcount", "E_INVALIDARG"},
    {kJob, "SetProxySettings", kService, "ibackgroundcopyjob-setproxysettings",
     "E_INVALIDARG E_NOTIMPL BG_E_PROXY_LIST_TOO_LARGE BG_E_PROXY_BYPASS_LIST_TOO_LARGE BG_E_INVALID_STATE"},
    {kJob, "GetProxySettings", kService, "ibackgroundcopyjob-getproxysettings", "E_INVALIDARG"},
    {kJob, "TakeOwnership", kService, "ibackgroundcopyjob-takeownership",
     "BG_E_NEW_OWNER_NO_FILE_ACCESS BG_E_NEW_OWNER_DIFF_MAPPING BG_E_INVALID_STATE"},

    {kJob2, "SetNotifyCmdLine", kService, "ibackgroundcopyjob2-setnotifycmdline",
     "E_INVALIDARG BG_E_STRING_TOO_LONG BG_E_INVALID_STATE"},
    {kJob2, "GetNotifyCmdLine", kService, "ibackgroundcopyjob2-getnotifycmdline", "E_INVALIDARG"},
    {kJob2, "GetReplyProgress", kService, "ibackgroundcopyjob2-getreplyprogress", "E_NOTIMPL"},
    {kJob2, "GetReplyData", kService, "ibackgroundcopyjob2-getreplydata",
     "E_NOTIMPL BG_E_INVALID_STATE BG_E_TOO_LARGE"},
    {kJob2, "SetReplyFileName", kService, "ibackgroundcopyjob2-setreplyfilename",
     "E_INVALIDARG E_NOTIMPL BG_E_INVALID_STATE"},
    {kJob2, "GetReplyFileName", kService, "ibackgroundcopyjob2-getreplyfilename", "E_NOTIMPL"},
    {kJob2, "SetCredentials", kService, "ibackgroundcopyjob2-setcredentials",
     "E_INVALIDARG BG_E_INVALID_AUTH_TARGET BG_E_INVALID_AUTH_SCHEME BG_E_USERNAME_TOO_LARGE BG_E_PASSWORD_TOO_LARGE "
     "BG_E_INVALID_STATE"},
    {kJob2, "RemoveCredentials", kService, "ibackgroundcopyjob2-removecredentials",
     "BG_E_INVALID_AUTH_TARGET BG_E_INVALID_AUTH_SCHEME BG_E_INVALID_STATE S_FALSE"},

    {kJob3, "ReplaceRemotePrefix", kService, "ibackgroundcopyjob3-replaceremoteprefix",
     "E_INVALIDARG E_NOTIMPL BG_E_INVALID_STATE S_FALSE"},
    {kJob3, "AddFileWithRanges", kService, "ibackgroundcopyjob3-addfilewithranges",
     "E_INVALIDARG E_NOTIMPL BG_E_INVALID_RANGE BG_E_OVERLAPPING_RANGES BG_E_TOO_MANY_RANGES_IN_FILE "
     "BG_E_INVALID_STATE"},
    {kJob3, "SetFileACLFlags", kService, "ibackgroundcopyjob3-setfileaclflags", "E_INVALIDARG BG_E_INVALID_STATE"},
    {kJob3, "GetFileACLFlags", kService, "ibackgroundcopyjob3-getfileaclflags", "E_INVALIDARG"},

    {kJob4, "SetPeerCachingFlags", kService, "ibackgroundcopyjob4-setpeercachingflags", "E_NOTIMPL BG_E_INVALID_STATE"},
    {kJob4, "GetPeerCachingFlags", kService, "ibackgroundcopyjob4-getpeercachingflags", "E_INVALIDARG"},
    {kJob4, "GetOwnerIntegrityLevel", kService, "ibackgroundcopyjob4-getownerintegritylevel", "E_INVALIDARG"},
    {kJob4, "GetOwnerElevationState", kService, "ibackgroundcopyjob4-getownerelevationstate", "E_INVALIDARG"},
    {kJob4, "SetMaximumDownloadTime", kService, "ibackgroundcopyjob4-setmaximumdownloadtime", "BG_E_INVALID_STATE"},
    {kJob4, "GetMaximumDownloadTime", kService, "ibackgroundcopyjob4-getmaximumdownloadtime", "E_INVALIDARG"},

    {kOptions, "SetClientCertificateByID", kService, "ibackgroundcopyjobhttpoptions-setclientcertificatebyid",
     "E_INVALIDARG CRYPT_E_NOT_FOUND RPC_X_NULL_REF_POINTER BG_E_INVALID_STATE"},
    {kOptions, "SetClientCertificateByName", kService, "ibackgroundcopyjobhttpoptions-setclientcertificatebyname",
     "E_INVALIDARG CRYPT_E_NOT_FOUND RPC_X_NULL_REF_POINTER BG_E_INVALID_STATE"},
    {kOptions, "RemoveClientCertificate", kService, "ibackgroundcopyjobhttpoptions-removeclientcertificate",
     "BG_E_INVALID_STATE"},
    {kOptions, "GetClientCertificate", kService, "ibackgroundcopyjobhttpoptions-getclientcertificate",
     "RPC_X_BAD_STUB_DATA"},
    {kOptions, "SetCustomHeaders", kService, "ibackgroundcopyjobhttpoptions-setcustomheaders",
     "BG_E_STRING_TOO_LONG BG_E_INVALID_STATE"},
    {kOptions, "GetCustomHeaders", kService, "ibackgroundcopyjobhttpoptions-getcustomheaders", ""},
    {kOptions, "SetSecurityFlags", kService, "ibackgroundcopyjobhttpoptions-setsecurityflags",
     "E_NOTIMPL BG_E_INVALID_STATE"},
    {kOptions, "GetSecurityFlags", kService, "ibackgroundcopyjobhttpoptions-getsecurityflags", ""},

    {kTokenOptions, "SetHelperTokenFlags", kService, "ibitstokenoptions-sethelpertokenflags",
     "E_INVALIDARG BG_E_INVALID_STATE"},
    {kTokenOptions, "GetHelperTokenFlags", kService, "ibitstokenoptions-gethelpertokenflags", "E_INVALIDARG"},
    {kTokenOptions, "SetHelperToken", kService, "ibitstokenoptions-sethelpertoken",
     "CO_E_FAILEDTOIMPERSONATE BG_E_INVALID_STATE"},
    {kTokenOptions, "ClearHelperToken", kService, "ibitstokenoptions-clearhelpertoken", "BG_E_INVALID_STATE"},
    {kTokenOptions, "GetHelperTokenSid", kService, "ibitstokenoptions-gethelpertokensid", "E_INVALIDARG"},

    {kError, "GetError", kService, "ibackgroundcopyerror-geterror", "BG_E_ERROR_INFORMATION_UNAVAILABLE"},
    {kError, "GetFile", kService, "ibackgroundcopyerror-getfile", "BG_E_FILE_NOT_AVAILABLE"},
    {kError, "GetErrorDescription", kService, "ibackgroundcopyerror-geterrordescription",
     "ERROR_RESOURCE_LANG_NOT_FOUND"},
    {kError, "GetErrorContextDescription", kService, "ibackgroundcopyerror-geterrorcontextdescription",
     "ERROR_RESOURCE_LANG_NOT_FOUND"},
    {kError, "GetProtocol", kService, "ibackgroundcopyerror-getprotocol", "BG_E_PROTOCOL_NOT_AVAILABLE"},

    {kFile, "GetRemoteName", kService, "ibackgroundcopyfile-getremotename", "E_INVALIDARG"},
    {kFile, "GetLocalName", kService, "ibackgroundcopyfile-getlocalname", "E_INVALIDARG"},
    {kFile, "GetProgress", kService, "ibackgroundcopyfile-getprogress", "E_INVALIDARG"},
    {kFile2, "GetFileRanges", kService, "ibackgroundcopyfile2-getfileranges", "E_INVALIDARG"},
    {kFile2, "SetRemoteName", kService, "ibackgroundcopyfile2-setremotename",
     "E_INVALIDARG E_NOTIMPL BG_E_INVALID_STATE"},

    {kEnumJobs, "Next", kService, "ienumbackgroundcopyjobs-next", "E_INVALIDARG"},
    {kEnumJobs, "Skip", kService, "ienumbackgroundcopyjobs-skip", "S_FALSE"},
    {kEnumJobs, "Reset", kService, "ienumbackgroundcopyjobs-reset", ""},
    {kEnumJobs, "Clone", kService, "ienumbackgroundcopyjobs-clone", "E_INVALIDARG"},
    {kEnumJobs, "GetCount", kService, "ienumbackgroundcopyjobs-getcount", "E_INVALIDARG"},
    {kEnumFiles, "Next", kService, "ienumbackgroundcopyfiles-next", "E_INVALIDARG"},
    {kEnumFiles, "Skip", kService, "ienumbackgroundcopyfiles-skip", "S_FALSE"},
    {kEnumFiles, "Reset", kService, "ienumbackgroundcopyfiles-reset", ""},
    {kEnumFiles, "Clone", kService, "ienumbackgroundcopyfiles-clone", "E_INVALIDARG"},
    {kEnumFiles, "GetCount", kService, "ienumbackgroundcopyfiles-getcount", "E_INVALIDARG"},

    {"IBackgroundCopyCallback", "JobTransferred", kCallback, "ibackgroundcopycallback-jobtransferred", ""},
    {"IBackgroundCopyCallback", "JobError", kCallback, "ibackgroundcopycallback-joberror", ""},
    {"IBackgroundCopyCallback", "JobModification", kCallback, "ibackgroundcopycallback-jobmodification", ""},
    {"IBackgroundCopyCallback", "FileTransferred", kCallback, "ibackgroundcopycallback2-filetransferred", ""},

    {"ComApi", "CoInitializeEx", kComLibrary, "combaseapi-coinitializeex", "RPC_E_CHANGED_MODE E_UNEXPECTED S_FALSE"},
    {"ComApi", "CoUninitialize", kCannotFail, "combaseapi-couninitialize", ""},
    {"ComApi", "CoInitializeSecurity", kComLibrary, "combaseapi-coinitializesecurity",
     "RPC_E_TOO_LATE RPC_E_NO_GOOD_SECURITY_PACKAGES CO_E_NOTINITIALIZED"},
    {"ComApi", "CoCreateInstance", kService, "connecting-to-the-bits-service",
     "REGDB_E_CLASSNOTREG CO_E_SERVER_EXEC_FAILURE E_NOINTERFACE ERROR_SERVICE_DISABLED ERROR_SERVICE_DOES_NOT_EXIST "
     "ERROR_SERVICE_DEPENDENCY_FAIL"},
    {"ComApi", "MakeEvent", kComLibrary, "synchapi-createeventw", ""},
    {"ComApi", "WaitForEvent", kComLibrary, "winuser-msgwaitformultipleobjects", "E_ABORT"},

    {"LogonApi", "LogonUser", kLogon, "winbase-logonuserw",
     "ERROR_LOGON_FAILURE ERROR_ACCOUNT_RESTRICTION ERROR_INVALID_LOGON_HOURS ERROR_PASSWORD_EXPIRED "
     "ERROR_ACCOUNT_DISABLED ERROR_LOGON_TYPE_NOT_GRANTED ERROR_PASSWORD_MUST_CHANGE ERROR_ACCOUNT_LOCKED_OUT "
     "ERROR_NO_LOGON_SERVERS"},
    {"LogonApi", "ImpersonateLoggedOnUser", kLogon, "securitybaseapi-impersonateloggedonuser",
     "ERROR_BAD_IMPERSONATION_LEVEL"},
    {"LogonApi", "RevertToSelf", kLogon, "securitybaseapi-reverttoself", ""},
    {"LogonApi", "SetThreadToken", kLogon, "processthreadsapi-setthreadtoken", "ERROR_NO_IMPERSONATION_TOKEN"},
    {"LogonApi", "OpenProcessToken", kLogon, "processthreadsapi-openprocesstoken", ""},
    {"LogonApi", "OpenThreadToken", kLogon, "processthreadsapi-openthreadtoken",
     "ERROR_NO_TOKEN ERROR_CANT_OPEN_ANONYMOUS"},
    {"LogonApi", "DuplicateTokenEx", kLogon, "securitybaseapi-duplicatetokenex", "ERROR_BAD_IMPERSONATION_LEVEL"},
    {"LogonApi", "CreateRestrictedToken", kLogon, "securitybaseapi-createrestrictedtoken", ""},
    {"LogonApi", "GetLinkedToken", kLogon, "winnt-token_linked_token", "ERROR_NO_SUCH_LOGON_SESSION"},
    {"LogonApi", "GetTokenFacts", kLogon, "securitybaseapi-gettokeninformation", ""},
    {"LogonApi", "CheckTokenMembership", kLogon, "securitybaseapi-checktokenmembership",
     "ERROR_NO_IMPERSONATION_TOKEN"},
    {"LogonApi", "LookupAccountName", kLogon, "winbase-lookupaccountnamew", "ERROR_NONE_MAPPED"},
    {"LogonApi", "LookupAccountSid", kLogon, "winbase-lookupaccountsidw", "ERROR_NONE_MAPPED"},
    {"LogonApi", "CloseHandle", kLogon, "handleapi-closehandle", ""},

    {"Machine", "GetOsVersion", kMachine, "winnt-rtlgetversion", ""},
    {"Machine", "ComputerName", kMachine, "sysinfoapi-getcomputernameexw", ""},
    {"Machine", "QueryService", kMachine, "winsvc-queryserviceconfigw", "ERROR_SERVICE_DOES_NOT_EXIST"},
    {"Machine", "ReadRegistry", kMachine, "winreg-reggetvaluew", "ERROR_FILE_NOT_FOUND"},
    {"Machine", "IsClassRegistered", kMachine, "determining-the-version-of-bits-on-a-computer", ""},
    {"Machine", "GetFileVersion", kMachine, "winver-getfileversioninfow",
     "ERROR_FILE_NOT_FOUND ERROR_RESOURCE_DATA_NOT_FOUND"},
    {"Machine", "ReadEventLog", kMachine, "winevt-evtquery", "ERROR_NOT_FOUND"},
    {"Machine", "CurrentProcess", kMachine, "processthreadsapi-getprocesstimes", ""},
    {"Machine", "GetProcessStart", kMachine, "processthreadsapi-getprocesstimes", ""},

    {"FileSystem", "GetFullPath", kFiles, "fileapi-getfullpathnamew", "E_INVALIDARG"},
    {"FileSystem", "GetFileSize", kFiles, "fileapi-getfileattributesexw", "ERROR_DIRECTORY"},
    {"FileSystem", "IsDirectory", kFiles, "fileapi-getfileattributesexw", ""},
    {"FileSystem", "HashSha256", kFiles, "fileapi-readfile", ""},
    {"FileSystem", "Rename", kFiles, "winbase-movefileexw", "ERROR_ALREADY_EXISTS"},
    {"FileSystem", "Remove", kFiles, "fileapi-deletefilew", "S_FALSE"},

    {"HttpClient", "Send", kHttp, "winhttp-winhttpsendrequest", ""},
};

const MethodFaults* FindDeclared(std::string_view interface_name, std::string_view method) {
  const auto* const found = std::ranges::find_if(
      kMethods, [&](const MethodFaults& row) { return row.interface_name == interface_name && row.method == method; });
  return found != std::ranges::end(kMethods) ? found : nullptr;
}

void Append(std::string_view names, std::string_view source, std::vector<FaultCode>& codes) {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    const HResult code(ErrorCodeNamed(names.substr(0, end)));
    if (std::ranges::find(codes, code, &FaultCode::code) == codes.end()) codes.push_back({code, source});
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

}  // namespace

std::span<const MethodFaults> MethodFaultTable() { return kMethods; }
std::span<const FamilyFaults> FamilyFaultTable() { return kFamilies; }

const MethodFaults* FindMethodFaults(std::string_view interface_name, std::string_view method) {
  const bool of_service = interface_name.starts_with('I') && interface_name != "IBackgroundCopyCallback";
  for (;;) {
    if (const MethodFaults* found = FindDeclared(interface_name, method)) return found;
    const auto* const base = std::ranges::find(kBases, interface_name, &Base::derived);
    if (base == std::ranges::end(kBases)) break;
    interface_name = base->base;
  }
  return of_service ? FindDeclared("IUnknown", method) : nullptr;
}

std::vector<FaultCode> FaultCodesOf(std::string_view interface_name, std::string_view method) {
  std::vector<FaultCode> codes;
  const MethodFaults* const row = FindMethodFaults(interface_name, method);
  if (row == nullptr) return codes;
  Append(row->codes, row->source, codes);
  const FamilyFaults& family = *std::ranges::find(kFamilies, row->family, &FamilyFaults::family);
  Append(family.codes, family.source, codes);
  return codes;
}

}  // namespace bits::intercept
