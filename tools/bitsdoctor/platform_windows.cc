#include "tools/bitsdoctor/platform.h"

#include <atomic>
#include <utility>

#include "harness/win32/windows_headers.h"
// windows_headers.h first
#include "harness/api/utf8.h"
#include "harness/win32/environment.h"

namespace bits::doctor {
namespace {

HANDLE HandleOf(Stream stream) { return GetStdHandle(stream == Stream::kOut ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE); }

std::wstring ToWide(std::string_view text) {
  const int size = static_cast<int>(text.size());
  std::wstring wide(static_cast<std::size_t>(MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0)), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), static_cast<int>(wide.size()));
  return wide;
}

bool OnWine() {
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  return ntdll != nullptr && GetProcAddress(ntdll, "wine_get_version") != nullptr;
}

bool WriteBytes(HANDLE handle, std::string_view text) {
  while (!text.empty()) {
    DWORD written = 0;
    const DWORD chunk = text.size() > 0x10000 ? 0x10000 : static_cast<DWORD>(text.size());
    if (WriteFile(handle, text.data(), chunk, &written, nullptr) == 0 || written == 0) return false;
    text.remove_prefix(written);
  }
  return true;
}

bool WriteWide(HANDLE console, std::wstring_view text) {
  while (!text.empty()) {
    DWORD written = 0;
    const DWORD chunk = text.size() > 0x2000 ? 0x2000 : static_cast<DWORD>(text.size());
    if (WriteConsoleW(console, text.data(), chunk, &written, nullptr) == 0 || written == 0) return false;
    text.remove_prefix(written);
  }
  return true;
}

// A buffer of fixed size that is wiped when it goes: a password must not be left behind by a buffer that grew.
template <class Char, std::size_t kSize>
struct WipedBuffer {
  ~WipedBuffer() { WipeMemory(data, sizeof data); }
  Char data[kSize] = {};
  std::size_t size = 0;
};

// LogonUser takes 127 characters; more than any real password, so a longer line is refused rather than cut.
constexpr std::size_t kLongestPassword = 1024;

Result<Secret> ToSecret(const wchar_t* text, std::size_t size) {
  WipedBuffer<char, kLongestPassword * 3> utf8;
  if (size == 0) return Secret();
  const int length = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, static_cast<int>(size), utf8.data,
                                         static_cast<int>(sizeof utf8.data), nullptr, nullptr);
  if (length == 0) return Failure("E_INVALIDARG"_hr);
  return Secret(std::string_view(utf8.data, static_cast<std::size_t>(length)));
}

// Turns the echo off as long as it lives.
class SilentConsole {
 public:
  explicit SilentConsole(HANDLE console) : console_(console) {
    valid_ = GetConsoleMode(console_, &mode_) != 0 &&
             SetConsoleMode(console_, (mode_ & ~static_cast<DWORD>(ENABLE_ECHO_INPUT)) | ENABLE_LINE_INPUT |
                                          ENABLE_PROCESSED_INPUT) != 0;
  }
  ~SilentConsole() {
    if (valid_) SetConsoleMode(console_, mode_);
  }
  SilentConsole(const SilentConsole&) = delete;
  SilentConsole& operator=(const SilentConsole&) = delete;
  bool valid() const { return valid_; }

 private:
  HANDLE console_;
  DWORD mode_ = 0;
  bool valid_ = false;
};

std::atomic<std::function<void()>*> g_interrupt_handler{nullptr};
std::atomic<bool> g_interrupted{false};

BOOL WINAPI OnControl(DWORD) {
  if (g_interrupted.exchange(true)) return FALSE;  // the default handler ends the process
  if (auto* handler = g_interrupt_handler.load()) (*handler)();
  return TRUE;
}

}  // namespace

bool WriteText(Stream stream, std::string_view text) {
  const HANDLE handle = HandleOf(stream);
  DWORD mode = 0;
  if (GetConsoleMode(handle, &mode) != 0) return WriteWide(handle, ToWide(text));
  return WriteBytes(handle, text);
}

bool IsTerminal(Stream stream) {
  DWORD mode = 0;
  if (GetConsoleMode(HandleOf(stream), &mode) != 0) return true;
  // Wine started from a Unix terminal has no console, and passes bytes through to that terminal.
  return OnWine() && GetFileType(HandleOf(stream)) == FILE_TYPE_CHAR;
}

int TerminalWidth(Stream stream) {
  CONSOLE_SCREEN_BUFFER_INFO info;
  if (GetConsoleScreenBufferInfo(HandleOf(stream), &info) == 0) return 80;
  return info.srWindow.Right - info.srWindow.Left + 1;
}

Result<Secret> PromptForPassword(std::string_view prompt) {
  const HANDLE console = GetStdHandle(STD_INPUT_HANDLE);
  const SilentConsole silent(console);
  if (!silent.valid()) return Failure("E_HANDLE"_hr);
  WriteText(Stream::kError, prompt);
  WipedBuffer<wchar_t, kLongestPassword + 2> line;
  DWORD read = 0;
  const BOOL ok = ReadConsoleW(console, line.data, static_cast<DWORD>(kLongestPassword + 2), &read, nullptr);
  WriteText(Stream::kError, "\n");
  if (ok == 0 || read == 0) return Failure("ERROR_CANCELLED"_hr);
  const bool whole = read >= 2 && line.data[read - 1] == L'\n';
  if (!whole) return Failure("E_INVALIDARG"_hr);
  return ToSecret(line.data, read - 2);
}

Result<Secret> ReadPasswordLine() {
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  WipedBuffer<char, kLongestPassword * 3> line;
  bool any = false;
  for (;;) {
    char byte = 0;
    DWORD read = 0;
    if (ReadFile(input, &byte, 1, &read, nullptr) == 0 || read == 0) break;
    any = true;
    if (byte == '\n') break;
    if (line.size == sizeof line.data) return Failure("E_INVALIDARG"_hr);
    line.data[line.size++] = byte;
    WipeMemory(&byte, 1);
  }
  if (!any) return Failure("ERROR_BROKEN_PIPE"_hr);
  if (line.size > 0 && line.data[line.size - 1] == '\r') --line.size;
  const std::string_view text(line.data, line.size);
  if (!IsUtf8(text)) return Failure("E_INVALIDARG"_hr);
  return Secret(text);
}

bool HasVariable(const char* name) { return GetEnvironmentVariableA(name, nullptr, 0) > 1; }

struct InterruptHandler::State {
  std::function<void()> handler;
};

InterruptHandler::InterruptHandler(std::function<void()> handler)
    : state_(std::make_unique<State>(State{std::move(handler)})) {
  g_interrupt_handler = &state_->handler;
  SetConsoleCtrlHandler(OnControl, TRUE);
}

InterruptHandler::~InterruptHandler() {
  SetConsoleCtrlHandler(OnControl, FALSE);
  g_interrupt_handler = nullptr;
}

bool HasWindowsBackend() { return true; }

std::unique_ptr<Environment> CreateWindowsBackend() { return win32::CreateEnvironment(); }

}  // namespace bits::doctor
