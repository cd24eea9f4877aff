#include <string>
#include <vector>

#include "harness/api/utf8.h"
#include "tools/bitsdoctor/application.h"

int main(int count, char** values) {
  std::vector<std::string> arguments(values + 1, values + count);
  for (int i = 1; i < count; ++i) {
    if (!bits::IsUtf8(values[i])) return bits::doctor::RefuseArgument(i);
  }
  return bits::doctor::RunApplication(std::move(arguments));
}
