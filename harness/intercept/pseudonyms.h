// Other names for what a recording must not tell.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "harness/intercept/json_values.h"

namespace bits::intercept {

// kRaw keeps SIDs, names, paths and URLs as they are; secrets are withheld all the same.
enum class Privacy { kPseudonyms, kRaw };

// Gives every account, machine, domain, host and file name, and every SID that is somebody's, a name of its own
// ("user-1", "host-2", "S-1-5-21-0-0-1-1003"), always the same one for the same thing, so that what was equal stays
// equal. Kept are names and SIDs that every Windows has (S-1-5-18, S-1-5-32-544, S-1-16-12288, BUILTIN\…), loopback
// addresses, and the beginnings and ends of paths that tell no name (C:\Windows\System32, .msi).
//
// Withheld always: user names and passwords in URLs, queries, values of headers but those known to hold no secret,
// parameters of notification commands, replies of upload jobs; and without kRaw the texts of events, in which names
// cannot be told from words. Control characters become '?'. One thread at a time.
class Pseudonyms {
 public:
  explicit Pseudonyms(Privacy privacy) : privacy_(privacy) {}

  Privacy privacy() const { return privacy_; }

  // Of a call of `interface_name`.
  Json Arguments(std::string_view interface_name, Json arguments);
  Json Value(std::string_view interface_name, std::string_view method, Json value);
  // Of a command: "file" is a path, "helper" an account.
  Json Options(Json options);

  // "DOMAIN\user", "user@domain" or "user".
  std::string Account(std::string_view account);
  std::string Sid(std::string_view sid);
  std::string Path(std::string_view path);
  std::string Url(std::string_view url);
  // A text in which SIDs, URLs and full paths may stand.
  std::string Text(std::string_view text);

 private:
  enum class Kind;
  struct FieldRow;

  static Kind KindOf(std::string_view interface_name, std::string_view field);
  void Walk(std::string_view interface_name, std::string_view field, Json& json);
  void WalkAccounts(Json& object);
  std::string Replace(Kind kind, const std::string& text);
  std::string Headers(std::string_view lines);
  std::string HeaderValue(std::string_view name, std::string_view value);
  std::string Component(std::string_view component);
  std::string Host(std::string_view host);
  // "KIND-N", the same for the same text in letters of either case.
  std::string Name(std::string_view kind, std::string_view text);

  Privacy privacy_;
  std::map<std::string, std::string> names_;
  std::map<std::string, std::size_t, std::less<>> counts_;  // by kind
};

}  // namespace bits::intercept
