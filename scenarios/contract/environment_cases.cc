// What an Environment has besides BITS, as far as a case can ask about it everywhere.
#include <vector>

#include "harness/api/impersonation.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

void TheSteadyClockNeverGoesBack(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  Clock& clock = client->environment().clock();
  const auto steady = clock.SteadyNow();
  const auto system = clock.SystemNow();
  stage.WaitUntil([] { return false; }, std::chrono::milliseconds(20));
  contract.Expect("SteadyNow after a wait is later", clock.SteadyNow() > steady, true);
  contract.Expect("SystemNow after a wait is later", clock.SystemNow() > system, true);
}

void FilesAreSeenAndMoved(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  FileSystem& files = client->environment().files();
  const std::string first = stage.Path("first");
  const std::string second = stage.Path("second");
  contract.Expect("GetFileSize of nothing", files.GetFileSize(first), std::nullopt);
  contract.Expect("HashSha256 of nothing", HResultOf(files.HashSha256(first)), "ERROR_FILE_NOT_FOUND"_hr);
  contract.Expect("Remove of nothing", files.Remove(first), "S_FALSE"_hr);
  contract.Expect("Rename of nothing", files.Rename(first, second, ReplaceExisting::kNo), "ERROR_FILE_NOT_FOUND"_hr);
  stage.Write(first, "abc");
  stage.Write(second, "");
  contract.Expect("GetFileSize", files.GetFileSize(first), std::optional<std::uint64_t>(3));
  contract.Expect("HashSha256", files.HashSha256(first),
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  contract.Expect("Rename to a name that is taken", files.Rename(first, second, ReplaceExisting::kNo),
                  "ERROR_ALREADY_EXISTS"_hr);
  contract.Expect("Rename that replaces", files.Rename(first, second, ReplaceExisting::kYes), HResult());
  contract.Expect("GetFileSize of what was replaced", files.GetFileSize(second), std::optional<std::uint64_t>(3));
  contract.Expect("Remove", files.Remove(second), HResult());
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{});
}

void PathsAreLookedAt(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  FileSystem& files = client->environment().files();
  const std::string file = stage.Path("file");
  const std::string directory = file.substr(0, file.size() - 5);
  stage.Write(file, "abc");
  contract.Expect("IsDirectory of a directory", files.IsDirectory(directory), true);
  contract.Expect("IsDirectory of a file", files.IsDirectory(file), false);
  contract.Expect("IsDirectory of nothing", files.IsDirectory(stage.Path("nothing")), false);
  contract.Expect("GetFileSize of a directory", HResultOf(files.GetFileSize(directory)), "ERROR_DIRECTORY"_hr);
  contract.Expect("GetFullPath of a full path is the path", Must(files.GetFullPath(file)) == file, true);
}

void AServerIsAsked(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  HttpClient& http = client->environment().http();
  const auto status = [&](std::string_view method, const std::string& url) {
    HttpRequest request;
    request.method = method;
    request.url = url;
    return http.Send(request).map([](const HttpResponse& response) { return response.status; });
  };
  contract.Expect("HEAD of a file", status("HEAD", stage.sources().small), 200U);
  contract.Expect("GET of a file", status("GET", stage.sources().small), 200U);
  contract.Expect("HEAD of a file that is missing", status("HEAD", stage.sources().missing), 404U);
  contract.Expect("a server that is away answers", status("HEAD", stage.sources().unreachable).has_value(), false);
  contract.Expect("HEAD of what is no URL", status("HEAD", "nonsense"), "E_INVALIDARG"_hr);
}

void TheOwnTokenIsDescribed(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  LogonApi& logon = client->environment().logon();
  const Token token = contract.Get("OpenProcessToken", logon.OpenProcessToken(TokenAccess::kQuery));
  const TokenFacts facts = contract.Get("GetTokenFacts", logon.GetTokenFacts(token));
  contract.Expect("the process's token is a primary one", facts.type, TokenType::kPrimary);
  contract.Expect("OpenThreadToken of a thread that impersonates nobody",
                  HResultOf(logon.OpenThreadToken(TokenAccess::kQuery, true)), "ERROR_NO_TOKEN"_hr);
  const AccountName name = contract.Get("LookupAccountSid", logon.LookupAccountSid(facts.user.sid));
  contract.Expect("LookupAccountName leads back to the SID",
                  logon.LookupAccountName(fmt::format("{}\\{}", name.domain, name.name)), facts.user.sid);
  contract.Expect("LookupAccountName of nobody", HResultOf(logon.LookupAccountName("nobody at all")),
                  "ERROR_NONE_MAPPED"_hr);
}

void TokensAreDuplicatedDownwards(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  LogonApi& logon = client->environment().logon();
  const Token own = Must(logon.OpenProcessToken(TokenAccess::kQuery | TokenAccess::kDuplicate));
  constexpr std::uint32_t kAccess = TokenAccess::kQuery | TokenAccess::kDuplicate | TokenAccess::kImpersonate;
  const Token identify =
      contract.Get("DuplicateTokenEx to level IDENTIFY",
                   logon.DuplicateTokenEx(own, kAccess, ImpersonationLevel::kIdentify, TokenType::kImpersonation));
  contract.Expect("the level of the duplicate", Must(logon.GetTokenFacts(identify)).impersonation_level,
                  std::optional(ImpersonationLevel::kIdentify));
  contract.Expect(
      "DuplicateTokenEx that raises the level",
      HResultOf(logon.DuplicateTokenEx(identify, kAccess, ImpersonationLevel::kImpersonate, TokenType::kImpersonation)),
      "ERROR_BAD_IMPERSONATION_LEVEL"_hr);
  contract.Expect("CheckTokenMembership of a primary token", HResultOf(logon.CheckTokenMembership(&own, "S-1-1-0")),
                  "ERROR_NO_IMPERSONATION_TOKEN"_hr);
  contract.Expect("CheckTokenMembership of Everyone", logon.CheckTokenMembership(&identify, "S-1-1-0"), true);
}

void AThreadImpersonatesAndReverts(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  LogonApi& logon = client->environment().logon();
  const Token own = Must(logon.OpenProcessToken(TokenAccess::kQuery | TokenAccess::kDuplicate));
  contract.Expect("ImpersonateLoggedOnUser", logon.ImpersonateLoggedOnUser(own), HResult());
  contract.Expect("OpenThreadToken then", HResultOf(logon.OpenThreadToken(TokenAccess::kQuery, true)), HResult());
  contract.Expect("RevertToSelf", logon.RevertToSelf(), HResult());
  contract.Expect("OpenThreadToken afterwards", HResultOf(logon.OpenThreadToken(TokenAccess::kQuery, true)),
                  "ERROR_NO_TOKEN"_hr);
  const std::string sids[] = {std::string(kAdministratorsSid)};
  TokenRestrictions restrictions;
  restrictions.sids_to_disable = sids;
  const Token restricted = contract.Get("CreateRestrictedToken", logon.CreateRestrictedToken(own, restrictions));
  contract.Expect("its administrators are enabled",
                  AdministratorsIn(Must(logon.GetTokenFacts(restricted))) == AdministratorsMembership::kEnabled, false);
}

const Case kCases[] = {
    {"TheSteadyClockNeverGoesBack", "harness/api/clock.h", {}, TheSteadyClockNeverGoesBack},
    {"FilesAreSeenAndMoved", "harness/api/file_system.h", {}, FilesAreSeenAndMoved},
    {"PathsAreLookedAt", "harness/api/file_system.h", {}, PathsAreLookedAt},
    {"AServerIsAsked", "harness/api/http_client.h", {}, AServerIsAsked},
    {"TheOwnTokenIsDescribed", "securitybaseapi-gettokeninformation", {}, TheOwnTokenIsDescribed},
    {"TokensAreDuplicatedDownwards", "securitybaseapi-duplicatetokenex", {}, TokensAreDuplicatedDownwards},
    {"AThreadImpersonatesAndReverts", "securitybaseapi-impersonateloggedonuser", {}, AThreadImpersonatesAndReverts},
};

}  // namespace

std::span<const Case> EnvironmentCases() { return kCases; }

}  // namespace bits::contract
