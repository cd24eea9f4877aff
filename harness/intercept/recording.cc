#include "harness/intercept/recording.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "harness/intercept/values_from_json.h"

namespace bits::intercept {
namespace {

constexpr std::size_t kMostOfALine = std::size_t{1} << 20;
constexpr std::size_t kMostOfAFile = std::size_t{64} << 20;
constexpr std::size_t kMostLevels = 32;
constexpr std::size_t kMostFields = 64;
constexpr std::uint64_t kLongest = 365ULL * 24 * 3600 * 1'000'000'000;  // a year in nanoseconds

// What is wrong with a line before it is parsed, as the end of a sentence; empty when it may be.
std::string WhatIsWrongWith(std::string_view line) {
  std::vector<std::size_t> fields;  // of each object or list that is open
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return "has a control character, so it is no JSON";
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
      continue;
    }
    if (c == '"') in_text = true;
    if (c == '{' || c == '[') {
      fields.push_back(0);
      if (fields.size() > kMostLevels) return fmt::format("is nested more than {} levels deep", kMostLevels);
    }
    if ((c == '}' || c == ']') && !fields.empty()) fields.pop_back();
    if (c == ':' && !fields.empty() && ++fields.back() > kMostFields) {
      return fmt::format("has an object of more than {} fields", kMostFields);
    }
  }
  return "";
}

// A C0 or C1 control in UTF-8. Line ends and tabs may stand in a text.
bool HasControl(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F) return true;
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

bool HasControl(const Json& json) {
  if (json.is_string()) return HasControl(std::string_view(json.get_ref<const std::string&>()));
  if (!json.is_structured()) return false;
  for (const auto& item : json.items()) {
    if (HasControl(std::string_view(item.key())) || HasControl(item.value())) return true;
  }
  return false;
}

class Reader {
 public:
  explicit Reader(std::istream& file) : buffer_(*file.rdbuf()) {}

  Recording Read() {
    if (!NextLine()) Refuse("the file is empty; a recording begins with a line that says what it is of");
    ReadHeader();
    while (NextLine()) ReadFurther();
    return std::move(recording_);
  }

 private:
  [[noreturn]] void Refuse(const std::string& what) const {
    throw RecordingError(std::max<std::size_t>(line_, 1), what);
  }

  // False at the end. Parses the line into json_.
  bool NextLine() {
    using Traits = std::char_traits<char>;
    std::string text;
    bool ended = false;
    for (int c = buffer_.sbumpc(); c != Traits::eof(); c = buffer_.sbumpc()) {
      ++bytes_;
      if (c == '\n') {
        ended = true;
        break;
      }
      if (text.size() == kMostOfALine) {
        ++line_;
        Refuse(fmt::format("is longer than {} bytes, which no recorded call is", kMostOfALine));
      }
      text.push_back(static_cast<char>(c));
    }
    if (text.empty() && !ended) return false;
    ++line_;
    if (bytes_ > kMostOfAFile) Refuse(fmt::format("the file is larger than {} bytes", kMostOfAFile));
    if (text.ends_with('\r')) text.pop_back();
    if (const std::string wrong = WhatIsWrongWith(text); !wrong.empty()) Refuse(wrong);
    json_ = Json::parse(text, nullptr, false);
    if (json_.is_discarded() && !ended) {
      Refuse("is cut off: the file was truncated; the lines before it can still be replayed without this one");
    }
    if (!json_.is_object()) Refuse("is no JSON object");
    if (HasControl(json_)) Refuse("has a control character in a text");
    std::size_t number = 0;
    Get("line", number);
    if (number != line_) {
      Refuse(fmt::format("says that it is line {}: lines were removed, added or moved", number));
    }
    return true;
  }

  template <class T>
  void Get(const char* name, T& value) const {
    const auto found = json_.find(name);
    if (found == json_.end()) Refuse(fmt::format("has no field \"{}\"", name));
    try {
      FromJson(*found, value);
    } catch (const ValueError& error) {
      Refuse(fmt::format("\"{}\" {}", name, error.what()));
    }
  }

  template <class T>
  void GetOptional(const char* name, T& value) const {
    if (json_.contains(name)) Get(name, value);
  }

  void GetTime(const char* name, std::chrono::nanoseconds& value) const {
    std::uint64_t number = 0;
    Get(name, number);
    if (number > kLongest) Refuse(fmt::format("\"{}\" is more than a year", name));
    value = std::chrono::nanoseconds(static_cast<std::int64_t>(number));
  }

  // An object's fields, or null.
  void GetFields(const char* name, Json& value) const {
    const auto found = json_.find(name);
    if (found == json_.end() || !found->is_object()) Refuse(fmt::format("has no object \"{}\"", name));
    value = *found;
  }

  void ReadHeader() {
    std::string schema;
    if (!json_.contains("schema")) Refuse("is not the first line of a recording: it has no field \"schema\"");
    Get("schema", schema);
    if (schema != kRecordingSchema) {
      Refuse(fmt::format("the schema is \"{}\", and this program reads \"{}\"", schema, kRecordingSchema));
    }
    Get("program", recording_.program.program);
    Get("command", recording_.program.command);
    GetFields("options", recording_.program.options);
    Get("backend", recording_.program.backend);
    std::optional<std::string> profile;
    Get("profile", profile);
    recording_.program.profile = profile.value_or("");
    Get("pseudonymised", recording_.pseudonymised);
    Get("computer", recording_.computer);
    Get("os", recording_.os);
    Get("user", recording_.user);
    std::uint64_t started = 0;
    Get("started_ms", started);
    if (started > kLongest / 1000) Refuse("\"started_ms\" is no time of this age");
    recording_.started =
        std::chrono::system_clock::time_point(std::chrono::milliseconds(static_cast<std::int64_t>(started)));
  }

  void ReadFurther() {
    if (recording_.closed) Refuse("stands behind the line that closes the recording");
    if (json_.contains("closed")) {
      ReadTrailer();
      return;
    }
    RecordedCall call;
    call.line = line_;
    Get("sequence", call.sequence);
    Get("thread", call.thread);
    GetOptional("object", call.object);
    Get("interface", call.interface_name);
    Get("method", call.method);
    GetFields("arguments", call.arguments);
    Get("caller", call.caller);
    Get("hresult", call.result);
    GetTime("begin_ns", call.begin);
    GetTime("elapsed_ns", call.elapsed);
    if (const auto value = json_.find("value"); value != json_.end()) call.value = *value;
    if (call.result.Failed() && !call.value.is_null()) Refuse("a call that failed cannot have a value");
    if (!sequences_.insert(call.sequence).second) {
      Refuse(fmt::format("the call of sequence number {} was there before", call.sequence));
    }
    recording_.calls.push_back(std::move(call));
  }

  void ReadTrailer() {
    Get("closed", recording_.closed);
    std::size_t calls = 0;
    Get("calls", calls);
    if (!recording_.closed) Refuse("\"closed\" can be true only");
    if (calls != recording_.calls.size()) {
      Refuse(fmt::format("{} calls were recorded, and {} are in the file", calls, recording_.calls.size()));
    }
    if (const auto verdict = json_.find("verdict"); verdict != json_.end()) recording_.verdict = *verdict;
  }

  std::streambuf& buffer_;
  std::size_t bytes_ = 0;
  std::size_t line_ = 0;
  Json json_;
  Recording recording_;
  std::unordered_set<std::uint64_t> sequences_;
};

}  // namespace

RecordingError::RecordingError(std::size_t line, const std::string& what)
    : std::runtime_error(fmt::format("line {}: {}", line, what)), line_(line) {}

Recording ReadRecording(std::istream& file) { return Reader(file).Read(); }

}  // namespace bits::intercept
