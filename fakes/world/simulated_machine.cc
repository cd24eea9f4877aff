#include "fakes/world/simulated_machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "fakes/bits/bits_service.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

using Lock = std::unique_lock<std::mutex>;

constexpr OsBuild kWindows10_1511{10, 0, 10586};  // the November Update
constexpr std::string_view kBitsChannel = "Microsoft-Windows-Bits-Client/Operational";

}  // namespace

Result<OsVersion> SimulatedMachine::GetOsVersion() {
  const rules::WindowsProfile& profile = world_.profile();
  OsVersion os;
  os.build = profile.build;
  os.server = profile.server;
  os.product_name = profile.product_name;
  os.display_version = profile.display_version;
  os.architecture = "x86-64";
  return os;
}

Result<std::string> SimulatedMachine::ComputerName() { return world_.options().computer_name; }

Result<ServiceFacts> SimulatedMachine::QueryService(std::string_view name) {
  const Lock lock(world_.mutex());
  for (const auto& [service, facts] : world_.services()) {
    if (!EqualsIgnoringCase(service, name)) continue;
    ServiceFacts found = facts;
    // BITS itself sees to it that it starts with Windows only when there are jobs [bits-startup-type].
    const bool managed = service == "BITS" && world_.profile().build >= kWindows10_1511;
    if (managed && found.start_type == ServiceStartType::kAutomatic && world_.bits().job_count() == 0) {
      found.start_type = ServiceStartType::kDemand;
      found.delayed_auto_start = false;
    }
    return found;
  }
  return Failure("ERROR_SERVICE_DOES_NOT_EXIST"_hr);
}

Result<RegistryValue> SimulatedMachine::ReadRegistry(RegistryRoot root, std::string_view key, std::string_view value) {
  const Lock lock(world_.mutex());
  std::optional<RegistryValue> data = world_.Registry(root, key, value);
  if (!data) return Failure("ERROR_FILE_NOT_FOUND"_hr);
  return std::move(*data);
}

Result<bool> SimulatedMachine::IsClassRegistered(ManagerClass manager_class) {
  return manager_class <= world_.profile().newest_class;
}

Result<FileVersion> SimulatedMachine::GetFileVersion(std::string_view path) {
  const std::size_t cut = path.rfind('\\');
  const std::string_view name = cut == std::string_view::npos ? path : path.substr(cut + 1);
  if (!EqualsIgnoringCase(name, "qmgr.dll")) return Failure("ERROR_FILE_NOT_FOUND"_hr);
  // Only one of the two places that the documentation names is used.
  if (path.find("\\Bits\\") != std::string_view::npos) return Failure("ERROR_FILE_NOT_FOUND"_hr);
  return world_.profile().qmgr_version;
}

Result<std::vector<LogEvent>> SimulatedMachine::ReadEventLog(std::string_view channel, std::uint32_t count) {
  const Lock lock(world_.mutex());
  if (!EqualsIgnoringCase(channel, kBitsChannel)) return Failure("ERROR_NOT_FOUND"_hr);
  const std::vector<LogEvent>& log = world_.event_log();
  return std::vector<LogEvent>(log.rbegin(),
                               log.rbegin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(count, log.size())));
}

Result<std::optional<FileTime>> SimulatedMachine::GetProcessStart(std::uint32_t process_id) {
  const Lock lock(world_.mutex());
  const auto found = world_.processes().find(process_id);
  return found == world_.processes().end() ? std::nullopt : std::optional(found->second);
}

const TokenFacts& SimulatedFileSystem::Caller() {
  const TokenPtr& thread = process_.CurrentThread().impersonation;
  return (thread ? thread : process_.token())->facts;
}

Result<std::string> SimulatedFileSystem::GetFullPath(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return Failure("E_INVALIDARG"_hr);
  std::string full(path);
  std::ranges::replace(full, '/', '\\');
  if (IsFullPath(full)) return full;
  const Lock lock(process_.world().mutex());
  const Account* account = process_.world().accounts().FindSid(process_.token()->sid());
  if (full.find(':') != std::string::npos || full.starts_with("\\\\")) return Failure("E_INVALIDARG"_hr);
  if (full.starts_with("\\")) return "C:" + full;
  return fmt::format("C:\\Users\\{}\\{}", account != nullptr ? account->name : "Public", full);
}

Result<std::optional<std::uint64_t>> SimulatedFileSystem::GetFileSize(std::string_view path) {
  const Lock lock(process_.world().mutex());
  const Disk& disk = process_.world().disk();
  if (disk.IsDirectory(path)) return Failure("ERROR_DIRECTORY"_hr);
  const DiskFile* file = disk.Find(path);
  if (file == nullptr) return std::optional<std::uint64_t>();
  return std::optional(file->content.size());
}

Result<bool> SimulatedFileSystem::IsDirectory(std::string_view path) {
  const Lock lock(process_.world().mutex());
  return process_.world().disk().IsDirectory(path);
}

Result<std::string> SimulatedFileSystem::HashSha256(std::string_view path) {
  FileContent content;
  {
    const Lock lock(process_.world().mutex());
    Result<FileContent> read = process_.world().disk().Read(Caller(), path);
    if (!read) return Failure(read.error());
    content = std::move(*read);
  }
  return content.Sha256();
}

HResult SimulatedFileSystem::Rename(std::string_view from, std::string_view to, ReplaceExisting replace) {
  const Lock lock(process_.world().mutex());
  return process_.world().disk().Rename(Caller(), from, to, replace);
}

HResult SimulatedFileSystem::Remove(std::string_view path) {
  const Lock lock(process_.world().mutex());
  const HResult removed = process_.world().disk().Remove(Caller(), path);
  return removed == "ERROR_FILE_NOT_FOUND"_hr ? "S_FALSE"_hr : removed;
}

Result<HttpResponse> SimulatedHttpClient::Send(const HttpRequest& request) {
  const Lock lock(world_.mutex());
  return world_.network().Send(request);
}

}  // namespace bits::fakes
