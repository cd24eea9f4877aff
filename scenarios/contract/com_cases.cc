// COM as a client of BITS uses it: apartments, security, versions, interfaces, events.
#include "harness/api/background_copy_job4.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/bits_token_options.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

void ApartmentsAreCounted(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  ComApi& com = client->environment().com();
  HResult again = com.CoInitializeEx(ApartmentType::kMultiThreaded);
  HResult other = com.CoInitializeEx(ApartmentType::kSingleThreaded);
  if (again == "RPC_E_CHANGED_MODE"_hr) std::swap(again, other);  // the stage's clients are in an STA
  contract.Expect("CoInitializeEx once more", again, "S_FALSE"_hr);
  contract.Expect("CoInitializeEx for the other kind", other, "RPC_E_CHANGED_MODE"_hr);
  com.CoUninitialize();
  contract.Expect("the manager is still there", HResultOf(client->manager().EnumJobs(0)), HResult());
}

void ComSecurityIsSetOnce(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  contract.Expect("CoInitializeSecurity after the first proxy", client->environment().com().CoInitializeSecurity({}),
                  "RPC_E_TOO_LATE"_hr);
}

void EachRegisteredVersionCanBeMade(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  Environment& environment = client->environment();
  for (const auto& [manager_class, name] : EnumNames<ManagerClass>::kNames) {
    const bool registered = Must(environment.machine().IsClassRegistered(manager_class));
    contract.Expect(fmt::format("CoCreateInstance of version {} works as it is registered", name),
                    HResultOf(environment.com().CoCreateInstance(manager_class)),
                    registered ? HResult() : "REGDB_E_CLASSNOTREG"_hr);
  }
}

void AJobHasItsInterfaces(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (const InterfaceId id :
       {InterfaceId::kBackgroundCopyJob, InterfaceId::kBackgroundCopyJob2, InterfaceId::kBackgroundCopyJob3,
        InterfaceId::kBackgroundCopyJob4, InterfaceId::kBackgroundCopyJobHttpOptions, InterfaceId::kBitsTokenOptions}) {
    contract.Expect(fmt::format("QueryInterface({})", ToString(id)), HResultOf(job->QueryInterface(id)), HResult());
  }
  for (const InterfaceId id : {InterfaceId::kBackgroundCopyManager, InterfaceId::kBackgroundCopyError,
                               InterfaceId::kBackgroundCopyFile, InterfaceId::kEnumBackgroundCopyFiles}) {
    contract.Expect(fmt::format("QueryInterface({})", ToString(id)), HResultOf(job->QueryInterface(id)),
                    "E_NOINTERFACE"_hr);
  }
}

void InterfacesLeadBackToTheJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = Must(Query<BackgroundCopyJobHttpOptions>(*job));
  const auto back = contract.Get("QueryInterface of the options", Query<BackgroundCopyJob4>(*options));
  contract.Expect("GetId is the job's", Must(back->GetId()) == Must(job->GetId()), true);
}

void OtherObjectsHaveTheirInterfaces(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto files = Must(job->EnumFiles());
  const auto file = std::move(Must(files->Next(1)).at(0));
  contract.Expect("QueryInterface of the manager for itself",
                  HResultOf(Query<BackgroundCopyManager>(client->manager())), HResult());
  contract.Expect("QueryInterface of the manager for a job", HResultOf(Query<BackgroundCopyJob>(client->manager())),
                  "E_NOINTERFACE"_hr);
  contract.Expect("QueryInterface of a file list for itself", HResultOf(Query<EnumBackgroundCopyFiles>(*files)),
                  HResult());
  contract.Expect("QueryInterface of a file for IBackgroundCopyFile2", HResultOf(Query<BackgroundCopyFile2>(*file)),
                  HResult());
  contract.Expect("QueryInterface of a file for a job", HResultOf(Query<BackgroundCopyJob>(*file)), "E_NOINTERFACE"_hr);
}

constexpr ProxyBlanket kOther{.authentication_level = AuthenticationLevel::kPacketPrivacy,
                              .impersonation_level = ImpersonationLevel::kIdentify,
                              .cloaking = Cloaking::kStatic};

void ABlanketBelongsToOnePointer(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  contract.Require("SetProxyBlanket", job->SetProxyBlanket(kOther), HResult());
  contract.Expect("QueryProxyBlanket", job->QueryProxyBlanket(), kOther);
  const auto queried = Must(Query<BackgroundCopyJob2>(*job));
  contract.Expect("the level of another pointer", Must(queried->QueryProxyBlanket()).impersonation_level,
                  ImpersonationLevel::kImpersonate);
  contract.Expect("the cloaking of another pointer", Must(queried->QueryProxyBlanket()).cloaking, Cloaking::kDynamic);
}

void ABlanketIsChecked(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  ProxyBlanket unknown = kOther;
  unknown.impersonation_level = static_cast<ImpersonationLevel>(5);
  contract.Expect("SetProxyBlanket with impersonation level 5", job->SetProxyBlanket(unknown), "E_INVALIDARG"_hr);
  unknown = kOther;
  unknown.authentication_level = static_cast<AuthenticationLevel>(7);
  contract.Expect("SetProxyBlanket with authentication level 7", job->SetProxyBlanket(unknown), "E_INVALIDARG"_hr);
}

void ACallerMustBeIdentified(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto probe = Must(client->manager().GetJob(Must(job->GetId())));
  ProxyBlanket blanket;
  blanket.impersonation_level = ImpersonationLevel::kIdentify;
  Must(probe->SetProxyBlanket(blanket));
  contract.Expect("a call at level IDENTIFY", HResultOf(probe->GetState()), HResult());
  blanket.impersonation_level = ImpersonationLevel::kAnonymous;
  Must(probe->SetProxyBlanket(blanket));
  contract.Expect("a call at level ANONYMOUS", HResultOf(probe->GetState()), "E_ACCESSDENIED"_hr);
}

void EventsAreConsumedByOneWait(Contract& contract, Stage& stage) {
  using std::chrono::milliseconds;
  const auto client = stage.Start();
  ComApi& com = client->environment().com();
  const auto event = contract.Get("MakeEvent", com.MakeEvent());
  contract.Expect("WaitForEvent before it is set", com.WaitForEvent(*event, milliseconds(1)), WaitOutcome::kTimedOut);
  event->Set();
  event->Set();
  contract.Expect("WaitForEvent after it was set twice", com.WaitForEvent(*event, milliseconds(1)),
                  WaitOutcome::kSignalled);
  contract.Expect("WaitForEvent once more", com.WaitForEvent(*event, milliseconds(1)), WaitOutcome::kTimedOut);
}

const Case kCases[] = {
    {"ApartmentsAreCounted", "combaseapi-coinitializeex", {}, ApartmentsAreCounted},
    {"ComSecurityIsSetOnce", "combaseapi-coinitializesecurity", {}, ComSecurityIsSetOnce},
    {"EachRegisteredVersionCanBeMade",
     "determining-the-version-of-bits-on-a-computer",
     {},
     EachRegisteredVersionCanBeMade},
    {"AJobHasItsInterfaces", "what-s-new", {}, AJobHasItsInterfaces},
    {"InterfacesLeadBackToTheJob", "what-s-new", {}, InterfacesLeadBackToTheJob},
    {"OtherObjectsHaveTheirInterfaces", "what-s-new", {}, OtherObjectsHaveTheirInterfaces},
    {"ABlanketBelongsToOnePointer", "service-accounts-and-bits", {}, ABlanketBelongsToOnePointer},
    {"ABlanketIsChecked", "combaseapi-cosetproxyblanket", {}, ABlanketIsChecked},
    {"ACallerMustBeIdentified", "connecting-to-the-bits-service", {Need::kHelperTokens}, ACallerMustBeIdentified},
    {"EventsAreConsumedByOneWait", "synchapi-createeventw", {}, EventsAreConsumedByOneWait},
};

}  // namespace

std::span<const Case> ComCases() { return kCases; }

}  // namespace bits::contract
