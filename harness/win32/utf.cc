#include "harness/win32/utf.h"

#include <limits>
#include <utility>

#include "harness/win32/windows_headers.h"

namespace bits::win32 {
namespace {

constexpr std::size_t kLongest = static_cast<std::size_t>(std::numeric_limits<int>::max());

// How many UTF-16 units `text` becomes.
Result<int> WideLength(std::string_view text) {
  if (text.empty()) return 0;
  if (text.size() > kLongest || text.find('\0') != std::string_view::npos) return Failure("E_INVALIDARG"_hr);
  const int length =
      MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), static_cast<int>(text.size()), nullptr, 0);
  if (length == 0) return Failure("E_INVALIDARG"_hr);
  return length;
}

void Widen(std::string_view text, wchar_t* wide, int length) {
  MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), static_cast<int>(text.size()), wide, length);
}

}  // namespace

Result<std::wstring> WideFromUtf8(std::string_view text) {
  const Result<int> length = WideLength(text);
  if (!length) return Failure(length.error());
  std::wstring wide(static_cast<std::size_t>(*length), L'\0');
  Widen(text, wide.data(), *length);
  return wide;
}

Result<std::string> Utf8FromWide(std::wstring_view text) {
  if (text.empty()) return std::string();
  if (text.size() > kLongest) return Failure("E_INVALIDARG"_hr);
  const int size = static_cast<int>(text.size());
  const int length =
      WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), size, nullptr, 0, nullptr, nullptr);
  if (length == 0) return Failure("E_INVALIDARG"_hr);
  std::string utf8(static_cast<std::size_t>(length), '\0');
  WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), size, utf8.data(), length, nullptr, nullptr);
  return utf8;
}

Result<Secret> SecretFromWide(std::wstring_view text) {
  Result<std::string> utf8 = Utf8FromWide(text);
  if (!utf8) return Failure(utf8.error());
  Secret secret(*utf8);
  WipeMemory(utf8->data(), utf8->size());
  return secret;
}

WideSecret::WideSecret(std::size_t length) : text_(std::make_unique<wchar_t[]>(length + 1)), length_(length) {}

Result<WideSecret> WideSecret::From(const Secret& secret) {
  const std::string_view text = secret.Reveal();
  const Result<int> length = WideLength(text);
  if (!length) return Failure(length.error());
  WideSecret wide(static_cast<std::size_t>(*length));
  Widen(text, wide.text_.get(), *length);
  return wide;
}

WideSecret::~WideSecret() {
  if (text_) WipeMemory(text_.get(), length_ * sizeof(wchar_t));
}

WideSecret::WideSecret(WideSecret&& other) noexcept
    : text_(std::move(other.text_)), length_(std::exchange(other.length_, 0)) {}

}  // namespace bits::win32
