// Runs bitsdoctor within a test, as its main would.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/bitsdoctor/application.h"

namespace bits::doctor {

struct Ran {
  int exit_code;
  std::string out;
  std::string err;
};

inline Ran RunDoctor(std::vector<std::string> arguments) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int exit_code = RunApplication(std::move(arguments));
  return {exit_code, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

// A refusal is one sentence that begins with the program's name, and nothing on standard output.
inline void ExpectRefused(std::vector<std::string> arguments, int exit_code, const std::string& words) {
  std::string line;
  for (const std::string& argument : arguments) line += argument + " ";
  const Ran ran = RunDoctor(std::move(arguments));
  EXPECT_EQ(ran.exit_code, exit_code) << line;
  EXPECT_THAT(ran.out, ::testing::IsEmpty()) << line;
  EXPECT_THAT(ran.err, ::testing::AllOf(::testing::StartsWith("bitsdoctor: "), ::testing::HasSubstr(words))) << line;
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << line << "\n" << ran.err;
}

}  // namespace bits::doctor
