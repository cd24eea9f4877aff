// Threads in apartments of their own and a second process, for tests of what passes between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cwchar>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/com/token_options_marshaling.h"
#include "harness/win32/com_call.h"
#include "harness/win32/handles.h"

namespace bits::fakes::com {

using win32::ComPtr;
using win32::KernelHandle;

using Bytes = std::vector<std::byte>;

// The calling thread's apartment.
class ScopedApartment {
 public:
  explicit ScopedApartment(COINIT type) { EXPECT_EQ(CoInitializeEx(nullptr, type), S_OK); }
  ~ScopedApartment() { CoUninitialize(); }
  ScopedApartment(const ScopedApartment&) = delete;
  ScopedApartment& operator=(const ScopedApartment&) = delete;
};

// The calling thread's apartment can marshal IBitsTokenOptions.
class Registration {
 public:
  Registration() { EXPECT_TRUE(registered_) << registered_.error().value(); }

 private:
  const Result<TokenOptionsMarshaling> registered_ = RegisterTokenOptionsMarshaling();
};

// Waits for a kernel object; the calling thread's apartment is served meanwhile.
inline void WaitServing(HANDLE object) {
  DWORD index = 0;
  EXPECT_EQ(CoWaitForMultipleHandles(0, INFINITE, 1, &object, &index), S_OK);
}

// A thread in an apartment, which serves calls and runs what it is given.
class ApartmentThread {
 public:
  explicit ApartmentThread(COINIT type) : thread_([this, type] { Serve(type); }) {}
  ~ApartmentThread() {
    Post([this] { ended_ = true; });
    WaitServing(thread_.ended());
  }
  ApartmentThread(const ApartmentThread&) = delete;
  ApartmentThread& operator=(const ApartmentThread&) = delete;

  // Runs it, and waits for its end.
  void Run(const std::function<void()>& task) {
    const KernelHandle done(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    Post([&] {
      task();
      SetEvent(done.get());
    });
    WaitServing(done.get());
  }

  // Runs it some time.
  void Post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    SetEvent(posted_.get());
  }

 private:
  // A thread whose end can be waited for by an apartment that is served.
  class Thread {
   public:
    explicit Thread(std::function<void()> body)
        : thread_([this, body = std::move(body)] {
            body();
            SetEvent(ended_.get());
          }) {}
    ~Thread() { thread_.join(); }

    HANDLE ended() const { return ended_.get(); }

   private:
    const KernelHandle ended_{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    std::thread thread_;
  };

  void Serve(COINIT type) {
    const ScopedApartment apartment(type);
    const HANDLE posted = posted_.get();
    while (!ended_) {
      MsgWaitForMultipleObjects(1, &posted, FALSE, INFINITE, QS_ALLINPUT);
      MSG message;
      while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) DispatchMessageW(&message);
      while (const auto task = Next()) task();
    }
  }

  std::function<void()> Next() {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) return nullptr;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }

  const KernelHandle posted_{CreateEventW(nullptr, FALSE, FALSE, nullptr)};
  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
  bool ended_ = false;
  Thread thread_;
};

// A pointer as bytes (an OBJREF), to be made a pointer once, in any apartment that `context` covers.
template <class Interface>
Bytes Marshal(Interface* object, MSHCTX context) {
  ComPtr<IStream> stream;
  EXPECT_EQ(CreateStreamOnHGlobal(nullptr, TRUE, stream.GetAddressOf()), S_OK);
  EXPECT_EQ(CoMarshalInterface(stream.Get(), __uuidof(Interface), object, context, nullptr, MSHLFLAGS_NORMAL), S_OK);
  STATSTG status = {};
  EXPECT_EQ(stream->Stat(&status, STATFLAG_NONAME), S_OK);
  Bytes bytes(static_cast<std::size_t>(status.cbSize.QuadPart));
  EXPECT_EQ(stream->Seek({}, STREAM_SEEK_SET, nullptr), S_OK);
  EXPECT_EQ(stream->Read(bytes.data(), static_cast<ULONG>(bytes.size()), nullptr), S_OK);
  return bytes;
}

template <class Interface>
ComPtr<Interface> Unmarshal(const Bytes& bytes) {
  ComPtr<IStream> stream;
  EXPECT_EQ(CreateStreamOnHGlobal(nullptr, TRUE, stream.GetAddressOf()), S_OK);
  EXPECT_EQ(stream->Write(bytes.data(), static_cast<ULONG>(bytes.size()), nullptr), S_OK);
  EXPECT_EQ(stream->Seek({}, STREAM_SEEK_SET, nullptr), S_OK);
  ComPtr<Interface> object;
  EXPECT_EQ(CoUnmarshalInterface(stream.Get(), IID_PPV_ARGS(object.GetAddressOf())), S_OK);
  return object;
}

// One end of a pair of pipes: messages of bytes, whole and in their order.
class Connection {
 public:
  Connection(KernelHandle input, KernelHandle output) : input_(std::move(input)), output_(std::move(output)) {}

  void Send(const Bytes& bytes) {
    const auto size = static_cast<DWORD>(bytes.size());
    DWORD written = 0;
    EXPECT_TRUE(WriteFile(output_.get(), &size, sizeof size, &written, nullptr));
    EXPECT_TRUE(WriteFile(output_.get(), bytes.data(), size, &written, nullptr));
  }

  // Nothing when the other end is closed.
  std::optional<Bytes> Receive() {
    DWORD size = 0;
    if (!Read(&size, sizeof size)) return std::nullopt;
    Bytes bytes(size);
    if (!Read(bytes.data(), size)) return std::nullopt;
    return bytes;
  }

  void Close() { output_.reset(); }

 private:
  bool Read(void* data, DWORD size) {
    DWORD done = 0;
    for (DWORD got = 0; done < size; done += got) {
      if (!ReadFile(input_.get(), static_cast<char*>(data) + done, size - done, &got, nullptr) || got == 0)
        return false;
    }
    return true;
  }

  KernelHandle input_;
  KernelHandle output_;
};

inline constexpr wchar_t kPipesVariable[] = L"BITS_COM_TEST_PIPES";

// This program once more, of which it runs one test, "SecondProcess.DISABLED_" + `role`.
class SecondProcess {
 public:
  explicit SecondProcess(std::wstring_view role) : connection_(nullptr, nullptr) {
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, nullptr, TRUE};
    HANDLE ends[4] = {};
    EXPECT_TRUE(CreatePipe(&ends[0], &ends[1], &inherited, 0));
    EXPECT_TRUE(CreatePipe(&ends[2], &ends[3], &inherited, 0));
    const KernelHandle its_input(ends[0]);
    const KernelHandle its_output(ends[3]);
    connection_ = Connection(KernelHandle(ends[2]), KernelHandle(ends[1]));
    // Only this process may hold these: closing them ends the other.
    SetHandleInformation(ends[1], HANDLE_FLAG_INHERIT, 0);
    SetHandleInformation(ends[2], HANDLE_FLAG_INHERIT, 0);

    const auto number = [](HANDLE handle) { return std::to_wstring(reinterpret_cast<std::uintptr_t>(handle)); };
    SetEnvironmentVariableW(kPipesVariable, (number(ends[0]) + L" " + number(ends[3])).c_str());
    // The one test must be in this shard, and the report is the first process's.
    for (const wchar_t* const name : {L"GTEST_TOTAL_SHARDS", L"GTEST_SHARD_INDEX", L"GTEST_OUTPUT"}) {
      SetEnvironmentVariableW(name, nullptr);
    }
    wchar_t program[MAX_PATH] = {};
    GetModuleFileNameW(nullptr, program, MAX_PATH);
    std::wstring command = L"\"" + std::wstring(program) + L"\" --gtest_brief=1 --gtest_also_run_disabled_tests " +
                           L"--gtest_filter=SecondProcess.DISABLED_" + std::wstring(role);
    STARTUPINFOW startup = {};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started = {};
    EXPECT_TRUE(
        CreateProcessW(program, command.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &startup, &started));
    const KernelHandle thread(started.hThread);
    process_.reset(started.hProcess);
  }
  // It ends by itself, and without a failure.
  ~SecondProcess() {
    if (process_ == nullptr) return;
    connection_.Close();
    WaitServing(process_.get());
    DWORD code = 1;
    EXPECT_TRUE(GetExitCodeProcess(process_.get(), &code));
    EXPECT_EQ(code, 0U) << "in the second process";
  }
  SecondProcess(const SecondProcess&) = delete;
  SecondProcess& operator=(const SecondProcess&) = delete;

  Connection& connection() { return connection_; }

  void Kill() {
    EXPECT_TRUE(TerminateProcess(process_.get(), 0));
    WaitServing(process_.get());
    process_.reset();
  }

 private:
  Connection connection_;
  KernelHandle process_;
};

// In the second process: the way to the first.
inline Connection FirstProcess() {
  wchar_t text[64] = {};
  GetEnvironmentVariableW(kPipesVariable, text, 64);
  wchar_t* rest = nullptr;
  const auto input = std::wcstoull(text, &rest, 10);
  const auto output = std::wcstoull(rest, nullptr, 10);
  const auto handle = [](unsigned long long number) {
    return KernelHandle(reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(number)));
  };
  return Connection(handle(input), handle(output));
}

}  // namespace bits::fakes::com
