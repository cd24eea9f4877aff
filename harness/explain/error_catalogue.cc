#include "harness/explain/error_catalogue.h"

#include <algorithm>
#include <array>

#include "harness/explain/error_families.h"

namespace bits {
namespace {

template <class T, std::size_t N, class Text>
std::span<const T> UntilEmpty(const T (&items)[N], Text text) {
  const auto* end = std::ranges::find_if(items, [&](const T& item) { return text(item).empty(); });
  return {items, end};
}

std::string_view Itself(std::string_view text) { return text; }

}  // namespace

std::span<const std::string_view> ErrorEntry::FirstSteps() const { return UntilEmpty(first_steps, Itself); }
std::span<const Remedy> ErrorEntry::Remedies() const {
  return UntilEmpty(remedies, [](const Remedy& remedy) { return remedy.cause; });
}
std::span<const std::string_view> ErrorEntry::Sources() const { return UntilEmpty(sources, Itself); }
std::span<const std::string_view> ErrorEntry::Related() const { return UntilEmpty(related, Itself); }

std::span<const std::span<const ErrorEntry>> AllEntries() {
  using namespace error_families;
  static const std::array<std::span<const ErrorEntry>, 11> families = {
      Com(),      Rpc(),          Logon(),          Service(),    File(), Network(),
      BitsJobs(), BitsTransfer(), BitsProperties(), BitsEvents(), Http()};
  return families;
}

const ErrorEntry* FindEntry(HResult code) {
  for (const std::span<const ErrorEntry> family : AllEntries()) {
    const auto found = std::ranges::find(family, code, &ErrorEntry::code);
    if (found != family.end()) return &*found;
  }
  return nullptr;
}

}  // namespace bits
