// Changes of the registry that are taken back later, by this process or by another one.
#pragma once

#include <optional>
#include <string>

#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// What was there is noted down, in a key of the journal's own, before anything is changed: whoever is killed in the
// middle leaves what Undo needs. All keys are below HKEY_LOCAL_MACHINE, since Wine's COM looks for classes nowhere
// else. One thread, and one process at a time.
class RegistryJournal {
 public:
  // `key` is the journal's: "Software\\company\\product".
  explicit RegistryJournal(std::wstring key) : key_(std::move(key)) {}

  // Whether there is something to undo.
  bool exists() const;

  // Gives a key a value (the default one if `name` is empty), or takes the value from it. ERROR_SUCCESS, or what the
  // registry said; ERROR_ACCESS_DENIED for whom that is not allowed.
  LSTATUS Set(const std::wstring& key, const std::wstring& name, const std::optional<std::wstring>& value);

  // Puts everything back as it was, last change first, and removes the keys that were made for it if nothing else is in
  // them; then the journal. The first error, after trying everything; the journal stays then.
  LSTATUS Undo();

 private:
  std::wstring key_;
};

}  // namespace bits::fakes::com
