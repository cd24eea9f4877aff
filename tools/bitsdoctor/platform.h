// What the command line needs of the system it runs on; one implementation a platform.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/environment.h"
#include "harness/api/result.h"
#include "harness/api/secret.h"

namespace bits::doctor {

enum class Stream { kOut, kError };

// Writes UTF-8: as UTF-16 to a Windows console, as bytes elsewhere. False when the stream is gone (a closed pipe).
bool WriteText(Stream stream, std::string_view text);

// Whether the stream is a terminal that shows what is written at once.
bool IsTerminal(Stream stream);

// Columns of the terminal behind the stream; 80 where it does not tell.
int TerminalWidth(Stream stream);

// Reads a password from the terminal without showing it. E_HANDLE when there is no terminal; ERROR_CANCELLED when the
// user broke off.
Result<Secret> PromptForPassword(std::string_view prompt);

// Reads the first line of standard input, without its line end. ERROR_BROKEN_PIPE when there is none.
Result<Secret> ReadPasswordLine();

// Whether a variable of the environment is set and not empty.
bool HasVariable(const char* name);

// Calls `handler` at Ctrl-C, Ctrl-Break or a request to end, on a thread of its own, as long as the object lives; a
// second interrupt ends the process at once. One object at a time.
class InterruptHandler {
 public:
  explicit InterruptHandler(std::function<void()> handler);
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether this build can talk to a machine's own BITS at all.
bool HasWindowsBackend();

// The machine's own BITS, or null where this build has none.
std::unique_ptr<Environment> CreateWindowsBackend();

}  // namespace bits::doctor
