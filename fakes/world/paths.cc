#include "fakes/world/paths.h"

#include <algorithm>
#include <cstddef>

#include "fakes/world/disk.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

constexpr char kSeparator = '\\';
constexpr std::string_view kUncPrefix = R"(\\)";
constexpr std::string_view kDrive = "C:";
// <, > and " are the wildcards of DOS, which file systems still refuse in names.
constexpr std::string_view kForbidden = R"(*?<>"|)";
constexpr std::size_t kMaxPath = 260;

bool StartsWithDrive(std::string_view path) {
  return path.size() >= kDrive.size() && ToLowerAscii(path[0]) >= 'a' && ToLowerAscii(path[0]) <= 'z' && path[1] == ':';
}

std::string_view UncRoot(std::string_view path) {
  const std::size_t host_end = path.find(kSeparator, kUncPrefix.size());
  if (host_end == std::string_view::npos || host_end == kUncPrefix.size()) return {};
  const std::size_t end = std::min(path.find(kSeparator, host_end + 1), path.size());
  return end == host_end + 1 ? std::string_view() : path.substr(0, end);
}

std::string_view FlawOfPart(std::string_view part) {
  if (part.empty()) return "it has an empty part";
  if (part == "." || part == "..") return "it is relative";
  if (part.find(':') != std::string_view::npos) return "it has a colon, as streams have";
  if (part.find_first_of(kForbidden) != std::string_view::npos) return "it has a character that names cannot have";
  const bool has_control = std::ranges::any_of(part, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return has_control ? "it has a control character" : "";
}

// Of UTF-8: one for each character, two for those beyond the basic plane, which take four bytes.
std::size_t Utf16Length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    units += byte >= 0xF0 ? 2U : 1U;
  }
  return units;
}

}  // namespace

std::string WithBackslashes(std::string_view path) {
  std::string normal(path);
  std::ranges::replace(normal, '/', kSeparator);
  normal.erase(normal.find_last_not_of(kSeparator) + 1);
  return normal;
}

std::string PathKey(std::string_view path) {
  std::string key = WithBackslashes(path);
  std::ranges::transform(key, key.begin(), ToLowerAscii);
  return key;
}

std::string_view RootOfPath(std::string_view path) {
  if (path.starts_with(kUncPrefix)) return UncRoot(path);
  const bool is_drive = StartsWithDrive(path) && (path.size() == kDrive.size() || path[kDrive.size()] == kSeparator);
  return is_drive ? path.substr(0, kDrive.size()) : std::string_view();
}

std::string_view FlawOfPath(std::string_view path) {
  const std::string_view root = RootOfPath(path);
  if (root.empty()) return R"(it begins with neither a drive nor \\server\share)";
  const bool is_unc = root.starts_with(kUncPrefix);
  std::string_view rest = path.substr(is_unc ? kUncPrefix.size() : root.size());
  if (!is_unc && !rest.empty()) rest.remove_prefix(1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(kSeparator), rest.size());
    if (const std::string_view flaw = FlawOfPart(rest.substr(0, end)); !flaw.empty()) return flaw;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::string DirectoryOfPath(std::string_view path) {
  const std::string normal = WithBackslashes(path);
  const std::size_t root = RootOfPath(normal).size();
  if (root == 0 || normal.size() <= root) return {};
  return normal.substr(0, normal.rfind(kSeparator));
}

bool IsFullPath(std::string_view path) {
  const bool names_a_directory = path.ends_with(kSeparator) || path.ends_with('/');
  const std::string normal = WithBackslashes(path);
  return !names_a_directory && Utf16Length(normal) < kMaxPath && FlawOfPath(normal).empty() &&
         normal.size() > RootOfPath(normal).size();
}

}  // namespace bits::fakes
