// Accounts of what a client opened, and how it ended.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/api/enum_names.h"
#include "harness/intercept/interceptor.h"

namespace bits::intercept {

enum class Resource {
  kToken,            // a token handle, until CloseHandle
  kImpersonation,    // a thread that is another user, until RevertToSelf or SetThreadToken(NULL)
  kApartment,        // a success of CoInitializeEx, until CoUninitialize on its thread
  kPointer,          // an interface pointer, until it is released
  kBlanket,          // the security set on a proxy, which ends with the pointer
  kEvent,            // an event, until it is released
  kJob,              // a job that was created, until Complete or Cancel
  kNotifyInterface,  // a job's callback, until SetNotifyInterface(NULL)
};

// One account: what was opened, and by which call.
struct LedgerEntry {
  Resource resource = Resource::kToken;
  std::string what;               // "token 0x4", "IBackgroundCopyJob", the job's id
  std::uint64_t sequence = 0;     // of the call that opened it
  std::string_view made_by_type;  // that call's interface and method
  std::string_view made_by;
  std::string caller;  // the account that made it; empty when names are not asked for
  HResult refused;     // what the last try to end it yielded; S_OK when there was none
};

// "token 0x4 was opened and not closed: LogonApi::LogonUser, call #12, by CONTOSO\alice".
std::string ToString(const LedgerEntry& entry);

// Stands first in the list of interceptors, so that it sees what the client sees: a failure that another interceptor
// made of a success opened nothing for the client, and what the backend had opened is released unseen. Any thread.
//
// What it cannot know is what the client cannot: a job whose CreateJob took effect while its answer was lost stays in
// the queue without an account. Nor does it see tokens, callbacks and objects that did not come through the
// Environment.
//
// A job belongs to the client that created it from the moment its pointer is there; jobs that were only looked up are
// nobody's here. BG_E_INVALID_STATE from Complete or Cancel says that the job had ended, which ends the account.
class ResourceLedger : public Interceptor {
 public:
  // Finding out the caller costs a look at the thread's token with each call that opens something.
  enum class Callers { kNamed, kNotNamed };
  explicit ResourceLedger(Callers callers = Callers::kNamed) : callers_(callers) {}

  // What the client opened and never tried to end, oldest first.
  std::vector<LedgerEntry> Leaks() const;

  // What the client tried to end, and could not: a Cancel that the dead service never got. An event belongs here while
  // a callback does that could not be taken back, since the callback holds it.
  std::vector<LedgerEntry> NotEnded() const;

  std::uint64_t Opened(Resource resource) const;  // how often, so far
  // Forgets everything. Not during a call.
  void Reset();

  void After(const Call& call, Outcome& outcome) override;
  void Acquired(const Pointer& pointer) override;
  void Released(const Pointer& pointer) noexcept override;

 private:
  struct Account {
    LedgerEntry entry;
    std::uint64_t key = 0;  // a handle, a pointer's id, or a job's number
    std::thread::id thread;
  };
  // The call that returned last on a thread: what opens a pointer.
  struct Made {
    std::uint64_t sequence = 0;
    std::string_view interface_name;
    std::string_view method;
    std::function<std::string()> caller;
    std::string job_id;  // of CreateJob and GetJob
  };

  void Open(Resource resource, std::string what, std::uint64_t key, const Made& made);
  void End(Resource resource, std::uint64_t key);
  void Refuse(Resource resource, std::uint64_t key, HResult result);
  std::vector<LedgerEntry> List(bool refused) const;
  void OfLogon(const Call& call, const Outcome& outcome, const Made& made);
  void OfCom(const Call& call, const Outcome& outcome, const Made& made);
  void OfJob(const Call& call, const Outcome& outcome, const Made& made);
  std::uint64_t JobOf(std::uint64_t pointer) const;

  Callers callers_;
  mutable std::mutex mutex_;
  std::vector<Account> open_;
  std::array<std::uint64_t, 8> opened_{};
  std::map<std::thread::id, Made> made_;
  std::set<std::uint64_t> uncleared_;  // jobs whose callback could not be taken back
  std::map<std::uint64_t, std::uint64_t> job_of_pointer_;
  std::map<std::string, std::uint64_t> job_numbers_;  // by id
  std::uint64_t last_job_ = 0;
};

}  // namespace bits::intercept

template <>
struct bits::EnumNames<bits::intercept::Resource> {
  using Resource = bits::intercept::Resource;
  static constexpr EnumName<Resource> kNames[] = {
      {Resource::kToken, "token"},
      {Resource::kImpersonation, "impersonation"},
      {Resource::kApartment, "apartment"},
      {Resource::kPointer, "pointer"},
      {Resource::kBlanket, "blanket"},
      {Resource::kEvent, "event"},
      {Resource::kJob, "job"},
      {Resource::kNotifyInterface, "notify-interface"},
  };
};
