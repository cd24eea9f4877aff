// The fixed resources of the stand-alone server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/http/http_resource.h"

namespace bits::testing {

// What is served at `target`, such as "/bytes/100"; nothing when there is no such resource.
std::optional<HttpResource> ResourceAt(std::string_view target);

// The resources, one a line, for people.
std::string DescribeRoutes();

}  // namespace bits::testing
