// Plays a cell of the decision space on the simulation.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/rules/decision_space.h"

namespace bits::fakes {

// What the simulation did.
struct Played {
  HResult result;
  rules::CapturedSid captured_sid = rules::CapturedSid::kNone;
  friend bool operator==(const Played&, const Played&) = default;
};

// Keeps world, client and job from one cell to the next as long as the profile and the owner stay. One thread.
class MatrixRunner {
 public:
  MatrixRunner();
  ~MatrixRunner();

  Played Play(const rules::Cell& cell);

 private:
  struct Stage;
  struct Client;
  struct Helper;

  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Helper> helper_;
};

}  // namespace bits::fakes
