#include "harness/intercept/call_recorder.h"

#include <exception>
#include <utility>

namespace bits::intercept {

CallRecorder::CallRecorder(Environment& environment, std::ostream& out, const RecordedProgram& program, Privacy privacy)
    : clock_(environment.clock()), out_(out), pseudonyms_(privacy), began_(clock_.SteadyNow()) {
  WriteHeader(environment, program);
}

void CallRecorder::WriteHeader(Environment& environment, const RecordedProgram& program) {
  LogonApi& logon = environment.logon();
  const Result<Token> token = logon.OpenProcessToken(TokenAccess::kQuery);
  const Result<TokenFacts> user = token ? logon.GetTokenFacts(*token) : Failure(token.error());
  const Result<OsVersion> os = environment.machine().GetOsVersion();
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.SystemNow().time_since_epoch());

  Json line = {{"schema", kRecordingSchema}, {"program", program.program}, {"command", program.command}};
  // The machine's name goes first: a user's domain is often the same.
  line["computer"] = pseudonyms_.Value("Machine", "ComputerName", environment.machine().ComputerName().value_or(""));
  line["user"] = user ? pseudonyms_.Value("LogonApi", "GetTokenFacts", ToJson(*user)) : Json();
  line["options"] = pseudonyms_.Options(program.options);
  line["backend"] = program.backend;
  line["profile"] = program.profile.empty() ? Json() : Json(program.profile);
  line["pseudonymised"] = pseudonyms_.privacy() == Privacy::kPseudonyms;
  line["os"] = os ? ToJson(*os) : Json();
  line["started_ms"] = now.count();
  Write(std::move(line));
}

std::optional<HResult> CallRecorder::Before(const Call& call) {
  try {
    std::string caller = call.caller();
    const auto now = clock_.SteadyNow();
    const std::scoped_lock lock(mutex_);
    started_[call.sequence] = {now - began_, std::move(caller)};
  } catch (const std::exception&) {
    const std::scoped_lock lock(mutex_);
    whole_ = false;
  }
  return std::nullopt;
}

void CallRecorder::After(const Call& call, Outcome& outcome) {
  try {
    const auto now = clock_.SteadyNow() - began_;
    Json value = outcome.result.Succeeded() ? outcome.value() : Json();
    Json arguments = call.arguments();
    const std::scoped_lock lock(mutex_);
    const auto started = started_.extract(call.sequence);
    if (closed_) return;
    const auto begin = started ? started.mapped().begin : now;
    Json line = {{"sequence", call.sequence}, {"thread", NumberOfThread(std::this_thread::get_id())}};
    if (call.pointer != 0) line["object"] = call.pointer;
    line["interface"] = call.interface_name;
    line["method"] = call.method;
    line["arguments"] = pseudonyms_.Arguments(call.interface_name, std::move(arguments));
    line["caller"] = started ? pseudonyms_.Account(started.mapped().caller) : "";
    line["hresult"] = ToHex(outcome.result);
    if (!value.is_null()) line["value"] = pseudonyms_.Value(call.interface_name, call.method, std::move(value));
    line["begin_ns"] = begin.count();
    line["elapsed_ns"] = (now - begin).count();
    Write(std::move(line));
  } catch (const std::exception&) {
    const std::scoped_lock lock(mutex_);
    whole_ = false;
  }
}

void CallRecorder::Close(const Json& verdict) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return;
  Write({{"closed", true}, {"calls", lines_ - 1}, {"verdict", verdict}});
  closed_ = true;
}

bool CallRecorder::IsWhole() const {
  const std::scoped_lock lock(mutex_);
  return whole_;
}

std::uint64_t CallRecorder::NumberOfThread(std::thread::id thread) {
  return threads_.emplace(thread, threads_.size() + 1).first->second;
}

void CallRecorder::Write(Json line) {
  Json numbered = {{"line", lines_ + 1}};
  numbered.update(line);
  // One write a line, so that a crash leaves whole lines.
  const std::string text = numbered.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  out_.write(text.data(), static_cast<std::streamsize>(text.size()));
  out_.flush();
  if (out_) {
    ++lines_;
  } else {
    whole_ = false;
  }
}

}  // namespace bits::intercept
