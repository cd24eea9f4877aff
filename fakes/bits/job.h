// A job as the simulated service keeps it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fakes/world/event_queue.h"
#include "fakes/world/file_content.h"
#include "fakes/world/file_store.h"
#include "fakes/world/network.h"
#include "fakes/world/token_data.h"
#include "harness/api/background_copy_callback.h"
#include "harness/api/background_copy_error.h"
#include "harness/api/guid.h"
#include "harness/api/job_types.h"

namespace bits::fakes {

class Process;
class RealExchange;

// What a caller may do with a job.
enum class Access { kNone, kRead, kModify };

// What a file has once it moves, and what few files have: kept apart, so that a million jobs fit.
struct JobFileExtras {
  std::vector<FileRange> ranges;
  std::optional<std::string> new_remote_name;  // of SetRemoteName, until Resume
  std::string temporary;                       // where it is until Complete; empty before there is anything
  FileContent received;                        // what is in no file yet
  // Of a file outside the simulation, of which there is a part here: what it was when that came. Absent for others.
  std::optional<std::string> version;
};

class JobFile {
 public:
  std::string remote_name;
  std::string local_name;
  std::optional<std::uint64_t> bytes_total;
  std::uint64_t bytes_transferred = 0;
  bool transferred = false;
  bool completed = false;  // visible under its own name

  // To look at; a file that has none has empty ones.
  const JobFileExtras& extras() const;
  // To change.
  JobFileExtras& MakeExtras();

 private:
  std::unique_ptr<JobFileExtras> extras_;
};

// Why a job is in ERROR or TRANSIENT_ERROR.
struct JobFailure {
  JobError error;
  std::optional<std::size_t> file;
  std::string protocol;  // "http", "file", or empty
};

// What few jobs have: kept apart, so that a million jobs fit.
struct JobExtras {
  std::string description;
  ProxySettings proxy;
  NotifyCmdLine command_line;
  std::string command_line_sid;  // whom it runs as
  std::vector<ExplicitCredentials> credentials;
  std::optional<ClientCertificate> certificate;
  std::string custom_headers;
  std::uint32_t security_flags = 0;
  std::uint32_t acl_flags = 0;
  std::uint32_t peer_caching_flags = 0;
  std::string reply_file_name;
  FileContent reply;
};

// The request that a job has under way.
struct ActiveTransfer {
  TransferAnswer answer;
  Time began{};            // of the body
  Time slice_began{};      // of the job's turn
  std::uint64_t base = 0;  // bytes of the file that were there before this answer
  bool body = false;       // whether the body is coming; not before the answer, nor between two files
  EventQueue::Id event = EventQueue::kNone;
  // The file that the bytes go to, where they are not kept until the end; an exchange that writes has its own.
  std::unique_ptr<FileWriter> writer;
  // In place of `answer`, for what comes from outside the simulation, and its number: no other has the same.
  std::shared_ptr<RealExchange> exchange;
  std::uint64_t exchange_number = 0;
};

struct Job {
  Guid id;
  JobType type = JobType::kDownload;
  JobState state = JobState::kSuspended;
  JobPriority priority = JobPriority::kNormal;
  std::uint32_t notify_flags = NotifyFlags::kJobTransferred | NotifyFlags::kJobError;
  std::string display_name;
  TokenPtr owner;
  std::vector<JobFile> files;
  std::unique_ptr<JobFailure> failure;
  std::unique_ptr<JobExtras> extras;

  // Callback, the process that gave it, and the thread it may be called on if that is an STA's.
  std::shared_ptr<BackgroundCopyCallback> callback;
  Process* client = nullptr;
  std::thread::id client_thread;
  bool modification_pending = false;

  TokenPtr helper;
  std::uint32_t helper_flags = 0;

  std::uint32_t minimum_retry_delay = 600;
  std::uint32_t no_progress_timeout = 1'209'600;
  std::optional<std::uint32_t> maximum_download_time;  // absent: the policy's
  std::uint32_t error_count = 0;
  FileTime creation_time;
  FileTime modification_time;
  std::optional<FileTime> completion_time;

  std::unique_ptr<ActiveTransfer> active;
  EventQueue::Id retry = EventQueue::kNone;
  Time progress_since{};   // of the last progress, or of Resume
  Time last_activity{};    // of the last progress or property change
  Time transfer_time{};    // spent in CONNECTING and TRANSFERRING since Resume
  Time moving_since{};     // when it last entered CONNECTING
  std::uint64_t turn = 0;  // its place in the queue; an entry with another number is out of date

  JobExtras& Extras() {
    if (!extras) extras = std::make_unique<JobExtras>();
    return *extras;
  }
  // The first file that is not here; files.size() when all are.
  std::size_t NextFile() const;
  bool IsBackground() const { return priority != JobPriority::kForeground; }
  bool IsMoving() const { return state == JobState::kConnecting || state == JobState::kTransferring; }
  bool HelperOpens(std::uint32_t flag) const { return (helper_flags & flag) != 0 && helper != nullptr; }
  // The token that opens local files, or what is on the network.
  const TokenData& LocalToken() const { return HelperOpens(HelperTokenFlags::kLocalFile) ? *helper : *owner; }
  const TokenData& NetworkToken() const { return HelperOpens(HelperTokenFlags::kNetwork) ? *helper : *owner; }
  // Bytes of the file that are here at `now`, those of an answer under way included.
  std::uint64_t BytesTransferred(std::size_t file, Time now) const;
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace bits::fakes
