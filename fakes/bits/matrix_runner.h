// Plays a cell of the decision space on the simulation.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/rules/decision_space.h"

namespace bits::fakes {

// Whom a cell is played with.
struct CellActors {
  BackgroundCopyManager& manager;  // of the owner's process
  Guid job;
  LogonApi& logon;  // of the same process, in which the tokens are
  const Token& helper;
  const Token& other_user;
  const Token& other_admin;
};

// What the client of the cell does: it asks for the job and for its IBitsTokenOptions, and calls the method. How that
// ends. Throws std::logic_error when it does not get that far.
HResult PlayCall(const CellActors& actors, const rules::Cell& cell);

// What the simulation did.
struct Played {
  HResult result;
  rules::CapturedSid captured_sid = rules::CapturedSid::kNone;
  friend bool operator==(const Played&, const Played&) = default;
};

// How a process of a simulated Windows is started: as such, or with something between it and its caller.
using StartProcess = std::unique_ptr<Process> (*)(World& world, TokenPtr token);

// Keeps world, client and job from one cell to the next as long as the profile and the owner stay. One thread.
class MatrixRunner {
 public:
  // The owner's process is started by `start`, and calls in an apartment of that kind.
  explicit MatrixRunner(
      StartProcess start = [](World& world, TokenPtr token) { return world.Start(std::move(token)); },
      ApartmentType apartment = ApartmentType::kMultiThreaded);
  ~MatrixRunner();

  Played Play(const rules::Cell& cell);

 private:
  struct Stage;
  struct Client;
  struct Helper;

  StartProcess start_;
  ApartmentType apartment_;
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Helper> helper_;
};

}  // namespace bits::fakes
