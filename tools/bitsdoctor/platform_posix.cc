#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include "harness/api/utf8.h"
#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {
namespace {

constexpr std::size_t kLongestPassword = 4096;

int DescriptorOf(Stream stream) { return stream == Stream::kOut ? STDOUT_FILENO : STDERR_FILENO; }

// Turns the echo off as long as it lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (tcgetattr(STDIN_FILENO, &saved_) != 0) return;
    termios silent = saved_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    valid_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (valid_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  bool valid() const { return valid_; }

 private:
  termios saved_{};
  bool valid_ = false;
};

}  // namespace

bool WriteText(Stream stream, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(DescriptorOf(stream), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool IsTerminal(Stream stream) { return isatty(DescriptorOf(stream)) == 1; }

int TerminalWidth(Stream stream) {
  winsize size{};
  if (ioctl(DescriptorOf(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

Result<Secret> PromptForPassword(std::string_view prompt) {
  const SilentTerminal silent;
  if (!silent.valid()) return Failure("E_HANDLE"_hr);
  WriteText(Stream::kError, prompt);
  Result<Secret> password = ReadPasswordLine();
  WriteText(Stream::kError, "\n");
  if (!password) return Failure("ERROR_CANCELLED"_hr);
  return password;
}

Result<Secret> ReadPasswordLine() {
  char line[kLongestPassword];
  std::size_t size = 0;
  bool any = false;
  HResult refused;
  while (read(STDIN_FILENO, &line[size], 1) == 1) {
    any = true;
    if (line[size] == '\n') break;
    if (++size == kLongestPassword) {
      refused = "E_INVALIDARG"_hr;
      break;
    }
  }
  Secret password(std::string_view(line, size));
  WipeMemory(line, sizeof line);
  if (!any) return Failure("ERROR_BROKEN_PIPE"_hr);
  if (!IsUtf8(password.Reveal())) return Failure("E_INVALIDARG"_hr);
  if (refused.Failed()) return Failure(refused);
  return password;
}

bool HasVariable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

// A thread waits for the signals, since nothing useful may be done in a signal handler.
struct InterruptHandler::State {
  std::function<void()> handler;
  sigset_t signals{};
  sigset_t before{};
  std::jthread waiter;
};

InterruptHandler::InterruptHandler(std::function<void()> handler) : state_(std::make_unique<State>()) {
  state_->handler = std::move(handler);
  sigemptyset(&state_->signals);
  sigaddset(&state_->signals, SIGINT);
  sigaddset(&state_->signals, SIGTERM);
  sigaddset(&state_->signals, SIGUSR1);  // ends the wait
  pthread_sigmask(SIG_BLOCK, &state_->signals, &state_->before);
  state_->waiter = std::jthread([state = state_.get()] {
    bool interrupted = false;
    for (;;) {
      int signal = 0;
      if (sigwait(&state->signals, &signal) != 0 || signal == SIGUSR1) return;
      if (std::exchange(interrupted, true)) std::_Exit(130);
      state->handler();
    }
  });
}

InterruptHandler::~InterruptHandler() {
  pthread_kill(state_->waiter.native_handle(), SIGUSR1);
  state_->waiter.join();
  pthread_sigmask(SIG_SETMASK, &state_->before, nullptr);
}

bool HasWindowsBackend() { return false; }

std::unique_ptr<Environment> CreateWindowsBackend() { return nullptr; }

}  // namespace bits::doctor
