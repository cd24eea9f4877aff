#include "harness/api/token_facts.h"

#include <algorithm>

#include <fmt/format.h>

namespace bits {

AdministratorsMembership AdministratorsIn(const TokenFacts& facts) {
  const auto found = std::ranges::find(facts.groups, kAdministratorsSid, &SidAndAttributes::sid);
  if (found == facts.groups.end()) return AdministratorsMembership::kAbsent;
  if ((found->attributes & GroupAttributes::kUseForDenyOnly) != 0) return AdministratorsMembership::kDenyOnly;
  return (found->attributes & GroupAttributes::kEnabled) != 0 ? AdministratorsMembership::kEnabled
                                                              : AdministratorsMembership::kDisabled;
}

std::optional<Privilege> FindPrivilege(const TokenFacts& facts, std::string_view name) {
  const auto found = std::ranges::find(facts.privileges, name, &Privilege::name);
  if (found == facts.privileges.end()) return std::nullopt;
  return *found;
}

std::string IntegrityName(std::uint32_t integrity_rid) {
  struct Level {
    std::uint32_t rid;
    std::string_view name;
  };
  static constexpr Level kLevels[] = {{0x0000, "untrusted"},   {0x1000, "low"},  {0x2000, "medium"},
                                      {0x2100, "medium-plus"}, {0x3000, "high"}, {0x4000, "system"}};
  const auto found = std::ranges::find(kLevels, integrity_rid, &Level::rid);
  return found != std::end(kLevels) ? std::string(found->name) : fmt::format("0x{:X}", integrity_rid);
}

}  // namespace bits
