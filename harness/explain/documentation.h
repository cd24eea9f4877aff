// The pages that the project's texts cite by id, with title and address.
#pragma once

#include <string_view>

namespace bits {

// `url` is empty for a source that is no page, such as a header of the SDK.
struct DocumentationPage {
  std::string_view id;
  std::string_view title;
  std::string_view url;
};

// The page called `id` ("ibitstokenoptions-sethelpertoken"), or null. Static data; any thread.
const DocumentationPage* FindDocumentation(std::string_view id);

}  // namespace bits
