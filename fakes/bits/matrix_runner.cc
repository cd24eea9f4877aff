#include "fakes/bits/matrix_runner.h"

#include <stdexcept>
#include <utility>

#include "fakes/bits/bits_service.h"
#include "harness/api/background_copy_manager.h"

namespace bits::fakes {
namespace {

using rules::CallerAtQuery;
using rules::CapturedSid;
using rules::Cell;
using rules::TokenMethod;

// Set-up that must work on every profile.
template <class T>
T Must(Result<T> result) {
  if (!result) throw std::logic_error("the set-up of a matrix cell failed: " + ToString(result.error()));
  return std::move(*result);
}
void Must(HResult result) {
  if (result.Failed()) throw std::logic_error("the set-up of a matrix cell failed: " + ToString(result));
}

HResult CallMethod(BitsTokenOptions& options, TokenMethod method, std::uint32_t flags) {
  switch (method) {
    case TokenMethod::kSetHelperToken:
      return options.SetHelperToken();
    case TokenMethod::kSetHelperTokenFlags:
      return options.SetHelperTokenFlags(flags);
    case TokenMethod::kGetHelperTokenFlags:
      return HResultOf(options.GetHelperTokenFlags());
    case TokenMethod::kClearHelperToken:
      return options.ClearHelperToken();
    case TokenMethod::kGetHelperTokenSid:
      return HResultOf(options.GetHelperTokenSid());
    case TokenMethod::kQueryInterface:
      break;
  }
  return HResult();
}

}  // namespace

HResult PlayCall(const CellActors& actors, const Cell& cell) {
  LogonApi& logon = actors.logon;
  // A job's pointer of its own for each cell: COM remembers what it was once asked for, and with what security.
  const std::unique_ptr<BackgroundCopyJob> pointer = Must(actors.manager.GetJob(actors.job));
  const Token* caller = nullptr;
  if (cell.caller_at_query == CallerAtQuery::kHelper) caller = &actors.helper;
  if (cell.caller_at_query == CallerAtQuery::kOtherUser) caller = &actors.other_user;
  if (cell.caller_at_query == CallerAtQuery::kOtherAdmin) caller = &actors.other_admin;
  if (caller != nullptr) Must(logon.ImpersonateLoggedOnUser(*caller));
  ProxyBlanket blanket;
  blanket.authentication_level = cell.authentication_level;
  blanket.impersonation_level = cell.impersonation_level;
  blanket.cloaking = cell.cloaking;
  Must(pointer->SetProxyBlanket(blanket));
  const Result<std::unique_ptr<BitsTokenOptions>> options = Query<BitsTokenOptions>(*pointer);
  if (caller != nullptr) Must(logon.RevertToSelf());
  if (!options || cell.method == TokenMethod::kQueryInterface) return HResultOf(options);
  Must((*options)->SetProxyBlanket(blanket));
  if (!cell.helper_same_as_owner) Must(logon.ImpersonateLoggedOnUser(actors.helper));
  const HResult result = CallMethod(**options, cell.method, cell.flags);
  if (!cell.helper_same_as_owner) Must(logon.RevertToSelf());
  return result;
}

// One Windows with its people.
struct MatrixRunner::Stage {
  explicit Stage(const rules::WindowsProfile& windows)
      : profile(&windows),
        world(std::string_view(windows.name)),
        cast(world),
        system(world.Start(world.ServiceToken(kLocalSystemSid))),
        system_apartment(Must(Apartment::Enter(system->com(), ApartmentType::kMultiThreaded))) {
    Must(system->com().CoInitializeSecurity({}));
    system_manager = Must(system->com().CoCreateInstance(ManagerClass::k1_0));
  }

  const rules::WindowsProfile* profile;
  World world;
  Cast cast;
  std::unique_ptr<Process> system;
  Apartment system_apartment;
  std::unique_ptr<BackgroundCopyManager> system_manager;
};

// The owner's process, with the job that the cells are about.
struct MatrixRunner::Client {
  Client(Stage& stage, rules::TokenKind kind, StartProcess start, ApartmentType apartment_type)
      : owner(kind),
        process(start(stage.world, stage.cast.Owner(kind))),
        apartment(Must(Apartment::Enter(process->com(), apartment_type))) {
    Must(process->com().CoInitializeSecurity({}));
    manager = Must(process->com().CoCreateInstance(ManagerClass::k1_0));
    const CreatedJob created = Must(manager->CreateJob("matrix", JobType::kDownload));
    stage.world.Change([&] { job = stage.world.bits().Find(created.id); });
    other_user = process->Open(stage.cast.OtherUser());
    other_admin = process->Open(stage.cast.OtherAdmin());
  }

  rules::TokenKind owner;
  std::unique_ptr<Process> process;
  Apartment apartment;
  std::unique_ptr<BackgroundCopyManager> manager;
  JobPtr job;
  Token other_user;
  Token other_admin;
};

// The helper's token in the owner's process, and on the job if LocalSystem may put it there.
struct MatrixRunner::Helper {
  Helper(Stage& stage, Client& client, const Cell& cell) : kind(cell.helper), same_as_owner(cell.helper_same_as_owner) {
    const TokenPtr data = same_as_owner ? client.process->token() : stage.cast.Helper(kind);
    sid = data->sid();
    token = client.process->Open(data);
    client.job->helper.reset();
    const Result<std::unique_ptr<BackgroundCopyJob>> job = stage.system_manager->GetJob(client.job->id);
    if (!job) return;
    const auto options = Query<BitsTokenOptions>(**job);
    if (!options) return;
    LogonApi& logon = stage.system->logon();
    const Token systems = stage.system->Open(data);
    Must(logon.ImpersonateLoggedOnUser(systems));
    static_cast<void>((*options)->SetHelperToken());  // on some builds nobody may
    Must(logon.RevertToSelf());
    set = std::exchange(client.job->helper, nullptr);
  }

  rules::TokenKind kind;
  bool same_as_owner;
  std::string sid;
  Token token;
  TokenPtr set;
};

MatrixRunner::MatrixRunner(StartProcess start, ApartmentType apartment) : start_(start), apartment_(apartment) {}
MatrixRunner::~MatrixRunner() {
  helper_.reset();
  client_.reset();
}

Played MatrixRunner::Play(const Cell& cell) {
  if (!stage_ || stage_->profile != cell.profile) {
    helper_.reset();
    client_.reset();
    stage_ = std::make_unique<Stage>(*cell.profile);
  }
  if (!client_ || client_->owner != cell.owner) {
    helper_.reset();
    client_ = std::make_unique<Client>(*stage_, cell.owner, start_, apartment_);
  }
  if (!helper_ || helper_->kind != cell.helper || helper_->same_as_owner != cell.helper_same_as_owner) {
    helper_ = std::make_unique<Helper>(*stage_, *client_, cell);
  }
  Client& client = *client_;

  const bool carries = cell.method != TokenMethod::kQueryInterface && cell.method != TokenMethod::kSetHelperToken;
  client.job->helper = carries ? helper_->set : nullptr;
  client.job->helper_flags = cell.method == TokenMethod::kSetHelperTokenFlags ? 0 : cell.flags;

  Played played;
  played.result = PlayCall(
      {*client.manager, client.job->id, client.process->logon(), helper_->token, client.other_user, client.other_admin},
      cell);
  if (const TokenPtr& captured = client.job->helper) {
    if (captured->sid() == client.process->token()->sid()) {
      played.captured_sid = CapturedSid::kOwner;
    } else if (captured->sid() == helper_->sid) {
      played.captured_sid = CapturedSid::kHelper;
    } else {
      played.result = "E_UNEXPECTED"_hr;
    }
  }
  return played;
}

}  // namespace bits::fakes
