// What a remote name and a local name may look like, before anybody is asked for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bits::transfer {

// What is wrong with a URL or UNC path as a job's remote name, as the end of a sentence; nothing when it is all right:
// http, https or file with a host or path, or \\server\share; at most 2,200 characters; no wildcards, blanks or control
// characters [bg_file_info].
std::optional<std::string> WhatIsWrongWithRemoteName(std::string_view name);

// The same for a local name: no wildcards or characters that Windows' file names cannot have, no alternate streams, no
// \\?\ prefix, not a directory's name [bg_file_info].
std::optional<std::string> WhatIsWrongWithLocalName(std::string_view name);

}  // namespace bits::transfer
