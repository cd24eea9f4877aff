#include "harness/intercept/values_from_json.h"

#include <charconv>

#include <fmt/format.h>

namespace bits::intercept {
namespace {

[[noreturn]] void Refuse(const Json& json, std::string_view wanted) {
  throw ValueError(
      fmt::format("is {} {}, not {}", json.is_array() || json.is_object() ? "an" : "a", json.type_name(), wanted));
}

const std::string& Text(const Json& json) {
  if (!json.is_string()) Refuse(json, "a text");
  return json.get_ref<const std::string&>();
}

std::int64_t Signed(const Json& json) {
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    throw ValueError("is a number that is too large");
  if (!json.is_number_integer()) Refuse(json, "a whole number");
  return json.get<std::int64_t>();
}

// `text` as a number in `base`, without a sign; nothing else may stand in it.
std::optional<std::uint64_t> Number(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> Hexadecimal(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? Number(text.substr(prefix.size()), 16) : std::nullopt;
}

// "10.0.14393": exactly `count` numbers of at most `most`.
void Dotted(const Json& json, std::size_t count, std::uint64_t most, std::uint64_t* numbers) {
  std::string_view rest = Text(json);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t dot = i + 1 < count ? rest.find('.') : rest.size();
    const auto number = dot == std::string_view::npos ? std::nullopt : Number(rest.substr(0, dot), 10);
    if (!number || *number > most) throw ValueError(fmt::format("is no version of {} numbers", count));
    numbers[i] = *number;
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
}

template <class T>
void Read(const Json& json, const char* name, T& value) {
  const Json& field = Field(json, name);
  try {
    FromJson(field, value);
  } catch (const ValueError& error) {
    throw ValueError(fmt::format("has a field \"{}\" that {}", name, error.what()));
  }
}

void ReadHeaders(const Json& json, std::vector<std::pair<std::string, std::string>>& headers) {
  headers.clear();
  for (const Json& pair : RequireArray(Field(json, "headers"))) {
    if (!pair.is_array() || pair.size() != 2) throw ValueError("has a header that is no pair of name and value");
    headers.emplace_back(Text(pair[0]), Text(pair[1]));
  }
}

class SilentEvent final : public Event {
 public:
  void Set() override {}
};

}  // namespace

std::uint64_t UnsignedFromJson(const Json& json, std::uint64_t most) {
  const bool negative = json.is_number_integer() && !json.is_number_unsigned() && json.get<std::int64_t>() < 0;
  if (!json.is_number_integer() || negative) Refuse(json, "a whole number from zero");
  const auto number = json.get<std::uint64_t>();
  if (number > most) throw ValueError(fmt::format("is {}, and {} is the most there can be", number, most));
  return number;
}

std::uint32_t EnumFromJson(const Json& json, std::optional<std::uint32_t> (*find)(std::string_view name)) {
  const std::string& name = Text(json);
  if (const auto found = find(name)) return *found;
  const auto number = Number(name, 10);
  if (!number || *number > std::numeric_limits<std::uint32_t>::max()) {
    throw ValueError(fmt::format("is \"{}\", which names nothing", name));
  }
  return static_cast<std::uint32_t>(*number);
}

void RequireObject(const Json& json) {
  if (Text(json) != "(object)") throw ValueError("is a text, not an object");
}

const Json& RequireArray(const Json& json) {
  if (!json.is_array()) Refuse(json, "a list");
  return json;
}

const Json& Field(const Json& json, const char* name) {
  if (!json.is_object()) Refuse(json, "an object with fields");
  const auto found = json.find(name);
  if (found == json.end()) throw ValueError(fmt::format("has no field \"{}\"", name));
  return *found;
}

void FromJson(const Json& json, bool& value) {
  if (!json.is_boolean()) Refuse(json, "true or false");
  value = json.get<bool>();
}

void FromJson(const Json& json, std::string& value) { value = Text(json); }

void FromJson(const Json& json, Guid& value) {
  const std::optional<Guid> guid = ParseGuid(Text(json));
  if (!guid) throw ValueError("is no GUID");
  value = *guid;
}

void FromJson(const Json& json, HResult& value) {
  const std::string& text = Text(json);
  const std::optional<std::uint64_t> number = Hexadecimal(text, "0x");
  if (!number || text.size() != 10) throw ValueError("is no HRESULT (0x and eight hexadecimal digits)");
  value = HResult(static_cast<std::uint32_t>(*number));
}

void FromJson(const Json& json, TokenHandle& value) {
  const std::optional<std::uint64_t> number = Hexadecimal(Text(json), "token 0x");
  if (!number || *number == 0 || *number > std::numeric_limits<std::uintptr_t>::max()) {
    throw ValueError("is no token");
  }
  value = TokenHandle{static_cast<std::uintptr_t>(*number)};
}

void FromJson(const Json& json, FileTime& value) { value = FileTime(FileTime::duration(Signed(json))); }

void FromJson(const Json& json, ProcessSecurity& value) {
  Read(json, "authentication_level", value.authentication_level);
  Read(json, "impersonation_level", value.impersonation_level);
  Read(json, "cloaking", value.cloaking);
}

void FromJson(const Json& json, ProxyBlanket& value) {
  Read(json, "authentication_service", value.authentication_service);
  Read(json, "authentication_level", value.authentication_level);
  Read(json, "impersonation_level", value.impersonation_level);
  Read(json, "cloaking", value.cloaking);
}

void FromJson(const Json& json, FileInfo& value) {
  Read(json, "remote_name", value.remote_name);
  Read(json, "local_name", value.local_name);
}

void FromJson(const Json& json, FileRange& value) {
  Read(json, "initial_offset", value.initial_offset);
  Read(json, "length", value.length);
}

void FromJson(const Json& json, FileProgress& value) {
  Read(json, "bytes_total", value.bytes_total);
  Read(json, "bytes_transferred", value.bytes_transferred);
  Read(json, "completed", value.completed);
}

void FromJson(const Json& json, JobProgress& value) {
  Read(json, "bytes_total", value.bytes_total);
  Read(json, "bytes_transferred", value.bytes_transferred);
  Read(json, "files_total", value.files_total);
  Read(json, "files_transferred", value.files_transferred);
}

void FromJson(const Json& json, JobReplyProgress& value) {
  Read(json, "bytes_total", value.bytes_total);
  Read(json, "bytes_transferred", value.bytes_transferred);
}

void FromJson(const Json& json, JobTimes& value) {
  Read(json, "creation_time", value.creation_time);
  Read(json, "modification_time", value.modification_time);
  Read(json, "transfer_completion_time", value.transfer_completion_time);
}

void FromJson(const Json& json, ProxySettings& value) {
  Read(json, "usage", value.usage);
  Read(json, "proxy_list", value.proxy_list);
  Read(json, "bypass_list", value.bypass_list);
}

void FromJson(const Json& json, NotifyCmdLine& value) {
  Read(json, "program", value.program);
  Read(json, "parameters", value.parameters);
}

void FromJson(const Json& json, ClientCertificate& value) {
  Read(json, "store_location", value.store_location);
  Read(json, "store_name", value.store_name);
  Read(json, "subject_name", value.subject_name);
  const std::string_view hash = Text(Field(json, "hash"));
  value.hash.clear();
  for (std::size_t i = 0; i < hash.size(); i += 2) {
    const std::optional<std::uint64_t> byte = Number(hash.substr(i, 2), 16);
    if (!byte || hash.size() % 2 != 0) throw ValueError("has a field \"hash\" that is no bytes in hexadecimal digits");
    value.hash.push_back(static_cast<std::uint8_t>(*byte));
  }
}

void FromJson(const Json& json, JobError& value) {
  Read(json, "context", value.context);
  Read(json, "code", value.code);
}

void FromJson(const Json& json, CreatedJob& value) {
  Read(json, "id", value.id);
  Read(json, "job", value.job);
}

void FromJson(const Json& json, SidAndAttributes& value) {
  Read(json, "sid", value.sid);
  Read(json, "account", value.account);
  Read(json, "attributes", value.attributes);
}

void FromJson(const Json& json, Privilege& value) {
  Read(json, "name", value.name);
  Read(json, "attributes", value.attributes);
}

void FromJson(const Json& json, TokenFacts& value) {
  Read(json, "user", value.user);
  Read(json, "groups", value.groups);
  Read(json, "restricted_sids", value.restricted_sids);
  Read(json, "privileges", value.privileges);
  Read(json, "type", value.type);
  Read(json, "impersonation_level", value.impersonation_level);
  Read(json, "elevated", value.elevated);
  Read(json, "elevation_type", value.elevation_type);
  Read(json, "integrity_rid", value.integrity_rid);
  Read(json, "token_id", value.token_id);
  Read(json, "authentication_id", value.authentication_id);
  Read(json, "session_id", value.session_id);
}

void FromJson(const Json& json, AccountName& value) {
  Read(json, "domain", value.domain);
  Read(json, "name", value.name);
}

void FromJson(const Json& json, OsBuild& value) {
  std::uint64_t numbers[3] = {};
  Dotted(json, std::size(numbers), std::numeric_limits<std::uint32_t>::max(), numbers);
  value = {static_cast<std::uint32_t>(numbers[0]), static_cast<std::uint32_t>(numbers[1]),
           static_cast<std::uint32_t>(numbers[2])};
}

void FromJson(const Json& json, OsVersion& value) {
  Read(json, "build", value.build);
  Read(json, "revision", value.revision);
  Read(json, "server", value.server);
  Read(json, "product_name", value.product_name);
  Read(json, "display_version", value.display_version);
  Read(json, "service_pack", value.service_pack);
  Read(json, "architecture", value.architecture);
  Read(json, "wine_version", value.wine_version);
}

void FromJson(const Json& json, ServiceFacts& value) {
  Read(json, "state", value.state);
  Read(json, "start_type", value.start_type);
  Read(json, "delayed_auto_start", value.delayed_auto_start);
  Read(json, "account", value.account);
  Read(json, "binary_path", value.binary_path);
  Read(json, "dependencies", value.dependencies);
  Read(json, "process_id", value.process_id);
  Read(json, "exit_code", value.exit_code);
}

void FromJson(const Json& json, RegistryValue& value) {
  if (json.is_string()) {
    value = Text(json);
  } else {
    value = UnsignedFromJson(json, std::numeric_limits<std::uint64_t>::max());
  }
}

void FromJson(const Json& json, FileVersion& value) {
  std::uint64_t numbers[4] = {};
  Dotted(json, std::size(numbers), std::numeric_limits<std::uint16_t>::max(), numbers);
  for (std::size_t i = 0; i < std::size(numbers); ++i) value.parts[i] = static_cast<std::uint16_t>(numbers[i]);
}

void FromJson(const Json& json, LogEvent& value) {
  Read(json, "id", value.id);
  Read(json, "level", value.level);
  Read(json, "message", value.message);
  using std::chrono::system_clock;
  const std::chrono::milliseconds since(Signed(Field(json, "time")));
  constexpr auto kMost = std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::duration::max());
  if (since > kMost || since < -kMost) throw ValueError("has a field \"time\" that no clock shows");
  value.time = system_clock::time_point(std::chrono::duration_cast<system_clock::duration>(since));
}

void FromJson(const Json& json, ProcessInstance& value) {
  Read(json, "id", value.id);
  Read(json, "started", value.started);
}

void FromJson(const Json& json, HttpResponse& value) {
  Read(json, "status", value.status);
  Read(json, "reason", value.reason);
  ReadHeaders(json, value.headers);
}

void FromJson(const Json& json, std::shared_ptr<Event>& value) {
  RequireObject(json);
  value = std::make_shared<SilentEvent>();
}

void FromJson(const Json& json, std::shared_ptr<BackgroundCopyCallback>& value) {
  if (!json.is_null()) RequireObject(json);
  value.reset();
}

}  // namespace bits::intercept
