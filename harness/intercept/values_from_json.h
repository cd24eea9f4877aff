// The way back from json_values.h: what a recording kept, as the values that a seam returns.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "harness/intercept/json_values.h"

namespace bits::intercept {

// The JSON is no value of the type asked for. what() says so as the end of a sentence: "is a number, not a text".
class ValueError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Each reads what ToJson writes of a value of its type, and throws ValueError for anything else. Fields that a value
// has beside those are passed over. Two things are not the same afterwards: an object is a stand-in, which is null, and
// the time of a LogEvent has whole milliseconds.
void FromJson(const Json& json, bool& value);
void FromJson(const Json& json, std::string& value);
void FromJson(const Json& json, Guid& value);
void FromJson(const Json& json, HResult& value);
void FromJson(const Json& json, TokenHandle& value);
void FromJson(const Json& json, FileTime& value);
void FromJson(const Json& json, ProcessSecurity& value);
void FromJson(const Json& json, ProxyBlanket& value);
void FromJson(const Json& json, FileInfo& value);
void FromJson(const Json& json, FileRange& value);
void FromJson(const Json& json, FileProgress& value);
void FromJson(const Json& json, JobProgress& value);
void FromJson(const Json& json, JobReplyProgress& value);
void FromJson(const Json& json, JobTimes& value);
void FromJson(const Json& json, ProxySettings& value);
void FromJson(const Json& json, NotifyCmdLine& value);
void FromJson(const Json& json, ClientCertificate& value);
void FromJson(const Json& json, JobError& value);
void FromJson(const Json& json, CreatedJob& value);
void FromJson(const Json& json, SidAndAttributes& value);
void FromJson(const Json& json, Privilege& value);
void FromJson(const Json& json, TokenFacts& value);
void FromJson(const Json& json, AccountName& value);
void FromJson(const Json& json, OsBuild& value);
void FromJson(const Json& json, OsVersion& value);
void FromJson(const Json& json, ServiceFacts& value);
void FromJson(const Json& json, RegistryValue& value);
void FromJson(const Json& json, FileVersion& value);
void FromJson(const Json& json, LogEvent& value);
void FromJson(const Json& json, ProcessInstance& value);
void FromJson(const Json& json, HttpResponse& value);
// An event that nobody sets.
void FromJson(const Json& json, std::shared_ptr<Event>& value);
// Null: a client's own object cannot come out of a file.
void FromJson(const Json& json, std::shared_ptr<BackgroundCopyCallback>& value);

// A whole number of at most `most`.
std::uint64_t UnsignedFromJson(const Json& json, std::uint64_t most);
// The value of a name, by the table that EnumNames has; numbers are taken for values without a name.
std::uint32_t EnumFromJson(const Json& json, std::optional<std::uint32_t> (*find)(std::string_view name));
void RequireObject(const Json& json);                   // "(object)"
const Json& RequireArray(const Json& json);             // returns it
const Json& Field(const Json& json, const char* name);  // of an object

template <class T>
requires std::is_unsigned_v<T>
void FromJson(const Json& json, T& value) {
  value = static_cast<T>(UnsignedFromJson(json, std::numeric_limits<T>::max()));
}

template <NamedEnum E>
void FromJson(const Json& json, E& value) {
  value = static_cast<E>(EnumFromJson(json, [](std::string_view name) -> std::optional<std::uint32_t> {
    const std::optional<E> found = FromName<E>(name);
    return found ? std::optional(static_cast<std::uint32_t>(*found)) : std::nullopt;
  }));
}

template <class T>
void FromJson(const Json& json, std::unique_ptr<T>& value) {
  RequireObject(json);
  value.reset();
}

template <class T>
void FromJson(const Json& json, std::optional<T>& value) {
  value.reset();
  if (!json.is_null()) FromJson(json, value.emplace());
}

template <class T>
void FromJson(const Json& json, std::vector<T>& value) {
  value.clear();
  for (const Json& element : RequireArray(json)) FromJson(element, value.emplace_back());
}

}  // namespace bits::intercept
