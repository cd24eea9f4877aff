#include "fakes/bits/transfer_engine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "fakes/bits/bits_service.h"
#include "fakes/bits/real_exchange.h"
#include "fakes/world/http_status.h"
#include "fakes/world/remote_names.h"
#include "fakes/world/transfer_answers.h"
#include "fakes/world/world.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

// Errors that pass by themselves: the job waits for the event, not for a retry, and they are not counted
// [ibackgroundcopyjob-setminimumretrydelay, ibackgroundcopyjob-geterrorcount].
constexpr HResult kWaitForEvent[] = {"BG_E_NETWORK_DISCONNECTED"_hr, "BG_E_DESTINATION_LOCKED"_hr,
                                     "BG_E_BLOCKED_BY_POLICY"_hr};

// Event ids of Microsoft-Windows-Bits-Client/Operational, and levels.
enum class Event : std::uint32_t { kTransferStarted = 59, kTransferStopped = 60, kTransferStoppedInError = 61 };
constexpr std::uint32_t kWarning = 3;
constexpr std::uint32_t kInformation = 4;

void Log(World& world, Event event, std::uint32_t level, std::string_view what, std::string_view url) {
  world.Log(static_cast<std::uint32_t>(event), level, fmt::format("BITS {} {}.", what, url));
}

bool WaitsForEvent(HResult code) { return std::ranges::find(kWaitForEvent, code) != std::end(kWaitForEvent); }

Time TimeFor(std::uint64_t bytes, std::uint64_t bytes_per_second) {
  return Time(static_cast<Time::rep>(static_cast<double>(bytes) / static_cast<double>(bytes_per_second) * 1e9));
}

NetworkIdentity IdentityOf(const TokenData& token, World& world) {
  NetworkIdentity identity;
  identity.token = token.facts;
  identity.anonymous = !token.session->network_credentials;
  if (token.outbound) {
    identity.anonymous = false;
    identity.valid = token.outbound->valid;
    const Account* account = world.accounts().Find(token.outbound->user_name, token.outbound->domain);
    if (account != nullptr) identity.account_sid = account->sid;
  } else if (token.service_account && !identity.anonymous) {
    identity.account_sid = kComputerSid;  // [service-accounts-and-bits]
  }
  return identity;
}

// The proxy that the job's settings lead to [authentication].
std::optional<std::string> ProxyFor(const Job& job, World& world) {
  const ProxySettings settings = job.extras ? job.extras->proxy : ProxySettings{};
  const bool since_1809 = world.profile().build >= kWindows10_1809;
  const auto internet_of = [&](const TokenData& token) -> InternetSettings {
    const Account* account = world.accounts().FindSid(token.sid());
    return account == nullptr ? InternetSettings{} : account->internet;
  };
  switch (settings.usage) {
    case ProxyUsage::kNoProxy:
      return std::nullopt;
    case ProxyUsage::kOverride:
      return settings.proxy_list;
    case ProxyUsage::kAutodetect:
      return internet_of(job.NetworkToken()).auto_config;
    case ProxyUsage::kPreconfig:
      break;
  }
  const InternetSettings settings_of_network = internet_of(job.NetworkToken());
  if (settings_of_network.auto_config) return settings_of_network.auto_config;
  return since_1809 ? settings_of_network.proxy : internet_of(*job.owner).proxy;
}

// Whether the credentials of the logon answer a challenge though nobody called SetCredentials [authentication].
bool SendsImplicitCredentials(const World& world) {
  constexpr std::uint64_t kAlways = 0;
  constexpr std::uint64_t kByLevel = 1;
  constexpr std::uint64_t kLevel = 2;  // of LmCompatibilityLevel, from which on
  const auto number = [&](std::string_view key, std::string_view value) -> std::optional<std::uint64_t> {
    const std::optional<RegistryValue> data = world.Registry(RegistryRoot::kLocalMachine, key, value);
    if (!data || !std::holds_alternative<std::uint64_t>(*data)) return std::nullopt;
    return std::get<std::uint64_t>(*data);
  };
  const auto use = number("Software\\Microsoft\\Windows\\CurrentVersion\\BITS", "UseLMCompat");
  if (use == kAlways) return true;
  return use == kByLevel &&
         number("System\\CurrentControlSet\\Control\\LSA", "LmCompatibilityLevel").value_or(0) >= kLevel;
}

constexpr std::uint64_t kPieceSize = 1U << 20U;

// Into a real file, which has nothing of a content's cheapness: a piece at a time.
HResult WriteContent(FileWriter& writer, std::uint64_t offset, const FileContent& content) {
  for (std::uint64_t done = 0; done < content.size(); done += kPieceSize) {
    const HResult written = writer.Write(offset + done, content.Slice(done, kPieceSize).Bytes());
    if (written.Failed()) return written;
  }
  return HResult();
}

// A file that another program has open is free again in a while.
bool Passes(HResult error) { return error == "ERROR_SHARING_VIOLATION"_hr; }

// A real file as the remote one, where there is no time to wait for it: all at once.
TransferAnswer AskStore(const TransferRequest& request, const TokenData& token, std::string_view path,
                        FileStore& store) {
  TransferAnswer answer;
  answer.http = false;
  if (request.upload) {
    answer.total = request.upload_content.size();
    const HResult written = store.Write(token, path, request.upload_content, /*hidden=*/false);
    if (written.Failed()) {
      FailRemoteFile(answer, written, Passes(written) ? Persistence::kTransient : Persistence::kFatal);
    }
    return answer;
  }
  const Result<FileContent> content = store.Read(token, path);
  if (content) {
    AnswerFrom(answer, *content, request.offset);
  } else {
    FailRemoteFile(answer, content.error(), Passes(content.error()) ? Persistence::kTransient : Persistence::kFatal);
  }
  return answer;
}

}  // namespace

// --- whose turn it is

void TransferEngine::Enqueue(const JobPtr& job) {
  job->turn = ++last_turn_;
  ++waiting_;
  queues_[static_cast<std::size_t>(job->priority)].push_back({job, job->turn});
}

void TransferEngine::Halt(const JobPtr& job) {
  if (job->turn != 0) {
    // The entry in the queue is out of date now.
    job->turn = 0;
    --waiting_;
  }
  if (job->retry != EventQueue::kNone) {
    service_.world().events().Cancel(job->retry);
    --waiting_;
  }
  if (!job->active) return;
  KeepProgress(job);
  service_.world().events().Cancel(job->active->event);
  Abandon(*job->active);
  job->active.reset();
  job->transfer_time += service_.world().events().Now() - job->moving_since;
  --active_;
  if (job->IsBackground()) --background_active_;
}

void TransferEngine::SetPriority(const JobPtr& job, JobPriority priority) {
  const bool was_background = job->IsBackground();
  const bool is_background = priority != JobPriority::kForeground;
  const bool must_wait = job->IsMoving() && is_background && !was_background && background_active_ > 0;
  if (must_wait || job->state == JobState::kQueued) {
    Halt(job);
    job->priority = priority;
    service_.SetState(job, JobState::kQueued);
    Enqueue(job);
  } else {
    job->priority = priority;
    if (job->active && was_background && !is_background) --background_active_;
    if (job->active && !was_background && is_background) ++background_active_;
  }
  Schedule();
}

void TransferEngine::HaltAll() {
  std::vector<JobPtr> jobs = service_.List(nullptr);
  for (const JobPtr& job : jobs) Halt(job);
  abandoned_.clear();
}

bool TransferEngine::MayRun(const Job& job) const { return service_.world().IsLoggedOn(*job.owner); }

JobPtr TransferEngine::TakeNext(std::size_t priority) {
  std::deque<Entry>& queue = queues_[priority];
  for (auto entry = queue.begin(); entry != queue.end();) {
    if (entry->job->turn != entry->turn) {
      entry = queue.erase(entry);
    } else if (MayRun(*entry->job)) {
      JobPtr job = std::move(entry->job);
      queue.erase(entry);
      job->turn = 0;
      --waiting_;
      return job;
    } else {
      ++entry;
    }
  }
  return nullptr;
}

bool TransferEngine::OthersWait(const Job& job) const {
  for (std::size_t priority = 1; priority <= static_cast<std::size_t>(job.priority); ++priority) {
    if (std::ranges::any_of(queues_[priority],
                            [&](const Entry& entry) { return entry.job->turn == entry.turn && MayRun(*entry.job); })) {
      return true;
    }
  }
  return false;
}

void TransferEngine::Schedule() {
  if (!service_.running()) return;
  while (const JobPtr job = TakeNext(0)) Start(job);
  for (std::size_t priority = 1; priority < queues_.size() && background_active_ == 0;) {
    const JobPtr job = TakeNext(priority);
    if (job) {
      Start(job);
    } else {
      ++priority;
    }
  }
}

// --- one job

JobError TransferEngine::Obstacle(const Job& job) const {
  using enum ErrorContext;
  const World& world = service_.world();
  if (job.helper_flags != 0 && !job.helper) return {kGeneralQueueManager, "BG_E_TOKEN_REQUIRED"_hr};  // decision D13e
  if (job.IsBackground() && world.Policy("MaxInternetBandwidth") == 0U) {
    return {kGeneralQueueManager, "BG_E_BLOCKED_BY_POLICY"_hr};
  }
  if (!job.extras) return {};
  if (job.extras->certificate && job.HelperOpens(HelperTokenFlags::kNetwork) && job.owner->sid() != kLocalSystemSid) {
    return {kRemoteFile, "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY"_hr};
  }
  const ProxySettings& proxy = job.extras->proxy;
  if (proxy.usage == ProxyUsage::kOverride && !NormalHostAndPort(*proxy.proxy_list, kDefaultProxyPort)) {
    return {kGeneralTransport, "BG_E_INVALID_PROXY_INFO"_hr};
  }
  return {};
}

TransferRequest TransferEngine::MakeRequest(const Job& job, std::size_t file) const {
  World& world = service_.world();
  const JobFile& entry = job.files[file];
  TransferRequest request;
  request.remote_name = entry.remote_name;
  request.offset = entry.bytes_transferred;
  request.server_identity = IdentityOf(job.NetworkToken(), world);
  request.proxy_identity = request.server_identity;
  request.proxy = ProxyFor(job, world);
  request.range_count = entry.extras().ranges.size();
  if (request.range_count > 0) request.offset = 0;  // they are picked from the whole
  if (job.extras) {
    request.credentials = job.extras->credentials;
    if (job.extras->certificate) request.client_certificate = job.extras->certificate->subject_name;
  }
  if (world.has_registry() && SendsImplicitCredentials(world)) {
    for (const AuthTarget target : {AuthTarget::kServer, AuthTarget::kProxy}) {
      for (const AuthScheme scheme : {AuthScheme::kNtlm, AuthScheme::kNegotiate}) {
        request.credentials.push_back({target, scheme});
      }
    }
  }
  if (job.type != JobType::kDownload) {
    request.upload = true;
    request.offset = 0;
  }
  return request;
}

void TransferEngine::Start(const JobPtr& job) {
  World& world = service_.world();
  ++active_;
  if (job->IsBackground()) ++background_active_;
  job->active = std::make_unique<ActiveTransfer>();
  job->moving_since = world.events().Now();
  job->active->slice_began = job->moving_since;
  service_.SetState(job, JobState::kConnecting);
  Ask(job);
}

void TransferEngine::Ask(const JobPtr& job) {
  World& world = service_.world();
  const std::size_t file = job->NextFile();
  job->active->body = false;
  if (const JobError obstacle = Obstacle(*job); obstacle.code.Failed()) {
    const bool transient = WaitsForEvent(obstacle.code);
    EndSoon(job, obstacle.code, obstacle.context, transient, std::nullopt);
    return;
  }
  if (const HResult reopened = Reopen(job, file); reopened.Failed()) {
    EndSoon(job, reopened, ErrorContext::kLocalFile, reopened == "BG_E_DESTINATION_LOCKED"_hr, file);
    return;
  }
  TransferRequest request = MakeRequest(*job, file);
  if (request.upload) {
    const std::string& local_name = job->files[file].local_name;
    const Result<FileContent> source = world.StoreOf(local_name).Read(job->LocalToken(), local_name);
    if (!source) {
      EndSoon(job, source.error(), ErrorContext::kLocalFile, false, file);
      return;
    }
    request.upload_content = *source;
  }
  const bool may_be_outside = world.has_outside() && world.network().connected;
  const Outside outside = may_be_outside ? AskOutside(job, file, request) : Outside::kNo;
  if (outside == Outside::kUnderWay) return;
  if (outside == Outside::kNo) job->active->answer = world.network().Ask(request, world.disk());
  if (request.upload && job->active->answer.error.Succeeded()) job->active->answer.content = request.upload_content;
  const Time left = TimeLeft(*job);
  if (job->active->answer.latency > left) {
    // The time of the job is over before the server answers.
    job->active->event = world.events().After(std::max(left, Time{}), [this, job] { FailForTime(job); });
    return;
  }
  job->active->event = world.events().After(job->active->answer.latency, [this, job] { OnAnswer(job); });
}

void TransferEngine::OnAnswer(const JobPtr& job) {
  World& world = service_.world();
  ActiveTransfer& active = *job->active;
  active.event = EventQueue::kNone;
  const std::size_t index = job->NextFile();
  const std::string protocol = active.answer.http ? "http" : "file";
  if (active.answer.error.Failed()) {
    const TransferAnswer& answer = active.answer;
    const bool reached = !answer.transient || answer.context != ErrorContext::kGeneralTransport;
    if (reached) service_.SetState(job, JobState::kTransferring);
    End(job, answer.error, answer.context, answer.transient, index, protocol);
    return;
  }
  JobFile& file = job->files[index];
  const bool changed = file.bytes_transferred > 0 && file.bytes_total && active.answer.total != file.bytes_total;
  file.bytes_total = active.answer.total;
  if (changed && file.extras().ranges.empty() && job->type == JobType::kDownload) {
    // It is another file than before: what is here is no part of it [ibackgroundcopyfile2-setremotename].
    Restart(job, index);
    Ask(job);
    return;
  }
  if (!file.extras().ranges.empty() && job->type == JobType::kDownload) {
    const auto parts = PartsOf(file.extras().ranges, active.answer.content.size());
    if (!parts) {
      End(job, "BG_E_INVALID_RANGE"_hr, ErrorContext::kRemoteFile, false, index, protocol);
      return;
    }
    FileContent wanted;
    for (const FilePart& part : *parts) {
      wanted = wanted.Followed(active.answer.content.Slice(part.offset, part.length));
    }
    file.bytes_total = wanted.size();
    if (file.bytes_transferred > wanted.size()) Restart(job, index);
    active.answer.content = wanted.Slice(file.bytes_transferred, wanted.size() - file.bytes_transferred);
  } else if (active.answer.offset != file.bytes_transferred) {
    // The server does not go on where it was left: from the beginning.
    Restart(job, index);
    file.bytes_transferred = active.answer.offset;
  }
  if (const HResult opened = OpenTemporary(job, index); opened.Failed()) {
    End(job, opened, ErrorContext::kLocalFile, opened == "BG_E_DESTINATION_LOCKED"_hr, index);
    return;
  }
  active.base = file.bytes_transferred;
  active.began = world.events().Now();
  active.body = true;
  LimitBandwidth(*job, active.answer.bytes_per_second);
  service_.SetState(job, JobState::kTransferring);
  Log(world, Event::kTransferStarted, kInformation, "started to transfer", file.remote_name);
  PlanPause(job);
}

Time TransferEngine::TimeLeft(const Job& job) const {
  const Time used = job.transfer_time + (service_.world().events().Now() - job.moving_since);
  return std::chrono::seconds(service_.MaximumDownloadTime(job)) - used;
}

void TransferEngine::FailForTime(const JobPtr& job) {
  Halt(job);
  Fail(job, "BG_E_MAXDOWNLOAD_TIMEOUT"_hr, ErrorContext::kGeneralQueueManager, false);
  Schedule();
}

// The body moves on by itself; what is planned is when something else happens to it.
void TransferEngine::PlanPause(const JobPtr& job) {
  World& world = service_.world();
  ActiveTransfer& active = *job->active;
  const Time now = world.events().Now();
  const std::uint64_t bytes = std::min(active.answer.content.size(), active.answer.cut_after.value_or(~0ULL));
  const Time body = active.exchange ? Time::max() : active.began + TimeFor(bytes, active.answer.bytes_per_second);
  const Time slice = job->IsBackground() ? active.slice_began + world.options().time_slice : Time::max();
  const Time limit = now + std::max(TimeLeft(*job), Time{});
  active.event = world.events().At(std::min({body, slice, limit}), [this, job] { OnPause(job); });
}

// Keeps what has come of the file so far.
void TransferEngine::KeepProgress(const JobPtr& job) {
  if (!job->active->body) return;
  World& world = service_.world();
  const std::size_t index = job->NextFile();
  if (index == job->files.size()) return;
  ActiveTransfer& active = *job->active;
  if (active.exchange) active.exchange->Stop();
  const std::uint64_t here = job->BytesTransferred(index, world.events().Now());
  if (here <= job->files[index].bytes_transferred) return;
  // What cannot be kept is asked for again.
  if (Keep(job, index, here - active.base).Failed()) return;
  job->progress_since = world.events().Now();
  job->last_activity = job->progress_since;
}

HResult TransferEngine::Keep(const JobPtr& job, std::size_t index, std::uint64_t bytes) {
  ActiveTransfer& active = *job->active;
  JobFile& file = job->files[index];
  const std::uint64_t kept = file.bytes_transferred - active.base;
  if (active.exchange && !active.exchange->wrote_file()) {
    active.answer.content = FileContent(active.exchange->TakeBytes());
  }
  if (active.writer) {
    const FileContent more = active.answer.content.Slice(kept, bytes - kept);
    const HResult written = WriteContent(*active.writer, file.bytes_transferred, more);
    if (written.Failed()) return written;
  } else if (!active.exchange || !active.exchange->wrote_file()) {
    FileContent& received = file.MakeExtras().received;
    received = received.Slice(0, active.base).Followed(active.answer.content.Slice(0, bytes));
  }
  file.bytes_transferred = active.base + bytes;
  return HResult();
}

void TransferEngine::OnPause(const JobPtr& job) {
  World& world = service_.world();
  ActiveTransfer& active = *job->active;
  active.event = EventQueue::kNone;
  const Time now = world.events().Now();
  const std::size_t index = job->NextFile();
  const std::uint64_t size = active.answer.content.size();
  const std::uint64_t bytes = std::min(size, active.answer.cut_after.value_or(~0ULL));
  if (!active.exchange && now - active.began >= TimeFor(bytes, active.answer.bytes_per_second)) {
    if (bytes == size) {
      FinishFile(job);
      return;
    }
    KeepProgress(job);
    static_cast<void>(Keep(job, index, bytes));  // what cannot be kept is asked for again
    const std::string protocol = active.answer.http ? "http" : "file";
    active.body = false;
    End(job, "BG_E_CONNECTION_CLOSED"_hr, ErrorContext::kGeneralTransport, true, index, protocol);
    return;
  } else if (TimeLeft(*job) <= Time{}) {
    FailForTime(job);
    return;
  } else if (OthersWait(*job)) {
    Halt(job);
    service_.SetState(job, JobState::kQueued);
    Enqueue(job);
  } else {
    active.slice_began = now;
    PlanPause(job);
    return;
  }
  Schedule();
}

void TransferEngine::FinishFile(const JobPtr& job) {
  World& world = service_.world();
  ActiveTransfer& active = *job->active;
  const std::size_t index = job->NextFile();
  JobFile& file = job->files[index];
  if (job->type == JobType::kDownload) {
    const std::uint64_t bytes = active.exchange ? active.exchange->received() : active.answer.content.size();
    const bool in_pieces = active.writer || (active.exchange && active.exchange->wrote_file());
    HResult written = Keep(job, index, bytes);
    if (written.Succeeded() && !in_pieces) {
      const JobFileExtras& extras = file.extras();
      written =
          world.StoreOf(extras.temporary).Write(job->LocalToken(), extras.temporary, extras.received, /*hidden=*/true);
    }
    if (written.Failed()) {
      active.body = false;
      End(job, written, ErrorContext::kLocalFile, written == "BG_E_DESTINATION_LOCKED"_hr, index);
      return;
    }
  } else {
    file.bytes_transferred = active.base + active.answer.content.size();
    if (job->type == JobType::kUploadReply) job->Extras().reply = active.answer.reply;
  }
  Abandon(active);
  active.writer.reset();
  file.bytes_total = file.bytes_transferred;
  file.transferred = true;
  file.MakeExtras().received = {};
  file.MakeExtras().version.reset();
  job->progress_since = world.events().Now();
  Log(world, Event::kTransferStopped, kInformation, "has transferred", file.remote_name);
  service_.Touch(job);
  service_.notifications().FileTransferred(job, index);
  if (job->NextFile() < job->files.size()) {
    Ask(job);
    return;
  }
  active.body = false;  // it is accounted for
  Halt(job);
  service_.SetState(job, JobState::kTransferred);
  service_.notifications().JobTransferred(job);
  Schedule();
}

// --- outside the simulation

TransferEngine::Outside TransferEngine::AskOutside(const JobPtr& job, std::size_t index,
                                                   const TransferRequest& request) {
  World& world = service_.world();
  const JobFile& file = job->files[index];
  const TokenPtr& token = job->HelperOpens(HelperTokenFlags::kNetwork) ? job->helper : job->owner;
  RealRequest wanted;
  wanted.remote_name = request.remote_name;
  wanted.offset = file.bytes_transferred;
  wanted.size = file.bytes_total;
  if (file.extras().version) wanted.version = *file.extras().version;
  wanted.ranges = file.extras().ranges;
  wanted.token = token;
  wanted.credentials = request.credentials;
  if (job->extras) {
    wanted.headers = job->extras->custom_headers;
    wanted.without_proxy = job->extras->proxy.usage == ProxyUsage::kNoProxy;
  }
  if (const std::optional<std::string> path = PathOfRemoteName(request.remote_name)) {
    FileStore& store = world.StoreOf(*path);
    if (!world.IsReal(store)) return Outside::kNo;
    if (request.upload || !world.options().real_time) {
      job->active->answer = AskStore(request, *token, *path, store);
      return Outside::kAnswered;
    }
    Result<std::unique_ptr<FileReader>> reader = store.OpenForReading(*token, *path);
    if (!reader) {
      EndSoon(job, reader.error(), ErrorContext::kRemoteFile, Passes(reader.error()), index, "file");
    } else {
      StartExchange(job, ReadWork(*std::move(reader), std::move(wanted)));
    }
    return Outside::kUnderWay;
  }
  RealSource* const source = world.real_http();
  if (source == nullptr || request.proxy || world.network().Knows(request.remote_name)) return Outside::kNo;
  if (request.upload) {
    // Without BITS' own extensions no server takes uploads, and which has them is not looked into.
    constexpr std::uint32_t kNotImplemented = 501;
    EndSoon(job, HResultOfStatus(kNotImplemented), ErrorContext::kRemoteFile, false, index, "http");
    return Outside::kUnderWay;
  }
  StartExchange(job, [source, wanted = std::move(wanted)](RealReceiver& receiver, const std::stop_token& stop) {
    return source->Fetch(wanted, receiver, stop);
  });
  return Outside::kUnderWay;
}

void TransferEngine::StartExchange(const JobPtr& job,
                                   std::function<RealEnd(RealReceiver&, const std::stop_token&)> work) {
  World& world = service_.world();
  std::erase_if(abandoned_, [](const std::shared_ptr<RealExchange>& exchange) { return exchange->finished(); });
  const std::uint64_t number = ++last_exchange_;
  // What a job that has gone on, or is gone, is told comes too late.
  const auto post = [&world, weak = std::weak_ptr<Job>(job), number](std::function<void(const JobPtr&)> action) {
    world.Post([weak, number, action = std::move(action)] {
      const JobPtr target = weak.lock();
      if (target && target->active && target->active->exchange_number == number) action(target);
    });
  };
  ActiveTransfer& active = *job->active;
  active.exchange_number = number;
  active.exchange = std::make_shared<RealExchange>(
      std::move(work),
      [this, post](RealHead head) {
        post([this, head = std::move(head)](const JobPtr& target) { OnHead(target, head); });
      },
      [this, post](RealEnd end) { post([this, end](const JobPtr& target) { OnEnd(target, end); }); });
  active.event = world.events().After(std::max(TimeLeft(*job), Time{}), [this, job] { FailForTime(job); });
}

void TransferEngine::OnHead(const JobPtr& job, const RealHead& head) {
  World& world = service_.world();
  ActiveTransfer& active = *job->active;
  const std::size_t index = job->NextFile();
  JobFile& file = job->files[index];
  file.bytes_total = head.size;
  if (head.offset != file.bytes_transferred) {
    Restart(job, index);
    file.bytes_transferred = head.offset;
  }
  file.MakeExtras().version = head.version;
  if (const HResult opened = OpenTemporary(job, index); opened.Failed()) {
    End(job, opened, ErrorContext::kLocalFile, opened == "BG_E_DESTINATION_LOCKED"_hr, index);
    return;
  }
  active.base = file.bytes_transferred;
  active.began = world.events().Now();
  active.body = true;
  service_.SetState(job, JobState::kTransferring);
  Log(world, Event::kTransferStarted, kInformation, "started to transfer", file.remote_name);
  std::uint64_t bytes_per_second = ~0ULL;
  LimitBandwidth(*job, bytes_per_second);
  world.events().Cancel(active.event);
  PlanPause(job);
  active.exchange->Accept(std::move(active.writer), active.base, bytes_per_second == ~0ULL ? 0 : bytes_per_second);
}

void TransferEngine::OnEnd(const JobPtr& job, const RealEnd& end) {
  service_.world().events().Cancel(job->active->event);
  if (end.error.Succeeded()) {
    FinishFile(job);
    return;
  }
  const bool reached = !end.transient || end.context != ErrorContext::kGeneralTransport;
  if (reached) service_.SetState(job, JobState::kTransferring);
  const std::size_t index = job->NextFile();
  const bool http = !PathOfRemoteName(job->files[index].remote_name);
  const bool local = end.context == ErrorContext::kLocalFile;
  End(job, end.error, end.context, end.transient, index, local ? "" : http ? "http" : "file");
}

void TransferEngine::Abandon(ActiveTransfer& active) {
  if (!active.exchange) return;
  active.exchange->Stop();
  active.exchange_number = 0;
  abandoned_.push_back(std::move(active.exchange));
  active.exchange.reset();
}

HResult TransferEngine::Reopen(const JobPtr& job, std::size_t index) {
  World& world = service_.world();
  JobFile& file = job->files[index];
  const std::string& temporary = file.extras().temporary;
  if (temporary.empty() || job->active->writer) return HResult();
  FileStore& store = world.StoreOf(temporary);
  if (!world.IsReal(store)) return HResult();
  Result<std::unique_ptr<FileWriter>> writer =
      store.OpenForWriting(job->LocalToken(), temporary, file.bytes_transferred);
  if (writer) {
    job->active->writer = *std::move(writer);
    return HResult();
  }
  if (writer.error() == kEndOfFile) {
    // Somebody has cut it off.
    Restart(job, index);
    return HResult();
  }
  if (writer.error() != "ERROR_FILE_NOT_FOUND"_hr) return writer.error();
  // Somebody has removed it.
  Restart(job, index);
  file.MakeExtras().temporary.clear();
  return HResult();
}

HResult TransferEngine::OpenTemporary(const JobPtr& job, std::size_t index) {
  if (job->type != JobType::kDownload) return HResult();
  JobFile& file = job->files[index];
  FileStore& store = service_.world().StoreOf(file.local_name);
  std::string& temporary = file.MakeExtras().temporary;
  if (temporary.empty()) {
    Result<std::string> created = store.CreateTemporary(job->LocalToken(), DirectoryOfPath(file.local_name),
                                                        static_cast<std::uint16_t>(job->id.data1 + index));
    if (!created) return created.error();
    temporary = *std::move(created);
  }
  if (job->active->writer) return HResult();
  Result<std::unique_ptr<FileWriter>> writer =
      store.OpenForWriting(job->LocalToken(), temporary, file.bytes_transferred);
  if (!writer) return writer.error();
  job->active->writer = *std::move(writer);
  return HResult();
}

void TransferEngine::Restart(const JobPtr& job, std::size_t index) {
  JobFile& file = job->files[index];
  file.bytes_transferred = 0;
  file.MakeExtras().received = {};
  file.MakeExtras().version.reset();
  job->active->writer.reset();  // the next one cuts the file off
}

void TransferEngine::LimitBandwidth(const Job& job, std::uint64_t& bytes_per_second) const {
  if (!job.IsBackground()) return;
  const auto limit = service_.world().Policy("MaxInternetBandwidth");  // in kbit/s
  if (limit && *limit > 0) bytes_per_second = std::min<std::uint64_t>(bytes_per_second, *limit * 1000 / 8);
}

// --- errors

void TransferEngine::End(const JobPtr& job, HResult code, ErrorContext context, bool transient,
                         std::optional<std::size_t> file, std::string protocol) {
  Halt(job);
  Fail(job, code, context, transient, file, std::move(protocol));
  Schedule();
}

void TransferEngine::EndSoon(const JobPtr& job, HResult code, ErrorContext context, bool transient,
                             std::optional<std::size_t> file, std::string protocol) {
  job->active->event = service_.world().events().After(
      Time{}, [=, this, name = std::move(protocol)] { End(job, code, context, transient, file, name); });
}

void TransferEngine::Fail(const JobPtr& job, HResult code, ErrorContext context, bool transient,
                          std::optional<std::size_t> file, std::string protocol) {
  if (!WaitsForEvent(code)) ++job->error_count;
  const bool retries = transient && job->no_progress_timeout != 0 &&
                       (WaitsForEvent(code) || job->minimum_retry_delay <= job->no_progress_timeout);
  if (file) {
    Log(service_.world(), Event::kTransferStoppedInError, kWarning,
        "stopped because of an error: " + ToString(code) + ",", job->files[*file].remote_name);
  }
  auto failure = std::make_unique<JobFailure>();
  failure->error = {context, code};
  failure->file = file;
  failure->protocol = std::move(protocol);
  service_.SetState(job, retries ? JobState::kTransientError : JobState::kError);
  job->failure = std::move(failure);
  if (!retries) {
    service_.notifications().JobError(job);
  } else if (!WaitsForEvent(code)) {
    PlanRetry(job, service_.world().events().Now() + std::chrono::seconds(job->minimum_retry_delay));
  }
}

// Waits until the retry is due, or until there was no progress for too long.
void TransferEngine::PlanRetry(const JobPtr& job, Time due) {
  const Time limit = job->progress_since + std::chrono::seconds(job->no_progress_timeout);
  ++waiting_;
  job->retry = service_.world().events().At(std::min(due, limit), [this, job, due] { OnRetry(job, due); });
}

void TransferEngine::OnRetry(const JobPtr& job, Time due) {
  job->retry = EventQueue::kNone;
  --waiting_;
  const Time now = service_.world().events().Now();
  if (now - job->progress_since >= std::chrono::seconds(job->no_progress_timeout)) {
    auto failure = std::move(job->failure);
    service_.SetState(job, JobState::kError);
    job->failure = std::move(failure);
    service_.notifications().JobError(job);
  } else if (now < due) {
    PlanRetry(job, due);  // the timeout was raised meanwhile
  } else {
    service_.SetState(job, JobState::kQueued);
    Enqueue(job);
    Schedule();
  }
}

void TransferEngine::OnNetworkChange(bool connected) {
  for (const JobPtr& job : service_.List(nullptr)) {
    if (connected && job->state == JobState::kTransientError) {
      Halt(job);
      service_.SetState(job, JobState::kQueued);
      Enqueue(job);
    } else if (!connected && (job->state == JobState::kQueued || job->IsMoving())) {
      Halt(job);
      Fail(job, "BG_E_NETWORK_DISCONNECTED"_hr, ErrorContext::kGeneralTransport, true);
    }
  }
  Schedule();
}

void TransferEngine::OnPolicyChange() {
  const bool blocked = service_.world().Policy("MaxInternetBandwidth") == 0U;
  for (const JobPtr& job : service_.List(nullptr)) {
    const bool waits =
        job->state == JobState::kTransientError && job->failure->error.code == "BG_E_BLOCKED_BY_POLICY"_hr;
    if (blocked && job->IsBackground() && (job->state == JobState::kQueued || job->IsMoving())) {
      Halt(job);
      Fail(job, "BG_E_BLOCKED_BY_POLICY"_hr, ErrorContext::kGeneralQueueManager, true);
    } else if (waits && !blocked) {
      service_.SetState(job, JobState::kQueued);
      Enqueue(job);
    }
  }
  Schedule();
}

}  // namespace bits::fakes
