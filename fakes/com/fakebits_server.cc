// fakebits_server: the simulated BITS in a process of its own.
//
// usage: fakebits_server --class-id GUID < WORLD_SCRIPT
//
// Reads a world script (fakes/world/world_script.h) from standard input, up to an empty line or its end; prints "ready"
// once clients may come; runs until standard input ends. Whoever started it holds the other end of the pipe, so it does
// not outlive him. Nothing is registered anywhere but in COM's memory.
//
// Exit codes: 0 fine, 2 wrong usage or script, 3 COM refused.
#include "harness/win32/windows_headers.h"

#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "fakes/com/fake_bits_server.h"
#include "fakes/com/process_gate.h"
#include "fakes/com/real_parts.h"
#include "fakes/com/token_options_marshaling.h"
#include "fakes/world/world_script.h"

namespace {

using bits::fakes::com::FakeBitsServer;

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

std::string ReadScript() {
  std::string script;
  for (auto line = ReadLine(); line && !line->empty(); line = ReadLine()) script += *line + "\n";
  return script;
}

void Serve(const bits::Guid& server_id) {
  const bits::fakes::ScriptedWorld world = bits::fakes::MakeWorld(ReadScript(), bits::fakes::com::WindowsParts());
  if (!world.world->options().real_time) {
    throw std::invalid_argument("world script: clock.real_time: true is needed, since clients are real processes");
  }
  const auto marshaling = bits::fakes::com::RegisterTokenOptionsMarshaling();
  FakeBitsServer server(*world.world, server_id);
  std::printf("ready\n");
  std::fflush(stdout);

  const std::jthread reaper([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      server.ForgetDeadClients();
      Sleep(50);
    }
  });
  while (ReadLine()) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<bits::Guid> server_id =
      argc == 3 && std::string(argv[1]) == "--class-id" ? bits::ParseGuid(argv[2]) : std::nullopt;
  if (!server_id) {
    std::fprintf(stderr, "usage: fakebits_server --class-id GUID < WORLD_SCRIPT\n");
    return 2;
  }
  if (FAILED(CoInitializeEx(nullptr, COINIT_MULTITHREADED))) return 3;
  int result = 0;
  try {
    Serve(*server_id);
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
