#include <string>
#include <string_view>
#include <vector>

#include "harness/win32/windows_headers.h"
// windows_headers.h first
#include "tools/bitsdoctor/application.h"

int wmain(int count, wchar_t** values) {
  std::vector<std::string> arguments;
  for (int i = 1; i < count; ++i) {
    const std::wstring_view wide = values[i];
    const int size = static_cast<int>(wide.size());
    std::string utf8(wide.size() * 3, '\0');
    const int length = size == 0 ? 0
                                 : WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide.data(), size, utf8.data(),
                                                       static_cast<int>(utf8.size()), nullptr, nullptr);
    if (length == 0 && size != 0) return bits::doctor::RefuseArgument(i);
    utf8.resize(static_cast<std::size_t>(length));
    arguments.push_back(std::move(utf8));
  }
  return bits::doctor::RunApplication(std::move(arguments));
}
