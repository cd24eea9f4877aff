#include "fakes/com/real_parts.h"

#include <memory>
#include <utility>
#include <vector>

#include "fakes/com/real_file_store.h"
#include "fakes/com/real_http_source.h"

namespace bits::fakes::com {

RealParts WindowsParts() {
  RealParts parts;
  parts.files = [](std::vector<ScriptedRoot> scripted) {
    std::vector<RealRoot> roots;
    for (ScriptedRoot& root : scripted) {
      roots.push_back({std::move(root.directory), std::move(root.security), std::move(root.sddl)});
    }
    return std::make_unique<RealFileStore>(std::move(roots));
  };
  parts.http = [] { return std::make_unique<RealHttpSource>(); };
  return parts;
}

}  // namespace bits::fakes::com
