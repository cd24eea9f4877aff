#include "harness/api/utf8.h"

#include <cstddef>

namespace bits {
namespace {

// A lead byte, how many bytes follow it, and the range of the first that follows: the rest are 80..BF.
struct Lead {
  unsigned char first;
  unsigned char last;
  std::size_t following;
  unsigned char second_first;
  unsigned char second_last;
};

constexpr Lead kLeads[] = {
    {0x00, 0x7F, 0, 0x00, 0x00}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

const Lead* FindLead(unsigned char byte) {
  for (const Lead& lead : kLeads) {
    if (byte >= lead.first && byte <= lead.last) return &lead;
  }
  return nullptr;
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  const auto at = [bytes](std::size_t index) { return static_cast<unsigned char>(bytes[index]); };
  for (std::size_t i = 0; i < bytes.size();) {
    const Lead* lead = FindLead(at(i));
    if (lead == nullptr || bytes.size() - i <= lead->following) return false;
    for (std::size_t k = 1; k <= lead->following; ++k) {
      const unsigned char first = k == 1 ? lead->second_first : 0x80;
      const unsigned char last = k == 1 ? lead->second_last : 0xBF;
      if (at(i + k) < first || at(i + k) > last) return false;
    }
    i += lead->following + 1;
  }
  return true;
}

}  // namespace bits
