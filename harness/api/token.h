// An access token, owned.
#pragma once

#include <cstdint>

#include "harness/api/use_after_move.h"

namespace bits {

class LogonApi;

// A handle to a token, as the system that made it numbers it; 0 is none. Only its LogonApi can use it.
enum class TokenHandle : std::uintptr_t { kNone = 0 };

// Owns one token handle and closes it through the LogonApi that made it, which must outlive it. Movable; a moved-from
// token is empty and may only be destroyed or assigned to. Not thread-safe.
class BITS_NO_USE_AFTER_MOVE [[nodiscard]] Token {
 public:
  BITS_MAKES_USABLE Token() = default;
  BITS_MAKES_USABLE Token(LogonApi& api, TokenHandle handle) : api_(&api), handle_(handle) {}
  ~Token() { Close(); }
  Token(Token&& other) noexcept : api_(other.api_), handle_(other.Release()) {}
  Token& operator=(Token&& other) noexcept {
    if (this != &other) {
      Close();
      api_ = other.api_;
      handle_ = other.Release();
    }
    return *this;
  }
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  BITS_NOT_AFTER_MOVE TokenHandle handle() const { return handle_; }
  BITS_NOT_AFTER_MOVE explicit operator bool() const { return handle_ != TokenHandle::kNone; }

  // Gives the handle up without closing it.
  TokenHandle Release() noexcept {
    const TokenHandle handle = handle_;
    handle_ = TokenHandle::kNone;
    return handle;
  }

  // Closes the handle now; does nothing when empty.
  void Close() noexcept;

 private:
  LogonApi* api_ = nullptr;
  TokenHandle handle_ = TokenHandle::kNone;
};

}  // namespace bits
