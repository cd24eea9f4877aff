// Makes one call fail, over any Environment.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "harness/intercept/interceptor.h"

namespace bits::fakes {

// Answers every call of one method ("AddFile", whatever the interface) with one result, in the backend's stead.
class FailingCall : public intercept::Interceptor {
 public:
  FailingCall(std::string method, HResult result) : method_(std::move(method)), result_(result) {}

  std::optional<HResult> Before(const intercept::Call& call) override {
    if (call.method != method_) return std::nullopt;
    ++calls_;
    return result_;
  }

  int calls() const { return calls_; }

 private:
  std::string method_;
  HResult result_;
  int calls_ = 0;
};

}  // namespace bits::fakes
