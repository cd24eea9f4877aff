#include "harness/win32/windows_headers.h"

#include "fakes/com/server_process.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "harness/win32/conversions.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::fakes::com {
namespace {

[[noreturn]] void Fail(std::string_view what) {
  const DWORD error = GetLastError();
  throw std::runtime_error(fmt::format("{}: {}", what, ToString(HResult::FromWin32(error))));
}

struct Pipe {
  win32::KernelHandle read;
  win32::KernelHandle write;
};

// One end is for the child alone.
Pipe MakePipe(bool child_reads) {
  SECURITY_ATTRIBUTES inheritable{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
  HANDLE read = nullptr;
  HANDLE write = nullptr;
  if (!CreatePipe(&read, &write, &inheritable, 0)) Fail("a pipe to fakebits_server");
  Pipe pipe{win32::KernelHandle(read), win32::KernelHandle(write)};
  if (!SetHandleInformation(child_reads ? write : read, HANDLE_FLAG_INHERIT, 0)) Fail("a pipe to fakebits_server");
  return pipe;
}

void WriteAll(HANDLE pipe, std::string_view text) {
  while (!text.empty()) {
    DWORD written = 0;
    if (!WriteFile(pipe, text.data(), static_cast<DWORD>(text.size()), &written, nullptr)) {
      Fail("fakebits_server does not read its world script");
    }
    text.remove_prefix(written);
  }
}

// All that the server says until its first line says that it is ready, or until it ends.
std::string ReadUntilReady(HANDLE pipe) {
  std::string text;
  char buffer[512];
  DWORD read = 0;
  while (!text.starts_with("ready") && ReadFile(pipe, buffer, sizeof(buffer), &read, nullptr) && read > 0) {
    text.append(buffer, read);
  }
  return text;
}

win32::KernelHandle MakeJob() {
  win32::KernelHandle job(CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (job) SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof(limits));
  return job;
}

}  // namespace

ServerProcess::ServerProcess(std::string_view path, std::string_view script) {
  GUID id{};
  if (FAILED(CoCreateGuid(&id))) Fail("a class for fakebits_server");
  id_ = win32::FromGuid(id);
  const Result<std::wstring> program = win32::WideFromUtf8(path);
  if (!program) throw std::runtime_error(fmt::format("{}: no path of fakebits_server", path));
  std::wstring command =
      L"\"" + *program + L"\" --class-id " + win32::WideFromUtf8(ToString(id_)).value_or(std::wstring());

  Pipe input = MakePipe(/*child_reads=*/true);
  Pipe output = MakePipe(/*child_reads=*/false);
  STARTUPINFOW startup{};
  startup.cb = sizeof(startup);
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = input.read.get();
  startup.hStdOutput = output.write.get();
  startup.hStdError = output.write.get();
  PROCESS_INFORMATION started{};
  if (!CreateProcessW(program->c_str(), command.data(), nullptr, nullptr, /*bInheritHandles=*/TRUE, CREATE_SUSPENDED,
                      nullptr, nullptr, &startup, &started)) {
    Fail(fmt::format("{} cannot be started", path));
  }
  process_.reset(started.hProcess);
  process_id_ = started.dwProcessId;
  const win32::KernelHandle thread(started.hThread);
  job_ = MakeJob();
  if (job_) AssignProcessToJobObject(job_.get(), process_.get());
  ResumeThread(thread.get());
  input.read.reset();
  output.write.reset();
  input_ = std::move(input.write);
  output_ = std::move(output.read);

  std::string said;
  try {
    std::string lines(script);
    // An empty line ends the script.
    std::erase(lines, '\r');
    for (std::size_t at = lines.find("\n\n"); at != std::string::npos; at = lines.find("\n\n")) lines.erase(at, 1);
    WriteAll(input_.get(), lines + "\n\n");
    said = ReadUntilReady(output_.get());
  } catch (...) {
    Kill();
    throw;
  }
  if (said.starts_with("ready")) return;
  Kill();
  throw std::runtime_error(
      fmt::format("{} did not come up: {}", path, said.empty() ? "it ended without a word" : said));
}

ServerProcess::~ServerProcess() {
  input_.reset();
  constexpr DWORD kPatience = 5000;  // milliseconds
  if (WaitForSingleObject(process_.get(), kPatience) != WAIT_OBJECT_0) Kill();
}

void ServerProcess::Kill() {
  TerminateProcess(process_.get(), 1);
  WaitForSingleObject(process_.get(), INFINITE);
}

std::string ServerPath() {
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    const DWORD length = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (length < path.size()) {
      path.resize(length);
      break;
    }
    path.resize(path.size() * 2);
  }
  path.resize(path.find_last_of(L"\\/") + 1);
  return win32::Utf8FromWide(path + L"fakebits_server.exe").value_or(std::string());
}

}  // namespace bits::fakes::com
