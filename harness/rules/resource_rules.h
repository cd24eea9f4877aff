// Whose token BITS uses for each resource that a job touches, as data.
//
// One row says: on these builds, for these resources, in this situation, this token opens it, and this page says so.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/api/enum_names.h"
#include "harness/api/hresult.h"
#include "harness/api/job_types.h"
#include "harness/api/machine.h"

namespace bits::rules {

enum class Resource {
  kTemporaryFile,      // of a download: created, written, and renamed by Complete
  kUploadSource,       // the local file of an upload
  kReplyFile,          // of an upload with reply
  kFileServer,         // the remote file of an SMB name
  kServerChallenge,    // of an HTTP server, to the schemes that take the identity of a logon: NTLM, Negotiate
  kProxyChallenge,     // the same, of a proxy
  kProxySettings,      // the proxy that Internet Options name, with BG_JOB_PROXY_USAGE_PRECONFIG
  kProxyDetection,     // the proxy that automatic configuration finds, with PRECONFIG or AUTODETECT
  kClientCertificate,  // the store that it is looked for in, and its private key
};

constexpr std::uint32_t ResourceBit(Resource resource) { return 1U << static_cast<unsigned>(resource); }

// What SetCredentials was told for the server or the proxy that challenges.
enum class CredentialsGiven { kNone, kImplicit, kExplicit };

// Everything that decides whose token is used.
struct ResourceSituation {
  OsBuild build;
  Resource resource = Resource::kTemporaryFile;
  std::uint32_t flags = 0;  // HelperTokenFlags of the job
  bool helper_set = false;  // the job has a helper token
  bool owner_is_local_system = false;
  CredentialsGiven credentials = CredentialsGiven::kNone;
};

enum class TokenUsed {
  kOwner,
  kHelper,
  kCredentials,  // none: the name and password of SetCredentials
  kNobody,       // none: nothing is sent, and the challenge stands; or the job does not get that far
};

struct ResourceRule {
  std::string_view id;
  std::uint32_t resources;                 // ResourceBit of each that it is about
  OsBuild since;                           // the first build it holds for
  OsBuild until;                           // the first build it no longer holds for
  bool (*when)(const ResourceSituation&);  // nullptr: in every situation
  TokenUsed uses;
  HResult then;  // the job's error; S_OK where the token decides
  std::string_view statement;
  std::string_view source;
};

// In the order in which they are tried: the first that applies decides. The last applies always.
std::span<const ResourceRule> ResourceRules();

// Whether the rule applies to `situation`.
bool Applies(const ResourceRule& rule, const ResourceSituation& situation);

// The rule that decides `situation`.
const ResourceRule& Decide(const ResourceSituation& situation);

}  // namespace bits::rules

template <>
struct bits::EnumNames<bits::rules::Resource> {
  using Resource = bits::rules::Resource;
  static constexpr EnumName<Resource> kNames[] = {
      {Resource::kTemporaryFile, "temporary-file"},
      {Resource::kUploadSource, "upload-source"},
      {Resource::kReplyFile, "reply-file"},
      {Resource::kFileServer, "file-server"},
      {Resource::kServerChallenge, "server-challenge"},
      {Resource::kProxyChallenge, "proxy-challenge"},
      {Resource::kProxySettings, "proxy-settings"},
      {Resource::kProxyDetection, "proxy-detection"},
      {Resource::kClientCertificate, "client-certificate"},
  };
};

template <>
struct bits::EnumNames<bits::rules::TokenUsed> {
  using Used = bits::rules::TokenUsed;
  static constexpr EnumName<Used> kNames[] = {{Used::kOwner, "owner"},
                                              {Used::kHelper, "helper"},
                                              {Used::kCredentials, "credentials"},
                                              {Used::kNobody, "nobody"}};
};

template <>
struct bits::EnumNames<bits::rules::CredentialsGiven> {
  using Given = bits::rules::CredentialsGiven;
  static constexpr EnumName<Given> kNames[] = {
      {Given::kNone, "none"}, {Given::kImplicit, "implicit"}, {Given::kExplicit, "explicit"}};
};
