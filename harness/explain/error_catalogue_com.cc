// COM: interfaces, apartments, security blankets, activation.
#include "harness/explain/error_families.h"

namespace bits::error_families {
namespace {

constexpr ErrorEntry kEntries[] = {
    {.code = "S_OK"_hr,
     .meaning = "The call succeeded.",
     .origin = "Any method.",
     .first_steps =
         {"Nothing to repair. If the transfer is still wrong, read the state and the error of the job itself: "
          "`bitsadmin /info JOB /verbose`."},
     .remedies =
         {{"A log shows 0 where the failure was read too late, after another call had replaced it.",
           "Log the HRESULT of the failing call itself, and the job's error from IBackgroundCopyJob::GetError."}},
     .sources = {"handling-errors"},
     .related = {"S_FALSE"}},
    {.code = "S_FALSE"_hr,
     .meaning = "The call succeeded, and had nothing or less than asked for to give.",
     .origin =
         "IEnum*::Next and Skip at the end of the list, RemoveCredentials and ReplaceRemotePrefix without a match, "
         "CoInitializeEx on a thread that is in that apartment already.",
     .remedies = {{"Code that tests `hr == S_OK` where it should test SUCCEEDED(hr), or the other way about in an "
                   "enumeration loop.",
                   "Loop while Next returns S_OK; treat S_FALSE as the end of the list, not as an error."},
                  {"CoInitializeEx was called before on this thread.",
                   "Still balance this call with one CoUninitialize: S_FALSE counts."}},
     .sources = {"ienumbackgroundcopyjobs-next", "ibackgroundcopyjob2-removecredentials", "combaseapi-coinitializeex"},
     .related = {"S_OK", "RPC_E_CHANGED_MODE"}},
    {.code = "E_NOTIMPL"_hr,
     .meaning = "The method, or the value passed to it, is not supported for this job.",
     .origin =
         "SetPriority, SetNotifyFlags and SetProxySettings for an unknown value; reply methods on a job that is not "
         "upload-reply; ranges and ReplaceRemotePrefix on an upload job.",
     .first_steps = {"Note which method returned it and the job's type: `bitsadmin /gettype JOB`."},
     .remedies = {{"The value is outside the enumeration or has undefined flag bits.",
                   "Pass only BG_JOB_PRIORITY, BG_NOTIFY_* and BG_JOB_PROXY_USAGE values of the SDK."},
                  {"A reply method was called on a download or plain upload job.",
                   "Create the job as BG_JOB_TYPE_UPLOAD_REPLY, or do not ask for a reply."},
                  {"A download-only method was called on an upload job.",
                   "Use AddFileWithRanges and ReplaceRemotePrefix on download jobs only."},
                  {"The program runs under Wine, whose BITS leaves many methods unimplemented.",
                   "Run it on Windows, or against the simulation: `bitsdoctor check --backend sim`."}},
     .sources = {"ibackgroundcopyjob-setpriority", "ibackgroundcopyjob-setnotifyflags",
                 "ibackgroundcopyjob2-getreplyprogress", "ibackgroundcopyjob3-addfilewithranges"},
     .related = {"E_INVALIDARG", "E_NOINTERFACE"}},
    {.code = "E_NOINTERFACE"_hr,
     .meaning = "The object does not offer the interface that was asked for.",
     .origin =
         "QueryInterface on a BITS object; CoSetProxyBlanket and CoQueryProxyBlanket on a pointer that is no proxy; "
         "SetServerCertificateValidationInterface for a wrong callback.",
     .first_steps = {"Find out which interface was asked for, and which BITS is installed: the version of "
                     "%SystemRoot%\\System32\\qmgr.dll, or `bitsdoctor check --only bits-version`."},
     .remedies =
         {{"IBitsTokenOptions before BITS 4.0: helper tokens exist since Windows 7 and Windows Server 2008 R2.",
           "Probe with QueryInterface and go on without a helper token, or update Windows; on Vista SP1 and "
           "Server 2008 SP2 BITS 4.0 came with the Windows Management Framework."},
          {"A newer job interface than this Windows has (IBackgroundCopyJob5 needs Windows 8, HttpOptions2 Windows 10 "
           "1809, HttpOptions3 Windows 10 1903).",
           "Ask for the interface at run time and keep a path without it; QueryInterface is the documented probe."},
          {"IBitsTokenOptions was asked of the manager; the job object implements it.",
           "Call IBackgroundCopyJob::QueryInterface."},
          {"CoSetProxyBlanket was given a pointer to an object in the same process, not a proxy.",
           "Set the blanket on the pointer that BITS returned, not on a callback or a wrapper of your own."},
          {"The proxy and stub of the interface are not registered.",
           "Repair Windows' own registration (`sfc /scannow`); under Wine, IBitsTokenOptions does not exist."}},
     .sources = {"helper-tokens-for-bits-transfer-jobs", "nn-ibitstokenoptions", "what-s-new",
                 "combaseapi-cosetproxyblanket", "determining-the-version-of-bits-on-a-computer"},
     .related = {"REGDB_E_IIDNOTREG", "REGDB_E_CLASSNOTREG", "E_ACCESSDENIED", "E_NOTIMPL"}},
    {.code = "E_POINTER"_hr,
     .meaning = "A pointer argument is null or not usable.",
     .origin = "COM calls that take an out-pointer; most BITS methods answer a null pointer with E_INVALIDARG or "
               "RPC_X_NULL_REF_POINTER instead.",
     .remedies =
         {{"An out-parameter was passed as null.",
           "Pass the address of a variable for every out-parameter, and set pointers to null before the call."}},
     .sources = {"com-error-codes-1"},
     .related = {"E_INVALIDARG", "RPC_X_NULL_REF_POINTER"}},
    {.code = "E_ABORT"_hr,
     .meaning = "The operation was given up before it finished.",
     .origin = "COM and Windows components that were cancelled; no BITS page lists it.",
     .remedies = {{"The process, the apartment or the service was shutting down.",
                   "Repeat the call when the service runs: `sc.exe query BITS`."},
                  {"A callback of the program returned E_ABORT and the log shows its own result.",
                   "Look at the callback: BITS repeats a notification until the callback returns S_OK."}},
     .sources = {"com-error-codes-1", "ibackgroundcopycallback-joberror"},
     .related = {"ERROR_CANCELLED", "BG_E_REQUEST_CANCELED"}},
    {.code = "E_FAIL"_hr,
     .meaning = "The call failed, and the component did not say why.",
     .origin = "Any COM component; no BITS page gives it a meaning of its own.",
     .first_steps = {kBitsLog, kJobError},
     .remedies =
         {{"An inner failure was reduced to E_FAIL by a library or a script engine.",
           "Log the HRESULT of each call near the failure; the first one that failed is the one to explain."},
          {"The service is in a bad state.",
           "Restart it: `sc.exe stop BITS`, then `sc.exe start BITS`. Helper tokens are lost, so set them again."}},
     .sources = {"com-error-codes-1", "issues-with-bits"},
     .related = {"E_UNEXPECTED", "BG_E_UNKNOWN_ERROR"}},
    {.code = "CO_E_WRONG_SERVER_IDENTITY"_hr,
     .meaning = "The class is configured to run under another identity than the process that registered it.",
     .origin =
         "CoRegisterClassObject, for a class whose AppID names a service or a RunAs account; BITS' own class is one.",
     .remedies =
         {{"A test double registered the class id of BackgroundCopyManager from an ordinary process.",
           "Do not take BITS' class id on Windows: hand the program an Environment of the simulation, or redirect "
           "its imports."},
          {"A server of your own runs under another account than its AppID says.",
           "Start it as the configured account, or correct RunAs / LocalService of its AppID in `dcomcnfg`."}},
     .sources = {"combaseapi-coregisterclassobject", "com-error-codes-1"},
     .related = {"CO_E_SERVER_EXEC_FAILURE", "CO_E_OBJISREG"}},
    {.code = "E_UNEXPECTED"_hr,
     .meaning = "The call came at a moment or in a state the component was not prepared for.",
     .origin = "COM and Windows components; no BITS page gives it a meaning of its own.",
     .first_steps = {kBitsLog},
     .remedies =
         {{"A COM pointer was used after CoUninitialize or after its Release.",
           "Release every BITS pointer before the thread's CoUninitialize."},
          {"The service failed internally.",
           "Restart it (`sc.exe stop BITS`, `sc.exe start BITS`), set helper tokens again and resume the job."}},
     .sources = {"com-error-codes-1"},
     .related = {"E_FAIL", "CO_E_NOTINITIALIZED"}},
    {.code = "CLASS_E_NOAGGREGATION"_hr,
     .meaning = "The class cannot be part of an aggregate.",
     .origin = "CoCreateInstance with an outer unknown.",
     .remedies = {{"pUnkOuter was not null.", "Pass null as second argument of CoCreateInstance."}},
     .sources = {"combaseapi-cocreateinstance"},
     .related = {"E_INVALIDARG"}},
    {.code = "CLASS_E_CLASSNOTAVAILABLE"_hr,
     .meaning = "The component was found but does not supply the class that was asked for.",
     .origin = "DllGetClassObject, behind CoCreateInstance.",
     .remedies = {{"The registration points to a DLL of another version.",
                   "Repair system files (`sfc /scannow`) or register the right version of the component."},
                  {"A wrong class id for the BITS version.",
                   "Use CLSID_BackgroundCopyManager, which every version has, and QueryInterface for the rest."}},
     .sources = {"com-error-codes-1", "connecting-to-the-bits-service"},
     .related = {"REGDB_E_CLASSNOTREG"}},
    {.code = "REGDB_E_CLASSNOTREG"_hr,
     .meaning = "The class is not registered on this machine.",
     .origin = "CoCreateInstance; the BITS service itself at start-up, when the COM+ catalogue is damaged.",
     .first_steps = {"Ask which BITS classes are registered: `bitsdoctor check --only bits-version`."},
     .remedies =
         {{"A class of a newer BITS than installed, such as CLSID_BackgroundCopyManager10_2.",
           "Create CLSID_BackgroundCopyManager and probe for interfaces with QueryInterface."},
          {"The registration of BITS is damaged.", "Run `sfc /scannow`, then `bitsadmin /util /repairservice`."},
          {"CLSCTX_INPROC_SERVER was asked for; BITS lives in its own process.", "Pass CLSCTX_LOCAL_SERVER."},
          {"The BITS service stopped with this code in event 16404.",
           "Check that EventSystem runs (`sc.exe query EventSystem`); the page for the event names a damaged COM+ "
           "catalogue as the cause."}},
     .sources = {"determining-the-version-of-bits-on-a-computer", "connecting-to-the-bits-service", "event-16404"},
     .related = {"E_NOINTERFACE", "CO_E_SERVER_EXEC_FAILURE", "REGDB_E_IIDNOTREG"}},
    {.code = "REGDB_E_IIDNOTREG"_hr,
     .meaning = "The interface has no proxy and stub registered, so it cannot cross processes.",
     .origin = "COM's marshalling, when a BITS interface pointer is passed between processes or apartments.",
     .remedies = {{"The interface is newer than this Windows.", "Treat it as not supported, as with E_NOINTERFACE."},
                  {"The registration of the proxy DLL (qmgrprxy.dll) is damaged.",
                   "Run `sfc /scannow`; compare with a healthy machine of the same build."}},
     .sources = {"com-error-codes-1"},
     .related = {"E_NOINTERFACE", "REGDB_E_CLASSNOTREG"}},
    {.code = "CO_E_NOTINITIALIZED"_hr,
     .meaning = "COM is not initialised on the calling thread.",
     .origin = "Any COM call: CoCreateInstance, CoInitializeSecurity, CoSetProxyBlanket, BITS methods.",
     .remedies = {{"The thread never called CoInitializeEx; each thread needs its own call.",
                   "Call CoInitializeEx at the start of every thread that uses BITS, CoUninitialize at its end."},
                  {"CoInitializeEx failed with RPC_E_CHANGED_MODE and the result was ignored.",
                   "Check its result; see RPC_E_CHANGED_MODE."},
                  {"COM was uninitialised before a smart pointer released its object.",
                   "Let pointers go out of scope before CoUninitialize."}},
     .sources = {"combaseapi-coinitializeex", "connecting-to-the-bits-service"},
     .related = {"CO_E_ALREADYINITIALIZED", "RPC_E_CHANGED_MODE"}},
    {.code = "CO_E_ALREADYINITIALIZED"_hr,
     .meaning = "COM was initialised before on this thread.",
     .origin = "Older initialisation calls; CoInitializeEx says S_FALSE or RPC_E_CHANGED_MODE instead.",
     .remedies = {{"A host or library initialised COM first.",
                   "Share its apartment: let one place per thread own CoInitializeEx and CoUninitialize."}},
     .sources = {"com-error-codes-1"},
     .related = {"RPC_E_CHANGED_MODE", "CO_E_NOTINITIALIZED"}},
    {.code = "CO_E_OBJISREG"_hr,
     .meaning = "The object is registered already.",
     .origin = "CoRegisterClassObject.",
     .remedies = {{"The class object was registered twice in this process.",
                   "Keep the registration cookie and call CoRevokeClassObject before registering again."}},
     .sources = {"combaseapi-coregisterclassobject"},
     .related = {"CO_E_WRONG_SERVER_IDENTITY", "CO_E_OBJNOTCONNECTED"}},
    {.code = "CO_E_OBJNOTCONNECTED"_hr,
     .meaning = "The object on the other side is no longer connected.",
     .origin = "A call on a proxy whose object was disconnected.",
     .remedies = {{"The service was restarted while the program held pointers.",
                   "Release every BITS pointer, create the manager again and get the job by its GUID; set the helper "
                   "token again."},
                  {"A callback object was disconnected because its process ended.",
                   "Call SetNotifyInterface again after a restart: BITS does not keep it."}},
     .sources = {"com-error-codes-1", "ibackgroundcopyjob-setnotifyinterface"},
     .related = {"RPC_E_DISCONNECTED", "RPC_S_SERVER_UNAVAILABLE"}},
    {.code = "E_ACCESSDENIED"_hr,
     .meaning = "Access was refused: to BITS, to the job, to the helper token, or to a file.",
     .origin = "SetHelperToken, SetHelperTokenFlags, QueryInterface, GetJob, EnumJobs, TakeOwnership, AddFile, "
               "CoCreateInstance, ImpersonateLoggedOnUser; or the error of a job, from the file system or a server.",
     .first_steps = {"Establish which call failed, under which account, and whether that account is elevated: "
                     "`whoami /groups` (BUILTIN\\Administrators enabled, or 'used for deny only'?).",
                     "Find the job's owner: `bitsadmin /list /allusers /verbose`, line OWNER; the owner's elevation: "
                     "IBackgroundCopyJob4::GetOwnerElevationState.",
                     "Let the tool try it here: `bitsdoctor check --only process-token --only com-security --only "
                     "set-helper-token`."},
     .remedies =
         {{"SetHelperToken since Windows 10 1607: the helper token has BUILTIN\\Administrators enabled and the caller "
           "is "
           "no administrator.",
           "Use a helper account that is not an administrator (or its UAC-filtered token, where Administrators is "
           "deny-only), or run the caller elevated."},
          {"SetHelperToken before Windows 10 1607: the job is not owned by an administrator.",
           "Create the job from an elevated administrator or from LocalSystem, or update to 1607 or later, where a "
           "non-administrator may set a non-administrator token."},
          {"SetHelperTokenFlags since 1607: the token already set has Administrators enabled and the caller is no "
           "administrator.",
           "Replace the token first: SetHelperToken with a non-administrator identity, or ClearHelperToken."},
          {"QueryInterface for IBitsTokenOptions by a thread that is not the job's owner: since Windows 7 the access "
           "check is in QueryInterface, and for a caller without administrator rights the thread's SID must be the "
           "owner's.",
           "Query the interface as the owner, before ImpersonateLoggedOnUser; then impersonate and call "
           "SetHelperToken on that pointer."},
          {"The impersonation level of the proxy is ANONYMOUS, below what BITS demands; or, by COM's rules rather than "
           "a page of BITS, the authentication level is NONE, so that the caller cannot be identified.",
           "Call CoSetProxyBlanket on this pointer (or CoInitializeSecurity once) with RPC_C_AUTHN_LEVEL_CONNECT or "
           "higher, RPC_C_IMP_LEVEL_IMPERSONATE and EOAC_DYNAMIC_CLOAKING."},
          {"The job was created or taken over elevated, and the owner now calls without elevation.",
           "Run the program elevated (Run as administrator), or create the job without elevation."},
          {"The job belongs to another user and the caller is no administrator, or to a token of higher integrity "
           "(LocalSystem) which even an elevated administrator may not change.",
           "Call as the owner; for LocalSystem's jobs run the command as a scheduled task under SYSTEM."},
          {"EnumJobs with BG_JOB_ENUM_ALL_USERS, or TakeOwnership, without administrator rights.",
           "Run elevated; TakeOwnership needs it since Windows Vista."},
          {"The caller's token is restricted (has restricting SIDs), or its integrity is low: such callers may not use "
           "BITS.",
           "Call BITS from an ordinary process of that user."},
          {"AddFile, or the job's error with context LOCAL_FILE: the local directory is not writable for the identity "
           "in "
           "use, the owner's, or the helper token's with BG_TOKEN_LOCAL_FILE.",
           "Grant that account Modify: `icacls DIRECTORY /grant DOMAIN\\user:(OI)(CI)M`; or set BG_TOKEN_LOCAL_FILE "
           "with a token that has the right."},
          {"The job's error with context REMOTE_FILE: the share refuses the owner; LocalSystem and NetworkService come "
           "as the computer account, LocalService as anonymous.",
           "Set a helper token with BG_TOKEN_NETWORK, or grant the computer account on share and files."},
          {"Opening a service or a registry key needs more rights than the caller has.",
           "Repeat from an elevated prompt; `sc.exe sdshow BITS` shows who may query and start the service."}},
     .sources = {"ibitstokenoptions-sethelpertoken", "ibitstokenoptions-sethelpertokenflags",
                 "helper-tokens-for-bits-transfer-jobs", "user-account-control-and-bits",
                 "connecting-to-the-bits-service", "service-accounts-and-bits"},
     .related = {"CO_E_FAILEDTOIMPERSONATE", "RPC_E_ACCESS_DENIED", "E_NOINTERFACE", "BG_E_TOKEN_REQUIRED",
                 "ERROR_PRIVILEGE_NOT_HELD", "BG_E_HTTP_ERROR_401"}},
    {.code = "E_HANDLE"_hr,
     .meaning = "The handle is not valid, or was closed.",
     .origin = "Token functions: ImpersonateLoggedOnUser, DuplicateTokenEx, GetTokenInformation, CloseHandle.",
     .remedies = {{"The result of LogonUser was not checked, so a variable without a token was used.",
                   "Test the return value of LogonUser before the handle; GetLastError tells why the logon failed."},
                  {"The token was closed before the impersonation, or twice.",
                   "Give the handle one owner, and close it after RevertToSelf."},
                  {"The program runs under Wine, whose LogonUser reports success without a token.",
                   "Verify a new token with GetTokenInformation before use."}},
     .sources = {"winbase-logonuserw", "securitybaseapi-impersonateloggedonuser", "com-error-codes-1"},
     .related = {"ERROR_NO_TOKEN", "ERROR_LOGON_FAILURE"}},
    {.code = "E_OUTOFMEMORY"_hr,
     .meaning = "Not enough memory, or another limited resource, for the call.",
     .origin = "Any call, in the client or in the service's process.",
     .first_steps = {"Compare commit charge and limit: `systeminfo`, or Performance in Task Manager."},
     .remedies = {{"The machine is out of commit memory.", "Free memory or enlarge the paging file."},
                  {"The client leaks: enumerations without Release, strings without CoTaskMemFree.",
                   "Release every interface and free every returned string."},
                  {"The service's process holds too much.",
                   "Restart BITS (`sc.exe stop BITS`, `sc.exe start BITS`) and set helper tokens again."}},
     .sources = {"com-error-codes-1"},
     .related = {"ERROR_WINHTTP_OUT_OF_HANDLES"}},
    {.code = "E_INVALIDARG"_hr,
     .meaning = "An argument is not valid: a name, a path, a null pointer, a flag or a SID.",
     .origin =
         "CreateJob, AddFile, AddFileSet, SetCredentials, SetProxySettings, CoSetProxyBlanket, getters with a null "
         "pointer; also a job's error for a bad proxy setting.",
     .first_steps = {"Note the method and every argument; the job's files: `bitsadmin /listfiles JOB`."},
     .remedies =
         {{"AddFile: the remote name is no http, https or SMB address, or the local name no full path.",
           "Pass `https://server/path` or `\\\\server\\share\\file`, and a full local path in an existing directory, "
           "at most MAX_PATH characters, without wildcards, streams or the prefix `\\\\?\\`."},
          {"CreateJob: the display name has more than 256 characters or is null.", "Shorten the name."},
          {"SetCredentials: user name or password null with Basic, Digest or Passport.",
           "Null for both is allowed with NTLM and Negotiate only, where it means the implicit credentials."},
          {"SetProxySettings: a list without BG_JOB_PROXY_USAGE_OVERRIDE, or OVERRIDE without a list.",
           "Pass lists with OVERRIDE and null with every other usage."},
          {"CoSetProxyBlanket: cloaking together with explicit credentials, or RPC_C_IMP_LEVEL_DEFAULT in "
           "CoInitializeSecurity.",
           "Pass pAuthInfo null with EOAC_DYNAMIC_CLOAKING, and name the level: RPC_C_IMP_LEVEL_IMPERSONATE."},
          {"SetHelperTokenFlags: bits other than BG_TOKEN_LOCAL_FILE and BG_TOKEN_NETWORK; the documentation names no "
           "other value.",
           "Pass 0, 1, 2 or 3."},
          {"A job in error with this code: the owner's Internet Options name a proxy that is not valid.",
           "Correct the proxy of the owning account; for service accounts `bitsadmin /util /setieproxy`."}},
     .sources = {"ibackgroundcopyjob-addfile", "bg_file_info", "ibackgroundcopymanager-createjob",
                 "ibackgroundcopyjob2-setcredentials", "combaseapi-cosetproxyblanket", "event-61"},
     .related = {"BG_E_STRING_TOO_LONG", "E_NOTIMPL", "BG_E_INVALID_PROXY_INFO", "ERROR_INVALID_NAME"}},
    {.code = "CO_E_SERVER_EXEC_FAILURE"_hr,
     .meaning = "COM could not start the server, or it did not register its class in time.",
     .origin = "CoCreateInstance, when COM starts the BITS service.",
     .first_steps = {kServiceState, kSystemLog},
     .remedies = {{"BITS is disabled or cannot start.",
                   "Start it by hand to see the real error: `sc.exe start BITS`; then explain that code."},
                  {"The machine is overloaded, or starting up.",
                   "Start the service before the first call, wait for RUNNING, and repeat CoCreateInstance."},
                  {"The service's configuration is damaged.", "Run `bitsadmin /util /repairservice`."}},
     .sources = {"com-error-codes-2", "issues-with-bits", "bitsadmin-util-and-repairservice"},
     .related = {"ERROR_SERVICE_DISABLED", "REGDB_E_CLASSNOTREG", "RPC_S_SERVER_UNAVAILABLE"}},
    {.code = "CRYPT_E_NOT_FOUND"_hr,
     .meaning = "The certificate, or the object inside a store, was not found.",
     .origin =
         "IBackgroundCopyJobHttpOptions: GetClientCertificate without one set, SetClientCertificateByID and ByName.",
     .remedies = {{"The job has no client certificate.", "Set one, or do not ask for it."},
                  {"The certificate is in another store, or the store of another user: BITS uses the job owner's.",
                   "As the owner list the store: `certutil -user -store MY`; for the machine `certutil -store MY`."},
                  {"The thumbprint or subject name is mistyped.",
                   "Copy the thumbprint from the list; it has 20 bytes."},
                  {"Ownership was taken: certificates are dropped then.",
                   "Set the certificate again as the new owner."}},
     .sources = {"ibackgroundcopyjobhttpoptions-setclientcertificatebyid",
                 "ibackgroundcopyjobhttpoptions-getclientcertificate", "ibackgroundcopyjob-takeownership"},
     .related = {"ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED", "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY"}},
};

}  // namespace

std::span<const ErrorEntry> Com() { return kEntries; }

}  // namespace bits::error_families
