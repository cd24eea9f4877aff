// The smallest Windows that a transfer and the checks can be driven through in a unit test.
//
// Everything succeeds unless told otherwise here; a single call is made to fail with an interceptor over it. Time is
// virtual: it moves when somebody waits. It knows no rules: what must happen is for the simulation and harness/rules.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/environment.h"

namespace bits::fakes {

// What a URL serves, to HTTP requests and to BITS.
struct ScriptedResource {
  std::uint32_t status = 200;
  std::string body;
  std::optional<std::uint64_t> announced_length;  // body.size() unless given; see announces_length
  bool announces_length = true;
  bool head_allowed = true;
  bool ranges = true;
  HResult transport;          // a failure: the server is not reached at all
  HResult job_error;          // a failure: BITS puts the job in ERROR with it
  bool never_ends = false;    // BITS stays in TRANSFERRING
  HResult complete;           // what Complete returns
  bool file_missing = false;  // Complete succeeds and leaves no file
};

struct ScriptedAccount {
  std::string password;
  TokenFacts facts;
  std::map<LogonType, HResult> logon_failures;
};

// A job as the test sees it afterwards.
struct ScriptedJob {
  Guid id;
  std::string display_name;
  JobState state = JobState::kSuspended;
  std::vector<FileInfo> files;
  std::shared_ptr<BackgroundCopyCallback> callback;
  std::uint32_t notify_flags = 0;
  JobPriority priority = JobPriority::kNormal;
  std::optional<TokenFacts> helper;
  std::uint32_t helper_flags = 0;
  HResult error;
  int implicit_credentials = 0;
};

// One thread; the script is set before, and read after, the code under test runs.
class ScriptedWindows : public Environment {
 public:
  ScriptedWindows();
  ~ScriptedWindows() override;

  ComApi& com() override;
  LogonApi& logon() override;
  Machine& machine() override;
  Clock& clock() override;
  FileSystem& files() override;
  HttpClient& http() override;

  // --- the script ---------------------------------------------------------------------------------------------------
  OsVersion os;
  std::map<std::string, ServiceFacts, std::less<>> services;
  std::map<std::string, RegistryValue, std::less<>> registry;  // "HKLM\key\value"
  std::map<std::string, FileVersion, std::less<>> file_versions;
  std::set<ManagerClass> classes;
  std::vector<LogEvent> event_log;
  TokenFacts caller;
  std::map<std::string, ScriptedAccount, std::less<>> accounts;    // by user name
  std::map<std::string, ScriptedResource, std::less<>> resources;  // by URL
  std::map<std::string, std::string, std::less<>> disk;            // content by full path
  std::set<std::string, std::less<>> directories;                  // full paths that end in a backslash
  ProcessInstance process{1000, FileTime()};                       // that runs the code under test
  std::map<std::uint32_t, FileTime> processes;                     // the others that run: when they started, by id
  bool has_token_options = true;
  bool cloaking_works = true;           // false: SetHelperToken captures the process
  std::optional<ProxyBlanket> blanket;  // what QueryProxyBlanket tells; absent: E_NOTIMPL
  std::function<void()> on_wait;        // called at each wait

  // --- what is left -------------------------------------------------------------------------------------------------
  std::vector<std::shared_ptr<ScriptedJob>> jobs;
  int open_tokens = 0;
  int apartments = 0;
  int impersonations = 0;   // 1 while the thread impersonates
  std::size_t objects = 0;  // interface pointers alive
  std::chrono::nanoseconds now{};

  // Every leak, in words; empty when nothing is left.
  std::string Leaks() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace bits::fakes
