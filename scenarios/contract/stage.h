// Where the contract suite plays: one backend, with what a case may use of it.
//
//   const std::unique_ptr<Stage> stage = backend.make();
//   const std::unique_ptr<Client> client = stage->Start();
//   client->manager().CreateJob(...)
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/bits/matrix_runner.h"
#include "harness/api/environment.h"
#include "harness/rules/decisions.h"
#include "harness/rules/token_traits.h"

namespace bits::contract {

// What some cases need and some backends lack.
enum class Need {
  kHelperTokens,      // a BITS that has IBitsTokenOptions
  kSecondUser,        // clients that are Person::kHelper and Person::kAdministrator
  kHelperAccounts,    // Stage::AccountOf and Stage::OpenHelper: people whom a program can log on
  kStandardUser,      // an owner who is no administrator: the limits of jobs and files are for those only
  kOwnSecurity,       // ClientOptions::security for each client, not once for the whole program
  kVirtualTime,       // Stage::Pass
  kInterruption,      // a transfer that can be stopped in its middle, and the service goes on
  kPromptQueue,       // a job that has ended is out of the queue at once
  kNotifiedOfErrors,  // a service that calls JobError, and describes errors
  kDecisions,         // StageOptions::decisions
  kSimulation,        // Stage::simulation, Stage::starter: a machine whose people, servers and services do as told
};

// Who runs a client.
enum class Person {
  kOwner,          // owns the jobs
  kHelper,         // a standard user besides
  kAdministrator,  // elevated
};

// A name and a password that LogonApi::LogonUser takes.
struct Account {
  std::string user_name;
  std::optional<std::string> domain;
  Secret password;
};

struct ClientOptions {
  Person person = Person::kOwner;
  ProcessSecurity security = {};  // another than the default needs kOwnSecurity
  // Whose token the owner's program has; see LacksOwner.
  rules::TokenKind owner = rules::TokenKind::kUser;
  // False: COM security is not set and there is no manager; the case does both. Needs kOwnSecurity.
  bool connected = true;
};

// A program that uses BITS: its thread, the one that made it, is in an apartment, its COM security is set, and it has a
// manager. Every object got from it must go before it, and it before its stage, on the same thread.
class Client {
 public:
  virtual ~Client() = default;
  virtual Environment& environment() = 0;
  virtual BackgroundCopyManager& manager() = 0;  // only when connected
};

// What can be downloaded. Remote names, as AddFile takes them.
struct Sources {
  std::string small;             // by HTTP, some 64 KB, at once; HEAD and ranges work
  std::string small_prefix;      // what `small` and `missing` begin with, and `unreachable` does not
  std::uint64_t small_size = 0;  // bytes
  std::string small_sha256;      // as FileSystem::HashSha256 has it
  std::string slow;              // by HTTP; many seconds of the stage's time, with progress in each
  std::string missing;           // 404
  std::string unreachable;       // a server that is not there
  // The content of `small` by the file system (a UNC path, a file URL, a path on a drive), and a file that is not
  // there; absent where the stage has none.
  std::optional<std::string> file;
  std::optional<std::string> missing_file;
};

// A machine with BITS, its servers, a directory and its people. Made anew for each case; used on one thread. The queue
// may hold jobs of others at any time, but nobody else touches those of the case.
class Stage {
 public:
  virtual ~Stage() = default;

  // Which rows of the quirk table are about it: the name of the implementation beneath, such as "sim" or "wine".
  virtual std::string_view implementation() const = 0;

  // Why a case that has this need cannot play here, in words; absent when it can.
  virtual std::optional<std::string> Lacks(Need need) const = 0;

  // Why no program here can run with such a token, or no helper can have one, in words; absent when they can.
  virtual std::optional<std::string> LacksOwner(rules::TokenKind kind) const = 0;
  virtual std::optional<std::string> LacksHelper(rules::TokenKind kind) const = 0;

  // That of the clients' threads.
  virtual ApartmentType apartment() const { return ApartmentType::kMultiThreaded; }

  // Throws std::runtime_error when the client cannot be had.
  virtual std::unique_ptr<Client> Start(const ClientOptions& options = {}) = 0;

  // A helper's token of that kind, opened by the client. With kHelperAccounts, where LacksHelper has nothing to say.
  virtual Token OpenHelper(Client& client, rules::TokenKind kind) = 0;

  // With kHelperAccounts, for kHelper and kAdministrator.
  virtual Account AccountOf(Person person) const = 0;

  virtual const Sources& sources() const = 0;

  // --- local files, in a directory of the case's own, which exists, is empty and goes with the stage

  // The full path of `name` in it.
  virtual std::string Path(std::string_view name) const = 0;
  virtual void Write(std::string_view path, std::string_view content) = 0;
  // The names of all files in it, those of BITS' own making too.
  virtual std::vector<std::string> Files() const = 0;

  // --- time

  // Waits until `holds`, which is asked again and again, on this thread; callbacks arrive meanwhile. False when that
  // takes longer than `limit`; without one, than a broken backend is given.
  virtual bool WaitUntil(const std::function<bool()>& holds, std::optional<std::chrono::milliseconds> limit = {}) = 0;

  // Lets so much time pass. Only with kVirtualTime.
  virtual void Pass(std::chrono::nanoseconds time) = 0;

  // --- the simulated machine behind the stage, and how programs are started there; with kSimulation, else null

  virtual fakes::World* simulation() { return nullptr; }
  virtual fakes::StartProcess starter() const { return nullptr; }
};

// Which Windows a stage simulates; ignored where nothing is simulated.
struct StageOptions {
  std::string_view profile = "win10-1607";  // of rules::WindowsProfiles()
  rules::Decisions decisions = {};          // others than the defaults need kDecisions
  // What a stage of this machine's own BITS is given in place of a new environment: one that is recorded, for instance.
  // It must stand for this machine and outlive the stage. Null: none; ignored elsewhere.
  Environment* environment = nullptr;
};

// One row a backend.
struct Backend {
  std::string_view name;
  std::unique_ptr<Stage> (*make)(const StageOptions& options);
};

}  // namespace bits::contract

namespace bits {

template <>
struct EnumNames<contract::Need> {
  static constexpr EnumName<contract::Need> kNames[] = {
      {contract::Need::kHelperTokens, "helper tokens"},
      {contract::Need::kSecondUser, "second user"},
      {contract::Need::kHelperAccounts, "helper accounts"},
      {contract::Need::kStandardUser, "standard user"},
      {contract::Need::kOwnSecurity, "own security"},
      {contract::Need::kVirtualTime, "virtual time"},
      {contract::Need::kInterruption, "interruption"},
      {contract::Need::kPromptQueue, "prompt queue"},
      {contract::Need::kNotifiedOfErrors, "notified of errors"},
      {contract::Need::kDecisions, "decisions"},
      {contract::Need::kSimulation, "simulation"},
  };
};

}  // namespace bits
