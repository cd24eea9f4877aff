// What a case sees, as text: the form in which observations are compared, and in which the quirk table has them.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "harness/api/background_copy_error.h"
#include "harness/api/com_security.h"
#include "harness/api/guid.h"
#include "harness/api/job_types.h"
#include "harness/api/result.h"

namespace bits::contract {

// "S_OK"; in hexadecimal where the SDK has no name.
std::string Show(HResult result);
std::string Show(bool value);             // "yes", "no"
std::string Show(std::string_view text);  // in quotes
std::string Show(const Guid& guid);
std::string Show(const FileInfo& info);
std::string Show(const FileRange& range);
std::string Show(const FileProgress& progress);
std::string Show(const JobProgress& progress);
std::string Show(const JobReplyProgress& progress);
std::string Show(const ProxySettings& settings);
std::string Show(const NotifyCmdLine& line);
std::string Show(const JobError& error);
std::string Show(const ProxyBlanket& blanket);

inline std::string Show(const std::string& text) { return Show(std::string_view(text)); }
inline std::string Show(const char* text) { return Show(std::string_view(text)); }

template <std::integral T>
std::string Show(T value) {
  return std::to_string(value);
}

template <NamedEnum E>
std::string Show(E value) {
  return ToString(value);
}

inline std::string Show(std::nullopt_t) { return "none"; }

template <class T>
std::string Show(const std::optional<T>& value) {
  return value ? Show(*value) : Show(std::nullopt);
}

template <class T>
std::string Show(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() > 1 ? ", " : "") + Show(value);
  return text + "]";
}

// The value, or the failure.
template <class T>
std::string Show(const Result<T>& result) {
  return result ? Show(*result) : Show(result.error());
}

}  // namespace bits::contract
