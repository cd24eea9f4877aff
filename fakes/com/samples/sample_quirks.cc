#include "fakes/com/samples/sample_quirks.h"

namespace bits::samples {
namespace {

constexpr std::string_view kDocumented = "documented_client";
constexpr std::string_view kPolling = "polling_client";
constexpr std::string_view kCallback = "callback_client";

constexpr std::string_view kNoHelperTokens =
    "Wine's BITS does not know IBitsTokenOptions; BITS does since 4.0 [nn-bits4_0-ibitstokenoptions]";
constexpr std::string_view kNoJobError =
    "Wine's BITS never calls JobError, so that only the state tells [ibackgroundcopycallback-joberror]";
constexpr std::string_view kNoJobModification =
    "Wine's BITS never calls JobModification [ibackgroundcopycallback-jobmodification]";
constexpr std::string_view kNoFileTransferred =
    "Wine's BITS never calls FileTransferred [ibackgroundcopycallback2-filetransferred]";
constexpr std::string_view kCancelDeletes =
    "Wine's Cancel deletes the destination and complains that there is none; BITS deletes its temporary files "
    "[ibackgroundcopyjob-cancel]";
constexpr std::string_view kNotImplemented = "E_NOTIMPL on Wine";
constexpr std::string_view kNoSuspend = "Wine's Suspend is E_NOTIMPL [ibackgroundcopyjob-suspend]";
constexpr std::string_view kNoDisplayName = "Wine's SetDisplayName is E_NOTIMPL [ibackgroundcopyjob-setdisplayname]";
constexpr std::string_view kNewestFirst =
    "Wine enumerates the newest first, the simulation in the order of AddFile; no order is promised "
    "[ibackgroundcopyjob-enumfiles]";
constexpr std::string_view kCompletedEarly =
    "Wine calls a file completed when it is transferred; it is when Complete has made it available [bg_file_progress]";
constexpr std::string_view kNoTexts = "Wine's service yields RPC_X_NULL_REF_POINTER for the texts of an error";

constexpr SampleQuirk kQuirks[] = {
    {kDocumented, "helper token: not offered here", "helper token: S-1-...", kNoHelperTokens},
    {kDocumented, "callback: none, but ERROR", "callback: JobError", kNoJobError},
    {kDocumented, "Cancel: 0x0020001A", "Cancel: 0x00000000", kCancelDeletes},

    {kPolling, "helper token: 0x80004002", "helper token: (none)", kNoHelperTokens},
    {kPolling, "SetDisplayName: 0x80004001", "SetDisplayName: 0x00000000", kNoDisplayName},
    {kPolling, "GetDisplayName: several files", "GetDisplayName: three files", kNoDisplayName},
    {kPolling, "order: empty small large", "order: large small empty", kNewestFirst},
    {kPolling, "Suspend: 0x80004001", "Suspend: 0x00000000", kNoSuspend},
    {kPolling, "goes on", "state: SUSPENDED", kNoSuspend},
    {kPolling, "progress: 1001000 of unknown bytes, 3 of 3 files", "progress: 1001000 of 1001000 bytes, 3 of 3 files",
     "Wine never adds up a job's BytesTotal; BITS does when it knows the size of each file [bg_job_progress]"},
    {kPolling, "  progress: 0 of 0 bytes, completed", "  progress: 0 of 0 bytes, not completed", kCompletedEarly},
    {kPolling, "  progress: 1000 of 1000 bytes, completed", "  progress: 1000 of 1000 bytes, not completed",
     kCompletedEarly},
    {kPolling, "  progress: 1000000 of 1000000 bytes, completed", "  progress: 1000000 of 1000000 bytes, not completed",
     kCompletedEarly},
    {kPolling, "  progress: 0 of 23 bytes, not completed", "  progress: 0 of unknown bytes, not completed",
     "Wine takes the length of the page that says 404 for the file's [bg_file_progress]"},
    {kPolling, "GetErrorDescription: 0x800706F4", "GetErrorDescription: a text", kNoTexts},
    {kPolling, "GetErrorContextDescription: 0x800706F4", "GetErrorContextDescription: a text", kNoTexts},
    {kPolling, "IBackgroundCopyManager::GetErrorDescription: 0x80004001",
     "IBackgroundCopyManager::GetErrorDescription: a text", kNotImplemented},
    {kPolling, "GetProtocol: 0x800706F4", "GetProtocol: http", kNoTexts},
    {kPolling, "GetErrorCount: 0x80004001", "errors: 1", kNotImplemented},
    {kPolling, "Cancel: 0x0020001A", "Cancel: 0x00000000", kCancelDeletes},
    {kPolling, "own jobs in the queue: 2 of 3", "own jobs in the queue: 0 of 3",
     "Wine lists cancelled jobs until a later Resume wakes its worker; BITS removes them from the queue "
     "[ibackgroundcopyjob-cancel]"},

    {kCallback, "  JobModification: no", "  JobModification: yes", kNoJobModification},
    {kCallback, "  FileTransferred: none", "  FileTransferred: small", kNoFileTransferred},
    {kCallback, "  FileTransferred: none", "  FileTransferred: large empty small", kNoFileTransferred},
    {kCallback, "  end: no callback, but ERROR", "  end: JobError", kNoJobError},
    {kCallback, "  result: 0x0020001A, state CANCELLED", "  result: 0x00000000, state CANCELLED", kCancelDeletes},
};

}  // namespace

std::span<const SampleQuirk> SampleQuirks() { return kQuirks; }

}  // namespace bits::samples
