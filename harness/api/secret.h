// A password.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "harness/api/use_after_move.h"

namespace bits {

// UTF-8 text that exists in one place in memory and is overwritten when the object dies or is moved from.
//
// It cannot be copied, printed or compared; whoever needs the characters asks for them with Reveal() and must not keep
// a copy. Not thread-safe.
class BITS_NO_USE_AFTER_MOVE [[nodiscard]] Secret {
 public:
  BITS_MAKES_USABLE Secret() = default;
  // Copies `text`; the caller still has to wipe its own copy (see WipeMemory).
  BITS_MAKES_USABLE explicit Secret(std::string_view text);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  // Valid until this object is moved from or dies.
  BITS_NOT_AFTER_MOVE std::string_view Reveal() const { return {text_.get(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  void Wipe() noexcept;

  std::unique_ptr<char[]> text_;
  std::size_t size_ = 0;
};

// Overwrites `size` bytes in a way that the optimiser may not leave out.
void WipeMemory(void* memory, std::size_t size) noexcept;

}  // namespace bits
