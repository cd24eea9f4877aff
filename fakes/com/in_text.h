// A text that a COM caller passed in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/win32/com_call.h"

namespace bits::fakes::com {

// In UTF-8. Absent for NULL; not valid for what is no UTF-16.
class InText {
 public:
  explicit InText(LPCWSTR text) {
    if (text != nullptr) text_ = win32::Utf8FromWide(text);
  }

  bool valid() const { return !text_ || text_->has_value(); }
  // For a parameter that must not be NULL.
  bool given() const { return text_ && text_->has_value(); }
  // Where given() holds.
  std::string_view view() const { return **text_; }
  // Where valid() holds.
  std::optional<std::string_view> optional() const {
    return text_ ? std::optional<std::string_view>(**text_) : std::nullopt;
  }

 private:
  std::optional<Result<std::string>> text_;
};

}  // namespace bits::fakes::com
