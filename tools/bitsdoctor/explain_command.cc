// bitsdoctor explain: what a code means for BITS and helper tokens, offline.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/explain/explain.h"
#include "harness/explain/explanation_json.h"
#include "harness/explain/explanation_text.h"
#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {
namespace {

struct ExplainArguments {
  std::vector<std::string> query;
  ReportOptions report;
};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor explain E_ACCESSDENIED
  bitsdoctor explain 0x80200056
  bitsdoctor explain -- -2147024891
  bitsdoctor explain 1326
  bitsdoctor explain helper token access denied
  bitsdoctor explain "SetHelperToken failed: hr = 0x80010123"

Exit code: 0 explained, 2 nothing is known of it.
)";

std::string Sentence(const Explanation& explanation) {
  std::string sentence = fmt::format("\"{}\" is not in the catalogue", explanation.query);
  if (!explanation.suggestions.empty()) {
    return fmt::format("{}; did you mean {}?", sentence, fmt::join(explanation.suggestions, ", "));
  }
  return sentence + "; give a code (0x80070005, -2147024891), its name (E_ACCESSDENIED) or words (token required)";
}

ExitCode Run(const ExplainArguments& arguments) {
  const tl::expected<Explanation, std::string> explanation =
      Explain(fmt::format("{}", fmt::join(arguments.query, " ")));
  if (!explanation) throw Refusal(ExitCode::kWrongUsage, explanation.error());
  const auto output = arguments.report.Open();
  if (arguments.report.IsJson()) {
    output->Write(JsonText(RenderJson(*explanation)));
  } else if (!explanation->matches.empty()) {
    const int width = IsTerminal(Stream::kOut) ? std::clamp(TerminalWidth(Stream::kOut), 60, 100) : 96;
    output->Write(RenderText(*explanation, static_cast<std::size_t>(width)));
  }
  if (explanation->Unknown()) throw Refusal(ExitCode::kWrongUsage, Sentence(*explanation));
  return ExitCode::kFine;
}

}  // namespace

void AddExplainCommand(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<ExplainArguments>();
  CLI::App& command = *app.add_subcommand("explain", "Tell what a code, a name or an error text means, offline");
  command.add_option("QUERY", arguments->query, "A code, a name, or words; several words are one question")
      ->required()
      ->type_name("CODE|NAME|TEXT...");
  // A negative code is a question, not an option.
  command.allow_extras(false);
  arguments->report.AddTo(command);
  command.footer(kExamples);
  command.callback([arguments, &exit_code] { exit_code = Run(*arguments); });
}

}  // namespace bits::doctor
