#include "harness/jobs/job_mark.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace bits::jobs {
namespace {

constexpr std::string_view kProgram = "bitsdoctor: ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kStagedExtension = ".partial";
constexpr std::size_t kStagedDigits = 8;

// FNV-1a. It keeps out names that were typed, cut or changed; who means to forge a mark owns the job that bears it.
std::uint32_t CheckSum(std::string_view text) {
  std::uint32_t sum = 2'166'136'261U;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return sum;
}

std::uint64_t Ticks(FileTime time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }
FileTime FromTicks(std::uint64_t ticks) { return FileTime(FileTime::duration(static_cast<std::int64_t>(ticks))); }

// Takes the text before `separator` off the front of `text`.
std::string_view TakeUntil(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

// 0 for what is no number: rendering what was read shows that it was none.
std::uint64_t TakeNumber(std::string_view& text) {
  const std::string_view digits = TakeUntil(text, ' ');
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace

std::string DisplayNameOf(const JobMark& mark) {
  const std::string text = fmt::format("{}{} [{} {:x} {:x} {:x}", kProgram, ToString(mark.purpose), kVersion,
                                       mark.process.id, Ticks(mark.process.started), Ticks(mark.created));
  return fmt::format("{} {:08x}]", text, CheckSum(text));
}

std::optional<JobMark> ReadDisplayName(std::string_view display_name) {
  if (!display_name.starts_with(kProgram)) return std::nullopt;
  std::string_view rest = display_name.substr(kProgram.size());
  const std::string_view purpose_and_blank = TakeUntil(rest, '[');
  const std::optional<JobPurpose> purpose =
      FromName<JobPurpose>(purpose_and_blank.substr(0, purpose_and_blank.find_last_not_of(' ') + 1));
  if (!purpose || TakeUntil(rest, ' ') != kVersion) return std::nullopt;
  JobMark mark;
  mark.purpose = *purpose;
  mark.process.id = static_cast<std::uint32_t>(TakeNumber(rest));
  mark.process.started = FromTicks(TakeNumber(rest));
  mark.created = FromTicks(TakeNumber(rest));
  if (DisplayNameOf(mark) != display_name) return std::nullopt;
  return mark;
}

std::string DescriptionOf(const JobMark& mark, std::string_view staged_file) {
  return fmt::format("{} [{:08x}]", staged_file, CheckSum(fmt::format("{}\n{}", DisplayNameOf(mark), staged_file)));
}

std::optional<std::string> ReadDescription(const JobMark& mark, std::string_view description) {
  const std::string_view file = description.substr(0, description.rfind(" ["));
  if (DescriptionOf(mark, file) != description) return std::nullopt;
  return std::string(file);
}

std::string StagedFileOf(std::string_view destination, const Guid& job_id) {
  return fmt::format("{}.{:08x}{}", destination, job_id.data1, kStagedExtension);
}

bool IsStagedFile(std::string_view path) {
  if (!path.ends_with(kStagedExtension)) return false;
  path.remove_suffix(kStagedExtension.size());
  if (path.size() < kStagedDigits + 2) return false;  // a name, and a dot
  const std::string_view digits = path.substr(path.size() - kStagedDigits);
  return path[path.size() - kStagedDigits - 1] == '.' &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<MarkedJob> CreateMarkedJob(Environment& environment, BackgroundCopyManager& manager, JobPurpose purpose) {
  const Result<ProcessInstance> process = environment.machine().CurrentProcess();
  if (!process) return Failure(process.error());
  const JobMark mark{purpose, *process,
                     std::chrono::time_point_cast<FileTime::duration>(environment.clock().SystemNow())};
  Result<CreatedJob> created = manager.CreateJob(DisplayNameOf(mark), JobType::kDownload);
  if (!created) return Failure(created.error());
  return MarkedJob{mark, std::move(*created)};
}

}  // namespace bits::jobs
