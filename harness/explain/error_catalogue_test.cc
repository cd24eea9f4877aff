#include "harness/explain/error_catalogue.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/diagnose/diagnosis.h"
#include "harness/explain/documentation.h"
#include "harness/explain/error_aliases.h"

namespace bits {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<const ErrorEntry*> Entries() {
  std::vector<const ErrorEntry*> entries;
  for (const auto family : AllEntries()) {
    for (const ErrorEntry& entry : family) entries.push_back(&entry);
  }
  return entries;
}

// Every text of an entry that is a sentence.
std::vector<std::string_view> SentencesOf(const ErrorEntry& entry) {
  std::vector<std::string_view> sentences = {entry.meaning, entry.origin};
  sentences.insert(sentences.end(), entry.FirstSteps().begin(), entry.FirstSteps().end());
  for (const Remedy& remedy : entry.Remedies()) {
    sentences.push_back(remedy.cause);
    sentences.push_back(remedy.fix);
  }
  return sentences;
}

TEST(ErrorCatalogue, HasAnEntryForEveryCode) {
  for (const ErrorCode& code : kErrorCodes) EXPECT_NE(FindEntry(HResult(code.value)), nullptr) << code.name;
}

TEST(ErrorCatalogue, HasNoEntryWithoutANameOrAnHttpPhrase) {
  for (const ErrorEntry* entry : Entries()) EXPECT_FALSE(entry->name().empty() && entry->phrase.empty()) << entry->code;
}

TEST(ErrorCatalogue, HasEachCodeOnce) {
  std::set<HResult> codes;
  for (const ErrorEntry* entry : Entries()) EXPECT_TRUE(codes.insert(entry->code).second) << entry->code;
}

TEST(ErrorCatalogue, LeavesNothingEmpty) {
  for (const ErrorEntry* entry : Entries()) {
    SCOPED_TRACE(ToString(entry->code));
    EXPECT_THAT(entry->Remedies(), Not(IsEmpty()));
    EXPECT_THAT(entry->Sources(), Not(IsEmpty()));
    for (const std::string_view sentence : SentencesOf(*entry)) EXPECT_THAT(sentence, Not(IsEmpty()));
  }
}

TEST(ErrorCatalogue, WritesWholeSentences) {
  for (const ErrorEntry* entry : Entries()) {
    SCOPED_TRACE(ToString(entry->code));
    for (const std::string_view sentence : SentencesOf(*entry)) {
      EXPECT_TRUE(sentence.ends_with('.')) << sentence;
      EXPECT_FALSE(sentence.starts_with(' ') || sentence.find("  ") != std::string_view::npos) << sentence;
      EXPECT_EQ(std::ranges::count(sentence, '`') % 2, 0) << sentence;
    }
  }
}

TEST(ErrorCatalogue, GivesMeaningsOfOneSentence) {
  for (const ErrorEntry* entry : Entries()) EXPECT_EQ(entry->meaning.find(". "), std::string_view::npos) << entry->code;
}

TEST(ErrorCatalogue, HasNoGapsInItsLists) {
  // A gap would hide what follows it.
  for (const ErrorEntry* entry : Entries()) {
    SCOPED_TRACE(ToString(entry->code));
    const auto texts_after_end = [](const auto& all, const auto& used, auto text) {
      return std::any_of(std::begin(all) + used.size(), std::end(all),
                         [&](const auto& item) { return !text(item).empty(); });
    };
    const auto itself = [](std::string_view text) { return text; };
    EXPECT_FALSE(texts_after_end(entry->first_steps, entry->FirstSteps(), itself));
    EXPECT_FALSE(texts_after_end(entry->remedies, entry->Remedies(), [](const Remedy& remedy) { return remedy.fix; }));
    EXPECT_FALSE(texts_after_end(entry->sources, entry->Sources(), itself));
    EXPECT_FALSE(texts_after_end(entry->related, entry->Related(), itself));
  }
}

TEST(ErrorCatalogue, CitesPagesThatTheDocumentationTableHas) {
  for (const ErrorEntry* entry : Entries()) {
    for (const std::string_view source : entry->Sources()) {
      EXPECT_NE(FindDocumentation(source), nullptr) << entry->code << " cites " << source;
    }
  }
}

TEST(ErrorCatalogue, RelatesCodesThatExistAndAreOthers) {
  for (const ErrorEntry* entry : Entries()) {
    for (const std::string_view related : entry->Related()) {
      const auto* found = std::ranges::find(kErrorCodes, related, &ErrorCode::name);
      ASSERT_NE(found, std::end(kErrorCodes)) << entry->code << " relates to " << related;
      EXPECT_NE(HResult(found->value), entry->code) << related;
    }
  }
}

TEST(ErrorCatalogue, NamesOnlyCodesThatExistInItsTexts) {
  for (const ErrorEntry* entry : Entries()) {
    for (const std::string_view sentence : SentencesOf(*entry)) {
      for (const std::string_view family : {"BG_E_", "BG_S_", "RPC_E_", "CO_E_", "ERROR_WINHTTP_"}) {
        for (std::size_t at = sentence.find(family); at != std::string_view::npos; at = sentence.find(family, at + 1)) {
          const std::size_t end = sentence.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", at);
          const std::string_view name = sentence.substr(at, end - at);
          const bool exists = std::ranges::find(kErrorCodes, name, &ErrorCode::name) != std::end(kErrorCodes) ||
                              std::ranges::find(ErrorAliases(), name, &ErrorAlias::name) != ErrorAliases().end();
          EXPECT_TRUE(exists) << entry->code << " speaks of " << name;
        }
      }
    }
  }
}

TEST(ErrorCatalogue, SendsTheReaderToChecksThatExist) {
  constexpr std::string_view kOption = "--only ";
  for (const ErrorEntry* entry : Entries()) {
    for (const std::string_view sentence : SentencesOf(*entry)) {
      for (std::size_t at = sentence.find(kOption); at != std::string_view::npos; at = sentence.find(kOption, at + 1)) {
        const std::size_t begin = at + kOption.size();
        const std::string_view id = sentence.substr(begin, sentence.find_first_of(" `", begin) - begin);
        EXPECT_NE(diagnose::FindCheck(id), nullptr) << entry->code << ": " << sentence;
      }
    }
  }
}

TEST(ErrorCatalogue, TreatsEveryReasonForAnAccessDeniedHelperToken) {
  std::string causes;
  for (const Remedy& remedy : FindEntry("E_ACCESSDENIED"_hr)->Remedies()) causes += std::string(remedy.cause) + "\n";
  for (const std::string_view reason :
       {"since Windows 10 1607: the helper token has BUILTIN\\Administrators enabled",
        "before Windows 10 1607: the job is not owned by an administrator", "not the job's owner",
        "authentication level is NONE", "impersonation level of the proxy is ANONYMOUS",
        "created or taken over elevated", "local directory is not writable", "restricted (has restricting SIDs)",
        "LocalSystem and NetworkService come"}) {
    EXPECT_THAT(causes, HasSubstr(reason));
  }
}

TEST(ErrorCatalogue, SaysHonestlyWhatAMeaningRestsOn) {
  EXPECT_EQ(FindEntry("BG_E_TOKEN_REQUIRED"_hr)->basis, Basis::kDocumented);
  EXPECT_EQ(FindEntry("BG_E_WATCHDOG_TIMEOUT"_hr)->basis, Basis::kHeaderMessage);
  EXPECT_EQ(FindEntry("BG_E_PIPELINE_FAILURE"_hr)->basis, Basis::kNameOnly);
  for (const ErrorEntry* entry : Entries()) {
    const bool cites_header = std::ranges::find(entry->Sources(), "bitsmsg.h") != entry->Sources().end();
    EXPECT_TRUE(entry->basis == Basis::kDocumented || cites_header) << entry->code;
  }
}

TEST(HttpStatusOf, FindsStatusesAndNothingElse) {
  EXPECT_EQ(HttpStatusOf(HResult(0x80190194)), 404);
  EXPECT_EQ(HttpStatusOf(HResultOfHttpStatus(999)), 999);
  EXPECT_EQ(HttpStatusOf(HResult(0x80190005)), std::nullopt);
  EXPECT_EQ(HttpStatusOf("BITS_MC_JOB_CANCELLED"_hr), std::nullopt);
  EXPECT_EQ(HttpStatusOf("E_ACCESSDENIED"_hr), std::nullopt);
  EXPECT_EQ(HttpStatusOf(HResult(0x00190194)), std::nullopt);
}

TEST(Win32ErrorOf, FindsFailuresOfThatFacilityOnly) {
  EXPECT_EQ(Win32ErrorOf("E_ACCESSDENIED"_hr), 5);
  EXPECT_EQ(Win32ErrorOf(HResult(0x00070005)), std::nullopt);
  EXPECT_EQ(Win32ErrorOf("BG_E_EMPTY"_hr), std::nullopt);
}

TEST(IsTransientHttpStatus, FollowsTheDocumentedRule) {
  for (const std::uint16_t status : {306, 308, 408, 409, 500, 502, 503, 504, 599, 100, 204}) {
    EXPECT_TRUE(IsTransientHttpStatus(status)) << status;
  }
  for (const std::uint16_t status : {300, 301, 302, 303, 304, 305, 307, 400, 401, 403, 404, 407, 410, 499, 501, 505}) {
    EXPECT_FALSE(IsTransientHttpStatus(status)) << status;
  }
}

TEST(ErrorAliases, AreNoNamesOfTheTableAndEachThereOnce) {
  std::set<std::string_view> names;
  for (const ErrorAlias& alias : ErrorAliases()) {
    EXPECT_TRUE(names.insert(alias.name).second) << alias.name;
    EXPECT_EQ(std::ranges::find(kErrorCodes, alias.name, &ErrorCode::name), std::end(kErrorCodes)) << alias.name;
    EXPECT_EQ(alias.native != 0, alias.name.starts_with("STATUS_")) << alias.name;
  }
}

TEST(FindDocumentation, FindsEveryPageByItsIdAndNothingElse) {
  const DocumentationPage* page = FindDocumentation("ibitstokenoptions-sethelpertoken");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->title, "IBitsTokenOptions::SetHelperToken");
  EXPECT_EQ(page->url,
            "https://learn.microsoft.com/windows/win32/api/bits4_0/nf-bits4_0-ibitstokenoptions-sethelpertoken");
  EXPECT_EQ(FindDocumentation("no-such-page"), nullptr);
  EXPECT_EQ(FindDocumentation(""), nullptr);
}

}  // namespace
}  // namespace bits
