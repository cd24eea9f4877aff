#include "tools/bitsdoctor/helper_option.h"

#include <algorithm>

#include <fmt/format.h>

#include "tools/bitsdoctor/exit_code.h"
#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {

AccountArgument ParseAccount(std::string_view text) {
  const auto refuse = [text]() -> Refusal {
    return Refusal(
        ExitCode::kWrongUsage,
        fmt::format("--helper {}: not an account; give DOMAIN\\user, .\\user for an account of this machine, "
                    "or user@domain",
                    text));
  };
  const std::size_t backslash = text.find('\\');
  if (backslash != std::string_view::npos) {
    const std::string_view domain = text.substr(0, backslash);
    const std::string_view user = text.substr(backslash + 1);
    if (domain.empty() || user.empty() || user.find_first_of("\\/") != std::string_view::npos) throw refuse();
    return {std::string(user), std::string(domain)};
  }
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    if (at == 0 || at + 1 == text.size()) throw refuse();
    return {std::string(text), std::nullopt};
  }
  if (text.empty() || text.find_first_of("/:*?\"<>|") != std::string_view::npos) throw refuse();
  return {std::string(text), "."};
}

void RequireAccount(LogonApi& logon, const AccountArgument& account, std::string_view text) {
  const bool local = account.domain == ".";
  const std::string name = account.domain && !local ? *account.domain + "\\" + account.user_name : account.user_name;
  const Result<std::string> sid = logon.LookupAccountName(name);
  if (sid || sid.error() != "ERROR_NONE_MAPPED"_hr) return;
  throw Refusal(ExitCode::kWrongUsage,
                fmt::format("--helper {}: neither this machine nor its domains know that account; see what there is "
                            "with net user, or give DOMAIN\\user",
                            text));
}

Secret GetPassword(std::string_view account, bool from_stdin) {
  Result<Secret> password =
      from_stdin ? ReadPasswordLine() : PromptForPassword(fmt::format("Password of {}: ", account));
  if (password) return std::move(*password);
  if (from_stdin) {
    throw Refusal(ExitCode::kWrongUsage,
                  password.error() == "ERROR_BROKEN_PIPE"_hr
                      ? "--password-stdin: standard input is empty or closed; write the password to it as one line"
                      : "--password-stdin: the first line of standard input is no password (too long, or not UTF-8)");
  }
  if (password.error() == "ERROR_CANCELLED"_hr) throw Refusal(ExitCode::kCouldNotRun, "no password was given");
  throw Refusal(ExitCode::kWrongUsage,
                fmt::format("no password for {}: standard input is not a terminal; write the password to standard "
                            "input and add --password-stdin",
                            account));
}

std::uint32_t ParseHelperTokenFlags(std::string_view text) {
  struct Flag {
    std::string_view name;
    std::uint32_t bit;
  };
  static constexpr Flag kFlags[] = {
      {"none", 0}, {"local-file", HelperTokenFlags::kLocalFile}, {"network", HelperTokenFlags::kNetwork}};
  std::uint32_t flags = 0;
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    const auto found = std::ranges::find(kFlags, word, &Flag::name);
    if (found == std::end(kFlags)) {
      throw Refusal(ExitCode::kWrongUsage,
                    fmt::format("--flags {}: \"{}\" is no flag; give local-file, network, both with a comma, or none",
                                text, word));
    }
    flags |= found->bit;
    if (comma == std::string_view::npos) return flags;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace bits::doctor
