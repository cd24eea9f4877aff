#include "harness/rules/resource_rules.h"

#include <algorithm>

#include "harness/rules/helper_token_rules.h"

namespace bits::rules {
namespace {

using Situation = ResourceSituation;

bool TokenIsMissing(const Situation& s) { return s.flags != 0 && !s.helper_set; }
bool HelperIsForLocalFiles(const Situation& s) { return (s.flags & HelperTokenFlags::kLocalFile) != 0; }
bool HelperIsForTheNetwork(const Situation& s) { return (s.flags & HelperTokenFlags::kNetwork) != 0; }
bool OnlyLocalSystemReachesTheKey(const Situation& s) { return HelperIsForTheNetwork(s) && !s.owner_is_local_system; }
bool CredentialsAreExplicit(const Situation& s) { return s.credentials == CredentialsGiven::kExplicit; }
bool NoCredentialsWereAllowed(const Situation& s) { return s.credentials == CredentialsGiven::kNone; }

constexpr std::uint32_t kLocalFiles =
    ResourceBit(Resource::kTemporaryFile) | ResourceBit(Resource::kUploadSource) | ResourceBit(Resource::kReplyFile);
constexpr std::uint32_t kChallenges = ResourceBit(Resource::kServerChallenge) | ResourceBit(Resource::kProxyChallenge);
constexpr std::uint32_t kProxies = ResourceBit(Resource::kProxySettings) | ResourceBit(Resource::kProxyDetection);
constexpr std::uint32_t kCertificate = ResourceBit(Resource::kClientCertificate);
constexpr std::uint32_t kOnTheNetwork = ResourceBit(Resource::kFileServer) | kChallenges | kProxies;
constexpr std::uint32_t kAll = kLocalFiles | kOnTheNetwork | kCertificate;

constexpr ResourceRule kRules[] = {
    {.id = "RU-01",
     .resources = kAll,
     .since = kAnyBuild,
     .until = kNoBuild,
     .when = TokenIsMissing,
     .uses = TokenUsed::kNobody,
     .then = "BG_E_TOKEN_REQUIRED"_hr,
     .statement = "A job whose flags ask for a helper token that it does not have goes no further.",
     .source = "helper-tokens-for-bits-transfer-jobs; decision D13e"},
    {.id = "RU-02",
     .resources = kCertificate,
     .since = kAnyBuild,
     .until = kNoBuild,
     .when = OnlyLocalSystemReachesTheKey,
     .uses = TokenUsed::kNobody,
     .then = "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY"_hr,
     .statement =
         "While the helper is for the network, the private key of a client certificate is out of reach, unless "
         "LocalSystem owns the job.",
     .source = "ibitstokenoptions-sethelpertokenflags"},
    {.id = "RU-03",
     .resources = kChallenges,
     .since = kAnyBuild,
     .until = kNoBuild,
     .when = CredentialsAreExplicit,
     .uses = TokenUsed::kCredentials,
     .then = "S_OK"_hr,
     .statement = "The name and password of SetCredentials answer a challenge, whoever's token the job has.",
     .source = "ibackgroundcopyjob2-setcredentials"},
    {.id = "RU-04",
     .resources = kChallenges,
     .since = kAnyBuild,
     .until = kNoBuild,
     .when = NoCredentialsWereAllowed,
     .uses = TokenUsed::kNobody,
     .then = "S_OK"_hr,
     .statement = "No token answers a challenge before SetCredentials without a name and password has allowed it.",
     .source = "ibitstokenoptions-sethelpertokenflags; authentication"},
    {.id = "RU-05",
     .resources = ResourceBit(Resource::kProxySettings),
     .since = kAnyBuild,
     .until = kWindows10_1809,
     .when = nullptr,
     .uses = TokenUsed::kOwner,
     .then = "S_OK"_hr,
     .statement = "Before Windows 10 1809 the proxy of Internet Options is the owner's, whatever the flags.",
     .source = "authentication"},
    {.id = "RU-06",
     .resources = kLocalFiles,
     .since = kAnyBuild,
     .until = kNoBuild,
     .when = HelperIsForLocalFiles,
     .uses = TokenUsed::kHelper,
     .then = "S_OK"_hr,
     .statement = "BG_TOKEN_LOCAL_FILE: the helper token opens the source of an upload, and makes and renames the "
                  "temporary file of a download and the reply file.",
     .source = "ibitstokenoptions-sethelpertokenflags"},
    {.id = "RU-07",
     .resources = kOnTheNetwork,
     .since = kAnyBuild,
     .until = kNoBuild,
     .when = HelperIsForTheNetwork,
     .uses = TokenUsed::kHelper,
     .then = "S_OK"_hr,
     .statement = "BG_TOKEN_NETWORK: the helper token opens the remote file of a file server, answers challenges of "
                  "servers and proxies, and finds the proxy.",
     .source = "ibitstokenoptions-sethelpertokenflags; authentication"},
    {.id = "RU-08",
     .resources = kAll,
     .since = kAnyBuild,
     .until = kNoBuild,
     .when = nullptr,
     .uses = TokenUsed::kOwner,
     .then = "S_OK"_hr,
     .statement = "Everything else is done with the owner's token, the client certificate always.",
     .source = "ibitstokenoptions-sethelpertokenflags"},
};

}  // namespace

std::span<const ResourceRule> ResourceRules() { return kRules; }

bool Applies(const ResourceRule& rule, const ResourceSituation& situation) {
  return (rule.resources & ResourceBit(situation.resource)) != 0 && rule.since <= situation.build &&
         situation.build < rule.until && (rule.when == nullptr || rule.when(situation));
}

const ResourceRule& Decide(const ResourceSituation& situation) {
  return *std::ranges::find_if(kRules, [&](const ResourceRule& rule) { return Applies(rule, situation); });
}

}  // namespace bits::rules
