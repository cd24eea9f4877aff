#include "fakes/com/caller_identity.h"

#include <cstring>
#include <string>
#include <type_traits>

namespace bits::fakes::com {
namespace {

constexpr std::uint32_t kFormat = 0x31544942;  // "BIT1"

// Both directions walk the same fields in the same order (Visit below), so that they cannot differ.
class Writer {
 public:
  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void operator()(const T& value) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof(value));
  }
  void operator()(const std::string& text) {
    (*this)(static_cast<std::uint16_t>(text.size()));
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    bytes_.insert(bytes_.end(), bytes, bytes + static_cast<std::uint16_t>(text.size()));
  }
  template <class T>
  void operator()(const std::optional<T>& value) {
    (*this)(static_cast<std::uint8_t>(value.has_value()));
    if (value) (*this)(*value);
  }
  template <class T>
  void operator()(const std::vector<T>& values) {
    (*this)(static_cast<std::uint16_t>(values.size()));
    for (const T& value : values) Visit(*this, value);
  }
  std::vector<std::byte> Take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void operator()(T& value) { Read(&value, sizeof(value)); }
  void operator()(bool& value) {
    std::uint8_t byte = 0;
    (*this)(byte);
    value = byte != 0;
  }
  void operator()(std::string& text) {
    std::uint16_t size = 0;
    (*this)(size);
    if (size > bytes_.size()) return Fail();
    text.resize(size);
    Read(text.data(), size);
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    std::uint8_t present = 0;
    (*this)(present);
    if (present != 0) (*this)(value.emplace());
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    std::uint16_t count = 0;
    (*this)(count);
    // An entry has a byte at least: no count can make this larger than what came.
    if (count > bytes_.size()) return Fail();
    values.resize(count);
    for (T& value : values) Visit(*this, value);
  }
  bool Done() const { return good_ && bytes_.empty(); }

 private:
  void Fail() {
    good_ = false;
    bytes_ = {};
  }
  void Read(void* out, std::size_t size) {
    if (size > bytes_.size()) return Fail();
    std::memcpy(out, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }

  std::span<const std::byte> bytes_;
  bool good_ = true;
};

template <class Visitor, class T>
requires std::is_same_v<std::remove_const_t<T>, SidAndAttributes>
void Visit(Visitor& visitor, T& entry) {
  visitor(entry.sid);
  visitor(entry.account);
  visitor(entry.attributes);
}

template <class Visitor, class T>
requires std::is_same_v<std::remove_const_t<T>, Privilege>
void Visit(Visitor& visitor, T& privilege) {
  visitor(privilege.name);
  visitor(privilege.attributes);
}

template <class Visitor, class T>
requires std::is_same_v<std::remove_const_t<T>, CallerIdentity>
void Visit(Visitor& visitor, T& caller) {
  visitor(caller.process_id);
  visitor(caller.authentication_level);
  visitor(caller.impersonation_level);
  auto& token = caller.token;
  Visit(visitor, token.user);
  visitor(token.groups);
  visitor(token.restricted_sids);
  visitor(token.privileges);
  visitor(token.type);
  visitor(token.impersonation_level);
  visitor(token.elevated);
  visitor(token.elevation_type);
  visitor(token.integrity_rid);
  visitor(token.token_id);
  visitor(token.authentication_id);
  visitor(token.session_id);
}

}  // namespace

std::vector<std::byte> Serialize(const CallerIdentity& caller) {
  Writer writer;
  writer(kFormat);
  Visit(writer, caller);
  return writer.Take();
}

std::optional<CallerIdentity> ParseCallerIdentity(std::span<const std::byte> bytes) {
  Reader reader(bytes);
  std::uint32_t format = 0;
  reader(format);
  if (format != kFormat) return std::nullopt;
  CallerIdentity caller;
  Visit(reader, caller);
  return reader.Done() ? std::optional(std::move(caller)) : std::nullopt;
}

}  // namespace bits::fakes::com
