#include "tools/bitsdoctor/output_style.h"

#include <algorithm>

#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {

TextStyle StyleFor(const Output& output) {
  TextStyle style;
  if (!output.IsFile() && IsTerminal(Stream::kOut)) {
    style.width = std::clamp(TerminalWidth(Stream::kOut), 60, 120);
    style.colour = !HasVariable("NO_COLOR");
  }
  return style;
}

}  // namespace bits::doctor
