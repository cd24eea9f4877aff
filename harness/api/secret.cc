#include "harness/api/secret.h"

#include <algorithm>
#include <utility>

namespace bits {

void WipeMemory(void* memory, std::size_t size) noexcept {
  volatile unsigned char* byte = static_cast<volatile unsigned char*>(memory);
  for (std::size_t i = 0; i < size; ++i) byte[i] = 0;
}

Secret::Secret(std::string_view text) : text_(std::make_unique<char[]>(text.size())), size_(text.size()) {
  std::ranges::copy(text, text_.get());
}

Secret::~Secret() { Wipe(); }

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    text_ = std::move(other.text_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void Secret::Wipe() noexcept {
  if (text_) WipeMemory(text_.get(), size_);
  text_.reset();
  size_ = 0;
}

}  // namespace bits
