// Every value that passes through a seam, as JSON: what a trace prints and a recording keeps.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/api/background_copy_job2.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/environment.h"

namespace bits::intercept {

using Json = nlohmann::ordered_json;

Json ToJson(std::string_view text);
Json ToJson(const std::string& text);
Json ToJson(const Guid& guid);
Json ToJson(HResult result);
Json ToJson(const Secret& secret);  // always "(secret)"
Json ToJson(const Token& token);
Json ToJson(const ProcessSecurity& security);
Json ToJson(const ProxyBlanket& blanket);
Json ToJson(const FileInfo& file);
Json ToJson(const FileRange& range);
Json ToJson(const FileProgress& progress);
Json ToJson(const JobProgress& progress);
Json ToJson(const JobReplyProgress& progress);
Json ToJson(const JobTimes& times);
Json ToJson(const ProxySettings& settings);
Json ToJson(const NotifyCmdLine& line);
Json ToJson(const ClientCertificate& certificate);
Json ToJson(const JobError& error);
Json ToJson(const AuthCredentials& credentials);
Json ToJson(const CreatedJob& created);
Json ToJson(const SidAndAttributes& sid);
Json ToJson(const Privilege& privilege);
Json ToJson(const TokenFacts& facts);
Json ToJson(const TokenRestrictions& restrictions);
Json ToJson(const AccountName& account);
Json ToJson(const OsVersion& version);
Json ToJson(const ServiceFacts& facts);
Json ToJson(const RegistryValue& value);
Json ToJson(const FileVersion& version);
Json ToJson(const LogEvent& event);
Json ToJson(FileTime time);  // in steps of 100 ns since 1970
Json ToJson(const ProcessInstance& process);
Json ToJson(const HttpRequest& request);
Json ToJson(const HttpResponse& response);

// An object is told by its presence; what it says of itself is in the calls made on it.
template <class T>
Json ToJson(const std::unique_ptr<T>& object) {
  return object ? Json("(object)") : Json();
}
template <class T>
Json ToJson(const std::shared_ptr<T>& object) {
  return object ? Json("(object)") : Json();
}

template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;

template <Arithmetic T>
Json ToJson(T value) {
  return Json(value);
}

template <NamedEnum E>
Json ToJson(E value) {
  return Json(ToString(value));
}

inline Json ToJson(std::chrono::nanoseconds time) { return Json(time.count()); }

template <class T>
Json ToJson(const std::optional<T>& value) {
  return value ? ToJson(*value) : Json();
}

template <class T, std::size_t kExtent>
Json ToJson(std::span<T, kExtent> values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(ToJson(value));
  return array;
}

template <class T>
Json ToJson(const std::vector<T>& values) {
  return ToJson(std::span(values));
}

inline Json ToJson(const Token* token) { return token != nullptr ? ToJson(*token) : Json(); }

}  // namespace bits::intercept
