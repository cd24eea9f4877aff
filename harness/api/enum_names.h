// Names of enumerators as data: one table an enum, read in both directions.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

namespace bits {

template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

// Specialise with `static constexpr EnumName<E> kNames[]` to give an enum names.
template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires {
  EnumNames<E>::kNames[0].name;
};

// The name of `value`; empty for a value outside the table.
template <NamedEnum E>
constexpr std::string_view NameOf(E value) {
  for (const auto& entry : EnumNames<E>::kNames) {
    if (entry.value == value) return entry.name;
  }
  return {};
}

// The value called `name` (exact spelling).
template <NamedEnum E>
constexpr std::optional<E> FromName(std::string_view name) {
  for (const auto& entry : EnumNames<E>::kNames) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

// The name, or the number of a value that has none: what a foreign system returned is shown, never hidden.
template <NamedEnum E>
std::string ToString(E value) {
  const std::string_view name = NameOf(value);
  if (!name.empty()) return std::string(name);
  return std::to_string(static_cast<std::int64_t>(value));
}

template <NamedEnum E>
std::ostream& operator<<(std::ostream& out, E value) {
  return out << ToString(value);
}

}  // namespace bits
