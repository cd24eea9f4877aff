// What a subcommand talks to: --backend, --profile, --as, --helper-kind, --trace.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "harness/api/environment.h"
#include "harness/intercept/call_recorder.h"
#include "harness/intercept/call_tracer.h"
#include "tools/bitsdoctor/simulated_backend.h"

namespace bits::doctor {

struct BackendOptions {
  std::string backend;      // "windows", "sim" or "com-fake"; by default this machine's own BITS where there is one
  std::string profile;      // of the simulation; empty: not given
  std::string as;           // who runs bitsdoctor in the simulation; empty: not given
  std::string helper_kind;  // whose token is the helper's; empty: not given
  bool trace = false;
  bool with_jobs = false;  // no option: whether there are jobs in the queue of `sim`

  BackendOptions();
  void AddTo(CLI::App& command);
  // --helper-kind, for the commands that take a helper; `helper` is their --helper.
  void AddHelperKindTo(CLI::App& command, CLI::Option* helper);
};

// The Environment that the options name, traced when asked for. Throws Refusal when this build or machine has none, or
// when options contradict each other.
class Backend {
 public:
  // `transfer`: what is to be downloaded where, which com-fake can do for real.
  explicit Backend(const BackendOptions& options, const std::optional<TransferNames>& transfer = std::nullopt);
  ~Backend();

  Environment& environment();

  // Where the token of --helper-kind comes from; empty when it was not given, or means the own token.
  std::function<Result<Token>(LogonApi&)> HelperToken();
  const std::string& helper_kind() const { return options_.helper_kind; }

  // Writes the calls through environment() from now on into `out`, which must live as long as calls are made. Once, and
  // before environment() is used. The recorder lives as long as this.
  intercept::CallRecorder& Record(std::ostream& out, intercept::RecordedProgram program, intercept::Privacy privacy);

 private:
  // What the options name, without interceptors.
  Environment& bare() { return simulation_ ? simulation_->environment() : *real_; }

  BackendOptions options_;
  std::unique_ptr<SimulatedBackend> simulation_;
  std::unique_ptr<Environment> real_;
  std::optional<intercept::CallTracer> tracer_;
  std::optional<intercept::CallRecorder> recorder_;
  std::unique_ptr<Environment> traced_;
};

}  // namespace bits::doctor
