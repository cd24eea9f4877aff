// A value of a script and where it stands, so that a mistake is named with its place.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "harness/api/hresult.h"

namespace bits::fakes {

// Every method that finds something else than it says throws std::invalid_argument: "world script: accounts[1].name: a
// string is needed". Must not outlive the JSON.
class ScriptNode {
 public:
  using Json = nlohmann::json;

  ScriptNode(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

  [[noreturn]] void Refuse(std::string_view problem) const {
    throw std::invalid_argument(fmt::format("world script: {}: {}", path_.empty() ? "the whole" : path_, problem));
  }
  const std::string& path() const { return path_; }

  // An object with no other members than these.
  template <class Names>
  void RequireObject(const Names& members) const {
    if (!json_.is_object()) Refuse("an object is needed");
    for (const auto& [name, value] : json_.items()) {
      if (std::ranges::find(members, std::string_view(name)) == std::end(members)) {
        Member(name).Refuse(fmt::format("there is no such member; there are {}", fmt::join(members, ", ")));
      }
    }
  }
  void RequireObject(std::initializer_list<std::string_view> members) const {
    RequireObject<std::initializer_list<std::string_view>>(members);
  }
  bool Has(std::string_view name) const { return json_.contains(name); }
  ScriptNode Member(std::string_view name) const {
    static const Json kNothing;
    const auto found = json_.find(name);
    return {found == json_.end() ? kNothing : *found,
            path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name)};
  }

  std::string Text() const {
    if (!json_.is_string()) Refuse("a string is needed");
    return json_.get<std::string>();
  }
  bool Flag() const {
    if (!json_.is_boolean()) Refuse("true or false is needed");
    return json_.get<bool>();
  }
  std::uint64_t Number() const {
    if (!json_.is_number_unsigned()) Refuse("a whole number, 0 or more, is needed");
    return json_.get<std::uint64_t>();
  }
  // A failure by the SDK's name or in hexadecimal: "E_ACCESSDENIED", "0x80070005".
  HResult FailureCode() const {
    constexpr int kHexadecimal = 16;
    constexpr std::size_t kDigits = 10;
    const std::string text = Text();
    std::uint32_t value = 0;
    if (text.starts_with("0x") && text.size() == kDigits) {
      const char* const end = text.data() + text.size();
      if (std::from_chars(text.data() + 2, end, value, kHexadecimal).ptr != end) value = 0;
    } else if (const auto* known = std::ranges::find(kErrorCodes, text, &ErrorCode::name);
               known != std::end(kErrorCodes)) {
      value = known->value;
    }
    const HResult code(value);
    if (!code.Failed()) {
      Refuse(
          fmt::format("\"{}\" is no failure; needed is one by the SDK's name or as an HRESULT of eight digits, such "
                      "as E_ACCESSDENIED or 0x80070005",
                      text));
    }
    return code;
  }
  void ForEach(const std::function<void(const ScriptNode&)>& each) const {
    if (!json_.is_array()) Refuse("an array is needed");
    for (std::size_t i = 0; i < json_.size(); ++i) each({json_[i], fmt::format("{}[{}]", path_, i)});
  }
  void ForEachMember(const std::function<void(const std::string&, const ScriptNode&)>& each) const {
    if (!json_.is_object()) Refuse("an object is needed");
    for (const auto& [name, value] : json_.items()) each(name, Member(name));
  }

  bool FlagOf(std::string_view name, bool otherwise) const { return Has(name) ? Member(name).Flag() : otherwise; }
  std::uint64_t NumberOf(std::string_view name, std::uint64_t otherwise) const {
    return Has(name) ? Member(name).Number() : otherwise;
  }

 private:
  const Json& json_;
  std::string path_;
};

}  // namespace bits::fakes
