// fakebits_server: the simulated BITS in a process of its own. See kDescription, or --help.
#include "harness/win32/windows_headers.h"

#include <shellapi.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "fakes/com/fake_bits_server.h"
#include "fakes/com/real_parts.h"
#include "fakes/com/server_registration.h"
#include "fakes/com/token_options_marshaling.h"
#include "fakes/world/world_script.h"
#include "harness/intercept/fault_injector.h"
#include "harness/win32/handles.h"
#include "harness/win32/utf.h"

namespace bits::fakes::com {
namespace {

constexpr char kDescription[] =
    "The simulated BITS in a process of its own.\n"
    "\n"
    "  fakebits_server --class-id GUID < WORLD_SCRIPT\n"
    "      serves until standard input ends; prints \"ready\" once clients may come. The script\n"
    "      (fakes/world/world_script.h) ends at an empty line. Nothing is registered anywhere but in COM's memory.\n"
    "  fakebits_server --register --class-id GUID --script FILE\n"
    "      registers a local COM server, for all users: COM starts it when a client asks for its class, and it ends\n"
    "      when it has had no client for a while; the jobs end with it. Takes an administrator.\n"
    "  fakebits_server --register --as-bits --script FILE\n"
    "      the same under BITS' own class ids, in an installation that is for tests and whose BITS is stopped. Under "
    "Wine\n"
    "      alone: Windows keeps these classes for its own service (CO_E_WRONG_SERVER_IDENTITY, 0x80004015).\n"
    "  fakebits_server --unregister\n"
    "      puts back all that --register changed, also after a server that was killed; ends one that runs.\n"
    "\n"
    "GUID stands for 16 classes, one a version of BITS: its last digit is the version's.\n"
    "Exit codes: 0 fine, 2 wrong usage or script, 3 the system refused.";

struct Options {
  std::optional<Guid> class_id;
  bool as_bits = false;
  std::string script;  // a path; empty: from standard input
  std::uint64_t linger = 60;
  bool register_ = false;
  bool unregister = false;
};

// What the caller did wrong.
class Refusal : public std::runtime_error {
  using runtime_error::runtime_error;
};

// One line without its end; nothing at the end of the input.
std::optional<std::string> ReadLine() {
  std::string line;
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    line.push_back(static_cast<char>(c));
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

std::wstring Wide(const std::string& text) { return win32::WideFromUtf8(text).value_or(std::wstring()); }

std::string ReadScript(const std::string& path) {
  std::string script;
  if (path.empty()) {
    for (auto line = ReadLine(); line && !line->empty(); line = ReadLine()) script += *line + "\n";
    return script;
  }
  const win32::KernelHandle file = win32::OwnFile(CreateFileW(Wide(path).c_str(), GENERIC_READ, FILE_SHARE_READ,
                                                              nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  char buffer[4096];
  DWORD read = 0;
  if (!file) throw Refusal(path + ": there is no such file, or it cannot be read");
  while (ReadFile(file.get(), buffer, sizeof(buffer), &read, nullptr) && read > 0) script.append(buffer, read);
  return script;
}

ScriptedWorld WorldOf(const Options& options) {
  ScriptedWorld world = MakeWorld(ReadScript(options.script), WindowsParts());
  if (!world.world->options().real_time) {
    throw Refusal("world script: clock.real_time: true is needed, since clients are real processes");
  }
  return world;
}

ServerClasses ClassesOf(const Options& options) {
  return options.as_bits ? ServerClasses::OfBits() : ServerClasses(*options.class_id);
}

std::string OwnPath() {
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    const DWORD length = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (length < path.size()) {
      path.resize(length);
      return win32::Utf8FromWide(path).value_or(std::string());
    }
    path.resize(2 * path.size());
  }
}

std::string FullPath(const std::string& path) {
  wchar_t full[32768];
  const DWORD length = GetFullPathNameW(Wide(path).c_str(), static_cast<DWORD>(std::size(full)), full, nullptr);
  return win32::Utf8FromWide(std::wstring(full, length)).value_or(path);
}

void Register(const Options& options) {
  const ScriptedWorld world = WorldOf(options);  // a script that is wrong is better found here than by COM
  const std::string program = OwnPath();
  std::string marshaling = program.substr(0, program.find_last_of('\\') + 1) + "fakebits_marshaling.dll";
  if (GetFileAttributesW(Wide(marshaling).c_str()) == INVALID_FILE_ATTRIBUTES) marshaling.clear();
  std::string arguments = options.as_bits ? "--as-bits" : "--class-id " + ToString(*options.class_id);
  arguments += " --linger " + std::to_string(options.linger) + " --script \"" + FullPath(options.script) + "\"";
  RegisterServer({ClassesOf(options), world.world->profile().newest_class, program, arguments, marshaling});
}

// Until whoever started this ends standard input; started by COM, until there has been no client for a while.
void Serve(const Options& options) {
  const bool by_com = !options.script.empty();
  std::optional<RegisteredServerSlot> slot;
  if (by_com) {
    slot.emplace();
    if (!slot->is_first()) return;
  }
  const ScriptedWorld world = WorldOf(options);
  const auto marshaling = RegisterTokenOptionsMarshaling();
  FakeBitsServer server(*world.world, ClassesOf(options), world.call_faults.get());
  std::printf("ready\n");
  std::fflush(stdout);

  constexpr DWORD kPause = 50;  // milliseconds
  if (by_com) {
    auto last_used = std::chrono::steady_clock::now();
    while (!slot->WaitForEnd(kPause)) {
      server.ForgetDeadClients();
      const auto now = std::chrono::steady_clock::now();
      if (server.clients() != 0) last_used = now;
      if (now - last_used > std::chrono::seconds(options.linger)) return;
    }
    return;
  }
  const std::jthread reaper([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      server.ForgetDeadClients();
      Sleep(kPause);
    }
  });
  while (ReadLine()) {
  }
}

void Check(const Options& options) {
  if (options.unregister) return;
  if (options.class_id.has_value() == options.as_bits) throw Refusal("either --class-id GUID or --as-bits is needed");
  if (options.register_ && options.script.empty()) {
    throw Refusal("--register needs --script FILE, which the server reads when COM starts it");
  }
}

void Run(const Options& options) {
  Check(options);
  if (options.unregister) {
    std::printf(UnregisterServer() ? "what was registered is put back\n" : "nothing was registered\n");
  } else if (options.register_) {
    Register(options);
    std::printf("registered; fakebits_server --unregister takes it back\n");
  } else {
    Serve(options);
  }
}

int Main(std::vector<std::string> arguments) {
  Options options;
  CLI::App app(kDescription, "fakebits_server");
  std::string class_id;
  app.add_option("--class-id", class_id, "the server's own class")->type_name("GUID");
  app.add_flag("--as-bits", options.as_bits, "BITS' own classes");
  app.add_option("--script", options.script, "the world script; default: standard input")->type_name("FILE");
  app.add_option("--linger", options.linger, "how long a server that COM started stays without a client (60)")
      ->type_name("SECONDS");
  CLI::Option* const registers = app.add_flag("--register", options.register_, "have COM start it");
  app.add_flag("--unregister", options.unregister, "put back what was there before")->excludes(registers);
  // COM adds it to the command line of a local server [com/localserver32].
  std::erase_if(arguments, [](const std::string& argument) {
    return argument == "-Embedding" || argument == "/Embedding" || argument == "/automation";
  });
  std::ranges::reverse(arguments);
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!class_id.empty() && !(options.class_id = ParseGuid(class_id))) {
    std::fprintf(stderr, "fakebits_server: --class-id: \"%s\" is no GUID\n", class_id.c_str());
    return 2;
  }
  if (FAILED(CoInitializeEx(nullptr, COINIT_MULTITHREADED))) return 3;
  int result = 0;
  try {
    Run(options);
  } catch (const Refusal& error) {
    std::fprintf(stderr, "fakebits_server: %s\n", error.what());
    result = 2;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "fakebits_server: %s\n", error.what());
    result = 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fakebits_server: %s\n", error.what());
    result = 3;
  }
  CoUninitialize();
  return result;
}

}  // namespace
}  // namespace bits::fakes::com

int main() {
  int count = 0;
  const bits::win32::LocalMemory<LPWSTR> values(CommandLineToArgvW(GetCommandLineW(), &count));
  std::vector<std::string> arguments;
  for (int i = 1; i < count; ++i) {
    arguments.push_back(bits::win32::Utf8FromWide(values.get()[i]).value_or(std::string()));
  }
  return bits::fakes::com::Main(std::move(arguments));
}
