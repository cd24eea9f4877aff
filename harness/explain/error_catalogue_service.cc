// The service control manager: starting and configuring BITS.
#include "harness/explain/error_families.h"

namespace bits::error_families {
namespace {

constexpr std::string_view kRepair =
    "Let BITS repair its configuration from an elevated prompt: `bitsadmin /util /repairservice`.";

constexpr ErrorEntry kEntries[] = {
    {.code = "ERROR_SERVICE_ALREADY_RUNNING"_hr,
     .meaning = "The service runs already.",
     .origin = "StartService, `sc.exe start BITS`.",
     .remedies = {{"COM or another program started it first.", "Nothing to do; treat it as success."}},
     .sources = {"winsvc-startservicew"},
     .related = {"ERROR_SERVICE_NOT_ACTIVE"}},
    {.code = "ERROR_SERVICE_DISABLED"_hr,
     .meaning = "The service is disabled and cannot be started.",
     .origin = "CoCreateInstance and StartService: BITS, or a service it depends on (RpcSs, EventSystem).",
     .first_steps = {kServiceState, "The same for what it depends on: `sc.exe qc EventSystem` and `sc.exe qc RpcSs`."},
     .remedies =
         {{"Someone, a tuning tool or a policy set BITS to Disabled; the documentation warns against it.",
           "`sc.exe config BITS start= demand` (mind the space), then `sc.exe start BITS`. Windows changes it to "
           "delayed auto-start by itself while there are jobs."},
          {"It is disabled again after a while.",
           "Find the policy: `gpresult /h report.html`, System Services; or the management agent that does it."},
          {"A service that BITS depends on is disabled.",
           "`sc.exe config EventSystem start= auto`, `sc.exe start EventSystem`."}},
     .sources = {"bits-startup-type", "issues-with-bits", "event-16404"},
     .related = {"ERROR_SERVICE_DEPENDENCY_FAIL", "CO_E_SERVER_EXEC_FAILURE", "ERROR_SERVICE_NOT_ACTIVE"}},
    {.code = "ERROR_SERVICE_DOES_NOT_EXIST"_hr,
     .meaning = "There is no service of that name.",
     .origin = "OpenService, `sc.exe`; BITS was removed, or the name is misspelt.",
     .first_steps =
         {"Look for it: `sc.exe query BITS`; its key: `reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\BITS`."},
     .remedies =
         {{"The configuration of BITS was deleted.",
           "`bitsadmin /util /repairservice /force` deletes and creates the service anew; `sfc /scannow` checks its "
           "files."},
          {"The display name was used.", "The service's name is BITS."}},
     .sources = {"event-16404", "issues-with-bits", "bitsadmin-util-and-repairservice"},
     .related = {"ERROR_SERVICE_NOT_IN_EXE", "ERROR_SERVICE_DISABLED"}},
    {.code = "ERROR_SERVICE_NOT_ACTIVE"_hr,
     .meaning = "The service is not running.",
     .origin = "ControlService, `sc.exe stop BITS`.",
     .first_steps = {kServiceState},
     .remedies = {{"BITS is started on demand and stops when there is nothing to do.",
                   "Nothing to repair: CoCreateInstance starts it; or `sc.exe start BITS`."},
                  {"It was stopped or failed.", "`sc.exe queryex BITS` shows WIN32_EXIT_CODE; explain that number."}},
     .sources = {"winsvc-controlservice", "bits-startup-type"},
     .related = {"ERROR_SERVICE_ALREADY_RUNNING", "RPC_S_SERVER_UNAVAILABLE"}},
    {.code = "ERROR_SERVICE_DEPENDENCY_FAIL"_hr,
     .meaning = "A service that this one depends on failed to start.",
     .origin = "StartService for BITS, which depends on RpcSs and EventSystem.",
     .first_steps =
         {"List the dependencies: `sc.exe qc BITS`; query each: `sc.exe query EventSystem`, `sc.exe query RpcSs`.",
          kSystemLog},
     .remedies = {{"EventSystem is disabled or fails.",
                   "`sc.exe config EventSystem start= auto`, `sc.exe start EventSystem`, then BITS."},
                  {"Peer caching is on: then http.sys and LanmanWorkstation are needed as well.",
                   "Start them, or switch off the policy 'Allow BITS Peercaching'."},
                  {"The list of dependencies was changed.", kRepair}},
     .sources = {"event-16404", "issues-with-bits"},
     .related = {"ERROR_SERVICE_DEPENDENCY_DELETED", "ERROR_SERVICE_DISABLED"}},
    {.code = "ERROR_SERVICE_LOGON_FAILED"_hr,
     .meaning = "The service could not log on with its configured account.",
     .origin = "StartService, for a service with an account of its own: yours, or a BITS whose account was changed.",
     .first_steps = {"Show the account: `sc.exe qc SERVICE`, line SERVICE_START_NAME.", kSecurityLog},
     .remedies = {{"The stored password is out of date.", "`sc.exe config SERVICE obj= DOMAIN\\user password= NEW`."},
                  {"The account lacks 'Log on as a service'.", "Grant it in `secpol.msc`, User Rights Assignment."},
                  {"BITS itself does not run as LocalSystem.", "`sc.exe config BITS obj= LocalSystem`."}},
     .sources = {"system-error-codes", "issues-with-bits"},
     .related = {"ERROR_LOGON_FAILURE", "ERROR_LOGON_TYPE_NOT_GRANTED"}},
    {.code = "ERROR_SERVICE_DEPENDENCY_DELETED"_hr,
     .meaning = "A service that this one depends on does not exist or is marked for deletion.",
     .origin = "StartService for BITS.",
     .first_steps = {"Compare the dependencies (`sc.exe qc BITS`) with a healthy machine: RpcSs and EventSystem."},
     .remedies = {{"The list names a service that is not there.", kRepair}},
     .sources = {"event-16404", "issues-with-bits"},
     .related = {"ERROR_SERVICE_DEPENDENCY_FAIL"}},
    {.code = "ERROR_SERVICE_NEVER_STARTED"_hr,
     .meaning = "Nobody has tried to start the service since the system was started.",
     .origin = "The exit code of a stopped service: QueryServiceStatus, `sc.exe queryex BITS`.",
     .first_steps = {kServiceState},
     .remedies = {{"BITS starts on demand, and nothing has used it yet.",
                   "Nothing to repair: CoCreateInstance starts it; or `sc.exe start BITS`."}},
     .sources = {"bits-startup-type"},
     .related = {"ERROR_SERVICE_NOT_ACTIVE", "ERROR_SERVICE_DISABLED"}},
    {.code = "ERROR_SERVICE_NOT_IN_EXE"_hr,
     .meaning = "The program that the service is configured to run in does not contain it.",
     .origin = "StartService for BITS, which runs in svchost's group netsvcs.",
     .first_steps =
         {"See whether BITS is listed: `reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Svchost\" "
          "/v netsvcs`."},
     .remedies = {{"BITS is missing from the netsvcs group.",
                   "Add it back to the list (a REG_MULTI_SZ: keep all other names) and restart the machine."},
                  {"ImagePath or ServiceDll was changed.",
                   "ServiceDll must be %SystemRoot%\\System32\\qmgr.dll under "
                   "HKLM\\SYSTEM\\CurrentControlSet\\Services\\BITS\\Parameters; `bitsadmin /util /repairservice`."}},
     .sources = {"event-16404", "issues-with-bits", "bitsadmin-util-and-repairservice"},
     .related = {"ERROR_SERVICE_DOES_NOT_EXIST", "ERROR_FILE_NOT_FOUND"}},
};

}  // namespace

std::span<const ErrorEntry> Service() { return kEntries; }

}  // namespace bits::error_families
