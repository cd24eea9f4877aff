// An explanation as plain text for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "harness/explain/explain.h"

namespace bits {

// Wrapped at `width` columns (at least 40), without colour, ending with a line feed. UTF-8. Codes are explained in
// full, the results of a search one line each.
std::string RenderText(const Explanation& explanation, std::size_t width = 96);

}  // namespace bits
