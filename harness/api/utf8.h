// Whether bytes are UTF-8.
#pragma once

#include <string_view>

namespace bits {

// True for well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, nothing over-long, nothing past U+10FFFF).
bool IsUtf8(std::string_view bytes);

}  // namespace bits
