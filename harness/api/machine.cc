#include "harness/api/machine.h"

#include <fmt/format.h>

namespace bits {

std::string ToString(const OsBuild& build) { return fmt::format("{}.{}.{}", build.major, build.minor, build.build); }

std::string ToString(const FileVersion& version) {
  const auto& p = version.parts;
  return fmt::format("{}.{}.{}.{}", p[0], p[1], p[2], p[3]);
}

}  // namespace bits
