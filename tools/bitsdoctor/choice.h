// Options whose values are the names of an enum.
#pragma once

#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "harness/api/enum_names.h"

namespace bits::doctor {

// The names of an enum as CLI11's choices.
template <NamedEnum E>
CLI::Option* AddChoice(CLI::App& command, const std::string& name, E& value, const std::string& description) {
  std::map<std::string, E> choices;
  for (const auto& entry : EnumNames<E>::kNames) {
    if (entry.name != "default") choices.emplace(std::string(entry.name), entry.value);
  }
  return command.add_option(name, value, description)
      ->transform(CLI::CheckedTransformer(choices).description(""))
      ->type_name("NAME")
      ->default_str(ToString(value));
}

}  // namespace bits::doctor
