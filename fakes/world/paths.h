// Full Windows paths, taken apart.
#pragma once

#include <string>
#include <string_view>

namespace bits::fakes {

// "/" becomes "\", and backslashes at the end go.
std::string WithBackslashes(std::string_view path);

// As WithBackslashes, and in lower case: equal for paths that mean the same.
std::string PathKey(std::string_view path);

// The drive or share that a full path with backslashes begins with: "C:" or "\\server\share". Empty without one.
std::string_view RootOfPath(std::string_view path);

// What is wrong with a full path with backslashes; empty for a good one. A root alone is good.
std::string_view FlawOfPath(std::string_view path);

}  // namespace bits::fakes
