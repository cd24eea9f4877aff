// The sample clients, each on this machine's BITS (Wine's) and on the simulation: what they print and what they
// download must be the same, but for the rows of the quirk table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/com/samples/sample_files.h"
#include "fakes/com/samples/sample_quirks.h"
#include "fakes/world/cast.h"
#include "harness/win32/handles.h"
#include "harness/win32/test_directory.h"
#include "scenarios/http/http_server.h"

namespace bits::samples {
namespace {

constexpr DWORD kPatience = 120'000;  // milliseconds, there to end a broken program only

struct SampleRun {
  std::vector<std::string> arguments;  // behind URL and directory
  int exit_code = 0;
};

struct Sample {
  std::string_view name;
  std::vector<SampleRun> runs;
};

std::ostream& operator<<(std::ostream& out, const Sample& sample) { return out << sample.name; }

struct Printed {
  int exit_code = 0;
  std::string output;
  std::string errors;
};

win32::KernelHandle Open(const std::string& path, DWORD access, DWORD disposition) {
  SECURITY_ATTRIBUTES inherited{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
  const HANDLE file = CreateFileW(std::filesystem::path(path).c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                  &inherited, disposition, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) throw std::runtime_error("cannot open " + path);
  return win32::KernelHandle(file);
}

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> Lines(const std::string& text) {
  static const std::regex sid("S-1(-[0-9]+)+");
  std::istringstream masked(std::regex_replace(text, sid, "S-1-..."));
  std::vector<std::string> lines;
  for (std::string line; std::getline(masked, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

// The programs are beside this one.
std::filesystem::path Program(const std::string& name) {
  wchar_t path[MAX_PATH];
  if (GetModuleFileNameW(nullptr, path, MAX_PATH) == 0) throw std::runtime_error("GetModuleFileName");
  return std::filesystem::path(path).parent_path() / (name + ".exe");
}

// Runs the program to its end, with the password of the helper at its standard input.
Printed RunProgram(const std::string& name, const std::vector<std::string>& arguments) {
  const win32::TestDirectory streams;
  std::wstring command_line = L"\"" + Program(name).wstring() + L"\"";
  for (const std::string& argument : arguments)
    command_line += L" \"" + std::filesystem::path(argument).wstring() + L"\"";
  Printed printed;
  {
    const auto input =
        Open(streams.Write("in", std::string(fakes::Cast::kPassword) + "\n"), GENERIC_READ, OPEN_EXISTING);
    const auto output = Open(streams.Path("out"), GENERIC_WRITE, CREATE_NEW);
    const auto errors = Open(streams.Path("err"), GENERIC_WRITE, CREATE_NEW);
    STARTUPINFOW startup{};
    startup.cb = sizeof(startup);
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = input.get();
    startup.hStdOutput = output.get();
    startup.hStdError = errors.get();
    PROCESS_INFORMATION started{};
    if (!CreateProcessW(nullptr, command_line.data(), nullptr, nullptr, /*bInheritHandles=*/TRUE, 0, nullptr, nullptr,
                        &startup, &started)) {
      throw std::runtime_error("cannot start " + name + ": error " + std::to_string(GetLastError()));
    }
    const win32::KernelHandle process(started.hProcess);
    const win32::KernelHandle thread(started.hThread);
    if (WaitForSingleObject(process.get(), kPatience) != WAIT_OBJECT_0) {
      TerminateProcess(process.get(), 99);
      WaitForSingleObject(process.get(), kPatience);
    }
    DWORD exit_code = 0;
    GetExitCodeProcess(process.get(), &exit_code);
    printed.exit_code = static_cast<int>(exit_code);
  }
  printed.output = Read(streams.Path("out"));
  printed.errors = Read(streams.Path("err"));
  return printed;
}

// The files of a directory, by name.
std::map<std::string, std::string> Contents(const win32::TestDirectory& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(directory.Path("")))) {
    contents[entry.path().filename().string()] = Read(entry.path());
  }
  return contents;
}

// Which content of the server's a file has: short, where the whole would fill the screen.
std::map<std::string, std::string> Sources(const std::map<std::string, std::string>& contents) {
  std::map<std::string, std::string> sources;
  for (const auto& [name, content] : contents) {
    std::string source = "unknown content of " + std::to_string(content.size()) + " bytes";
    for (const SampleFile& file : kSampleFiles) {
      if (content == ContentOf(file)) source = file.name;
    }
    sources[name] = source;
  }
  return sources;
}

class SamplesTest : public ::testing::TestWithParam<Sample> {
 protected:
  SamplesTest() {
    for (const SampleFile& file : kSampleFiles) {
      server_.Set("/" + std::string(file.name), {.content = testing::HttpContent::Bytes(ContentOf(file))});
    }
  }

  Printed RunIn(const win32::TestDirectory& directory, const std::string& program,
                const std::vector<std::string>& further) {
    std::vector<std::string> arguments = {server_.Url(""),
                                          std::filesystem::path(directory.Path("any")).parent_path().string()};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return RunProgram(program, arguments);
  }

  testing::HttpServer server_;
};

TEST_P(SamplesTest, DoesTheSameOnBitsAndOnTheFake) {
  const std::string name(GetParam().name);
  std::set<const SampleQuirk*> unused;
  for (const SampleQuirk& quirk : SampleQuirks()) {
    if (quirk.sample == name) unused.insert(&quirk);
  }
  for (const SampleRun& run : GetParam().runs) {
    SCOPED_TRACE(::testing::PrintToString(run.arguments));
    const win32::TestDirectory real;
    const win32::TestDirectory simulated;
    const Printed bits = RunIn(real, name, run.arguments);
    const Printed fake = RunIn(simulated, name + "_on_the_fake", run.arguments);
    EXPECT_EQ(bits.exit_code, run.exit_code);
    EXPECT_EQ(fake.exit_code, run.exit_code);
    EXPECT_EQ(bits.errors, "");
    EXPECT_EQ(fake.errors, "");
    const std::vector<std::string> on_bits = Lines(bits.output);
    const std::vector<std::string> on_the_fake = Lines(fake.output);
    ASSERT_EQ(on_bits.size(), on_the_fake.size()) << bits.output << "\non the fake:\n" << fake.output;
    EXPECT_FALSE(on_bits.empty());
    for (std::size_t i = 0; i < on_bits.size(); ++i) {
      if (on_bits[i] == on_the_fake[i]) continue;
      bool known = false;
      for (const SampleQuirk& quirk : SampleQuirks()) {
        if (quirk.sample != name || quirk.on_bits != on_bits[i] || quirk.on_the_fake != on_the_fake[i]) continue;
        unused.erase(&quirk);
        known = true;
      }
      EXPECT_TRUE(known) << "line " << i + 1 << "\n  on BITS:     " << on_bits[i]
                         << "\n  on the fake: " << on_the_fake[i];
    }
    const auto real_files = Contents(real);
    EXPECT_EQ(Sources(real_files), Sources(Contents(simulated)));
    if (run.exit_code == 0) {
      EXPECT_FALSE(real_files.empty());
    }
  }
  for (const SampleQuirk* quirk : unused) {
    ADD_FAILURE() << "this row no longer shows: " << quirk->on_bits << " | " << quirk->on_the_fake << " | "
                  << quirk->why;
  }
}

INSTANTIATE_TEST_SUITE_P(All, SamplesTest,
                         ::testing::Values(Sample{"documented_client",
                                                  {{{"large", ".", "helen"}}, {{"missing", ".", "helen"}, 1}}},
                                           Sample{"polling_client", {{}}}, Sample{"callback_client", {{}}}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SampleQuirksTest, EachRowSaysWhyAndIsOfASample) {
  for (const SampleQuirk& quirk : SampleQuirks()) {
    EXPECT_NE(quirk.why, "") << quirk.on_bits;
    EXPECT_NE(quirk.on_bits, quirk.on_the_fake);
    EXPECT_TRUE(quirk.sample == "documented_client" || quirk.sample == "polling_client" ||
                quirk.sample == "callback_client")
        << quirk.sample;
  }
}

}  // namespace
}  // namespace bits::samples
