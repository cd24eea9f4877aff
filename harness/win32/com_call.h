// How the adapters call COM: arguments into UTF-16, out-parameters into owned values.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/api/result.h"
#include "harness/win32/bits_headers.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {

using Microsoft::WRL::ComPtr;

// Takes over a reference that somebody else counted. In place of ComPtr::Attach, which in mingw-w64 counts one more.
template <class T>
ComPtr<T> TakeReference(T* pointer) {
  ComPtr<T> owner;
  *owner.GetAddressOf() = pointer;
  return owner;
}

struct CoTaskMemDeleter {
  void operator()(void* memory) const { CoTaskMemFree(memory); }
};

// Memory that COM allocated for the caller; T may be an array.
template <class T>
using CoTaskMemory = std::unique_ptr<T, CoTaskMemDeleter>;

// One text argument in UTF-16; a null pointer for an absent one.
class WideArgument {
 public:
  explicit WideArgument(std::string_view text) : text_(WideFromUtf8(text)) {}
  explicit WideArgument(const std::optional<std::string_view>& text)
      : text_(text ? WideFromUtf8(*text) : Result<std::wstring>()), absent_(!text) {}

  bool valid() const { return text_.has_value(); }
  // Writable, since some structures of the SDK hold LPWSTR for what they only read.
  LPWSTR get() { return absent_ ? nullptr : text_->data(); }

 private:
  Result<std::wstring> text_;
  bool absent_ = false;
};

// Calls `call` with each of `texts` as a null-terminated UTF-16 string, in the same order. E_INVALIDARG, without the
// call, when one of them has no such form.
template <std::invocable<LPWSTR> Call>
HResult WithWide(Call&& call, const auto& text) {
  WideArgument wide(text);
  return wide.valid() ? FromHresult(call(wide.get())) : "E_INVALIDARG"_hr;
}
template <std::invocable<LPWSTR, LPWSTR> Call>
HResult WithWide(Call&& call, const auto& first, const auto& second) {
  WideArgument wide(second);
  if (!wide.valid()) return "E_INVALIDARG"_hr;
  return WithWide([&](LPWSTR text) { return call(text, wide.get()); }, first);
}

// A method of a COM interface that fills one out-parameter.
template <class Interface, class T>
using Getter = HRESULT (STDMETHODCALLTYPE Interface::*)(T*);

// An out-parameter that needs no release, converted to the type of ours that mirrors it.
template <class Value, class Object, class Interface, class T>
Result<Value> GetValue(Object* object, Getter<Interface, T> getter) {
  T value{};
  if (const HResult result = FromHresult((object->*getter)(&value)); result.Failed()) return Failure(result);
  return static_cast<Value>(value);
}

// A string that a COM method allocates for its caller.
class OutText {
 public:
  OutText() = default;
  ~OutText() { CoTaskMemFree(text_); }
  OutText(const OutText&) = delete;
  OutText& operator=(const OutText&) = delete;

  // Where the method puts it; for one call.
  LPWSTR* Receive() { return &text_; }

  // Gives the memory up without freeing it.
  LPWSTR Release() { return std::exchange(text_, nullptr); }

  // Absent when the method gave NULL; E_INVALIDARG when it is not valid UTF-16.
  Result<std::optional<std::string>> Text() const {
    if (text_ == nullptr) return std::nullopt;
    return Utf8FromWide(text_);
  }

 private:
  LPWSTR text_ = nullptr;
};

// E_UNEXPECTED for a value that a successful call owed and did not give.
template <class T>
Result<T> Required(Result<std::optional<T>> value) {
  if (!value) return Failure(value.error());
  if (!*value) return Failure("E_UNEXPECTED"_hr);
  return *std::move(*value);
}

// What `call` puts into its out-parameter, a string which may be NULL.
template <std::invocable<LPWSTR*> Call>
Result<std::optional<std::string>> GetOptionalText(Call&& call) {
  OutText text;
  if (const HResult result = FromHresult(call(text.Receive())); result.Failed()) return Failure(result);
  return text.Text();
}
template <class Object, class Interface>
Result<std::optional<std::string>> GetOptionalText(Object* object, Getter<Interface, LPWSTR> getter) {
  return GetOptionalText([&](LPWSTR* text) { return (object->*getter)(text); });
}

// The same for a string that must be there: E_UNEXPECTED for NULL.
template <std::invocable<LPWSTR*> Call>
Result<std::string> GetText(Call&& call) {
  return Required(GetOptionalText(call));
}
template <class Object, class Interface>
Result<std::string> GetText(Object* object, Getter<Interface, LPWSTR> getter) {
  return Required(GetOptionalText(object, getter));
}

}  // namespace bits::win32
