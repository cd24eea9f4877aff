#include "scenarios/contract/show.h"

namespace bits::contract {

std::string Show(HResult result) {
  const std::string_view name = NameOf(result);
  return name.empty() ? ToHex(result) : std::string(name);
}

std::string Show(bool value) { return value ? "yes" : "no"; }

std::string Show(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  if (text.size() <= kLongest) return fmt::format("\"{}\"", text);
  return fmt::format("\"{}\"... of {} bytes", text.substr(0, kLongest), text.size());
}

std::string Show(const Guid& guid) { return ToString(guid); }

std::string Show(const FileInfo& info) { return fmt::format("{} to {}", info.remote_name, info.local_name); }

std::string Show(const FileRange& range) {
  return fmt::format("{} from {}", range.length ? std::to_string(*range.length) : "all", range.initial_offset);
}

std::string Show(const FileProgress& progress) {
  return fmt::format("{} of {} bytes{}", progress.bytes_transferred, Show(progress.bytes_total),
                     progress.completed ? ", completed" : "");
}

std::string Show(const JobProgress& progress) {
  return fmt::format("{} of {} bytes, {} of {} files", progress.bytes_transferred, Show(progress.bytes_total),
                     progress.files_transferred, progress.files_total);
}

std::string Show(const JobReplyProgress& progress) {
  return fmt::format("{} of {} bytes", progress.bytes_transferred, Show(progress.bytes_total));
}

std::string Show(const ProxySettings& settings) {
  return fmt::format("{}, list {}, bypass {}", ToString(settings.usage), Show(settings.proxy_list),
                     Show(settings.bypass_list));
}

std::string Show(const NotifyCmdLine& line) {
  return fmt::format("program {}, parameters {}", Show(line.program), Show(line.parameters));
}

std::string Show(const JobError& error) { return fmt::format("{} in {}", Show(error.code), ToString(error.context)); }

std::string Show(const ProxyBlanket& blanket) {
  return fmt::format("level {}, authentication {}, cloaking {}", ToString(blanket.impersonation_level),
                     ToString(blanket.authentication_level), ToString(blanket.cloaking));
}

}  // namespace bits::contract
