#include "harness/intercept/pseudonyms.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/api/ascii_case.h"
#include "harness/intercept/recorded_calls.h"

namespace bits::intercept {

// What a field holds.
enum class Pseudonyms::Kind {
  kText,      // anything: SIDs, URLs and full paths in it are replaced
  kKept,      //
  kAccount,   //
  kName,      // of a machine or a domain
  kPath,      // full or not
  kOpaque,    // the whole of it is somebody's
  kHeaders,   // "Name: value" lines
  kWithheld,  // with pseudonyms only
  kSecret,    // always
};

struct Pseudonyms::FieldRow {
  std::string_view interface_name;  // empty: of any
  std::string_view field;           // of arguments or values; a method's name for a value without fields; empty: all
  Kind kind;
};

namespace {

constexpr std::string_view kWithheldText = "(withheld)";

// Domains and accounts that every Windows has.
constexpr std::string_view kKnownDomains[] = {"nt authority",     "builtin",        "nt service",  "mandatory label",
                                              "font driver host", "window manager", "iis apppool", "."};
constexpr std::string_view kKnownAccounts[] = {"localsystem", "localservice",  "networkservice", "system",
                                               "everyone",    "creator owner", "local",          "none"};

// Names in paths that tell nothing.
constexpr std::string_view kKnownComponents[] = {"windows",
                                                 "system32",
                                                 "syswow64",
                                                 "users",
                                                 "public",
                                                 "programdata",
                                                 "program files",
                                                 "program files (x86)",
                                                 "temp",
                                                 "tmp",
                                                 "appdata",
                                                 "local",
                                                 "roaming",
                                                 "desktop",
                                                 "documents",
                                                 "downloads",
                                                 "svchost",
                                                 "qmgr",
                                                 "home",
                                                 "share",
                                                 "?",
                                                 "."};

// Headers whose values hold no secret.
constexpr std::string_view kKnownHeaders[] = {
    "accept",        "accept-ranges", "cache-control", "connection", "content-length",
    "content-range", "content-type",  "date",          "etag",       "host",
    "last-modified", "location",      "range",         "server",     "transfer-encoding",
    "user-agent",    "vary"};

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [name](std::string_view known) { return EqualsIgnoringCase(known, name); });
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ToLowerAscii);
  return lower;
}

bool IsWord(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && EqualsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

bool IsDrivePath(std::string_view text) {
  return text.size() >= 3 && IsWord(text[0]) && (text[0] > '9') && text[1] == ':' &&
         (text[2] == '\\' || text[2] == '/');
}

// The numbers behind "S-1-".
std::vector<std::uint64_t> SidNumbers(std::string_view sid) {
  std::vector<std::uint64_t> numbers;
  for (std::string_view rest = sid.substr(std::min<std::size_t>(sid.size(), 4)); !rest.empty();) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc()) break;
    numbers.push_back(number);
    rest.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(end - rest.data()) + 1, rest.size()));
  }
  return numbers;
}

// SIDs that are the same on every Windows: of rights and roles, not of somebody.
bool IsKnownSid(const std::vector<std::uint64_t>& numbers) {
  if (numbers.size() < 2) return true;
  if (numbers[0] != 5) return numbers[0] != 12;  // Everyone, Local, Creator Owner, integrity levels, capabilities
  if (numbers.size() == 2) return true;          // NT AUTHORITY\…
  return numbers[1] == 32 || numbers[1] == 64 || numbers[1] == 65 || numbers[1] == 80;  // BUILTIN, NT SERVICE
}

// Without what could move a terminal's cursor.
std::string WithoutControls(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool c0 = (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
    const bool c1 = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                    static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c0) text[i] = '?';
    if (c1) text.replace(i, 2, "?");
  }
  return text;
}

}  // namespace

Pseudonyms::Kind Pseudonyms::KindOf(std::string_view interface_name, std::string_view field) {
  static constexpr FieldRow kRows[] = {
      {"Machine", "ComputerName", Kind::kName},
      {"Machine", "binary_path", Kind::kText},
      {"Machine", "account", Kind::kAccount},
      {"Machine", "message", Kind::kWithheld},
      {"Machine", "", Kind::kText},
      {"LogonApi", "lpszUsername", Kind::kAccount},
      {"LogonApi", "lpszDomain", Kind::kName},
      {"LogonApi", "lpAccountName", Kind::kAccount},
      {"FileSystem", "HashSha256", Kind::kKept},
      {"FileSystem", "replace", Kind::kKept},
      {"FileSystem", "", Kind::kPath},
      {"", "file", Kind::kPath},
      {"", "helper", Kind::kAccount},
      {"", "user_name", Kind::kAccount},
      {"", "SubjectName", Kind::kOpaque},
      {"", "subject_name", Kind::kOpaque},
      {"", "ProxyList", Kind::kOpaque},
      {"", "ProxyBypassList", Kind::kOpaque},
      {"", "proxy_list", Kind::kOpaque},
      {"", "bypass_list", Kind::kOpaque},
      {"", "RequestHeaders", Kind::kHeaders},
      {"", "GetCustomHeaders", Kind::kHeaders},
      {"", "Parameters", Kind::kSecret},
      {"", "parameters", Kind::kSecret},
  };
  const auto* const found = std::ranges::find_if(kRows, [&](const FieldRow& row) {
    return (row.interface_name.empty() || row.interface_name == interface_name) &&
           (row.field.empty() || row.field == field);
  });
  return found != std::end(kRows) ? found->kind : Kind::kText;
}

Json Pseudonyms::Arguments(std::string_view interface_name, Json arguments) {
  Walk(interface_name, "", arguments);
  return arguments;
}

Json Pseudonyms::Value(std::string_view interface_name, std::string_view method, Json value) {
  if (method == "GetReplyData") return Json::array();
  Walk(interface_name, method, value);
  return value;
}

Json Pseudonyms::Options(Json options) {
  Walk("", "", options);
  return options;
}

void Pseudonyms::Walk(std::string_view interface_name, std::string_view field, Json& json) {
  if (json.is_string()) {
    json = Replace(KindOf(interface_name, field), json.get_ref<const std::string&>());
    return;
  }
  if (json.is_array()) {
    if (field == "headers") {
      for (Json& pair : json) {
        const std::string name = pair[0].get<std::string>();
        pair = Json::array({WithoutControls(name), HeaderValue(name, pair[1].get_ref<const std::string&>())});
      }
      return;
    }
    if (field == "pCertHashBlob" && privacy_ == Privacy::kPseudonyms) json = Json::array();
    for (Json& element : json) Walk(interface_name, field, element);
    return;
  }
  if (!json.is_object()) return;
  WalkAccounts(json);
  const bool names_account = json.contains("account") && json.contains("sid");
  const bool is_account = json.contains("domain") && json.contains("name");
  for (auto item = json.begin(); item != json.end(); ++item) {
    if (item.key() == "account" && names_account) continue;
    if ((item.key() == "domain" || item.key() == "name") && is_account) continue;
    if (item.key() == "hash" && json.contains("store_name") && privacy_ == Privacy::kPseudonyms) {
      item.value() = std::string(40, '0');
      continue;
    }
    Walk(interface_name, item.key(), item.value());
  }
}

// An account beside its SID, or a domain beside its user.
void Pseudonyms::WalkAccounts(Json& object) {
  if (privacy_ == Privacy::kRaw) return;
  if (object.contains("account") && object.contains("sid") && object["sid"].is_string()) {
    const std::string account = object["account"].get<std::string>();
    const std::vector<std::uint64_t> numbers = SidNumbers(object["sid"].get_ref<const std::string&>());
    const bool session = numbers.size() > 1 && numbers[0] == 5 && numbers[1] == 5;
    if (!IsKnownSid(numbers) && !account.empty()) object["account"] = session ? "" : Account(account);
  }
  if (object.contains("domain") && object.contains("name") && object["domain"].is_string()) {
    const std::string domain = object["domain"].get<std::string>();
    if (domain.empty() || Contains(kKnownDomains, domain)) return;
    object["domain"] = Replace(Kind::kName, domain);
    object["name"] = Account(object["name"].get<std::string>());
  }
}

std::string Pseudonyms::Replace(Kind kind, const std::string& text) {
  const bool raw = privacy_ == Privacy::kRaw;
  switch (kind) {
    case Kind::kSecret:
      return std::string(kWithheldText);
    case Kind::kHeaders:
      return Headers(text);
    case Kind::kKept:
      return WithoutControls(text);
    case Kind::kWithheld:
      return raw ? WithoutControls(text) : std::string(kWithheldText);
    case Kind::kAccount:
      return Account(text);
    case Kind::kName:
      if (raw || text.empty() || Contains(kKnownDomains, text)) return WithoutControls(text);
      return Name("host", text);
    case Kind::kPath:
      return Path(text);
    case Kind::kOpaque:
      return raw || text.empty() ? WithoutControls(text) : Name("text", text);
    case Kind::kText:
      break;
  }
  return Text(text);
}

std::string Pseudonyms::Account(std::string_view account) {
  if (privacy_ == Privacy::kRaw || account.empty() || account.front() == '(') {
    return WithoutControls(std::string(account));
  }
  if (StartsWith(account, "S-1-")) return Sid(account);
  if (const std::size_t slash = account.find('\\'); slash != std::string_view::npos) {
    const std::string_view domain = account.substr(0, slash);
    if (domain.empty() || (Contains(kKnownDomains, domain) && domain != ".")) return std::string(account);
    return (domain == "." ? "." : Name("host", domain)) + "\\" + Name("user", account.substr(slash + 1));
  }
  if (const std::size_t at = account.find('@'); at != std::string_view::npos) {
    return Name("user", account.substr(0, at)) + "@" + Name("host", account.substr(at + 1));
  }
  return Contains(kKnownAccounts, account) ? std::string(account) : Name("user", account);
}

std::string Pseudonyms::Sid(std::string_view sid) {
  const std::vector<std::uint64_t> numbers = SidNumbers(sid);
  if (privacy_ == Privacy::kRaw || IsKnownSid(numbers)) return std::string(sid);
  if (numbers[0] == 5 && numbers[1] == 5) return fmt::format("S-1-5-5-0-{}", Name("session", sid).substr(8));
  constexpr std::uint64_t kFirstOfOnesOwn = 1000;
  const std::size_t last = sid.rfind('-');
  const std::string domain = Name("authority", sid.substr(0, last)).substr(10);
  // Administrator, Domain Users and their like have the same last number everywhere.
  const bool known = numbers[0] == 5 && numbers[1] == 21 && numbers.back() < kFirstOfOnesOwn;
  const std::string rid = known ? std::to_string(numbers.back()) : fmt::format("1{:0>3}", Name("sid", sid).substr(4));
  return fmt::format("S-1-5-21-0-0-{}-{}", domain, rid);
}

std::string Pseudonyms::Path(std::string_view path) {
  if (StartsWith(path, "http:") || StartsWith(path, "https:") || StartsWith(path, "file:")) return Url(path);
  if (privacy_ == Privacy::kRaw) return WithoutControls(std::string(path));
  std::string replaced;
  std::size_t begin = 0;
  const bool network = path.starts_with("\\\\") || path.starts_with("//");
  for (std::size_t i = 0, parts = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '\\' && path[i] != '/') continue;
    const std::string_view component = path.substr(begin, i - begin);
    const bool host = network && parts == 2 && component != "?" && component != ".";
    replaced += host ? Host(component) : Component(component);
    if (i < path.size()) replaced += path[i];
    begin = i + 1;
    ++parts;
  }
  return replaced;
}

// What this project puts behind a name while it writes stays behind the pseudonym, and so does a short ending.
std::string Pseudonyms::Component(std::string_view component) {
  constexpr std::string_view kPartial = ".partial";
  constexpr std::size_t kPartialLength = 17;  // ".0123abcd.partial"
  constexpr std::size_t kLongestEnding = 8;
  if (component.empty() || component == ".." || component.ends_with(':') || component.front() == '%') {
    return std::string(component);
  }
  std::string_view base = component.substr(0, LengthWithoutStamp(component));
  if (base.ends_with(kPartial) && base.size() > kPartialLength && base[base.size() - kPartialLength] == '.') {
    base.remove_suffix(kPartialLength);
  }
  const std::string_view mark = component.substr(base.size());
  if (Contains(kKnownComponents, base.substr(0, base.find('.')))) return WithoutControls(std::string(component));
  const std::size_t dot = base.rfind('.');
  std::string_view ending = dot == std::string_view::npos || dot == 0 ? std::string_view() : base.substr(dot);
  if (ending.size() > kLongestEnding || !std::ranges::all_of(ending.substr(ending.empty() ? 0 : 1), IsWord))
    ending = {};
  return Name("name", base) + std::string(ending) + std::string(mark);
}

std::string Pseudonyms::Host(std::string_view host) {
  if (host.empty() || EqualsIgnoringCase(host, "localhost") || host.starts_with("127.") || host == "[::1]") {
    return std::string(host);
  }
  return Name("host", host);
}

std::string Pseudonyms::Url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return Component(url);
  const std::size_t authority = scheme + 3;
  const std::size_t path = std::min(url.find_first_of("/?#\\", authority), url.size());
  const std::size_t query = std::min(url.find_first_of("?#", path), url.size());
  std::string_view host = url.substr(authority, path - authority);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
  const std::string_view port = has_port ? host.substr(colon) : std::string_view();
  if (has_port) host = host.substr(0, colon);

  const bool raw = privacy_ == Privacy::kRaw;
  std::string replaced = WithoutControls(std::string(url.substr(0, authority)));
  replaced += raw ? WithoutControls(std::string(host)) : Host(host);
  replaced += WithoutControls(std::string(port));
  replaced += Path(url.substr(path, query - path));
  if (query < url.size()) replaced += "?" + Name("query", url.substr(query));
  return replaced;
}

std::string Pseudonyms::Text(std::string_view text) {
  const bool raw = privacy_ == Privacy::kRaw;
  if (!raw && text.starts_with("\\\\")) return Path(text);
  std::string replaced;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const bool begins_word = i == 0 || !IsWord(text[i - 1]);
    if (begins_word && StartsWith(rest, "S-1-")) {
      const std::size_t end = std::min(rest.find_first_not_of("0123456789-", 4), rest.size());
      replaced += Sid(rest.substr(0, end));
      i += end;
    } else if (begins_word && (StartsWith(rest, "http://") || StartsWith(rest, "https://") ||
                               StartsWith(rest, "file://") || StartsWith(rest, "ftp://"))) {
      std::size_t end = std::min(rest.find_first_of(" \t\r\n\"<>|"), rest.size());
      while (std::string_view(".,;:!)").find(rest[end - 1]) != std::string_view::npos) --end;
      replaced += Url(rest.substr(0, end));
      i += end;
    } else if (!raw && begins_word && IsDrivePath(rest)) {
      const std::size_t end = std::min(rest.find_first_of("\r\n\"<>|;,"), rest.size());
      replaced += Path(rest.substr(0, end));
      i += end;
    } else {
      replaced += text[i++];
    }
  }
  return WithoutControls(std::move(replaced));
}

std::string Pseudonyms::Headers(std::string_view lines) {
  std::string replaced;
  for (std::string_view rest = lines; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    const bool ended = end < rest.size();
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos) {
      if (!line.empty()) replaced += kWithheldText;
    } else {
      std::string_view value = line.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      replaced += WithoutControls(std::string(name)) + ": " + HeaderValue(name, value);
    }
    if (ended) replaced += "\r\n";
  }
  return replaced;
}

std::string Pseudonyms::HeaderValue(std::string_view name, std::string_view value) {
  if (!Contains(kKnownHeaders, name)) return std::string(kWithheldText);
  return EqualsIgnoringCase(name, "host") && privacy_ == Privacy::kPseudonyms ? Host(value) : Text(value);
}

std::string Pseudonyms::Name(std::string_view kind, std::string_view text) {
  const auto [name, is_new] = names_.try_emplace(fmt::format("{}\n{}", kind, Lower(text)));
  if (is_new) name->second = fmt::format("{}-{}", kind, ++counts_[std::string(kind)]);
  return name->second;
}

}  // namespace bits::intercept
