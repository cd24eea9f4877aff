#include "harness/win32/machine.h"

#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "harness/win32/handles.h"

namespace bits::win32 {
namespace {

constexpr char kCurrentVersion[] = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

class MachineTest : public testing::Test {
 protected:
  bool OnWine() { return machine_.GetOsVersion().value().wine_version.has_value(); }

  Machine machine_;
};

TEST_F(MachineTest, KnowsItsVersion) {
  const OsVersion version = machine_.GetOsVersion().value();
  EXPECT_GE(version.build, kWindowsVista);
  EXPECT_EQ(version.architecture, "x86-64");
  EXPECT_NE(version.product_name.find("Windows"), std::string::npos) << version.product_name;
  EXPECT_NE(version.wine_version, "");
}

TEST_F(MachineTest, HasAName) { EXPECT_FALSE(machine_.ComputerName().value().empty()); }

TEST_F(MachineTest, KnowsTheServiceOfBits) {
  const ServiceFacts bits = machine_.QueryService("BITS").value();
  EXPECT_EQ(bits.account, "LocalSystem");
  EXPECT_NE(bits.binary_path.find("svchost.exe"), std::string::npos) << bits.binary_path;
  EXPECT_NE(bits.start_type, ServiceStartType::kDisabled);
  EXPECT_EQ(bits.process_id != 0, bits.state != ServiceState::kStopped);
  // Wine's service needs no other.
  EXPECT_EQ(bits.dependencies.empty(), OnWine());
}

TEST_F(MachineTest, ReportsAServiceThatDoesNotExist) {
  EXPECT_EQ(HResultOf(machine_.QueryService("no-such-service")), "ERROR_SERVICE_DOES_NOT_EXIST"_hr);
}

TEST_F(MachineTest, KnowsItsOwnProcess) {
  const ProcessInstance own = machine_.CurrentProcess().value();
  EXPECT_EQ(own.id, GetCurrentProcessId());
  EXPECT_LE(own.started, std::chrono::system_clock::now());
  EXPECT_EQ(machine_.GetProcessStart(own.id).value(), own.started);
}

TEST_F(MachineTest, KnowsWhichProcessesRun) {
  wchar_t command[] = L"cmd.exe /c exit";
  STARTUPINFOW startup{};
  startup.cb = sizeof(startup);
  PROCESS_INFORMATION child{};
  ASSERT_TRUE(
      CreateProcessW(nullptr, command, nullptr, nullptr, FALSE, CREATE_SUSPENDED, nullptr, nullptr, &startup, &child));
  const KernelHandle process(child.hProcess);
  const KernelHandle thread(child.hThread);
  const auto started = machine_.GetProcessStart(child.dwProcessId);
  EXPECT_GE(started.value().value_or(FileTime()), machine_.CurrentProcess().value().started);
  TerminateProcess(process.get(), 1);
  WaitForSingleObject(process.get(), INFINITE);
  // The handle keeps the id in use, yet nothing runs under it.
  EXPECT_EQ(machine_.GetProcessStart(child.dwProcessId).value(), std::nullopt);
  EXPECT_EQ(machine_.GetProcessStart(0).value(), std::nullopt);
  // Windows takes the next multiple of 4 below for an id that is none.
  EXPECT_EQ(machine_.GetProcessStart(GetCurrentProcessId() + 1).value(), std::nullopt);
}

TEST_F(MachineTest, ReadsTextsOfTheRegistry) {
  const RegistryValue value =
      machine_.ReadRegistry(RegistryRoot::kLocalMachine, kCurrentVersion, "CurrentBuild").value();
  EXPECT_GE(std::stoul(std::get<std::string>(value)), kWindowsVista.build);
}

TEST_F(MachineTest, ReportsWhatTheRegistryDoesNotHold) {
  EXPECT_EQ(HResultOf(machine_.ReadRegistry(RegistryRoot::kLocalMachine, kCurrentVersion, "NoSuchValue")),
            "ERROR_FILE_NOT_FOUND"_hr);
  EXPECT_EQ(HResultOf(machine_.ReadRegistry(RegistryRoot::kLocalMachine, "SOFTWARE\\No\\Such\\Key", "Value")),
            "ERROR_FILE_NOT_FOUND"_hr);
}

// A key of the test's own, gone when it ends.
class RegistryTest : public MachineTest {
 protected:
  static constexpr wchar_t kKey[] = L"Software\\bits-harness-test";

  void SetUp() override {
    HKEY key = nullptr;
    ASSERT_EQ(RegCreateKeyExW(HKEY_CURRENT_USER, kKey, 0, nullptr, REG_OPTION_VOLATILE, KEY_ALL_ACCESS, nullptr, &key,
                              nullptr),
              ERROR_SUCCESS);
    key_.reset(key);
  }
  void TearDown() override {
    key_.reset();
    RegDeleteKeyW(HKEY_CURRENT_USER, kKey);
  }

  Result<RegistryValue> RoundTrip(DWORD type, const void* data, std::size_t size) {
    EXPECT_EQ(RegSetValueExW(key_.get(), L"Value", 0, type, static_cast<const BYTE*>(data), static_cast<DWORD>(size)),
              ERROR_SUCCESS);
    return machine_.ReadRegistry(RegistryRoot::kCurrentUser, "Software\\bits-harness-test", "Value");
  }

  RegistryKey key_;
};

TEST_F(RegistryTest, ReadsNumbers) {
  const DWORD number = 0xFFFFFFFF;
  EXPECT_EQ(std::get<std::uint64_t>(RoundTrip(REG_DWORD, &number, sizeof(number)).value()), 0xFFFFFFFFU);
  const std::uint64_t long_number = 0x123456789ABCDEF0;
  EXPECT_EQ(std::get<std::uint64_t>(RoundTrip(REG_QWORD, &long_number, sizeof(long_number)).value()), long_number);
}

TEST_F(RegistryTest, ReadsTextWithOrWithoutItsNull) {
  const wchar_t text[] = L"%windir%\u00FC";
  for (const std::size_t size : {sizeof(text), sizeof(text) - sizeof(wchar_t)}) {
    EXPECT_EQ(std::get<std::string>(RoundTrip(REG_EXPAND_SZ, text, size).value()), "%windir%\xC3\xBC");
  }
}

TEST_F(RegistryTest, ReadsLongText) {
  const std::wstring text(5000, L'x');
  EXPECT_EQ(std::get<std::string>(RoundTrip(REG_SZ, text.c_str(), (text.size() + 1) * sizeof(wchar_t)).value()),
            std::string(5000, 'x'));
}

TEST_F(RegistryTest, RefusesOtherTypes) {
  const BYTE bytes[] = {1, 2, 3};
  EXPECT_EQ(HResultOf(RoundTrip(REG_BINARY, bytes, sizeof(bytes))), HResult::FromWin32(ERROR_UNSUPPORTED_TYPE));
}

TEST_F(RegistryTest, RefusesANumberOfTheWrongSize) {
  const BYTE bytes[] = {1, 2, 3};
  EXPECT_EQ(HResultOf(RoundTrip(REG_DWORD, bytes, sizeof(bytes))), HResult::FromWin32(ERROR_INVALID_DATA));
}

TEST_F(MachineTest, KnowsWhichClassesAreRegistered) {
  EXPECT_TRUE(machine_.IsClassRegistered(ManagerClass::k1_0).value());
  // Wine registers the first class only, whatever version it claims to be.
  EXPECT_EQ(machine_.IsClassRegistered(ManagerClass::k1_5).value(), !OnWine());
}

TEST_F(MachineTest, ReadsFileVersions) {
  EXPECT_GT(machine_.GetFileVersion("%windir%\\system32\\kernel32.dll").value(), FileVersion{});
  EXPECT_EQ(HResultOf(machine_.GetFileVersion("%windir%\\system32\\no-such-file.dll")), "ERROR_FILE_NOT_FOUND"_hr);
}

// Wine's qmgr.dll has no version resource.
TEST_F(MachineTest, ReadsTheVersionOfBits) {
  const HResult expected = OnWine() ? "ERROR_RESOURCE_DATA_NOT_FOUND"_hr : HResult();
  EXPECT_EQ(HResultOf(machine_.GetFileVersion("%windir%\\system32\\qmgr.dll")), expected);
}

// Wine has no event log to read.
TEST_F(MachineTest, ReadsTheEventLog) {
  const auto events = machine_.ReadEventLog("System", 3);
  if (OnWine()) {
    EXPECT_EQ(HResultOf(events), "ERROR_CALL_NOT_IMPLEMENTED"_hr);
    return;
  }
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 3U);
  EXPECT_GE(events->at(0).time, events->at(2).time);
}

TEST_F(MachineTest, ReportsAChannelThatDoesNotExist) {
  const HResult expected = OnWine() ? "ERROR_CALL_NOT_IMPLEMENTED"_hr : "ERROR_NOT_FOUND"_hr;
  EXPECT_EQ(HResultOf(machine_.ReadEventLog("No-Such-Channel/Operational", 1)), expected);
}

}  // namespace
}  // namespace bits::win32
