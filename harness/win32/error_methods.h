// IBackgroundCopyError over COM.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/api/background_copy_error.h"
#include "harness/win32/com_object.h"

namespace bits::win32 {

template <class Base>
class ErrorMethods : public Base {
 public:
  using Base::Base;

  Result<JobError> GetError() override {
    BG_ERROR_CONTEXT context{};
    HRESULT code = S_OK;
    if (const HResult result = FromHresult(this->com()->GetError(&context, &code)); result.Failed()) {
      return Failure(result);
    }
    return JobError{static_cast<ErrorContext>(context), FromHresult(code)};
  }

  Result<std::unique_ptr<BackgroundCopyFile>> GetFile() override {
    return GetInterface(this->com(), &IBackgroundCopyError::GetFile);
  }

  Result<std::string> GetErrorDescription(std::uint32_t language_id) override {
    return GetText([&](LPWSTR* text) { return this->com()->GetErrorDescription(language_id, text); });
  }
  Result<std::string> GetErrorContextDescription(std::uint32_t language_id) override {
    return GetText([&](LPWSTR* text) { return this->com()->GetErrorContextDescription(language_id, text); });
  }

  Result<std::string> GetProtocol() override { return GetText(this->com(), &IBackgroundCopyError::GetProtocol); }
};

}  // namespace bits::win32
