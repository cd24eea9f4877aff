#include "harness/intercept/json_values.h"

#include <variant>

#include <fmt/format.h>

namespace bits::intercept {
namespace {

Json ToJson(const std::pair<std::string, std::string>& header) { return Json::array({header.first, header.second}); }

Json Headers(const std::vector<std::pair<std::string, std::string>>& headers) {
  Json array = Json::array();
  for (const auto& header : headers) array.push_back(ToJson(header));
  return array;
}

}  // namespace

Json ToJson(std::string_view text) { return Json(std::string(text)); }
Json ToJson(const std::string& text) { return Json(text); }
Json ToJson(const Guid& guid) { return Json(ToString(guid)); }
Json ToJson(HResult result) { return Json(ToHex(result)); }
Json ToJson(const Secret&) { return Json("(secret)"); }
Json ToJson(const Token& token) {
  return Json(fmt::format("token 0x{:X}", static_cast<std::uintptr_t>(token.handle())));
}

Json ToJson(const ProcessSecurity& security) {
  return Json{{"authentication_level", ToString(security.authentication_level)},
              {"impersonation_level", ToString(security.impersonation_level)},
              {"cloaking", ToString(security.cloaking)}};
}

Json ToJson(const ProxyBlanket& blanket) {
  return Json{{"authentication_service", ToString(blanket.authentication_service)},
              {"authentication_level", ToString(blanket.authentication_level)},
              {"impersonation_level", ToString(blanket.impersonation_level)},
              {"cloaking", ToString(blanket.cloaking)}};
}

Json ToJson(const FileInfo& file) { return Json{{"remote_name", file.remote_name}, {"local_name", file.local_name}}; }

Json ToJson(const FileRange& range) {
  return Json{{"initial_offset", range.initial_offset}, {"length", ToJson(range.length)}};
}

Json ToJson(const FileProgress& progress) {
  return Json{{"bytes_total", ToJson(progress.bytes_total)},
              {"bytes_transferred", progress.bytes_transferred},
              {"completed", progress.completed}};
}

Json ToJson(const JobProgress& progress) {
  return Json{{"bytes_total", ToJson(progress.bytes_total)},
              {"bytes_transferred", progress.bytes_transferred},
              {"files_total", progress.files_total},
              {"files_transferred", progress.files_transferred}};
}

Json ToJson(const JobReplyProgress& progress) {
  return Json{{"bytes_total", ToJson(progress.bytes_total)}, {"bytes_transferred", progress.bytes_transferred}};
}

Json ToJson(const JobTimes& times) {
  return Json{
      {"creation_time", ToJson(times.creation_time)},
      {"modification_time", ToJson(times.modification_time)},
      {"transfer_completion_time", times.transfer_completion_time ? ToJson(*times.transfer_completion_time) : Json()}};
}

Json ToJson(const ProxySettings& settings) {
  return Json{{"usage", ToString(settings.usage)},
              {"proxy_list", ToJson(settings.proxy_list)},
              {"bypass_list", ToJson(settings.bypass_list)}};
}

Json ToJson(const NotifyCmdLine& line) {
  return Json{{"program", ToJson(line.program)}, {"parameters", ToJson(line.parameters)}};
}

Json ToJson(const ClientCertificate& certificate) {
  std::string hash;
  for (const std::uint8_t byte : certificate.hash) hash += fmt::format("{:02x}", byte);
  return Json{{"store_location", ToString(certificate.store_location)},
              {"store_name", certificate.store_name},
              {"hash", hash},
              {"subject_name", certificate.subject_name}};
}

Json ToJson(const JobError& error) { return Json{{"context", ToString(error.context)}, {"code", ToHex(error.code)}}; }

Json ToJson(const AuthCredentials& credentials) {
  return Json{{"target", ToString(credentials.target)},
              {"scheme", ToString(credentials.scheme)},
              {"user_name", ToJson(credentials.user_name)},
              {"password", credentials.password != nullptr ? ToJson(*credentials.password) : Json()}};
}

Json ToJson(const CreatedJob& created) { return Json{{"id", ToString(created.id)}, {"job", ToJson(created.job)}}; }

Json ToJson(const SidAndAttributes& sid) {
  return Json{{"sid", sid.sid}, {"account", sid.account}, {"attributes", sid.attributes}};
}

Json ToJson(const Privilege& privilege) { return Json{{"name", privilege.name}, {"attributes", privilege.attributes}}; }

Json ToJson(const TokenFacts& facts) {
  return Json{{"user", ToJson(facts.user)},
              {"groups", ToJson(facts.groups)},
              {"restricted_sids", ToJson(facts.restricted_sids)},
              {"privileges", ToJson(facts.privileges)},
              {"type", ToString(facts.type)},
              {"impersonation_level", ToJson(facts.impersonation_level)},
              {"elevated", ToJson(facts.elevated)},
              {"elevation_type", ToJson(facts.elevation_type)},
              {"integrity_rid", ToJson(facts.integrity_rid)},
              {"token_id", facts.token_id},
              {"authentication_id", facts.authentication_id},
              {"session_id", facts.session_id}};
}

Json ToJson(const TokenRestrictions& restrictions) {
  return Json{{"disable_max_privilege", restrictions.disable_max_privilege},
              {"lua_token", restrictions.lua_token},
              {"sids_to_disable", ToJson(restrictions.sids_to_disable)},
              {"sids_to_restrict", ToJson(restrictions.sids_to_restrict)},
              {"privileges_to_delete", ToJson(restrictions.privileges_to_delete)}};
}

Json ToJson(const AccountName& account) { return Json{{"domain", account.domain}, {"name", account.name}}; }

Json ToJson(const OsVersion& version) {
  return Json{{"build", ToString(version.build)},
              {"revision", version.revision},
              {"server", version.server},
              {"product_name", version.product_name},
              {"display_version", version.display_version},
              {"service_pack", version.service_pack},
              {"architecture", version.architecture},
              {"wine_version", ToJson(version.wine_version)}};
}

Json ToJson(const ServiceFacts& facts) {
  return Json{{"state", ToString(facts.state)},
              {"start_type", ToString(facts.start_type)},
              {"delayed_auto_start", facts.delayed_auto_start},
              {"account", facts.account},
              {"binary_path", facts.binary_path},
              {"dependencies", ToJson(facts.dependencies)},
              {"process_id", facts.process_id},
              {"exit_code", ToHex(facts.exit_code)}};
}

Json ToJson(const RegistryValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

Json ToJson(const FileVersion& version) { return Json(ToString(version)); }

Json ToJson(const LogEvent& event) {
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(event.time.time_since_epoch());
  return Json{{"id", event.id}, {"level", event.level}, {"time", time.count()}, {"message", event.message}};
}

Json ToJson(FileTime time) { return Json(time.time_since_epoch().count()); }

Json ToJson(const ProcessInstance& process) { return Json{{"id", process.id}, {"started", ToJson(process.started)}}; }

Json ToJson(const HttpRequest& request) {
  return Json{{"method", request.method}, {"url", request.url}, {"headers", Headers(request.headers)}};
}

Json ToJson(const HttpResponse& response) {
  return Json{{"status", response.status}, {"reason", response.reason}, {"headers", Headers(response.headers)}};
}

}  // namespace bits::intercept
