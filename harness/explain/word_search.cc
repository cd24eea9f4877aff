#include "harness/explain/word_search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/explain/code_names.h"

namespace bits {
namespace {

constexpr std::string_view kIgnored[] = {"a",    "an",  "and", "are", "at", "be",   "by",  "can", "do", "for",
                                         "from", "i",   "in",  "is",  "it", "my",   "of",  "on",  "or", "our",
                                         "that", "the", "to",  "was", "we", "what", "why", "with"};

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (const char character : text) {
    const bool upper = character >= 'A' && character <= 'Z';
    if (upper || (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) {
      word += upper ? static_cast<char>(character - 'A' + 'a') : character;
    } else {
      finish();
    }
  }
  finish();
  return words;
}

// Whether two words are the same but for an ending: "logon" and "logons", "refuse" and "refused".
bool SameStem(std::string_view left, std::string_view right) {
  if (left == right) return true;
  const auto [shorter, longer] = std::minmax(left, right, [](auto a, auto b) { return a.size() < b.size(); });
  constexpr std::size_t kShortestStem = 4;
  constexpr std::size_t kLongestEnding = 3;
  return shorter.size() >= kShortestStem && longer.size() - shorter.size() <= kLongestEnding &&
         longer.starts_with(shorter);
}

bool Contains(std::string_view text, std::string_view word) {
  return std::ranges::any_of(WordsOf(text), [&](const std::string& other) { return SameStem(word, other); });
}

bool ContainsAny(const auto& texts, std::string_view word) {
  return std::ranges::any_of(texts, [&](std::string_view text) { return Contains(text, word); });
}

// How well the best place in `entry` where `word` stands fits; 0 when it stands nowhere.
int Score(const ErrorEntry& entry, std::string_view word) {
  if (Contains(entry.name(), word) || Contains(entry.phrase, word) || ContainsAny(AliasesOf(entry.code), word)) {
    return 6;
  }
  if (Contains(entry.meaning, word)) return 5;
  if (Contains(entry.origin, word)) return 3;
  const auto remedies = entry.Remedies();
  for (std::size_t index = 0; index < remedies.size(); ++index) {
    // Causes are in order of likelihood.
    if (Contains(remedies[index].cause, word)) return index == 0 ? 3 : 2;
  }
  for (const Remedy& remedy : remedies) {
    if (Contains(remedy.fix, word)) return 1;
  }
  return ContainsAny(entry.FirstSteps(), word) ? 1 : 0;
}

}  // namespace

std::vector<const ErrorEntry*> SearchEntries(std::string_view text, std::size_t count) {
  std::vector<std::string> words = WordsOf(text);
  std::erase_if(words, [](const std::string& word) { return std::ranges::find(kIgnored, word) != std::end(kIgnored); });
  if (words.empty()) return {};

  std::vector<std::pair<int, const ErrorEntry*>> scored;
  for (const auto family : AllEntries()) {
    for (const ErrorEntry& entry : family) {
      int score = 0;
      std::size_t present = 0;
      for (const std::string& word : words) {
        const int points = Score(entry, word);
        score += points;
        present += points > 0 ? 1 : 0;
      }
      // Every word that is missing outweighs a better place of another.
      score -= 3 * static_cast<int>(words.size() - present);
      if (2 * present >= words.size() && score > 0) scored.emplace_back(score, &entry);
    }
  }
  std::ranges::stable_sort(scored, [](const auto& left, const auto& right) {
    // Between equals, the entry with more to say.
    return std::pair(left.first, left.second->Remedies().size()) >
           std::pair(right.first, right.second->Remedies().size());
  });
  std::vector<const ErrorEntry*> found;
  for (const auto& [score, entry] : scored) {
    // Less than half as good as the best is noise.
    if (found.size() < count && 2 * score >= scored.front().first) found.push_back(entry);
  }
  return found;
}

}  // namespace bits
