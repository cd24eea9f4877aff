#include "harness/explain/code_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "harness/explain/code_names.h"
#include "harness/explain/error_aliases.h"
#include "harness/explain/error_catalogue.h"
#include "harness/explain/facility_names.h"

namespace bits {
namespace {

// What the words before a number say about it.
enum class Context { kNone, kWin32, kHttp, kHResult, kFiller };

struct ContextWord {
  std::string_view word;
  Context context;
};

constexpr ContextWord kContextWords[] = {
    {"http", Context::kHttp},       {"https", Context::kHttp},      {"http/1.0", Context::kHttp},
    {"http/1.1", Context::kHttp},   {"http/2", Context::kHttp},     {"status", Context::kHttp},
    {"statuscode", Context::kHttp}, {"win32", Context::kWin32},     {"error", Context::kWin32},
    {"err", Context::kWin32},       {"lasterror", Context::kWin32}, {"getlasterror", Context::kWin32},
    {"gle", Context::kWin32},       {"rc", Context::kWin32},        {"hresult", Context::kHResult},
    {"hr", Context::kHResult},      {"code", Context::kFiller},     {"number", Context::kFiller},
    {"is", Context::kFiller},       {"was", Context::kFiller},      {"with", Context::kFiller},
    {"returned", Context::kFiller}, {"failed", Context::kFiller},
};

bool IsDigit(char character) { return character >= '0' && character <= '9'; }
bool IsHexDigit(char character) {
  return IsDigit(character) || (character >= 'a' && character <= 'f') || (character >= 'A' && character <= 'F');
}
bool IsLetter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& character : lower) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return lower;
}

Context ContextOf(std::string_view word) {
  const auto* found = std::ranges::find(kContextWords, Lower(word), &ContextWord::word);
  return found == std::end(kContextWords) ? Context::kNone : found->context;
}

// The words of a text, without what separates or encloses them; `offset` is a word's place in the text.
struct Word {
  std::string_view text;
  std::size_t offset = 0;
};

std::vector<Word> Words(std::string_view text) {
  const auto in_word = [](char character) {
    return IsLetter(character) || IsDigit(character) || character == '_' || character == '-' || character == '/' ||
           character == '&' || character == '.' || static_cast<unsigned char>(character) >= 0x80;
  };
  std::vector<Word> words;
  for (std::size_t start = 0; start < text.size();) {
    if (!in_word(text[start])) {
      ++start;
      continue;
    }
    std::size_t end = start;
    while (end < text.size() && in_word(text[end])) ++end;
    std::string_view word = text.substr(start, end - start);
    while (!word.empty() && (word.back() == '.' || word.back() == '-' || word.back() == '/')) word.remove_suffix(1);
    if (!word.empty()) words.push_back({word, start});
    start = end;
  }
  return words;
}

struct Number {
  std::uint64_t value = 0;
  std::size_t digits = 0;  // of a hexadecimal number; 0 for a decimal one
  bool prefixed = false;   // 0x or &H
  bool negative = false;
  bool overflow = false;  // more than 64 bits
};

std::optional<std::uint64_t> ValueOf(std::string_view digits, unsigned base) {
  std::uint64_t value = 0;
  for (const char character : digits) {
    const unsigned digit = IsDigit(character)                     ? static_cast<unsigned>(character - '0')
                           : character >= 'a' && character <= 'f' ? static_cast<unsigned>(character - 'a') + 10
                                                                  : static_cast<unsigned>(character - 'A') + 10;
    if (value > (UINT64_MAX - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

// A number with an optional sign, prefix and the suffixes of C (0x80070005L).
std::optional<Number> ReadNumber(std::string_view word) {
  Number number;
  std::string_view digits = word;
  if (digits.starts_with('-')) {
    number.negative = true;
    digits.remove_prefix(1);
  }
  if (const std::string lower = Lower(digits.substr(0, 2)); lower == "0x" || lower == "&h") {
    number.prefixed = true;
    digits.remove_prefix(2);
  }
  while (!digits.empty() &&
         (Lower(digits.substr(digits.size() - 1)) == "l" || Lower(digits.substr(digits.size() - 1)) == "u")) {
    digits.remove_suffix(1);
  }
  if (digits.empty() || (number.negative && number.prefixed)) return std::nullopt;
  const bool decimal = std::ranges::all_of(digits, IsDigit);
  // A decimal code never has eight digits, and an HRESULT without its prefix always has.
  const bool hexadecimal =
      std::ranges::all_of(digits, IsHexDigit) && (number.prefixed || (digits.size() == 8 && !number.negative));
  if (!decimal && !hexadecimal) return std::nullopt;
  if (hexadecimal) number.digits = digits.size();
  const std::optional<std::uint64_t> value = ValueOf(digits, hexadecimal ? 16 : 10);
  number.overflow = !value.has_value();
  number.value = value.value_or(0);
  return number;
}

const ErrorAlias* FindNtStatus(std::uint32_t value) {
  constexpr std::uint32_t kFacilityNtBit = 0x10000000;  // HRESULT_FROM_NT sets it
  for (const ErrorAlias& alias : ErrorAliases()) {
    if (alias.native != 0 && alias.native == (value & ~kFacilityNtBit)) return &alias;
  }
  return nullptr;
}

std::vector<CodeReading> ReadLargeNumber(std::uint32_t value) {
  if (const ErrorAlias* status = FindNtStatus(value); status != nullptr) {
    return {{status->code, fmt::format("0x{:08X} is the NTSTATUS {}; Windows' API reports it as {}.", value,
                                       status->name, NameOf(status->code))}};
  }
  const HResult failed(value | 0x80000000U);
  if (FindEntry(HResult(value)) == nullptr && FindEntry(failed) != nullptr) {
    return {{failed, fmt::format("0x{:X} lacks the bit of a failure; read as {}.", value, ToHex(failed))}};
  }
  return {{HResult(value), ""}};
}

std::vector<CodeReading> ReadSmallNumber(std::uint16_t value, bool decimal, Context context) {
  if (value == 0) return {{HResult(), ""}};
  if (context == Context::kHResult) return {{HResult(value), ""}};
  const HResult win32 = HResult::FromWin32(value);
  const HResult http = HResultOfHttpStatus(value);
  const bool may_be_status = decimal && context != Context::kWin32 && HttpStatusOf(http) && value < 600;
  const CodeReading as_win32 = {win32, fmt::format("{} read as a Win32 error.", value)};
  const CodeReading as_http = {http, fmt::format("{} read as an HTTP status.", value)};
  if (may_be_status && context == Context::kHttp) return {{http, ""}};

  std::vector<CodeReading> readings;
  if (FindEntry(win32) != nullptr) readings.push_back(as_win32);
  if (may_be_status && FindEntry(http) != nullptr) readings.push_back(as_http);
  if (value == 1) readings.push_back({"S_FALSE"_hr, "1 read as an HRESULT."});
  if (readings.empty()) readings.push_back(as_win32);
  if (readings.size() == 1 && context == Context::kWin32) readings.front().how.clear();
  return readings;
}

tl::expected<std::vector<CodeReading>, std::string> ReadingsOf(const Number& number, std::string_view text,
                                                               Context context) {
  constexpr std::uint64_t kSignExtension = 0xFFFFFFFF00000000;
  const auto too_large = [&] {
    return tl::unexpected<std::string>(
        fmt::format("\"{}\" does not fit in 32 bits, so it is no error code; look for a digit too many.", text));
  };
  if (number.overflow) return too_large();
  if (number.negative) {
    if (number.value > 0x80000000U) return too_large();
    return ReadLargeNumber(static_cast<std::uint32_t>(0U - static_cast<std::uint32_t>(number.value)));
  }
  std::uint64_t value = number.value;
  if (number.digits == 16 && value >= (kSignExtension | 0x80000000U)) value -= kSignExtension;
  if (value > UINT32_MAX) return too_large();
  if (number.digits == 8 || value > UINT16_MAX) return ReadLargeNumber(static_cast<std::uint32_t>(value));
  return ReadSmallNumber(static_cast<std::uint16_t>(value), number.digits == 0, context);
}

// "HTTP404" and "http_404": context and number in one word.
std::optional<Number> ReadHttpWord(std::string_view word) {
  if (Lower(word.substr(0, 4)) != "http") return std::nullopt;
  std::string_view rest = word.substr(4);
  if (rest.starts_with('_') || rest.starts_with('-')) rest.remove_prefix(1);
  if (rest.size() != 3 || !std::ranges::all_of(rest, IsDigit)) return std::nullopt;
  return ReadNumber(rest);
}

// The context of the words directly before `index`, looking through fillers ("error code was 5").
Context ContextBefore(std::span<const Word> words, std::size_t index) {
  while (index > 0) {
    const Context context = ContextOf(words[--index].text);
    if (context != Context::kFiller) return context;
  }
  return Context::kNone;
}

bool IsKnown(std::uint32_t value) { return FindEntry(HResult(value)) != nullptr || FindNtStatus(value) != nullptr; }

// Whether a number inside a text is a code by its looks alone, whatever stands before it.
bool LooksLikeCode(const Number& number) {
  constexpr std::uint32_t kFailure = 0x80000000;
  if (number.overflow) return false;
  if (number.negative) return number.value <= kFailure && number.value > UINT16_MAX;
  if (number.value > UINT32_MAX) return number.digits == 16;
  const auto value = static_cast<std::uint32_t>(number.value);
  // Eight hexadecimal digits and ten decimal ones may be anything, unless the code exists.
  if (!number.prefixed)
    return value >= kFailure && (IsKnown(value) || !FacilityName(HResult(value).facility()).empty());
  return value >= kFailure || (value > UINT16_MAX && (IsKnown(value) || IsKnown(value | kFailure)));
}

// Whether a status in running text is worth explaining: a request that went well is not.
bool IsTrouble(const CodeReading& reading) {
  const auto status = HttpStatusOf(reading.code);
  return !status || *status >= 300;
}

}  // namespace

tl::expected<std::vector<CodeReading>, std::string> ParseCode(std::string_view text) {
  const std::vector<Word> words = Words(text);
  if (words.empty()) return {};
  const std::string_view last = words.back().text;
  const bool only_context = std::all_of(words.begin(), words.end() - 1,
                                        [](const Word& word) { return ContextOf(word.text) != Context::kNone; });
  if (only_context) {
    if (const std::optional<Number> number = ReadNumber(last)) {
      return ReadingsOf(*number, last, ContextBefore(words, words.size() - 1));
    }
    if (const std::optional<Number> number = ReadHttpWord(last)) return ReadingsOf(*number, last, Context::kHttp);
  }
  std::vector<CodeReading> readings;
  for (const HResult code : CodesNamed(text)) readings.push_back({code, ""});
  return readings;
}

std::vector<CodeReading> FindCodes(std::string_view text) {
  std::vector<CodeReading> found;
  const auto add = [&](const std::vector<CodeReading>& readings) {
    for (const CodeReading& reading : readings) {
      if (IsTrouble(reading) && std::ranges::find(found, reading.code, &CodeReading::code) == found.end())
        found.push_back(reading);
    }
  };
  const std::vector<Word> words = Words(text);
  for (std::size_t index = 0; index < words.size(); ++index) {
    const std::string_view word = words[index].text;
    if (const std::optional<Number> number = ReadNumber(word)) {
      const Context context = ContextBefore(words, index);
      if (context == Context::kNone && !LooksLikeCode(*number)) continue;
      if (const auto readings = ReadingsOf(*number, word, context)) add(*readings);
    } else if (const std::optional<Number> status = ReadHttpWord(word)) {
      if (const auto readings = ReadingsOf(*status, word, Context::kHttp)) add(*readings);
    } else if (word.find('_') != std::string_view::npos) {
      // Only full names count in running text: "not_found" may be anything.
      const std::vector<HResult> codes = CodesNamed(word);
      for (const HResult code : codes) {
        const bool is_alias = std::ranges::any_of(
            AliasesOf(code), [&](std::string_view alias) { return ComparableName(alias) == ComparableName(word); });
        if (is_alias || ComparableName(NameOf(code)) == ComparableName(word)) add({{code, ""}});
      }
    }
  }
  // A line that reports a failure often shows successes too; they explain nothing.
  if (std::ranges::any_of(found, [](const CodeReading& reading) { return reading.code.Failed(); })) {
    std::erase_if(found, [](const CodeReading& reading) { return reading.code == "S_OK"_hr; });
  }
  return found;
}

}  // namespace bits
