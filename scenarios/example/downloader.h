// The product of this example: downloads a file with a helper's rights on the network.
#pragma once

#include <string>
#include <string_view>

#include "harness/api/environment.h"
#include "harness/api/secret.h"

namespace example {

struct Helper {
  std::string user_name;  // of this computer
  bits::Secret password;
};

// Downloads `url` to `file`: the helper's token opens what is on the network, the caller's own the file. S_OK, or the
// first failure; then no job is left, and no file.
bits::HResult Download(bits::Environment& windows, std::string_view url, std::string_view file, const Helper& helper);

}  // namespace example
