// The simulated Windows that code runs on under faults, used again from run to run.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/world/cast.h"
#include "fakes/world/file_content.h"
#include "fakes/world/process.h"
#include "fakes/world/world.h"
#include "harness/rules/token_traits.h"

namespace bits::faults {

// What a run left behind, as the world itself knows it.
struct Remains {
  std::vector<std::string> leaks;      // Process::Leaks
  std::vector<Guid> jobs;              // in the queue
  std::vector<std::string> made;       // files that were not there before, but for
  std::vector<std::string> temporary;  // those that BITS hides until a job completes
  std::vector<std::string> gone;       // files that were there, and are not or have changed
};

// A world with its cast and servers, and for each run a process of its own. One thread.
class Stage {
 public:
  // `prepare` adds what the runs need; it is called again whenever the world is made anew.
  using Prepare = void (*)(fakes::World& world);
  Stage(rules::TokenKind client, Prepare prepare);
  ~Stage();

  // Starts the next run's process; the last one's is gone.
  void Begin();
  // The run's process is gone, and there is another of the same user.
  void Restart();
  fakes::Process& process() { return *process_; }
  fakes::World& world() { return *world_; }
  const fakes::Cast& cast() const { return *cast_; }

  Remains Look();
  // The file's content now; nothing where there is none.
  std::optional<fakes::FileContent> ContentOf(std::string_view path);
  // Puts back what the run changed: its jobs are cancelled, its files are gone, the others are as they were.
  void End();

 private:
  void Make();

  rules::TokenKind client_;
  Prepare prepare_;
  std::unique_ptr<fakes::World> world_;
  std::optional<fakes::Cast> cast_;
  fakes::TokenPtr token_;
  std::unique_ptr<fakes::Process> process_;
  std::map<std::string, fakes::DiskFile> files_;
  int runs_ = 0;
};

}  // namespace bits::faults
