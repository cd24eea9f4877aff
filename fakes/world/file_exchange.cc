// How BITS reads and writes remote files that have a path: on a file server, or on the machine itself.
#include <string>
#include <utility>

#include "fakes/world/network.h"
#include "fakes/world/paths.h"
#include "fakes/world/transfer_answers.h"

namespace bits::fakes {
namespace {

constexpr std::string_view kUncPrefix = R"(\\)";

// A file that another program has open is free again in a while; everything else waits for an administrator.
Persistence PersistenceOf(HResult error) {
  return error == "ERROR_SHARING_VIOLATION"_hr ? Persistence::kTransient : Persistence::kFatal;
}

void AskDisk(const TransferRequest& request, const TokenFacts& token, std::string_view path, Disk& disk,
             TransferAnswer& answer) {
  if (request.upload) {
    answer.total = request.upload_content.size();
    const HResult written = disk.Write(token, path, request.upload_content);
    if (written.Failed()) FailRemoteFile(answer, written, PersistenceOf(written));
    return;
  }
  const Result<FileContent> content = disk.Read(token, path);
  if (!content) return FailRemoteFile(answer, content.error(), PersistenceOf(content.error()));
  AnswerFrom(answer, *content, request.offset);
}

std::string HostOf(std::string_view unc_path) {
  const std::string key = PathKey(unc_path.substr(kUncPrefix.size()));
  return key.substr(0, key.find('\\'));
}

TokenFacts Shown(const NetworkIdentity& identity) {
  if (!identity.anonymous && !identity.account_sid) return identity.token;
  TokenFacts shown;
  shown.user.sid = identity.anonymous ? std::string(kAnonymousSid) : *identity.account_sid;
  return shown;
}

}  // namespace

TransferAnswer Network::AskFile(const TransferRequest& request, std::string_view path, Disk& local) {
  TransferAnswer answer;
  answer.http = false;
  const NetworkIdentity& identity = request.server_identity;
  if (!path.starts_with(kUncPrefix)) {
    AskDisk(request, identity.token, path, local, answer);
    return answer;
  }
  const auto found = smb_.find(HostOf(path));
  if (found == smb_.end()) {
    FailTransport(answer, "ERROR_BAD_NETPATH"_hr, Persistence::kTransient);
    return answer;
  }
  SmbServer& server = *found->second;
  answer.latency = server.latency;
  answer.bytes_per_second = server.bytes_per_second;
  if (server.failure.Failed()) {
    FailTransport(answer, server.failure, Persistence::kTransient);
  } else if (!identity.anonymous && !identity.valid) {
    FailRemoteFile(answer, "ERROR_LOGON_FAILURE"_hr);
  } else {
    AskDisk(request, Shown(identity), path, server.disk, answer);
  }
  return answer;
}

}  // namespace bits::fakes
