// Finding catalogue entries by words: of their names, aliases and texts.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "harness/explain/error_catalogue.h"

namespace bits {

// Entries that fit the words of `text`, best first, at most `count`. A word in a name counts more than one in a
// meaning, and that more than one in causes; an entry must have at least half of the words. Any thread.
std::vector<const ErrorEntry*> SearchEntries(std::string_view text, std::size_t count);

}  // namespace bits
