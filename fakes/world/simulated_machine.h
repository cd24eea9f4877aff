// The machine, its clock, files and HTTP client, as one simulated process sees them.
#pragma once

#include "fakes/world/process.h"

namespace bits::fakes {

class SimulatedMachine : public Machine {
 public:
  explicit SimulatedMachine(Process& process) : world_(process.world()), process_(process) {}
  Result<OsVersion> GetOsVersion() override;
  Result<std::string> ComputerName() override;
  Result<ServiceFacts> QueryService(std::string_view name) override;
  Result<RegistryValue> ReadRegistry(RegistryRoot root, std::string_view key, std::string_view value) override;
  Result<bool> IsClassRegistered(ManagerClass manager_class) override;
  Result<FileVersion> GetFileVersion(std::string_view path) override;
  Result<std::vector<LogEvent>> ReadEventLog(std::string_view channel, std::uint32_t count) override;
  Result<ProcessInstance> CurrentProcess() override { return process_.instance(); }
  Result<std::optional<FileTime>> GetProcessStart(std::uint32_t process_id) override;

 private:
  World& world_;
  Process& process_;
};

class SimulatedClock : public Clock {
 public:
  explicit SimulatedClock(World& world) : world_(world) {}
  std::chrono::nanoseconds SteadyNow() override { return world_.Now(); }
  std::chrono::system_clock::time_point SystemNow() override { return world_.WallClock(); }

 private:
  World& world_;
};

// Opens files as the calling thread. Relative paths are taken from the user's profile directory.
class SimulatedFileSystem : public FileSystem {
 public:
  explicit SimulatedFileSystem(Process& process) : process_(process) {}
  Result<std::string> GetFullPath(std::string_view path) override;
  Result<std::optional<std::uint64_t>> GetFileSize(std::string_view path) override;
  Result<bool> IsDirectory(std::string_view path) override;
  Result<std::string> HashSha256(std::string_view path) override;
  HResult Rename(std::string_view from, std::string_view to, ReplaceExisting replace) override;
  HResult Remove(std::string_view path) override;

 private:
  const TokenFacts& Caller();

  Process& process_;
};

class SimulatedHttpClient : public HttpClient {
 public:
  explicit SimulatedHttpClient(World& world) : world_(world) {}
  Result<HttpResponse> Send(const HttpRequest& request) override;

 private:
  World& world_;
};

}  // namespace bits::fakes
