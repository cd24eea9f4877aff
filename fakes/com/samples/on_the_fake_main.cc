// A sample client, unchanged, on a simulated Windows.
//
//   polling_client_on_the_fake [--profile PROFILE] http://server C:\downloads
//
// The arguments are the sample's own; what they name exists in the simulation: the server with the samples' files, the
// directory, and the people of the Cast, of whom alice runs the sample. Besides them there is Administrator, the
// built-in account, whose logons UAC never filters: as a helper the one whose token has Administrators enabled, as
// hector's, an administrator like any other, has not.
//
// The directory comes out of the simulation at the end: what is in it is written to the real one of that name, where
// there is one. What the sample has leaked is told on stderr, and makes the exit code 4.
#include <cstdio>
#include <cwchar>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "fakes/bits/bits_service.h"
#include "fakes/com/samples/sample_files.h"
#include "fakes/com/samples/sample_main.h"
#include "fakes/com/scoped_fake_bits.h"
#include "fakes/com/scoped_fake_logon.h"
#include "fakes/world/cast.h"
#include "harness/win32/utf.h"

#include <shellapi.h>

namespace {

using bits::fakes::World;

constexpr int kLeaked = 4;
// Long enough for a client to suspend a job before the first byte of it is there.
constexpr std::chrono::milliseconds kLatency(100);

std::string Utf8(const wchar_t* text) {
  auto result = bits::win32::Utf8FromWide(text);
  if (!result) throw std::invalid_argument("an argument is not valid UTF-16");
  return *std::move(result);
}

void AddSampleServer(World& world, const std::string& base_url) {
  world.Change([&] {
    world.network().AddHttpServer(base_url).latency = kLatency;
    for (const auto& file : bits::samples::kSampleFiles) {
      world.network().AddHttpResource(base_url + "/" + std::string(file.name),
                                      bits::fakes::FileContent(bits::samples::ContentOf(file)));
    }
  });
}

// Writes what the simulated directory holds to the real one.
void CopyOut(World& world, const std::string& directory, const std::filesystem::path& real) {
  if (!std::filesystem::is_directory(real)) return;
  world.Change([&] {
    for (const std::string& path : world.disk().Files(directory)) {
      const bits::fakes::DiskFile* const file = world.disk().Find(path);
      const std::string name = file->path.substr(directory.size() + 1);
      const std::string content = file->content.Bytes();
      std::ofstream(real / std::filesystem::path(std::u8string(name.begin(), name.end())), std::ios::binary)
          .write(content.data(), static_cast<std::streamsize>(content.size()));
    }
  });
}

int Run(const std::string& profile, std::vector<wchar_t*> arguments) {
  bits::fakes::WorldOptions options;
  options.profile = profile;
  options.real_time = true;
  World world(options);
  const bits::fakes::Cast cast(world);
  world.AddAdministrator("Administrator", bits::fakes::Cast::kPassword).built_in_administrator = true;
  const std::string directory = arguments.size() > 2 ? Utf8(arguments[2]) : "";
  if (!directory.empty()) {
    AddSampleServer(world, Utf8(arguments[1]));
    world.Change([&] { world.disk().AddDirectory(directory); });
  }
  const auto process = world.Start(cast.Owner(bits::rules::TokenKind::kUser));

  std::vector<std::string> leaks;
  int result = 0;
  {
    const bits::fakes::com::ScopedFakeBits bits(*process);
    const bits::fakes::com::ScopedFakeLogon logon(*process);
    const int count = static_cast<int>(arguments.size());
    arguments.push_back(nullptr);  // as main has it
    result = SampleMain(count, arguments.data());
    leaks = logon.Leaks();
    if (bits.living_objects() != 0) leaks.push_back(std::to_string(bits.living_objects()) + " COM objects");
  }
  for (std::string& leak : process->Leaks()) leaks.push_back(std::move(leak));
  std::size_t jobs = 0;
  world.Change([&] { jobs = world.bits().job_count(); });
  if (jobs != 0) leaks.push_back(std::to_string(jobs) + " jobs");
  for (const std::string& leak : leaks) std::fprintf(stderr, "leaked: %s\n", leak.c_str());
  if (!directory.empty()) CopyOut(world, directory, std::filesystem::path(arguments[2]));
  return leaks.empty() ? result : kLeaked;
}

}  // namespace

int main() {
  int argc = 0;
  wchar_t** const argv = CommandLineToArgvW(GetCommandLineW(), &argc);
  if (argv == nullptr) return 1;
  std::vector<wchar_t*> arguments(argv, argv + argc);
  int result = 1;
  try {
    std::string profile = "win10-1607";
    if (arguments.size() > 2 && std::wcscmp(arguments[1], L"--profile") == 0) {
      profile = Utf8(arguments[2]);
      arguments.erase(arguments.begin() + 1, arguments.begin() + 3);
    }
    result = Run(profile, std::move(arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  LocalFree(argv);
  return result;
}
