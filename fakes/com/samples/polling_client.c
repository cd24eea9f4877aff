/* Plain C, without callbacks: looks at the state of its jobs, from a multi-threaded apartment. Written against the SDK
   alone.

   usage: polling_client BASE_URL DIRECTORY */
#define COBJMACROS
#include <initguid.h> /* mingw-w64 has no library of the GUIDs of BITS */

#include "fakes/com/samples/sdk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "fakes/com/samples/sample_main.h"

enum { kNameSize = 512, kBetweenLooks = 20, kPatience = 60000, kMaxFiles = 8 };

typedef struct Session {
  IBackgroundCopyManager* manager;
  const wchar_t* base_url;
  const wchar_t* directory;
  GUID jobs[3]; /* all that it made */
  int job_count;
} Session;

/* Prints a call's result, and whether it succeeded. */
static BOOL Said(const char* call, HRESULT result) {
  printf("%s: 0x%08lX\n", call, (unsigned long)result);
  return SUCCEEDED(result);
}

static const char* StateName(BG_JOB_STATE state) {
  static const char* const kNames[] = {"QUEUED",          "CONNECTING",  "TRANSFERRING", "SUSPENDED", "ERROR",
                                       "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED"};
  return (unsigned)state < sizeof(kNames) / sizeof(*kNames) ? kNames[state] : "?";
}

static void PrintState(IBackgroundCopyJob* job) {
  BG_JOB_STATE state;
  const HRESULT result = IBackgroundCopyJob_GetState(job, &state);
  if (FAILED(result)) {
    Said("GetState", result);
  } else {
    printf("state: %s\n", StateName(state));
  }
}

/* Waits until the job is in one of the two states it cannot leave by itself. FALSE when that took too long. */
static BOOL WaitForEnd(IBackgroundCopyJob* job) {
  const ULONGLONG end = GetTickCount64() + kPatience;
  while (GetTickCount64() < end) {
    BG_JOB_STATE state;
    const HRESULT result = IBackgroundCopyJob_GetState(job, &state);
    if (FAILED(result)) return Said("GetState", result);
    if (state == BG_JOB_STATE_TRANSFERRED || state == BG_JOB_STATE_ERROR) return TRUE;
    Sleep(kBetweenLooks);
  }
  printf("still not there\n");
  return FALSE;
}

/* Without the directories, which differ between machines. */
static const wchar_t* LastPart(const wchar_t* name) {
  const wchar_t* last = name;
  for (; *name != L'\0'; ++name) {
    if (*name == L'/' || *name == L'\\') last = name + 1;
  }
  return last;
}

/* Prints the last part of a name that BITS allocated, or the failure, and frees it. */
static void PrintName(const char* what, HRESULT result, LPWSTR name) {
  if (FAILED(result)) {
    Said(what, result);
    return;
  }
  printf("%s: %ls\n", what, name == NULL ? L"(none)" : LastPart(name));
  CoTaskMemFree(name);
}

/* Texts differ with the language: whether there is one. */
static void PrintText(const char* what, HRESULT result, LPWSTR text) {
  if (FAILED(result)) {
    Said(what, result);
    return;
  }
  printf("%s: %s\n", what, text == NULL || *text == L'\0' ? "no text" : "a text");
  CoTaskMemFree(text);
}

static void PrintBytes(const char* what, UINT64 transferred, UINT64 total) {
  printf("%s: %" PRIu64 " of ", what, transferred);
  if (total == BG_SIZE_UNKNOWN) {
    printf("unknown");
  } else {
    printf("%" PRIu64, total);
  }
  printf(" bytes");
}

static void PrintProgress(IBackgroundCopyJob* job) {
  BG_JOB_PROGRESS progress;
  const HRESULT result = IBackgroundCopyJob_GetProgress(job, &progress);
  if (FAILED(result)) {
    Said("GetProgress", result);
    return;
  }
  PrintBytes("progress", progress.BytesTransferred, progress.BytesTotal);
  printf(", %lu of %lu files\n", progress.FilesTransferred, progress.FilesTotal);
}

static void PrintFile(IBackgroundCopyFile* file) {
  LPWSTR name = NULL;
  HRESULT result = IBackgroundCopyFile_GetRemoteName(file, &name);
  PrintName("  remote name", result, name);
  name = NULL;
  result = IBackgroundCopyFile_GetLocalName(file, &name);
  PrintName("  local name", result, name);
  BG_FILE_PROGRESS progress;
  result = IBackgroundCopyFile_GetProgress(file, &progress);
  if (FAILED(result)) {
    Said("  GetProgress", result);
    return;
  }
  PrintBytes("  progress", progress.BytesTransferred, progress.BytesTotal);
  printf(", %s\n", progress.Completed ? "completed" : "not completed");
}

typedef struct NamedFile {
  LPWSTR remote_name;
  IBackgroundCopyFile* file;
} NamedFile;

static int CompareNames(const void* a, const void* b) {
  return wcscmp(((const NamedFile*)a)->remote_name, ((const NamedFile*)b)->remote_name);
}

/* BITS promises no order: the one that they come in is printed apart. */
static void PrintFiles(IBackgroundCopyJob* job) {
  IEnumBackgroundCopyFiles* enumerator = NULL;
  if (!Said("EnumFiles", IBackgroundCopyJob_EnumFiles(job, &enumerator))) return;
  ULONG count = 0;
  if (Said("GetCount", IEnumBackgroundCopyFiles_GetCount(enumerator, &count))) printf("files: %lu\n", count);
  NamedFile files[kMaxFiles];
  size_t known = 0;
  printf("order:");
  /* In portions: the last one is short. */
  for (HRESULT result = S_OK; result == S_OK;) {
    IBackgroundCopyFile* portion[2] = {NULL, NULL};
    ULONG fetched = 0;
    result = IEnumBackgroundCopyFiles_Next(enumerator, 2, portion, &fetched);
    for (ULONG i = 0; i < fetched; ++i) {
      LPWSTR name = NULL;
      if (known == kMaxFiles || FAILED(IBackgroundCopyFile_GetRemoteName(portion[i], &name))) {
        printf(" ?");
        IBackgroundCopyFile_Release(portion[i]);
        continue;
      }
      printf(" %ls", LastPart(name));
      files[known].remote_name = name;
      files[known].file = portion[i];
      ++known;
    }
  }
  printf("\n");
  IEnumBackgroundCopyFiles_Release(enumerator);
  qsort(files, known, sizeof(*files), CompareNames);
  for (size_t i = 0; i < known; ++i) {
    PrintFile(files[i].file);
    IBackgroundCopyFile_Release(files[i].file);
    CoTaskMemFree(files[i].remote_name);
  }
}

/* How many of this program's jobs are in the queue; others may have theirs there. */
static void PrintJobs(const Session* session) {
  IEnumBackgroundCopyJobs* jobs = NULL;
  if (!Said("EnumJobs", IBackgroundCopyManager_EnumJobs(session->manager, 0, &jobs))) return;
  int own = 0;
  IBackgroundCopyJob* job = NULL;
  while (IEnumBackgroundCopyJobs_Next(jobs, 1, &job, NULL) == S_OK) {
    GUID id;
    if (SUCCEEDED(IBackgroundCopyJob_GetId(job, &id))) {
      for (int i = 0; i < session->job_count; ++i) own += IsEqualGUID(&id, &session->jobs[i]) ? 1 : 0;
    }
    IBackgroundCopyJob_Release(job);
    job = NULL;
  }
  IEnumBackgroundCopyJobs_Release(jobs);
  printf("own jobs in the queue: %d of %d\n", own, session->job_count);
}

/* The owner's token is all that this program needs: it only tells whether there could be another one. */
static void PrintHelperToken(IBackgroundCopyJob* job) {
  IBitsTokenOptions* options = NULL;
  const HRESULT result = IBackgroundCopyJob_QueryInterface(job, &IID_IBitsTokenOptions, (void**)&options);
  if (FAILED(result)) {
    Said("helper token", result);
    return;
  }
  LPWSTR sid = NULL;
  PrintName("helper token", options->lpVtbl->GetHelperTokenSid(options, &sid), sid);
  options->lpVtbl->Release(options);
}

static void PrintError(Session* session, IBackgroundCopyJob* job) {
  IBackgroundCopyError* error = NULL;
  if (!Said("GetError", IBackgroundCopyJob_GetError(job, &error))) return;
  BG_ERROR_CONTEXT context = BG_ERROR_CONTEXT_NONE;
  HRESULT code = S_OK;
  if (Said("IBackgroundCopyError::GetError", IBackgroundCopyError_GetError(error, &context, &code))) {
    printf("  error 0x%08lX, context %d\n", (unsigned long)code, (int)context);
  }
  IBackgroundCopyFile* file = NULL;
  if (Said("GetFile", IBackgroundCopyError_GetFile(error, &file))) {
    PrintFile(file);
    IBackgroundCopyFile_Release(file);
  }
  const DWORD language = 0x0409; /* English, United States: the one that is always there */
  LPWSTR text = NULL;
  HRESULT result = IBackgroundCopyError_GetErrorDescription(error, language, &text);
  PrintText("GetErrorDescription", result, text);
  text = NULL;
  result = IBackgroundCopyError_GetErrorContextDescription(error, language, &text);
  PrintText("GetErrorContextDescription", result, text);
  text = NULL;
  result = IBackgroundCopyManager_GetErrorDescription(session->manager, code, language, &text);
  PrintText("IBackgroundCopyManager::GetErrorDescription", result, text);
  text = NULL;
  result = IBackgroundCopyError_GetProtocol(error, &text);
  PrintName("GetProtocol", result, text);
  IBackgroundCopyError_Release(error);

  ULONG count = 0;
  result = IBackgroundCopyJob_GetErrorCount(job, &count);
  if (FAILED(result)) {
    Said("GetErrorCount", result);
  } else {
    printf("errors: %lu\n", count);
  }
}

/* A new job, or NULL. */
static IBackgroundCopyJob* CreateJob(Session* session, const wchar_t* name) {
  IBackgroundCopyJob* job = NULL;
  GUID* const id = &session->jobs[session->job_count];
  if (!Said("CreateJob", IBackgroundCopyManager_CreateJob(session->manager, name, BG_JOB_TYPE_DOWNLOAD, id, &job))) {
    return NULL;
  }
  ++session->job_count;
  return job;
}

static void MakeNames(const Session* session, const wchar_t* name, wchar_t* remote, wchar_t* local) {
  swprintf(remote, kNameSize, L"%ls/%ls", session->base_url, name);
  swprintf(local, kNameSize, L"%ls\\%ls", session->directory, name);
}

static HRESULT AddFile(const Session* session, IBackgroundCopyJob* job, const wchar_t* name) {
  wchar_t remote[kNameSize];
  wchar_t local[kNameSize];
  MakeNames(session, name, remote, local);
  return IBackgroundCopyJob_AddFile(job, remote, local);
}

static HRESULT AddTwoFiles(const Session* session, IBackgroundCopyJob* job, const wchar_t* first,
                           const wchar_t* second) {
  wchar_t remote[2][kNameSize];
  wchar_t local[2][kNameSize];
  MakeNames(session, first, remote[0], local[0]);
  MakeNames(session, second, remote[1], local[1]);
  BG_FILE_INFO files[2];
  for (int i = 0; i < 2; ++i) {
    files[i].RemoteName = remote[i];
    files[i].LocalName = local[i];
  }
  return IBackgroundCopyJob_AddFileSet(job, 2, files);
}

/* Stops the job where it is, and lets it go on. */
static BOOL SuspendAndResume(IBackgroundCopyJob* job) {
  if (Said("Suspend", IBackgroundCopyJob_Suspend(job))) {
    PrintState(job);
  } else {
    printf("goes on\n"); /* how far it is by now nobody knows */
  }
  return Said("Resume again", IBackgroundCopyJob_Resume(job));
}

/* From CreateJob to Complete. */
static BOOL DownloadFiles(Session* session) {
  printf("--- several files\n");
  IBackgroundCopyJob* const job = CreateJob(session, L"several files");
  if (job == NULL) return FALSE;
  PrintHelperToken(job);
  Said("SetDisplayName", IBackgroundCopyJob_SetDisplayName(job, L"three files"));
  LPWSTR name = NULL;
  HRESULT result = IBackgroundCopyJob_GetDisplayName(job, &name);
  PrintName("GetDisplayName", result, name);
  BOOL done = Said("AddFileSet", AddTwoFiles(session, job, L"large", L"small")) &&
              Said("AddFile", AddFile(session, job, L"empty"));
  PrintState(job);
  PrintProgress(job);
  PrintFiles(job);
  PrintJobs(session);
  done = done && Said("Resume", IBackgroundCopyJob_Resume(job)) && SuspendAndResume(job) && WaitForEnd(job);
  PrintState(job);
  PrintProgress(job);
  PrintFiles(job);
  /* S_OK alone means that every file is there. */
  result = done ? IBackgroundCopyJob_Complete(job) : E_ABORT;
  Said("Complete", result);
  if (FAILED(result)) IBackgroundCopyJob_Cancel(job);
  PrintState(job);
  IBackgroundCopyJob_Release(job);
  return result == S_OK;
}

/* A download that must fail. */
static BOOL DownloadWhatIsMissing(Session* session) {
  printf("--- a missing file\n");
  IBackgroundCopyJob* const job = CreateJob(session, L"a missing file");
  if (job == NULL) return FALSE;
  const BOOL ended = Said("AddFile", AddFile(session, job, L"missing")) &&
                     Said("Resume", IBackgroundCopyJob_Resume(job)) && WaitForEnd(job);
  PrintState(job);
  if (ended) PrintError(session, job);
  const BOOL cancelled = Said("Cancel", IBackgroundCopyJob_Cancel(job));
  PrintState(job);
  Said("Cancel again", IBackgroundCopyJob_Cancel(job));
  IBackgroundCopyJob_Release(job);
  return ended && cancelled;
}

/* A job that never ran. */
static BOOL ChangeOnesMind(Session* session) {
  printf("--- never mind\n");
  IBackgroundCopyJob* const job = CreateJob(session, L"never mind");
  if (job == NULL) return FALSE;
  Said("Resume", IBackgroundCopyJob_Resume(job)); /* without a file */
  Said("AddFile", AddFile(session, job, L"small-2"));
  const BOOL cancelled = Said("Cancel", IBackgroundCopyJob_Cancel(job));
  PrintState(job);
  Said("Resume", IBackgroundCopyJob_Resume(job));
  IBackgroundCopyJob_Release(job);
  PrintJobs(session);
  return cancelled;
}

static int Run(const wchar_t* base_url, const wchar_t* directory) {
  Session session;
  memset(&session, 0, sizeof(session));
  session.base_url = base_url;
  session.directory = directory;
  if (!Said("CoInitializeSecurity",
            CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_CONNECT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL,
                                 EOAC_DYNAMIC_CLOAKING, NULL)) ||
      !Said("CoCreateInstance", CoCreateInstance(&CLSID_BackgroundCopyManager, NULL, CLSCTX_LOCAL_SERVER,
                                                 &IID_IBackgroundCopyManager, (void**)&session.manager))) {
    return 1;
  }
  BOOL done = DownloadFiles(&session);
  done = DownloadWhatIsMissing(&session) && done;
  done = ChangeOnesMind(&session) && done;
  IBackgroundCopyManager_Release(session.manager);
  return done ? 0 : 1;
}

int SampleMain(int argc, wchar_t** argv) {
  if (argc != 3 || wcslen(argv[1]) + wcslen(argv[2]) + 16 > kNameSize) {
    printf("usage: polling_client BASE_URL DIRECTORY\n");
    return 2;
  }
  if (!Said("CoInitializeEx", CoInitializeEx(NULL, COINIT_MULTITHREADED))) return 1;
  const int result = Run(argv[1], argv[2]);
  CoUninitialize();
  return result;
}
