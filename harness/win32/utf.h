// UTF-8, as the project speaks, and UTF-16, as Windows does.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "harness/api/result.h"
#include "harness/api/secret.h"

namespace bits::win32 {

// E_INVALIDARG for text that is not valid UTF-8, or that has a NUL inside: Windows would read it up to there.
Result<std::wstring> WideFromUtf8(std::string_view text);

// E_INVALIDARG for text that is not valid UTF-16 (a lone surrogate).
Result<std::string> Utf8FromWide(std::wstring_view text);

// A password in UTF-8, as Utf8FromWide; no other copy of it is left.
Result<Secret> SecretFromWide(std::wstring_view text);

// A password in UTF-16, overwritten when it dies. Movable; a moved-from object may only be destroyed.
class WideSecret {
 public:
  // Results as WideFromUtf8.
  static Result<WideSecret> From(const Secret& secret);

  ~WideSecret();
  WideSecret(WideSecret&& other) noexcept;
  WideSecret& operator=(WideSecret&&) = delete;
  WideSecret(const WideSecret&) = delete;
  WideSecret& operator=(const WideSecret&) = delete;

  // Null-terminated; writable because BG_BASIC_CREDENTIALS asks for LPWSTR. Valid while this object lives.
  wchar_t* c_str() { return text_.get(); }

 private:
  explicit WideSecret(std::size_t length);

  std::unique_ptr<wchar_t[]> text_;
  std::size_t length_ = 0;
};

}  // namespace bits::win32
