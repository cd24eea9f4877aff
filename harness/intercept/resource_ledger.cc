#include "harness/intercept/resource_ledger.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace bits::intercept {
namespace {

struct ResourceWords {
  Resource resource;
  std::string_view left;  // "… was opened and not closed"
};
constexpr ResourceWords kWords[] = {
    {Resource::kToken, "was opened and not closed"},
    {Resource::kImpersonation, "was begun and not reverted"},
    {Resource::kApartment, "was entered and not left"},
    {Resource::kPointer, "was got and not released"},
    {Resource::kBlanket, "was set on a pointer that is not released"},
    {Resource::kEvent, "was made and not released"},
    {Resource::kJob, "was created and neither completed nor cancelled"},
    {Resource::kNotifyInterface, "was set and not cleared"},
};
static_assert(std::size(kWords) == std::size(EnumNames<Resource>::kNames));

constexpr std::string_view kTokenMakers[] = {"LogonUser",        "OpenProcessToken",      "OpenThreadToken",
                                             "DuplicateTokenEx", "CreateRestrictedToken", "GetLinkedToken"};
constexpr std::string_view kTokenText = "token 0x";

// The number in the text that a token has as a value.
std::uint64_t HandleOf(std::string_view text) {
  std::uint64_t handle = 0;
  if (text.starts_with(kTokenText))
    std::from_chars(text.data() + kTokenText.size(), text.data() + text.size(), handle, 16);
  return handle;
}

std::string IdIn(const Json& value, std::string_view name) {
  const auto found = value.find(name);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string ToString(const LedgerEntry& entry) {
  const auto* const words = std::ranges::find(kWords, entry.resource, &ResourceWords::resource);
  std::string text = fmt::format("{} {}: {}::{}, call #{}", entry.what, words->left, entry.made_by_type, entry.made_by,
                                 entry.sequence);
  if (!entry.caller.empty()) text += ", by " + entry.caller;
  if (entry.refused.Failed()) text += fmt::format("; ending it failed with {}", bits::ToString(entry.refused));
  return text;
}

std::vector<LedgerEntry> ResourceLedger::List(bool refused) const {
  const std::scoped_lock lock(mutex_);
  std::vector<LedgerEntry> entries;
  for (const Account& account : open_) {
    const bool could_not =
        account.entry.refused.Failed() || (account.entry.resource == Resource::kEvent && !uncleared_.empty());
    if (could_not == refused) entries.push_back(account.entry);
  }
  return entries;
}

std::vector<LedgerEntry> ResourceLedger::Leaks() const { return List(false); }
std::vector<LedgerEntry> ResourceLedger::NotEnded() const { return List(true); }

std::uint64_t ResourceLedger::Opened(Resource resource) const {
  const std::scoped_lock lock(mutex_);
  return opened_.at(static_cast<std::size_t>(resource));
}

void ResourceLedger::Reset() {
  const std::scoped_lock lock(mutex_);
  open_.clear();
  opened_ = {};
  made_.clear();
  uncleared_.clear();
  job_of_pointer_.clear();
  job_numbers_.clear();
}

void ResourceLedger::Open(Resource resource, std::string what, std::uint64_t key, const Made& made) {
  ++opened_.at(static_cast<std::size_t>(resource));
  LedgerEntry entry{resource, std::move(what), made.sequence, made.interface_name, made.method, {}, {}};
  if (callers_ == Callers::kNamed && made.caller) entry.caller = made.caller();
  open_.push_back({std::move(entry), key, std::this_thread::get_id()});
}

void ResourceLedger::End(Resource resource, std::uint64_t key) {
  // The newest first: apartments are left in the reverse order. What belongs to a thread ends on it.
  const bool by_thread = resource == Resource::kImpersonation || resource == Resource::kApartment;
  const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const Account& account) {
    return account.entry.resource == resource &&
           (by_thread ? account.thread == std::this_thread::get_id() : account.key == key);
  });
  if (found != open_.rend()) open_.erase(std::next(found).base());
}

void ResourceLedger::Refuse(Resource resource, std::uint64_t key, HResult result) {
  for (Account& account : open_) {
    if (account.entry.resource == resource && account.key == key) account.entry.refused = result;
  }
}

std::uint64_t ResourceLedger::JobOf(std::uint64_t pointer) const {
  const auto found = job_of_pointer_.find(pointer);
  return found != job_of_pointer_.end() ? found->second : 0;
}

void ResourceLedger::OfLogon(const Call& call, const Outcome& outcome, const Made& made) {
  const bool succeeded = outcome.result.Succeeded();
  if (std::ranges::find(kTokenMakers, call.method) != std::ranges::end(kTokenMakers)) {
    if (!succeeded) return;
    const Json token = outcome.value();
    const auto& text = token.get_ref<const std::string&>();
    Open(Resource::kToken, text, HandleOf(text), made);
  } else if (call.method == "CloseHandle") {
    const auto handle = call.arguments().at("hObject").get<std::uint64_t>();
    if (succeeded) {
      End(Resource::kToken, handle);
    } else {
      Refuse(Resource::kToken, handle, outcome.result);
    }
  } else if (call.method == "ImpersonateLoggedOnUser" || call.method == "SetThreadToken" ||
             call.method == "RevertToSelf") {
    const bool ends =
        call.method == "RevertToSelf" || (call.method == "SetThreadToken" && call.arguments().at("Token").is_null());
    if (!succeeded) {
      if (ends) Refuse(Resource::kImpersonation, 0, outcome.result);
      return;
    }
    End(Resource::kImpersonation, 0);  // a thread has one identity: a new one takes the place of the old
    if (!ends) Open(Resource::kImpersonation, "an impersonation", 0, made);
  }
}

void ResourceLedger::OfCom(const Call& call, const Outcome& outcome, const Made& made) {
  if (call.method == "CoInitializeEx" && outcome.result.Succeeded()) {
    Open(Resource::kApartment, "an apartment", 0, made);
  } else if (call.method == "CoUninitialize") {
    End(Resource::kApartment, 0);
  }
}

void ResourceLedger::OfJob(const Call& call, const Outcome& outcome, const Made& made) {
  const std::uint64_t job = JobOf(call.pointer);
  if (job == 0) return;
  if (call.method == "Complete" || call.method == "Cancel") {
    if (outcome.result.Succeeded() || outcome.result == "BG_E_INVALID_STATE"_hr) {
      End(Resource::kJob, job);
    } else if (call.method == "Cancel") {
      Refuse(Resource::kJob, job, outcome.result);
    }
  } else if (call.method == "SetNotifyInterface") {
    const bool clears = call.arguments().at("Val").is_null();
    if (outcome.result.Failed()) {
      if (!clears) return;
      Refuse(Resource::kNotifyInterface, job, outcome.result);
      uncleared_.insert(job);
      return;
    }
    uncleared_.erase(job);
    End(Resource::kNotifyInterface, job);
    if (!clears) Open(Resource::kNotifyInterface, "a callback", job, made);
  }
}

void ResourceLedger::After(const Call& call, Outcome& outcome) {
  const std::scoped_lock lock(mutex_);
  Made& made = made_[std::this_thread::get_id()];
  made = {call.sequence, call.interface_name, call.method, {}, {}};
  if (callers_ == Callers::kNamed) made.caller = call.caller;
  if (call.interface_name == "LogonApi") {
    OfLogon(call, outcome, made);
  } else if (call.interface_name == "ComApi") {
    OfCom(call, outcome, made);
  } else if (call.method == "CreateJob" && outcome.result.Succeeded()) {
    made.job_id = IdIn(outcome.value(), "id");
  } else if (call.method == "GetJob" && outcome.result.Succeeded()) {
    made.job_id = IdIn(call.arguments(), "jobID");
  } else if (call.method == "SetProxyBlanket" && outcome.result.Succeeded()) {
    End(Resource::kBlanket, call.pointer);
    Open(Resource::kBlanket, "a blanket", call.pointer, made);
  } else if (call.pointer != 0) {
    OfJob(call, outcome, made);
  }
}

void ResourceLedger::Acquired(const Pointer& pointer) {
  const std::scoped_lock lock(mutex_);
  const Made& made = made_[std::this_thread::get_id()];
  const bool event = pointer.interface_name == "Event";
  Open(event ? Resource::kEvent : Resource::kPointer, event ? "an event" : std::string(pointer.interface_name),
       pointer.id, made);
  if (made.method == "CreateJob") {
    const std::uint64_t job = ++last_job_;
    job_of_pointer_[pointer.id] = job;
    job_numbers_[made.job_id] = job;
    Open(Resource::kJob, "job " + made.job_id, job, made);
  } else if (made.method == "GetJob") {
    if (const auto known = job_numbers_.find(made.job_id); known != job_numbers_.end()) {
      job_of_pointer_[pointer.id] = known->second;
    }
  } else if (const std::uint64_t job = JobOf(pointer.from); job != 0) {
    job_of_pointer_[pointer.id] = job;
  }
}

void ResourceLedger::Released(const Pointer& pointer) noexcept {
  const std::scoped_lock lock(mutex_);
  End(Resource::kBlanket, pointer.id);
  End(pointer.interface_name == "Event" ? Resource::kEvent : Resource::kPointer, pointer.id);
}

}  // namespace bits::intercept
