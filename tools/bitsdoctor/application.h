// The whole program behind main.
#pragma once

#include <string>
#include <vector>

namespace bits::doctor {

// Runs bitsdoctor on its arguments (UTF-8, without the program's name) and returns its exit code. Nothing escapes.
int RunApplication(std::vector<std::string> arguments);

// What main says about an argument that is not valid Unicode; returns the exit code.
int RefuseArgument(int position);

}  // namespace bits::doctor
