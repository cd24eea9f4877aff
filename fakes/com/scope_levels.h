// Which of several nested scopes a redirected call belongs to.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace bits::fakes::com {

// A replacement of a function of the system is a plain function and knows nothing of the scope that put it there. So
// each scope that is open takes a level, and there is a set of replacements for each level.
template <class Scope>
class ScopeLevels {
 public:
  static constexpr std::size_t kCount = 8;

  // Takes a level for `scope`. Throws std::logic_error when more scopes are open than there are levels.
  static std::size_t Enter(const std::shared_ptr<Scope>& scope, const char* name) {
    for (std::size_t level = 0; level < kCount; ++level) {
      std::shared_ptr<Scope> none;
      if (Scopes()[level].compare_exchange_strong(none, scope)) return level;
    }
    throw std::logic_error("more than " + std::to_string(kCount) + " scopes of " + name + " are open");
  }
  static void Leave(std::size_t level) { Scopes()[level].store(nullptr); }

  // Null when the level's scope is closed: the call came by a pointer that was got while it was open.
  static std::shared_ptr<Scope> At(std::size_t level) { return Scopes()[level].load(); }

 private:
  static std::array<std::atomic<std::shared_ptr<Scope>>, kCount>& Scopes() {
    static std::array<std::atomic<std::shared_ptr<Scope>>, kCount> scopes;
    return scopes;
  }
};

// kMake<level>() for a level known at run time only; `Make` is a template class with `static auto Of()`.
template <template <std::size_t> class Make, std::size_t kCount>
auto MakeForLevel(std::size_t level) {
  return [&]<std::size_t... kLevels>(std::index_sequence<kLevels...>) {
    using Function = decltype(&Make<0>::Of);
    static constexpr Function kMakers[] = {&Make<kLevels>::Of...};
    return kMakers[level]();
  }
  (std::make_index_sequence<kCount>());
}

}  // namespace bits::fakes::com
