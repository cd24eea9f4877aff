#include "fakes/mocks/printers.h"

#include <cstdint>
#include <optional>

namespace bits {
namespace {

void PrintBytes(std::ostream& out, std::uint64_t transferred, const std::optional<std::uint64_t>& total) {
  out << transferred << " of ";
  if (total) {
    out << *total;
  } else {
    out << "unknown";
  }
  out << " bytes";
}

void PrintSecurity(std::ostream& out, AuthenticationLevel authentication, ImpersonationLevel impersonation,
                   Cloaking cloaking) {
  out << "authentication level " << authentication << ", impersonation level " << impersonation << ", cloaking "
      << cloaking;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const JobError& error) {
  return out << error.code << " in context " << error.context;
}

std::ostream& operator<<(std::ostream& out, const JobProgress& progress) {
  PrintBytes(out, progress.bytes_transferred, progress.bytes_total);
  return out << ", " << progress.files_transferred << " of " << progress.files_total << " files";
}

std::ostream& operator<<(std::ostream& out, const JobReplyProgress& progress) {
  PrintBytes(out, progress.bytes_transferred, progress.bytes_total);
  return out;
}

std::ostream& operator<<(std::ostream& out, const FileProgress& progress) {
  PrintBytes(out, progress.bytes_transferred, progress.bytes_total);
  return out << (progress.completed ? ", completed" : "");
}

std::ostream& operator<<(std::ostream& out, const FileInfo& file) {
  return out << '"' << file.remote_name << "\" -> \"" << file.local_name << '"';
}

std::ostream& operator<<(std::ostream& out, const FileRange& range) {
  if (!range.length) return out << "from " << range.initial_offset << " to the end";
  return out << *range.length << " bytes from " << range.initial_offset;
}

std::ostream& operator<<(std::ostream& out, const ProxyBlanket& blanket) {
  out << "authentication service " << blanket.authentication_service << ", ";
  PrintSecurity(out, blanket.authentication_level, blanket.impersonation_level, blanket.cloaking);
  return out;
}

std::ostream& operator<<(std::ostream& out, const ProcessSecurity& security) {
  PrintSecurity(out, security.authentication_level, security.impersonation_level, security.cloaking);
  return out;
}

std::ostream& operator<<(std::ostream& out, const AccountName& account) {
  return out << account.domain << '\\' << account.name;
}

std::ostream& operator<<(std::ostream& out, const HttpRequest& request) {
  return out << request.method << ' ' << request.url;
}

std::ostream& operator<<(std::ostream& out, const HttpResponse& response) {
  return out << response.status << ' ' << response.reason;
}

std::ostream& operator<<(std::ostream& out, const CreatedJob& created) {
  return out << "job " << created.id << (created.job ? "" : " without an object");
}

std::ostream& operator<<(std::ostream& out, const OsBuild& build) { return out << ToString(build); }

std::ostream& operator<<(std::ostream& out, const Token& token) {
  if (!token) return out << "no token";
  return out << "token " << static_cast<std::uintptr_t>(token.handle());
}

std::ostream& operator<<(std::ostream& out, const TokenFacts& facts) {
  out << (facts.user.account.empty() ? "unnamed account" : facts.user.account) << " (" << facts.user.sid << "), "
      << facts.type << " token, Administrators " << AdministratorsIn(facts);
  if (facts.impersonation_level) out << ", impersonation level " << *facts.impersonation_level;
  if (facts.integrity_rid) out << ", integrity " << IntegrityName(*facts.integrity_rid);
  return out;
}

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
  return out << (secret.empty() ? "(no secret)" : "(secret)");
}

std::ostream& operator<<(std::ostream& out, const AuthCredentials& credentials) {
  out << credentials.target << ' ' << credentials.scheme << ", user ";
  if (credentials.user_name) {
    out << '"' << *credentials.user_name << '"';
  } else {
    out << "implicit";
  }
  return out << ", password " << (credentials.password == nullptr ? "absent" : "(secret)");
}

}  // namespace bits
